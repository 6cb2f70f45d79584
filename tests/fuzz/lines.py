"""Which lines of the program a case reaches that none reached before.

Every step of Python is told to the tracer, which makes it several times slower: only some cases
are traced, and libraries never.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Container
from pathlib import Path
from types import FrameType
from typing import Any

import fhgui

_PROGRAM = str(Path(fhgui.__file__).parent)


def reached(work: Callable[[], Any], known: Container[str]) -> tuple[Any, list[str]]:
    """Return what work returns, and the lines of the program that are not known, in order."""
    new: dict[str, None] = {}

    def line(frame: FrameType, event: str, _: object) -> Any:  # tracers return tracers
        if event == "line":
            name = f"{frame.f_code.co_filename[len(_PROGRAM) + 1 :]}:{frame.f_lineno}"
            if name not in known:
                new[name] = None
        return line

    def call(frame: FrameType, _: str, __: object) -> Any:
        return line if frame.f_code.co_filename.startswith(_PROGRAM) else None

    threading.settrace(call)
    sys.settrace(call)
    try:
        return work(), list(new)
    finally:
        sys.settrace(None)
        threading.settrace(None)
