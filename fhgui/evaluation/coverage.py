"""Do the intervals of expected errors hold what they promise? Counted on a protocol's pictures.

Coverage on the whole says little: intervals of one width everywhere can have it. So it is counted
by tenths of the pixels, from the safest to the most doubtful, and face by face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fhgui.core.arrays import AnyArray, Floats, Pixels
from fhgui.core.doubt import INTERVAL, LEVELS
from fhgui.imaging.colour import luma, to_float

TENTHS = 10
BIN = 0.05
"""Width in grey levels of the bins of half widths that tenths are put together from."""
BINS = int(256 / BIN)
JUDGED = LEVELS.index(INTERVAL)


@dataclass(frozen=True)
class Tenth:
    """A tenth of the pixels.

    Parameters
    ----------
    least, most : grey levels: half widths of their `INTERVAL` intervals.
    pixels : how many they are: a tenth up to the size of a bin.
    mean_error : mean of |true − result|, grey levels of luma.
    coverage : for each of `LEVELS`, the share of them whose interval holds the true grey.
    """

    least: float
    most: float
    pixels: int
    mean_error: float
    coverage: tuple[float, ...]


@dataclass(frozen=True)
class Coverage:
    """What was counted for a row.

    Parameters
    ----------
    faces, pixels : how many. mean_error : see `Tenth`.
    median_half_width : of the `INTERVAL` interval, grey levels.
    coverage : for each of `LEVELS`, the share of pixels whose interval holds the true grey.
    face_low, face_high : 5th and 95th percentile over faces of the `INTERVAL` interval's share.
    tenths : from the safest pixels to the most doubtful.
    """

    label: str
    faces: int
    pixels: int
    mean_error: float
    median_half_width: float
    coverage: tuple[float, ...]
    face_low: float
    face_high: float
    tenths: tuple[Tenth, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it for ``coverage.json``."""
        return {"levels": list(LEVELS), **asdict(self)}


@dataclass(eq=False)
class Meter:
    """Counts face by face; what it keeps does not grow with the pictures.

    ``_counts`` has a row for each bin of half widths: pixels, sum of errors, pixels inside the
    interval of each level.
    """

    _counts: Floats = field(default_factory=lambda: np.zeros((BINS, 2 + len(LEVELS))))
    _by_face: list[float] = field(default_factory=list)

    def see(self, result: Pixels, truth: Pixels, half_widths: Sequence[AnyArray]) -> None:
        """Count a face.

        Parameters
        ----------
        result, truth : H×W×3 uint8.
        half_widths : for each of `LEVELS`, H×W grey levels.
        """
        error = np.abs(luma(to_float(result)) - luma(to_float(truth)))
        inside = [error <= half for half in half_widths]
        bins = np.minimum(half_widths[JUDGED] / BIN, BINS - 1).astype(np.intp).ravel()
        columns: list[NDArray[Any]] = [np.ones(error.size), error, *inside]
        for number, column in enumerate(columns):
            weights = column.ravel().astype(np.float64)
            self._counts[:, number] += np.bincount(bins, weights, minlength=BINS)
        self._by_face.append(float(inside[JUDGED].mean()))

    def found(self, label: str) -> Coverage | None:
        """Return what was counted; None without faces."""
        if not self._by_face:
            return None
        total = self._counts.sum(axis=0)
        below = np.cumsum(self._counts[:, 0])
        low, high = np.percentile(self._by_face, (5, 95))
        return Coverage(
            label=label,
            faces=len(self._by_face),
            pixels=int(total[0]),
            mean_error=float(total[1] / total[0]),
            median_half_width=BIN * (float(np.searchsorted(below, total[0] / 2)) + 0.5),
            coverage=_shares(total),
            face_low=float(low),
            face_high=float(high),
            tenths=tuple(self._tenths(below)),
        )

    def _tenths(self, below: Floats) -> list[Tenth]:
        """Put bins together to tenths of the pixels; bins are not divided."""
        edges = np.searchsorted(below, below[-1] * np.arange(1, TENTHS) / TENTHS) + 1
        found = []
        for rows in np.split(np.arange(BINS), edges):
            sums = self._counts[rows].sum(axis=0) if rows.size else np.zeros(1)
            if sums[0] == 0:
                continue
            filled = rows[self._counts[rows, 0] > 0]
            least, most = BIN * float(filled[0]), BIN * float(filled[-1] + 1)
            mean_error = float(sums[1] / sums[0])
            found.append(Tenth(least, most, int(sums[0]), mean_error, _shares(sums)))
        return found


def _shares(sums: Floats) -> tuple[float, ...]:
    return tuple(float(inside / sums[0]) for inside in sums[2:])
