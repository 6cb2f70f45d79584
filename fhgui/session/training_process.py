"""A training as a process of its own: the same command line, detached, so that it outlives us.

It writes its events to ``progress.jsonl`` and its last word to ``errors.log`` in the run's folder.
Asked to terminate it saves a checkpoint and ends; asked once more it ends at once. Nothing here
waits.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fhgui.core.errors import OutputError

PROGRESS, ERRORS = "progress.jsonl", "errors.log"
NICENESS = 10
"""The window answers first when processors are few."""
LAUNCHED = json.dumps({"event": "launched"}).encode() + b"\n"
"""Divides the parts of a run from each other."""
SAID = "fhgui: "
"""What the command line's one sentence about a failure begins with."""


@dataclass(frozen=True)
class Order:
    """What was asked to be trained.

    Parameters
    ----------
    recipe : name of a shipped recipe, or path of a file.
    data : folders of packed sets.
    out : folder of the run.
    device : ``auto``, ``cpu`` or ``cuda``.
    minutes : wall-clock budget over all parts of the run; None for all steps of the recipe.
    """

    recipe: str
    data: tuple[Path, ...]
    out: Path
    device: str = "auto"
    minutes: float | None = None


def program() -> list[str]:
    """Return how this program is started again."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "fhgui"]


def train_command(order: Order, resume: bool) -> list[str]:
    """Return the command line of a training."""
    command = [*program(), "train", order.recipe]
    for folder in order.data:
        command += ["--data", str(folder)]
    command += ["--out", str(order.out), "--device", order.device, "--json"]
    if order.minutes is not None:
        command += ["--minutes", f"{order.minutes:g}"]
    return [*command, *(["--resume"] if resume else [])]


def add_command(weights: Path) -> list[str]:
    """Return the command line that installs trained weights."""
    return [*program(), "models", "add", str(weights), "--json"]


_children: dict[int, subprocess.Popen[bytes]] = {}
"""Processes started here. The handles are kept: they are meant to go on when nobody holds them."""


def launch(command: Sequence[str], folder: Path) -> int:
    """Start a training and return its process id; it survives us.

    Raises
    ------
    OutputError
        If its folder cannot be written, or the program cannot be started.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / PROGRESS).open("ab") as told, (folder / ERRORS).open("wb") as errors:
            told.write(LAUNCHED)
            told.flush()
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=errors,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise OutputError(
            f"the training cannot be started here ({why})",
            path=folder,
            hint="choose another folder",
        ) from error
    keep(child)
    if hasattr(os, "setpriority") and child.poll() is None:
        os.setpriority(os.PRIO_PROCESS, child.pid, NICENESS)
    return child.pid


def keep(child: subprocess.Popen[bytes]) -> None:
    """Hold on to a process that goes on when its owner is gone."""
    _children[child.pid] = child


def is_running(pid: int | None, folder: Path) -> bool:
    """Tell whether a process is there and is the training in this folder."""
    if pid is None:
        return False
    child = _children.get(pid)
    if child is not None:
        if child.poll() is None:
            return True
        del _children[pid]
        return False
    return str(folder) in _command_of(pid)


def ask_to_end(pid: int, folder: Path) -> None:
    """Ask a training to save and end; no other process is ever asked."""
    if is_running(pid, folder):
        os.kill(pid, signal.SIGTERM)


def last_words(folder: Path) -> str:
    """Return the sentence with which a training failed; empty if it said none."""
    try:
        text = (folder / ERRORS).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    said = [line for line in text.splitlines() if line.startswith(SAID)]
    return said[-1].removeprefix(SAID).strip() if said else ""


def _command_of(pid: int) -> str:
    """Return the command line of a process; empty if there is none."""
    if sys.platform.startswith("linux"):
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return ""
    if sys.platform == "win32":
        query = f'(Get-CimInstance Win32_Process -Filter "ProcessId={pid}").CommandLine'
        command = ["powershell", "-NoProfile", "-Command", query]
    else:
        command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=5, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
