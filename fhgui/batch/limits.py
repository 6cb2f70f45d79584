"""Ends a worker process that does not get on; another one takes over, and the others go on."""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def given_up_after(limit_s: float) -> Iterator[None]:
    """End this process if this takes so long, even in a library that lets nothing else run."""
    with watched(limit_s):
        yield


@contextmanager
def watched(limit_s: float) -> Iterator[Callable[[], None]]:
    """End this process if one step takes so long, and give what is to be called before each.

    There is one such limit a process: one begun inside of another takes its place, until the
    other one's next step.
    """
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:

        def alive() -> None:
            faulthandler.dump_traceback_later(limit_s, exit=True, file=nowhere)

        alive()
        try:
            yield alive
        finally:
            faulthandler.cancel_dump_traceback_later()
