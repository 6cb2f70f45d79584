"""Names the field of a record that was damaged, even when it no longer is JSON.

Every field has a seal, the digest of its canonical JSON; canonical JSON is what the file holds.
So a field whose bytes are still found between its name and some separator is intact, and those
that are not found are where the damage lies.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right

from fhgui.core.record import Record
from fhgui.provenance.canonical import digest

FIELDS = tuple(sorted(f.name for f in dataclasses.fields(Record)))
ENOUGH = 10
"""A file with so many of a record's fields is a damaged record rather than something else."""

MOST_TRIED_BYTES, TRY_BYTES = 256 << 20, 256
"""A second's work: a record of the usual size takes a hundredth of it."""

_END = re.compile(rb',"|,[\x00-\xff][a-z_]+":|\}\s*$')
"""What a field ends with; the first byte of the next one's name may be the damaged one."""

_SEAL = re.compile(rb'"([a-z_]+)":"([0-9a-f]{64})"')


class Budget:
    """How many bytes may be tried: a file of many keys and separators would have no end of ways."""

    def __init__(self) -> None:
        self._left = MOST_TRIED_BYTES

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self._left <= 0

    def spend(self, count: int) -> None:
        """Take off bytes that were tried, and what trying costs itself."""
        self._left -= count + TRY_BYTES


def looks_like_a_record(data: bytes) -> bool:
    """Tell whether a file that cannot be read as a record once was one."""
    return sum(f'"{name}":'.encode() in data for name in FIELDS) >= ENOUGH


def damaged_fields(data: bytes) -> tuple[str, ...]:
    """Return the fields whose bytes are not those that were sealed, as far as seals are left.

    None are named where it would take too long to find out.
    """
    seals = _seals(data)
    if not seals:
        return ("seals",) if b'"seals"' not in data else ()
    ends = [m.start() for m in _END.finditer(data)]
    budget = Budget()
    names = tuple(n for n in seals if not _is_intact(data, n, seals[n], ends, budget))
    if budget.is_spent:
        return ()
    if names:
        return names
    whole = re.search(rb'"id":"[0-9a-f]{64}",', data)
    return ("seals",) if whole else ("id",)


def _seals(data: bytes) -> dict[str, str]:
    start = data.find(b'"seals":{')
    region = data[start : data.find(b"}", start)] if start >= 0 else b""
    return {name.decode(): seal.decode() for name, seal in _SEAL.findall(region)}


def _is_intact(data: bytes, name: str, seal: str, ends: list[int], budget: Budget) -> bool:
    key = f'"{name}":'.encode()
    for found in re.finditer(re.escape(key), data):
        start = found.end()
        for end in ends[bisect_right(ends, start) :]:
            if budget.is_spent:
                return False
            budget.spend(end - start)
            if digest(data[start:end]) == seal:
                return True
    return False
