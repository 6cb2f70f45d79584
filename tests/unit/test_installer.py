"""Set-up's decisions, without a network and without touching this machine."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from itertools import chain
from pathlib import Path

import pytest

from installer import audit, bootstrap, environment, hashes, system
from installer.console import SetupError

HERE = (sys.version_info[0], sys.version_info[1])


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own for set-up to work in."""
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "constraints.txt").write_text("numpy==2.0\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "CONSTRAINTS", tmp_path / "constraints.txt")
    return tmp_path


def link_this_python(checkout: Path) -> None:
    """Let the checkout's venv be a link to the interpreter that runs the tests."""
    environment.python().parent.mkdir(parents=True)
    environment.python().symlink_to(sys.executable)
    environment.VENV.joinpath("pyvenv.cfg").write_text(Path(sys.prefix, "pyvenv.cfg").read_text())
    lib = "Lib" if sys.platform == "win32" else "lib"
    environment.VENV.joinpath(lib).symlink_to(Path(sys.prefix, lib))


def test_key_follows_everything_that_decides_what_is_installed(checkout: Path) -> None:
    keys = [environment.stamp_key((3, 11)), environment.stamp_key((3, 12))]
    (checkout / "constraints.txt").write_text("numpy==2.1\n")
    keys.append(environment.stamp_key((3, 11)))
    (checkout / "pyproject.toml").write_text("[project]\nname='x'\n")
    keys.append(environment.stamp_key((3, 11)))
    assert len(set(keys)) == 4
    assert keys[-1] == environment.stamp_key((3, 11))


def test_venv_is_ready_only_with_its_stamp_and_a_working_python(checkout: Path) -> None:
    assert not environment.is_ready("key")
    link_this_python(checkout)
    assert not environment.is_ready("key")
    (environment.VENV / environment.STAMP).write_text("key")
    assert environment.is_ready("key")
    assert not environment.is_ready("another key")
    environment.python().unlink()
    assert not environment.is_ready("key")


def test_sound_venv_is_kept_and_an_unfinished_one_made_anew(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link_this_python(checkout)
    made: list[list[str]] = []

    def note(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        made.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(environment.subprocess, "run", note)
    monkeypatch.setattr(environment, "_imports", lambda module: module == "pip")
    monkeypatch.setattr(environment, "version_of", lambda python: (3, 11))
    environment.make("base-python", (3, 11))
    assert made == []
    (environment.VENV / environment.UNFINISHED).touch()
    environment.make("base-python", (3, 11))
    assert made == [["base-python", "-m", "venv", str(environment.VENV)]]
    assert not environment.python().exists()


@pytest.mark.parametrize(
    ("platform", "path"),
    [("linux", "bin/fhgui"), ("darwin", "bin/fhgui"), ("win32", "Scripts/fhgui.exe")],
)
def test_programs_lie_where_each_system_keeps_them(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, platform: str, path: str
) -> None:
    monkeypatch.setattr(environment.sys, "platform", platform)
    assert environment.program("fhgui") == checkout / ".venv" / path


def test_pip_gets_the_exact_versions_and_the_further_index(checkout: Path) -> None:
    plain = environment.pip_arguments("")
    assert plain[plain.index("--constraint") + 1] == str(checkout / "constraints.txt")
    assert plain[-1] == f"{checkout}[train,test,docs]"
    assert "--extra-index-url" not in plain
    indexed = environment.pip_arguments("https://index")
    assert indexed[indexed.index("--extra-index-url") + 1] == "https://index"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("WARNING: Retrying (Retry(total=0)) NewConnectionError('…')", "cannot be reached"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk is full"),
        ("Collecting x\nERROR: No matching distribution found for x==9\n", "for x==9"),
    ],
)
def test_failures_of_pip_become_one_sentence(said: str, sentence: str) -> None:
    told = environment.pip_failure(said)
    assert sentence in told
    assert "\n" not in told


def test_progress_shows_large_files_and_the_unpacking() -> None:
    assert environment._progress("  Downloading ruff-0.17.5-py3-none-any.whl (10.6 MB)\n") == (
        "fetching ruff (10.6 MB)"
    )
    assert environment._progress("  Downloading https://x/y/torch-2.13.0+cpu-a.whl (1.9 GB)") == (
        "fetching torch (1.9 GB)"
    )
    assert environment._progress("  Downloading idna-3.20-py3-none-any.whl (69 kB)\n") == ""
    assert environment._progress("Installing collected packages: a, b\n") == "unpacking everything"


def test_missing_libraries_are_named_by_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.sys, "platform", "linux")
    monkeypatch.setattr(system, "has_screen", lambda: False)
    monkeypatch.setattr(system, "FONTS", Path(os.devnull, "none"))
    monkeypatch.setattr(system, "_loads", lambda library: library != "libEGL.so.1")
    monkeypatch.setattr(system, "works", lambda python, code: False)
    assert system.missing_packages("python3.11", (3, 11), has_venv=True) == [
        "libegl1",
        "fonts-dejavu-core",
    ]
    assert "python3.11-venv" in system.missing_packages("python3.11", (3, 11), has_venv=False)
    monkeypatch.setattr(system, "_loads", lambda library: library != "libxcb-cursor.so.0")
    assert "libxcb-cursor0" not in system.missing_packages("p", (3, 11), has_venv=True)
    monkeypatch.setattr(system, "has_screen", lambda: True)
    assert "libxcb-cursor0" in system.missing_packages("p", (3, 11), has_venv=True)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_need_no_packages(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(system.sys, "platform", platform)
    monkeypatch.setattr(system, "_loads", lambda library: False)
    assert system.missing_packages("python", (3, 11), has_venv=False) == []
    assert system.has_screen()


def test_without_root_the_exact_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system, "_as_root", lambda: None)
    with pytest.raises(SetupError, match=r"apt-get install -y libgl1 libegl1$"):
        system.install_packages(["libgl1", "libegl1"])


def test_root_installs_without_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def note(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 0, stdout=b"", stderr=b"")

    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system, "_as_root", lambda: ["sudo", "-n"])
    monkeypatch.setattr(system.subprocess, "run", note)
    system.install_packages(["libgl1"])
    apt_get = ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    assert ran == [
        [*apt_get, "update"],
        [*apt_get, "install", "-y", "--no-install-recommends", "libgl1"],
    ]


