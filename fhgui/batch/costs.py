"""What a batch took, and what the same would take for a million faces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

N = TypeVar("N", int, float)

MILLION = 1_000_000
SECONDS_PER_HOUR = 3600.0
BYTES_PER_GB = 1e9


@dataclass(frozen=True)
class Cost:
    """What one kind of work took on average.

    Parameters
    ----------
    work : a method's id, or ``looking`` (one file: read, hashed, searched for faces).
    count : so many were measured in this call.
    cpu_s : processor time of one, seconds of one core.
    wall_s : time that passed over one; more than ``cpu_s`` where the disk or other programs wait.
    size_bytes : of one result's files.
    """

    work: str
    count: int
    cpu_s: float
    wall_s: float | None = None
    size_bytes: float | None = None

    @property
    def core_hours_a_million(self) -> float:
        """Hours of one core for a million of these."""
        return self.cpu_s * MILLION / SECONDS_PER_HOUR

    @property
    def gb_a_million(self) -> float | None:
        """Gigabytes (10⁹ bytes) of a million results."""
        return None if self.size_bytes is None else self.size_bytes * MILLION / BYTES_PER_GB

    @property
    def words(self) -> str:
        """The plan in one line."""
        disk = "" if self.gb_a_million is None else f", {self.gb_a_million:.0f} GB"
        return (
            f"{self.work}: {self.cpu_s * 1000:.1f} ms of one core each ({self.count} measured); "
            f"a million: {self.core_hours_a_million:.1f} core hours{disk}"
        )

    def as_json(self) -> dict[str, Any]:
        """Return the fields and the plan for a million."""
        return {
            **asdict(self),
            "core_hours_a_million": self.core_hours_a_million,
            "gb_a_million": self.gb_a_million,
        }


class Costs:
    """Adds up what was measured, by the kind of work."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[int, float, float | None, int | None]] = {}

    def add(
        self, work: str, cpu_s: float | None, wall_s: float | None, size_bytes: int | None
    ) -> None:
        """Take in one piece of work; what was there already (no ``cpu_s``) took nothing."""
        if cpu_s is None:
            return
        n, cpu, wall, size = self._sums.get(work, (0, 0.0, None, None))
        self._sums[work] = (n + 1, cpu + cpu_s, _plus(wall, wall_s), _plus(size, size_bytes))

    def means(self) -> Iterable[Cost]:
        """Yield the mean cost of every kind of work, in the order they were first done."""
        for work, (n, cpu, wall, size) in self._sums.items():
            yield Cost(work, n, cpu / n, wall and wall / n, size and size / n)


def _plus(a: N | None, b: N | None) -> N | None:
    return b if a is None else a if b is None else a + b
