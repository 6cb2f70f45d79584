"""Memory of the window: what it frees goes back to the system."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

LARGE_BYTES = 1 << 20
"""Blocks from this size on are the system's own and go back to it: every frame of a film."""

_M_MMAP_THRESHOLD = -3
"""As in glibc's ``malloc.h``."""


def give_back_what_is_freed() -> None:
    """Have large blocks go back to the system as soon as they are freed.

    Left alone, glibc raises the size from which it does so to that of the largest block that was
    ever freed; frames then lie among small blocks that stay, and after hours of films a third of
    the window's memory is nobody's. Other systems' libraries give back by themselves.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # a C library without it
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
