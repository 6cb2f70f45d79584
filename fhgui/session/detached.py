"""Work as a process of its own: the same command line, detached, so that it outlives the window.

Trainings, benchmarks and the making of sets are such processes. They write what they tell into
files, which are read as they grow. Nothing here waits.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from fhgui import paths
from fhgui.core.errors import OutputError

NICENESS = 10
"""The window answers first when processors are few."""
LAUNCHED = json.dumps({"event": "launched"}).encode() + b"\n"
"""Divides the parts of a run from each other."""
SAID = "fhgui: "
"""What the command line's one sentence about a failure begins with."""
READ_BYTES = 1 << 20
"""Read at once: a long history arrives in several looks, and the window never waits."""


_children: dict[int, subprocess.Popen[bytes]] = {}
"""Processes started here. The handles are kept: they are meant to go on when nobody holds them."""


def launch(
    command: Sequence[str], what: str, folder: Path, errors: str, told: str | None = None
) -> int:
    """Start a process and return its id; it survives us.

    Parameters
    ----------
    what : name of the work, for the sentence when it cannot be started.
    folder : of its files, made when needed.
    errors : name of the file that its stderr begins anew.
    told : name of the file that its stdout is appended to; None drops it.

    Raises
    ------
    OutputError
        If its folder cannot be written, or the program cannot be started.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            (folder / errors).open("wb") as failed,
            Path(os.devnull if told is None else folder / told).open("ab") as out,
        ):
            out.write(LAUNCHED)
            out.flush()
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=failed,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise OutputError(
            f"the {what} cannot be started here ({why})",
            path=folder,
            hint="choose another folder",
        ) from error
    keep(child)
    if child.poll() is None:
        stand_back(child.pid)
    return child.pid


def stand_back(pid: int) -> None:
    """Have a process let others go first, where the system can be asked for that."""
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):  # it has ended
            os.setpriority(os.PRIO_PROCESS, pid, NICENESS)


def keep(child: subprocess.Popen[bytes]) -> None:
    """Hold on to a process that goes on when its owner is gone."""
    _children[child.pid] = child


def is_running(pid: int | None, folder: Path) -> bool:
    """Tell whether a process is there and is the work on this folder."""
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
    """Ask the work on a folder to end; no other process is ever asked."""
    if is_running(pid, folder):
        os.kill(pid, signal.SIGTERM)


def ask_to_save(pid: int, folder: Path) -> None:
    """Ask a training to save and end; asked again, it ends at once."""
    wish = folder / paths.STOP_WISH
    if sys.platform != "win32" or wish.exists():
        ask_to_end(pid, folder)
    elif is_running(pid, folder):  # there the signal would end it at once
        with contextlib.suppress(OSError):
            wish.touch()


def last_words(errors: Path) -> str:
    """Return the sentence with which work failed, from its stderr; empty if it said none."""
    try:
        text = errors.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    said = [line for line in text.splitlines() if line.startswith(SAID)]
    return said[-1].removeprefix(SAID).strip() if said else ""


class Tail:
    """Reads the new whole lines of a file that another process appends to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0

    def read(self) -> list[str]:
        """Return the lines that came since the last call; one that is half written waits."""
        try:
            with self.path.open("rb") as file:
                if file.seek(0, 2) < self._offset:  # somebody began the file anew
                    self._offset = 0
                file.seek(self._offset)
                new = file.read(READ_BYTES)
        except OSError:  # not there yet, or not any more
            return []
        whole = new[: new.rfind(b"\n") + 1]
        self._offset += len(whole)
        return whole.decode("utf-8", "replace").splitlines()


def _command_of(pid: int) -> str:
    """Return the command line of a process; empty if there is none."""
    if sys.platform.startswith("linux"):
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return ""
    psutil = import_module("psutil")  # not before it is needed: the window starts without it
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return ""
