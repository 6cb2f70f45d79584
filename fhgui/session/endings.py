"""How a process came to its end, in words."""

from __future__ import annotations

import signal


def how_it_ended(code: int | None) -> str:
    """Return what an exit code says, as the end of a sentence; None if it had to be ended."""
    if code == -signal.SIGTERM or code is None:
        return "ended unexpectedly"
    if code == -getattr(signal, "SIGKILL", 9):
        return "was ended by the system, as happens when the memory is used up"
    if code < 0:
        return f"crashed (signal {-code})"
    return f"ended unexpectedly (exit code {code})"
