"""Decodes what is looked at in a process of its own: no file can harm the window.

A library that crashes, hangs or takes all memory over a damaged film takes that process with it and
nothing else. Answers are read as JSON and pixels: whoever took that process over could tell untrue
things of the file, and do nothing here.
"""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.core.errors import EvidenceError, FhguiError, InputError
from fhgui.core.fields import Fields
from fhgui.core.frame import Frame
from fhgui.evidence.source_info import SourceInfo
from fhgui.memory import give_back_what_is_freed
from fhgui.session.endings import how_it_ended
from fhgui.session.memory_limit import limit_memory

CONTEXT = multiprocessing.get_context("spawn")
"""Makes the process; replaced in tests."""

PATIENCE_S = 180.0
"""Longer than any limit inside: a film that gives no picture is given up after a minute."""

ENDS_WITHIN_S = 1.0

_REPAIR = "look at another frame, or repair a copy with another program"
_ANSWER_BYTES = 16 << 20
"""Facts and tags of a source are some kilobytes."""
_ERRORS = {kind.__name__: kind for kind in (EvidenceError, InputError)}


@dataclass(frozen=True)
class Open:
    """Open a source in the place of the one that is open; answered by its `SourceInfo`."""

    path: Path
    fields: Fields


@dataclass(frozen=True)
class Show:
    """Decode a frame of the open source; answered by its facts, then by its pixels."""

    index: int


@dataclass(frozen=True)
class Close:
    """Let go of the open source; answered by nothing but that."""


Request = Open | Show | Close
Target = Callable[[Connection, int], None]


class Decoder:
    """A process that decodes one source at a time. It belongs to one thread, but for `end`.

    Parameters
    ----------
    niceness : by how much it stands back behind other processes.
    target : what the process runs; replaced in tests.
    patience_s : how long an answer may take.
    """

    def __init__(
        self, niceness: int = 0, target: Target | None = None, patience_s: float = PATIENCE_S
    ) -> None:
        self._niceness, self._target = niceness, target or serve
        self._patience_s = patience_s
        self._lock = Lock()
        self._ended = False
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._open: Open | None = None
        self._is_open = False

    def start(self) -> None:
        """Start the process ahead of the first request; errors as of `open`."""
        self._running(Path())

    def open(self, path: Path, fields: Fields = Fields.WOVEN) -> SourceInfo:
        """Open a source and return what it is; errors as of `evidence.source.open_source`.

        Raises
        ------
        EvidenceError
            Also if the process ended over it, or gave no answer.
        """
        self._open = Open(path, fields)
        try:
            return self._opened_anew()
        except FhguiError:
            self._open = None
            raise

    def _opened_anew(self) -> SourceInfo:
        assert self._open is not None  # set by `open`
        self._is_open = False
        facts = self._asked(self._open)
        self._is_open = True
        return SourceInfo(**{name: _tuples(value) for name, value in facts.items()})

    def frame(self, index: int) -> Frame:
        """Return a frame of the source that is open; errors as of `open` and `Source.frame`."""
        if self._open is None:
            raise EvidenceError("no source is open")
        self._drop_the_dead()
        if not self._is_open:  # its process ended meanwhile, or over another frame
            self._opened_anew()
        facts = self._asked(Show(index))
        facts["fields"] = Fields(facts["fields"])
        return Frame(**{name: _tuples(value) for name, value in facts.items()})

    def close(self) -> None:
        """Let go of the source that is open; the process stays for the next."""
        if self._is_open:
            with suppress(EvidenceError):  # it is gone, and so is what it had open
                self._asked(Close())
        self._open, self._is_open = None, False

    def end(self) -> None:
        """End the process, whatever it does, and begin no other; from any thread."""
        with self._lock:
            self._ended = True
            if self._process is not None:
                self._process.kill()

    def drop(self) -> None:
        """Forget the process once it has ended, or end it."""
        self._is_open = False
        with self._lock:
            process, self._process = self._process, None
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        if process is not None:
            process.join(ENDS_WITHIN_S)
            if process.is_alive():
                process.kill()
            process.join()
            process.close()

    def _asked(self, request: Request) -> dict[str, Any]:
        """Send a request and return its answer, with ``pixels`` where it has some."""
        path = Path() if self._open is None else self._open.path
        connection = self._running(path)
        try:
            connection.send(request)
            if not connection.poll(self._patience_s):
                self._kill()
                how = f"did not answer for {self._patience_s:.0f} s and was ended"
                raise EvidenceError(_lost(how), path=path, hint=_REPAIR)
            answer: dict[str, Any] = json.loads(connection.recv_bytes(_ANSWER_BYTES))
            shape = answer.pop("shape", None)
            if shape is not None:
                pixels = np.empty(shape, np.uint8)
                _receive_into(connection, pixels.data.cast("B"))
                pixels.flags.writeable = False
                answer["pixels"] = pixels
        except (EOFError, OSError) as error:
            how = how_it_ended(self._exit_code())
            self.drop()
            raise EvidenceError(_lost(how), path=path, hint=_REPAIR) from error
        except BaseException:  # what is left in the pipe would be taken for the next answer
            self._kill()
            self.drop()
            raise
        if "error" in answer:
            raise _error_of(answer)
        return answer

    def _running(self, path: Path) -> Connection:
        """Return the way to the process, which is started where there is none."""
        self._drop_the_dead()
        with self._lock:
            if self._ended:
                raise EvidenceError("is not read any more: the window closes", path=path)
            if self._connection is None:
                self._connection = self._started(path)
            return self._connection

    def _drop_the_dead(self) -> None:
        """Forget a process that ended while nothing was asked of it."""
        if self._process is not None and not self._process.is_alive():
            self.drop()

    def _started(self, path: Path) -> Connection:
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(
            target=self._target, args=(theirs, self._niceness), name="fhgui-decoder", daemon=True
        )
        try:
            process.start()
        except (OSError, RuntimeError) as error:  # no memory, or no process more
            ours.close()
            raise EvidenceError(
                "cannot be read: the process that decodes it cannot be started",
                path=path,
                hint="close other programs and try again",
            ) from error
        finally:
            theirs.close()
        self._process = process
        return ours

    def _kill(self) -> None:
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.join()

    def _exit_code(self) -> int | None:
        with self._lock:
            if self._process is None:
                return None
            self._process.join(ENDS_WITHIN_S)
            return self._process.exitcode


