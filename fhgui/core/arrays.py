"""Array aliases, so that signatures say what they carry.

Geometry everywhere: points are (x, y), pixel centres lie at integers, the origin is the centre
of the top-left pixel. Images are H×W×3, R-G-B.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
"""H×W×3 uint8 sRGB."""

Floats: TypeAlias = NDArray[np.float64]
"""float64 array; the docstring that uses it gives the shape and range."""

Matrix: TypeAlias = NDArray[np.float64]
"""2×3 affine matrix acting on column (x, y, 1)."""

Points: TypeAlias = NDArray[np.float64]
"""N×2 array of (x, y)."""

AnyArray: TypeAlias = NDArray[Any]