def test_a_fitting_python_is_found_and_its_lack_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    python, version = system.find_python()
    assert version == HERE
    assert system.version_of(python) == HERE
    monkeypatch.setattr(system, "version_of", lambda python: (3, 13))
    with pytest.raises(SetupError, match=r"Python 3\.11 or 3\.12 is needed"):
        system.find_python()


def test_a_folder_that_cannot_be_written_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(torch_index: str) -> None:
        raise PermissionError(13, "Permission denied", "/checkout/.venv")

    monkeypatch.setattr(bootstrap, "set_up", refuse)
    assert bootstrap.main(["run"]) == 1
    assert "/checkout/.venv: Permission denied" in capsys.readouterr().out


def test_summary_fails_with_any_check_and_ends_with_pytests_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "_check", lambda name, command: name != "mypy")
    monkeypatch.setattr(bootstrap, "_pytest", lambda: (True, "=== 3 passed in 0.1s ===\n"))
    assert bootstrap.run_tests() == 1
    lines = capsys.readouterr().out.splitlines()
    assert "mypy FAILED" in lines[0]
    assert "import contracts passed" in lines[0]
    assert lines[-1] == "=== 3 passed in 0.1s ==="


def test_constraints_pin_every_direct_dependency_exactly() -> None:
    lines = environment.CONSTRAINTS.read_text().splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    pinned = {_normal(name) for name in pins}
    project = tomllib.loads(environment.ROOT.joinpath("pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    assert {_normal(requirement) for requirement in wanted} <= pinned
    assert pins["torch"] == "2.13.0"


def _normal(requirement: str) -> str:
    """Return a requirement's distribution name in the form that compares equal."""
    return re.split(r"[<>=]", requirement)[0].lower().replace("_", "-")


def report_of(path: Path, *files: tuple[str, str]) -> Path:
    told = [
        {"download_info": {"url": f"https://x/{n}", "archive_info": {"hash": f"sha256={d}"}}}
        for n, d in files
    ]
    folder = {"download_info": {"url": "file:///checkout", "dir_info": {"editable": True}}}
    path.write_text(json.dumps({"install": [*told, folder]}))
    return path


def test_a_library_that_was_exchanged_is_never_used(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment.hashes, "known", lambda: {"a-1.whl": {"1" * 64}})
    environment.VENV.mkdir()
    report = tmp_path / "report.json"
    environment.check_files(report)  # pip had nothing to unpack
    environment.check_files(report_of(report, ("a-1.whl", "1" * 64), ("b-1.whl", "2" * 64)))
    assert environment.VENV.exists()
    with pytest.raises(SetupError, match=r"other files than were tested \(a-1.whl\)"):
        environment.check_files(report_of(report, ("a-1.whl", "3" * 64)))
    assert not environment.VENV.exists()


def test_every_pin_has_a_digest() -> None:
    names = {name.partition("-")[0].lower().replace(".", "_") for name in hashes.known()}
    pins = audit.pinned(environment.CONSTRAINTS)
    missing = [p for p in pins if p.replace("-", "_") not in names]
    assert not missing


def test_the_audit_names_other_versions_and_changed_files(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "numpy is" in next(iter(audit.other_versions({"numpy": "0.1"})))
    assert not list(audit.other_versions(audit.pinned(environment.CONSTRAINTS)))
    real = audit._digest
    monkeypatch.setattr(
        audit, "distributions", lambda: [d for d in distributions() if d.name == "attrs"]
    )
    assert not list(audit.changed_files())
    monkeypatch.setattr(audit, "_digest", lambda path: real(path)[::-1])
    assert any("attr/__init__.py was changed" in line for line in audit.changed_files())
