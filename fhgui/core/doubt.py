"""The doubts about results: what `fhgui.evaluation` finds, and windows and reports show.

`LEGENDS` are the words for them, the same in the window and in every report: what a map shows,
and what it does not promise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

INTERVAL = 0.9
"""Share of pixels whose true grey the interval of the expected error is made to hold."""

LEVELS = (0.5, 0.8, INTERVAL, 0.95)
"""Shares for which expected errors are calibrated and checked."""


@dataclass(frozen=True)
class Redegradation:
    """The gap |Hx − y| between a result degraded again and its input, in grey levels.

    Parameters
    ----------
    mean, largest : over all pixels and colours.
    """

    mean: float
    largest: float


@dataclass(frozen=True)
class Agreement:
    """How far a result is from the evidence, and how far the method left it.

    Parameters
    ----------
    after : of the result.
    before : of the stage before it, if the last one made it consistent with the evidence.
    """

    after: Redegradation
    before: Redegradation | None = None


@dataclass(frozen=True, eq=False)
class DoubtMaps:
    """The doubts about one result.

    Parameters
    ----------
    invented : H×W float32, 0–255: luma of what H cannot see of x, at each pixel
        (`evaluation.doubt`).
    redegraded : h×w float32, 0–255: luma of |Hx − y| on the input's grid.
    fixed_share : 0–1: ``fixed_energy`` over the sum of both energies.
    redegradation_db : PSNR of Hx against y; infinite when equal.
    fixed : H×W float32, 0–255: luma of what Hx fixes of x, about the mean, at each pixel.
    fixed_energy, invented_energy : mean squares of both parts over pixels and colours, in grey
        levels²; the fixed part about its mean.
    expected : H×W float32, grey levels of luma: half width of the `INTERVAL` interval about the
        result at each pixel; None where the method estimates none.
    expected_note : why there is none, in words.
    agreement : the gap behind ``redegraded`` in figures, with that before the last stage.
    note : what must be known of how the maps were made; empty where it is as for every method.
    """

    invented: NDArray[np.float32]
    redegraded: NDArray[np.float32]
    fixed_share: float
    redegradation_db: float
    fixed: NDArray[np.float32] | None = None
    fixed_energy: float = 0.0
    invented_energy: float = 0.0
    expected: NDArray[np.float32] | None = None
    expected_note: str = ""
    agreement: Agreement | None = None
    note: str = ""

    @property
    def fixed_words(self) -> str:
        """``fixed_share`` in per cent, rounded down: 100 % is said of the whole alone."""
        return f"{math.floor(1000 * self.fixed_share + 1e-9) / 10:.1f}%"


@dataclass(frozen=True, eq=False)
class Repeats:
    """What came of repeating a run.

    Parameters
    ----------
    jitter : H×W float64: range of grey with the landmarks moved by up to one pixel; None if it
        could not be computed.
    seeds : H×W float64: range of grey across seeds; None as above.
    notes : how the maps were made, or why one is missing.
    """

    jitter: NDArray[np.float64] | None
    seeds: NDArray[np.float64] | None
    notes: tuple[str, ...]


class DoubtKind(StrEnum):
    """The maps of doubt there are."""

    INVENTED = "invented"
    FIXED = "fixed"
    EXPECTED = "expected"
    REDEGRADED = "redegraded"
    METHODS = "methods"
    JITTER = "jitter"
    SEEDS = "seeds"


@dataclass(frozen=True)
class Legend:
    """What a map of doubt says.

    Parameters
    ----------
    title : its name, a few words.
    shows : what a bright pixel means.
    promises_not : what must not be read into it.
    """

    title: str
    shows: str
    promises_not: str


LEGENDS: dict[DoubtKind, Legend] = {
    DoubtKind.INVENTED: Legend(
        "Invented",
        "Contrast that the input does not fix under the assumed degradation, in grey levels: "
        "bright pixels were filled in, by methods that learned from what they saw of other "
        "people's faces.",
        "It does not say whether the invention is right or wrong, and it is only as good as the "
        "assumed degradation.",
    ),
    DoubtKind.FIXED: Legend(
        "Fixed by evidence",
        "Contrast that any face with this input must have under the assumed degradation, in grey "
        "levels about the mean.",
        "Noise, compression and blur of the input are in it too; dark does not mean invented, "
        "only flat.",
    ),
    DoubtKind.EXPECTED: Legend(
        "Expected error",
        f"The method's own estimate of its error, in grey levels: for {INTERVAL:.0%} of the pixels "
        "of faces that it had not seen, the true grey lay within ± this much of the result.",
        "It was measured on faces degraded as assumed; another camera, more noise or another kind "
        "of face can be further off, and it says nothing about which person it is.",
    ),
    DoubtKind.REDEGRADED: Legend(
        "Re-degradation",
        "The result degraded again against the input, in grey levels: bright pixels contradict "
        "the evidence.",
        "Dark is necessary, not sufficient: very different faces degrade to the same input.",
    ),
    DoubtKind.METHODS: Legend(
        "Methods disagree",
        "Range between the darkest and the brightest result, in grey levels; plain grey where one "
        "alone reaches.",
        "Methods trained on the same faces can agree on the same wrong detail: agreement proves "
        "nothing.",
    ),
    DoubtKind.JITTER: Legend(
        "Landmark jitter",
        "Range of the results when the face is placed up to 1 pixel of the frame otherwise "
        "(shifted, turned, scaled) and laid back, in grey levels.",
        "It shows how much hangs on where the points were set, not whether they are right; a "
        "method can be stably wrong.",
    ),
    DoubtKind.SEEDS: Legend(
        "Seeds",
        "Range of the results when the method draws other random numbers, in grey levels.",
        "A method without randomness is dark everywhere, and no more right for it.",
    ),
}
