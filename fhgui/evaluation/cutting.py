"""Cuts the truth of a protocol out of a stored picture."""

from __future__ import annotations

import numpy as np

from fhgui.alignment.cutting import cut_face
from fhgui.alignment.gradients import find_large_faces
from fhgui.alignment.placing import by_landmarks
from fhgui.alignment.similarity import apply, invert, scale_of
from fhgui.core.arrays import Matrix, Pixels
from fhgui.core.errors import InputError
from fhgui.core.face import FaceAlignment, PlacedBy
from fhgui.evaluation.pictures import UnfitError
from fhgui.evaluation.protocols import Cut, Protocol
from fhgui.imaging.resize import imresize

TEMPLATE = "celeba128"
OVERHANG = 0.05
"""Share of the crop's height that may lie beyond the picture, where its edge goes on."""


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
        if protocol.stored_hw is not None:
            _check(pixels, protocol.stored_hw)
        return _reduced_middle(pixels, protocol.hr_hw)
    if protocol.cut is Cut.FACE:
        return _found(pixels, protocol.hr_hw)
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


def _found(pixels: Pixels, hw: tuple[int, int]) -> Pixels:
    """Return the only face, laid on the template over the width and mid-height of ``hw``."""
    faces = find_large_faces(pixels, smallest_px=hw[1] / 3)
    if len(faces) != 1:
        raise UnfitError(f"{len(faces) or 'no'} faces are found")
    try:
        square = by_landmarks(faces[0].landmarks, TEMPLATE, (hw[1], hw[1]), PlacedBy.AUTO)
    except InputError as error:  # landmarks that are no face's
        raise UnfitError(error.what) from error
    matrix = square.matrix.copy()
    matrix[1, 2] += (hw[0] - hw[1]) / 2
    if scale_of(matrix) > 1:
        raise UnfitError(f"the face would be enlarged ×{scale_of(matrix):.2f}")
    _check_overhang(matrix, hw, (pixels.shape[0], pixels.shape[1]))
    return cut_face(pixels, FaceAlignment(matrix, PlacedBy.AUTO, TEMPLATE), hw).pixels


def _check_overhang(matrix: Matrix, hw: tuple[int, int], picture_hw: tuple[int, int]) -> None:
    bottom, right = hw[0] - 1, hw[1] - 1
    corners = np.array([(0, 0), (right, 0), (0, bottom), (right, bottom)], dtype=np.float64)
    seen = apply(invert(matrix), corners)
    last = np.array(picture_hw[::-1]) - 1
    beyond = float(np.maximum(-seen, seen - last).max())
    if beyond > OVERHANG * hw[0] / scale_of(matrix):
        raise UnfitError(f"the face is too near the edge: {beyond:.0f} px of the crop are beyond")
