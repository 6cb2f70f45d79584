"""Waits for work that goes on as processes of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from fhgui.session.runs import Runs

LONG_S = 60.0


def until(runs: Runs[Any], fact: Callable[[], bool]) -> None:
    """Poll until something is so."""
    deadline = time.monotonic() + LONG_S
    while not fact():
        assert time.monotonic() < deadline, [(r.status, r.error) for r in runs.runs]
        runs.poll()
        time.sleep(0.02)
