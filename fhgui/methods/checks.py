"""What every method checks about its input before it works on it."""

from __future__ import annotations

import numpy as np

from fhgui.core.errors import MethodError
from fhgui.core.face import FaceImage
from fhgui.core.method import SIDES_PX, MethodInfo


def check_input(info: MethodInfo, face: FaceImage) -> None:
    """Refuse a face that is not h×w×3 uint8 of a size that the method takes.

    Raises
    ------
    MethodError
        Naming what was given and what is needed.
    """
    pixels = face.pixels
    height, width = info.input_hw
    if pixels.dtype != np.uint8:
        raise MethodError(
            f"{info.title} needs 8-bit pixels, not {pixels.dtype}",
            hint="convert the picture to 8 bit first",
        )
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise MethodError(
            f"{info.title} needs three colours, not an array of shape {pixels.shape}",
            hint="convert the picture to RGB first",
        )
    if not info.takes(pixels.shape[:2]):
        least, most = SIDES_PX
        needed = f"sides of {least} to {most}" if info.any_size else f"{width}×{height}"
        raise MethodError(
            f"{info.title} needs a face of {needed} pixels, "
            f"not {pixels.shape[1]}×{pixels.shape[0]}",
            hint="align the face to its template first",
        )
