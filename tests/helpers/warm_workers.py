"""Worker processes of the window that start at once: forked where everything is imported already.

What they do is `session.worker.serve`, as ever. Only importing it anew for each window is spared,
which takes longer than most tests do.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from fhgui.gui.threads import backend as thread
from fhgui.session import backend, decoder
from fhgui.session.worker import serve

CAN_FORK = sys.platform.startswith("linux")
"""Elsewhere what is imported may not survive a fork."""

PRELOADED = ["tests.helpers.warm_imports"]


class Serving:
    """`serve`, which finds the folder and the environment variables of its window."""

    def __call__(self, connection: Connection) -> None:
        serve(connection)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[Path, dict[str, str]]]:
        return _serving_in, (Path.cwd(), dict(os.environ))


def _serving_in(folder: Path, environ: dict[str, str]) -> Callable[[Connection], None]:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    return serve


def use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every window of the test have such a worker."""
    if CAN_FORK:
        multiprocessing.set_forkserver_preload(PRELOADED)
        monkeypatch.setattr(backend, "CONTEXT", multiprocessing.get_context("forkserver"))
        monkeypatch.setattr(thread, "Backend", partial(backend.Backend, target=Serving()))
        monkeypatch.setattr(decoder, "CONTEXT", multiprocessing.get_context("forkserver"))


def use_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo `use`: every window of the test starts its worker as it does for a user."""
    monkeypatch.setattr(backend, "CONTEXT", multiprocessing.get_context("spawn"))
    monkeypatch.setattr(thread, "Backend", backend.Backend)
    monkeypatch.setattr(decoder, "CONTEXT", multiprocessing.get_context("spawn"))
