"""What becomes of memory that is freed: a window gives it back, a process that computes keeps it.

What is kept is given back when nothing is left to do. All of it is asked of glibc; other C
libraries are left as they are.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

LARGE_BYTES = 128 << 10
"""Blocks of a window from this size on are the system's own: every frame of a film, down to CIF."""

KEPT_BLOCK_BYTES = 64 << 20
"""Blocks up to this size are kept by a process that computes: the layers of a network."""
KEPT_BYTES = 256 << 20
"""Of what is free, so much is kept at most."""

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""As in glibc's ``malloc.h``."""


def give_back_what_is_freed() -> None:
    """Have large blocks go back to the system as soon as they are freed.

    Left alone, glibc raises the size from which it does so to that of the largest block that was
    ever freed; frames then lie among small blocks that stay, and after hours of films a third of
    the window's memory is nobody's.
    """
    _set(_M_MMAP_THRESHOLD, LARGE_BYTES)


def keep_what_is_freed() -> None:
    """Have the memory of one face's layers serve the next face's.

    Given back in between, every page of it is cleared by the system and asked for again: a seventh
    of the time of `vdsr`, with the same pixels.
    """
    _set(_M_MMAP_THRESHOLD, KEPT_BLOCK_BYTES)
    _set(_M_TRIM_THRESHOLD, KEPT_BYTES)


def give_back_what_is_kept() -> None:
    """Give every free page back to the system, also those among blocks that stay."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # a C library without it
            ctypes.CDLL(None).malloc_trim(ctypes.c_size_t(0))


def _set(parameter: int, value: int) -> None:
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # a C library without it
            ctypes.CDLL(None).mallopt(parameter, value)
