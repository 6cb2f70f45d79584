"""The ``.venv`` of the checkout: made, filled, repaired, and left alone when it is sound."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from installer import hashes
from installer.console import SetupError, last_line, say, works
from installer.system import version_of

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "installer" / "constraints.txt"
EXTRAS = "train,test,docs"
"""Both commands install the same, so that changing between them costs nothing."""

STAMP = "fhgui-ready"
"""File in the venv that says what it was filled with; written last."""
UNFINISHED = "fhgui-unfinished"
"""File in the venv while it is being made; found at a start, the one before was killed."""
PIP_LOG, PIP_REPORT = "fhgui-pip.log", "fhgui-pip.json"

NETWORK_TROUBLE = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "Connection refused",
)


def program(name: str) -> Path:
    """Return where the venv keeps a program."""
    on_windows = sys.platform == "win32"
    return VENV / "Scripts" / f"{name}.exe" if on_windows else VENV / "bin" / name


def python() -> Path:
    """Return the venv's Python."""
    return program("python")


def stamp_key(version: tuple[int, int]) -> str:
    """Return a digest of all that decides what the venv holds, and of where it lies."""
    digest = hashlib.sha256()
    for file in (ROOT / "pyproject.toml", CONSTRAINTS):
        digest.update(file.read_bytes())
    digest.update(repr((str(ROOT), version, EXTRAS)).encode())
    return digest.hexdigest()


def is_ready(key: str) -> bool:
    """Return whether the venv is whole and was filled for this key."""
    stamp = VENV / STAMP
    stamped = stamp.read_text(encoding="utf-8") if stamp.is_file() else ""
    return stamped == key and _imports("fhgui")


def make(base_python: str, version: tuple[int, int]) -> None:
    """Make the venv, unless a sound one of the right version is there to be filled up.

    Raises
    ------
    SetupError
        If it cannot be made.
    """
    unfinished = (VENV / UNFINISHED).exists()
    if not unfinished and version_of(str(python())) == version and _imports("pip"):
        return
    if VENV.exists():
        state = "unfinished" if unfinished else "broken or of another Python"
        say(f"{VENV.name} is {state}: making it anew")
        shutil.rmtree(VENV)
    say(f"making {VENV.name} with Python {version[0]}.{version[1]}")
    VENV.mkdir()
    (VENV / UNFINISHED).touch()
    made = subprocess.run([base_python, "-m", "venv", str(VENV)], check=False, capture_output=True)
    if made.returncode != 0:
        reason = last_line((made.stderr or made.stdout).decode(errors="replace"))
        raise SetupError(f"cannot make {VENV} ({reason}); see to space and rights, start again")


def fill(torch_index: str, key: str) -> None:
    """Install the program, editable, with all it needs in exact versions, and stamp the venv.

    Parameters
    ----------
    torch_index : further package index; empty for none.
    key : what to stamp it with.

    Raises
    ------
    SetupError
        If pip fails; the message says why in one sentence.
    """
    say("installing the program's libraries; the first time this takes some minutes")
    unfinished = VENV / UNFINISHED
    unfinished.touch()
    (VENV / STAMP).unlink(missing_ok=True)
    (VENV / PIP_REPORT).unlink(missing_ok=True)
    failed, said = _pip([*pip_arguments(torch_index), "--report", str(VENV / PIP_REPORT)])
    if "Installing collected packages" not in said:
        unfinished.unlink()  # pip had not begun to write
    if failed:
        raise SetupError(pip_failure(said))
    check_files(VENV / PIP_REPORT)
    if not _imports("fhgui"):
        raise SetupError(f"the program cannot be imported; delete {VENV} and start again")
    unfinished.unlink(missing_ok=True)
    (VENV / STAMP).write_text(key, encoding="utf-8")


def check_files(report: Path) -> None:
    """Hold every file that pip unpacked against the list of their digests, before any is used.

    Raises
    ------
    SetupError
        If one is not the file of that name.
    """
    wrong, unknown = hashes.exchanged(report, hashes.known())
    if wrong:
        shutil.rmtree(VENV)
        raise SetupError(
            f"the package index gave other files than were tested ({', '.join(wrong)}):"
            f" {VENV.name} was removed; see to PIP_INDEX_URL, then start again"
        )
    if unknown:
        say(f"  {len(unknown)} files for this platform have no known digest")


def pip_arguments(torch_index: str) -> list[str]:
    """Return what pip is told; indexes, proxies and certificates stay the user's own settings."""
    further_index = ["--extra-index-url", torch_index] if torch_index else []
    what = ["--constraint", str(CONSTRAINTS), "--editable", f"{ROOT}[{EXTRAS}]"]
    return ["install", "--disable-pip-version-check", "--no-input", *further_index, *what]


def pip_failure(said: str) -> str:
    """Turn what pip said into one sentence that says what to do."""
    if "No space left on device" in said:
        return f"the disk is full; free some 4 GB for {VENV}, then start again"
    if any(sign in said for sign in NETWORK_TROUBLE):
        return (
            "the package index cannot be reached; connect to the internet, or set PIP_INDEX_URL"
            " or PIP_PROXY to what this machine can reach, then start again"
        )
    errors = re.findall(r"^(?:ERROR|error): (.+)$", said, re.MULTILINE)
    reason = errors[-1] if errors else last_line(said)
    return f"pip could not install the libraries ({reason}); all it said is in {VENV / PIP_LOG}"


def _pip(arguments: Sequence[str]) -> tuple[bool, str]:
    """Run pip, log all it says, show the lines that mean progress; return failed, said."""
    lines = []
    with (
        subprocess.Popen(
            [str(python()), "-m", "pip", *arguments],
            env={"PIP_RETRIES": "2", **os.environ},  # without a network: say so soon
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as pip,
        (VENV / PIP_LOG).open("w", encoding="utf-8") as log,
    ):
        assert pip.stdout is not None
        for line in pip.stdout:
            lines.append(line)
            log.write(line)
            if progress := _progress(line):
                say(f"  {progress}")
    return pip.returncode != 0, "".join(lines)


def _progress(line: str) -> str:
    """Return the part of a line of pip that a waiting person wants to see, if any."""
    large = re.match(r"\s*Downloading (?:\S*/)?(\S+?)-\S+ (\(\d\S* [MG]B\))", line)
    if large:
        return f"fetching {large[1]} {large[2]}"
    return "unpacking everything" if line.startswith("Installing collected") else ""


def _imports(module: str) -> bool:
    return works(str(python()), f"import {module}")
