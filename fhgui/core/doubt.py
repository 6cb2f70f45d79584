"""The doubts about one result: what `fhgui.evaluation.doubt` finds, and windows show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class DoubtMaps:
    """The doubts about one result.

    Parameters
    ----------
    invented : H×W float32, 0–255: luma of the null-space part (I − H⁺H)x at each pixel.
    redegraded : h×w float32, 0–255: luma of |Hx − y| on the input's grid.
    fixed_share : 0–1: energy of H⁺Hx over the energy of x, both about their mean grey.
    redegradation_db : PSNR of Hx against y; infinite when equal.
    """

    invented: NDArray[np.float32]
    redegraded: NDArray[np.float32]
    fixed_share: float
    redegradation_db: float
