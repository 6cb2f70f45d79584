"""Opens one file in a process of its own: with limits, and watched.

The process is forked from one that has loaded everything, which costs milliseconds. It may use
`CPU_S` of processor time and `MEMORY_BYTES`, and write below its own folder only: every file that
Python opens for writing, makes, renames or removes elsewhere is told by its audit hooks, and what
lies *outside* (where links and names of mutants lead) is compared afterwards, whoever wrote.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import json
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from fhgui.core.errors import FhguiError
from tests.fuzz.doors import Door
from tests.fuzz.hostile_files import Files, put
from tests.fuzz.lines import reached

CPU_S = 10
"""Processor time after which a case hangs."""
WALL_S = 30.0
"""Time after which it hangs even if it waits: on a busy machine a case has part of a processor."""
MEMORY_BYTES = 2 << 30
FILE_BYTES = 1 << 30
"""No case may write a longer file."""

OUTSIDE: Files = {
    "secret.txt": b"nobody may write here\n",
    "folder/secret.txt": b"nor here\n",
}


class Fate(StrEnum):
    """What became of a case; the first two are right, all others are findings."""

    OPENED = "opened"
    REFUSED = "refused"
    CRASHED = "crashed"
    DIED = "died"
    HUNG = "hung"
    MEMORY = "too much memory"
    OUTSIDE = "wrote outside"
    LEFT = "left files behind"


SOUND = (Fate.OPENED, Fate.REFUSED)


@dataclass(frozen=True)
class Outcome:
    """How a case went.

    Parameters
    ----------
    said : the sentence of a refusal, the end of a traceback, or what was written where.
    cpu_s, memory_bytes : processor time, and the most memory resident at once.
    lines : of the program that no traced case reached before; none if this one was not traced.
    """

    fate: Fate
    said: str
    cpu_s: float
    wall_s: float
    memory_bytes: int
    lines: tuple[str, ...] = ()


class Cage:
    """A folder for one case after the other.

    Parameters
    ----------
    folder : what is in it is removed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.own, self.outside = self.folder / "own", self.folder / "outside"
        self._outside_before: tuple[tuple[str, int, int], ...] = ()
        self._space_bytes = _address_space()
        self.lines: set[str] = set()
        """Lines of the program that traced cases reached."""

    def run(self, door: Door, files: Files, *, traced: bool = False) -> Outcome:
        """Lay the files out, open them in a process of its own, and say what became of it.

        Parameters
        ----------
        traced : see which lines are reached; slower, so that time says little.
        """
        self._lay_out(files)
        reading, writing = os.pipe()
        began_s = time.monotonic()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._inside(door, writing, traced)  # never returns
        os.close(writing)
        said, late = _answer(reading, began_s + WALL_S)
        if late:
            os.kill(child, signal.SIGKILL)
        _, status, used = os.wait4(child, 0)
        outcome = self._judged(said, status, late, used, time.monotonic() - began_s)
        self.lines.update(outcome.lines)
        return outcome

    # ---- before ----------------------------------------------------------------------------

    def _lay_out(self, files: Files) -> None:
        for folder in (self.own, self.outside):
            _remove(folder)
        for folder in (self.own / "in", self.own / "tmp", self.own / "home", self.outside):
            folder.mkdir(parents=True)
        put(self.outside, OUTSIDE)
        put(self.own / "in", files)
        self._outside_before = _listing(self.outside)

    # ---- in the process --------------------------------------------------------------------

    def _inside(self, door: Door, answer: int, traced: bool) -> None:
        try:
            self._confine()
            watch = _Watch((self.own,), (answer,))
            sys.addaudithook(watch)
            look = partial(_opened, door, self.own / "in")
            told, lines = reached(look, self.lines) if traced else (look(), [])
            watch.ends()
            told["lines"] = lines
            told["outside"] = watch.seen[:5]
            told["left"] = sorted(p.name for p in (self.own / "tmp").iterdir())[:5]
            _write_all(answer, json.dumps(told).encode())
        finally:
            os._exit(0)

    def _confine(self) -> None:
        os.chdir(self.own)
        faulthandler.disable()  # who started this would print where a mutant died
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        home = str(self.own / "home")
        os.environ.update(
            TMPDIR=str(self.own / "tmp"),
            HOME=home,
            FHGUI_MODELS=f"{home}/models",
            FHGUI_CASES=f"{home}/cases",
            FHGUI_CACHE=f"{home}/cache",
            FHGUI_PRESETS=f"{home}/presets.json",
        )
        tempfile.tempdir = None
        gc.freeze()
        space = self._space_bytes + MEMORY_BYTES
        for kind, limit in (
            (resource.RLIMIT_CPU, CPU_S + 1),
            (resource.RLIMIT_AS, space),
            (resource.RLIMIT_FSIZE, FILE_BYTES),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(kind, (limit, limit))

    # ---- after -----------------------------------------------------------------------------

    def _judged(
        self, said: bytes, status: int, late: bool, used: resource.struct_rusage, wall_s: float
    ) -> Outcome:
        unit = 1 if sys.platform == "darwin" else 1024
        memory, cpu_s = used.ru_maxrss * unit, used.ru_utime + used.ru_stime
        told: Mapping[str, Any] = json.loads(said) if said else {}
        fate, words = self._fate(told, status, late, cpu_s, memory)
        return Outcome(fate, words, cpu_s, wall_s, memory, tuple(told.get("lines", ())))

    def _fate(
        self, told: Mapping[str, Any], status: int, late: bool, cpu_s: float, memory: int
    ) -> tuple[Fate, str]:
        outside = list(told.get("outside", ()))
        if _listing(self.outside) != self._outside_before:
            outside.append(f"changed: {_listing(self.outside)}")
        fate, words = Fate(told.get("fate", Fate.DIED)), str(told.get("said", ""))
        if outside:
            fate, words = Fate.OUTSIDE, "; ".join(outside)
        elif late or cpu_s > CPU_S:
            fate, words = Fate.HUNG, f"{cpu_s:.1f} s of processor time; {words}"
        elif memory > MEMORY_BYTES:
            fate, words = Fate.MEMORY, f"{memory >> 20} MiB; {words}"
        elif not told:
            words = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else "said nothing"
        elif told["left"] and fate in SOUND:
            fate, words = Fate.LEFT, ", ".join(told["left"])
        return fate, words


class _Watch:
    """Notes what Python does to files outside of some folders, and programs that it starts."""

    _CHANGES = frozenset(
        {
            *("os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod", "os.chown"),
            *("os.utime", "shutil.rmtree", "sqlite3.connect", "os.mkfifo"),
        }
    )
    _PAIRS = frozenset({"os.rename", "os.link", "os.symlink"})
    _PROGRAMS = frozenset(
        {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"}
        | {"socket.connect", "socket.getaddrinfo", "pickle.find_class", "os.startfile"}
    )
    _WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    def __init__(self, allowed: tuple[Path, ...], handles: tuple[int, ...]) -> None:
        self.seen: list[str] = []
        self._allowed = tuple(str(folder) for folder in allowed)
        self._handles = handles
        self._on = True

    def ends(self) -> None:
        """Watch no longer."""
        self._on = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._on:
            return
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & self._WRITING:
                self._check(event, path, follow=True)
        elif event in self._CHANGES:
            self._check(event, arguments[0], follow=event in ("sqlite3.connect", "os.truncate"))
        elif event in self._PAIRS:
            self._check(event, arguments[1], follow=False)
            if event == "os.rename":
                self._check(event, arguments[0], follow=False)
        elif event in self._PROGRAMS and event != "pickle.find_class":
            self.seen.append(f"{event} {arguments!r:.200}")

    def _check(self, event: str, path: Any, follow: bool) -> None:
        if isinstance(path, int) or path is None:
            return
        name = os.fsdecode(os.path.abspath(path))  # noqa: PTH100
        self._on = False  # looking costs no events
        folder, last = os.path.split(name)
        real = os.path.realpath(name if follow else folder) + ("" if follow else os.sep + last)
        self._on = True
        inside = any(real == a or real.startswith(a + os.sep) for a in self._allowed)
        if not inside and real != os.devnull:
            self.seen.append(f"{event} {real}")


def _opened(door: Callable[[Path], str], folder: Path) -> dict[str, Any]:
    """Go through a door; anything but the program's own errors is a crash."""
    try:
        return {"fate": Fate.OPENED, "said": door(folder)}
    except FhguiError as error:
        sentence = error.sentence()
        if "\n" in sentence or not sentence.isprintable():
            return {"fate": Fate.CRASHED, "said": f"not one printable line: {sentence!r}"}
        return {"fate": Fate.REFUSED, "said": sentence}
    except BaseException as error:
        places = traceback.extract_tb(error.__traceback__)[-6:]
        way = " > ".join(f"{Path(p.filename).name}:{p.lineno}" for p in places)
        words = f"{type(error).__name__}: {str(error)[:300]}" if _is_short(error) else "…"
        return {"fate": Fate.CRASHED, "said": f"{words} at {way}"}


def _is_short(error: BaseException) -> bool:
    return not isinstance(error, MemoryError | RecursionError)


def _answer(handle: int, until_s: float) -> tuple[bytes, bool]:
    """Return what the process says until it ends, and whether it did not end in time."""
    parts: list[bytes] = []
    try:
        while True:
            left_s = until_s - time.monotonic()
            if left_s <= 0 or not select.select([handle], [], [], left_s)[0]:
                return b"", True
            part = os.read(handle, 65536)
            if not part:
                return b"".join(parts), False
            parts.append(part)
    finally:
        os.close(handle)


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _listing(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return names, sizes and times of change of all below a folder."""
    found = []
    for path in sorted(folder.rglob("*")):
        facts = path.lstat()
        found.append((str(path.relative_to(folder)), facts.st_size, facts.st_mtime_ns))
    return tuple(found)


def _remove(folder: Path) -> None:
    """Remove a folder, whatever rights a mutant took from it."""
    if folder.exists():
        for where, _, _ in os.walk(folder):
            with contextlib.suppress(OSError):
                Path(where).chmod(0o700)
        shutil.rmtree(folder, ignore_errors=True)


def _address_space() -> int:
    """Return the address space that is taken already, in bytes."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return 8 << 30  # no such file on this system: what libraries map may be as much
    return int(status.read_text("ascii").split()[0]) * resource.getpagesize()
