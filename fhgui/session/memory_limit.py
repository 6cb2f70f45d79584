"""How much memory a process that reads evidence may take: the system never has to choose a victim.

What is asked for beyond it is refused as used-up memory, which a run survives; without a limit the
system would end some process instead: the worker, the window, or another program's.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

SHARE = 0.8
"""Of the machine's memory; the rest is left to the window and to other programs."""

LEAST_BYTES = 2 << 30
"""A limit below it would refuse what is sure to be needed."""

VARIABLE = "FHGUI_WORKER_MEMORY_MB"
"""Environment variable that names another limit; 0 for none."""

_GROUPS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def limit_memory(pid: int = 0) -> int | None:
    """Limit the memory of a process, 0 for this one; return the limit in bytes, None without one.

    Only Linux can do so by the memory that is really written to (``RLIMIT_DATA``).
    """
    wanted = wanted_bytes()
    if wanted is None or not sys.platform.startswith("linux"):
        return None
    import resource

    try:
        _, most = resource.prlimit(pid, resource.RLIMIT_DATA)
        limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.prlimit(pid, resource.RLIMIT_DATA, (limit, most))
    except ProcessLookupError:  # it has ended
        return None
    return limit


def wanted_bytes() -> int | None:
    """Return the limit that is wanted; None for none."""
    named = os.environ.get(VARIABLE, "")
    if named.isdecimal():
        return int(named) << 20 or None
    machine = machine_bytes()
    return None if machine is None else max(LEAST_BYTES, int(SHARE * machine))


def machine_bytes() -> int | None:
    """Return the memory of the machine, or of the container that this runs in; None if unknown."""
    if not hasattr(os, "sysconf"):
        return None
    try:
        found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    except (OSError, ValueError):
        return None
    for file in _GROUPS:
        try:
            text = file.read_text("ascii").strip()
        except OSError:
            continue
        found += [int(text)] if text.isdecimal() else []
    return min(found)
