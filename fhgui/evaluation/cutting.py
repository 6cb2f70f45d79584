"""Cuts the truth of a protocol out of a stored picture."""

from __future__ import annotations

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.evaluation.pictures import UnfitError
from fhgui.evaluation.protocols import Cut, Protocol
from fhgui.imaging.resize import imresize


def cut_truth(pixels: Pixels, protocol: Protocol) -> Pixels:
    """Return the H×W×3 uint8 truth of a stored picture.

    Raises
    ------
    UnfitError
        If the picture has not the size that the protocol needs, or no face.
    """
    if protocol.cut is Cut.AS_IS:
        _check(pixels, protocol.hr_hw)
        return pixels
    if protocol.cut is Cut.CENTRE:
        _check(pixels, protocol.stored_hw or protocol.hr_hw)
        return _middle(pixels, protocol.hr_hw)
    if protocol.cut is Cut.MIDDLE:
        return _reduced_middle(pixels, protocol.hr_hw)
    raise ValueError(f"{protocol.id}: truths are not cut from single pictures")


def _check(pixels: Pixels, needed_hw: tuple[int, int]) -> None:
    height, width = pixels.shape[:2]
    if (height, width) != needed_hw:
        raise UnfitError(f"is {width}×{height} px, not {needed_hw[1]}×{needed_hw[0]}")


def _middle(pixels: Pixels, hw: tuple[int, int]) -> Pixels:
    top, left = ((n - m) // 2 for n, m in zip(pixels.shape[:2], hw, strict=True))
    return np.ascontiguousarray(pixels[top : top + hw[0], left : left + hw[1]])


def _reduced_middle(pixels: Pixels, hw: tuple[int, int]) -> Pixels:
    height, width = pixels.shape[:2]
    if height < hw[0] or width < hw[1]:
        raise UnfitError(f"is {width}×{height} px, smaller than {hw[1]}×{hw[0]}")
    share = min(height / hw[0], width / hw[1])
    cropped = _middle(pixels, (round(hw[0] * share), round(hw[1] * share)))
    return cropped if cropped.shape[:2] == hw else imresize(cropped, hw)