def _tuples(value: Any) -> Any:
    """Return what JSON made lists of as tuples."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _error_of(answer: dict[str, Any]) -> FhguiError:
    kind = _ERRORS.get(str(answer["error"]), EvidenceError)
    return kind(str(answer["what"]), path=answer["path"], hint=str(answer["hint"]))


def _lost(how: str) -> str:
    return f"could not be decoded: the process that decodes it {how}; nothing else was harmed"


def serve(connection: Connection, niceness: int = 0) -> None:
    """Answer requests until the other side is gone: what the process runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is the window's to handle
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
    limit_memory()
    give_back_what_is_freed()
    from fhgui.evidence.source import Source, open_source

    source: Source | None = None

    def answered(request: Request) -> SourceInfo | Frame | None:
        nonlocal source
        if isinstance(request, Show):
            if source is None:
                raise EvidenceError("no source is open")
            return source.frame(request.index)
        if source is not None:
            source.close()
            source = None
        if isinstance(request, Close):
            return None
        source = open_source(request.path, request.fields)
        return source.info

    while True:
        try:
            request = connection.recv()
        except (EOFError, OSError):
            return
        _answer(connection, _outcome(answered, request))


_Outcome = SourceInfo | Frame | FhguiError | None


def _outcome(answered: Callable[[Request], _Outcome], request: Request) -> _Outcome:
    """Return the answer to a request, or the error that is to be told."""
    path = request.path if isinstance(request, Open) else None
    try:
        return answered(request)
    except FhguiError as error:
        return error
    except MemoryError:
        hint = "close other programs and try again"
        return EvidenceError("there is not enough memory for it", path=path, hint=hint)
    except Exception as error:  # the border of the process: everything becomes a sentence
        return EvidenceError(f"cannot be read ({type(error).__name__}: {error})", path=path)


def _answer(connection: Connection, outcome: _Outcome) -> None:
    pixels: Pixels | None = None
    told: dict[str, object] = {}
    if isinstance(outcome, FhguiError):
        path = None if outcome.path is None else str(outcome.path)
        told = {"error": type(outcome).__name__, "what": outcome.what, "path": path}
        told["hint"] = outcome.hint
    elif outcome is not None:
        told = {f.name: getattr(outcome, f.name) for f in dataclasses.fields(outcome)}
    if isinstance(outcome, Frame):
        pixels = np.ascontiguousarray(told.pop("pixels"))
        told["shape"] = pixels.shape
    connection.send_bytes(json.dumps(told).encode())
    if pixels is not None:
        _send_from(connection, pixels.data.cast("B"))


def _send_from(connection: Connection, data: memoryview) -> None:
    """Send bytes as they are; where the system can, without another copy of them."""
    if os.name != "posix":
        connection.send_bytes(data)
        return
    done = 0
    while done < len(data):
        done += os.writev(connection.fileno(), [data[done:]])


def _receive_into(connection: Connection, data: memoryview) -> None:
    if os.name != "posix":
        connection.recv_bytes_into(data)
        return
    done = 0
    while done < len(data):
        count = os.readv(connection.fileno(), [data[done:]])
        if not count:
            raise EOFError
        done += count
