"""Turns a picture into a face of the set: found and laid on a template, or cut from the middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fhgui.alignment.cutting import cut_face
from fhgui.alignment.gradients import find_large_faces
from fhgui.alignment.placing import by_landmarks
from fhgui.alignment.similarity import apply, scale_of
from fhgui.alignment.templates import template
from fhgui.core.arrays import Matrix, Pixels, Points
from fhgui.core.errors import InputError
from fhgui.core.face import DetectedFace, PlacedBy
from fhgui.datasets.recipe import BuildRecipe, DroppedError, Reason
from fhgui.imaging.resize import imresize

FIND_BELOW = 0.8
"""Faces are looked for down to this share of the smallest that is kept, so that those at the
limit are found for sure."""

RIVAL_SHARE = 0.5
"""Of several faces those with this share of the best score are candidates, the most central is
taken: a face in the background or in a pattern rarely scores as high as the one meant."""


@dataclass(frozen=True, eq=False)
class Shaped:
    """A face on the grid of the set.

    Parameters
    ----------
    pixels : h×w×3 uint8.
    matrix : 2×3, picture → face.
    score : detector margin; None if nothing was looked for.
    detail : what to know of the choice, in words; mostly empty.
    landmarks : 68×2 (x, y) on the face grid; None if nothing was looked for.
    """

    pixels: Pixels
    matrix: Matrix
    score: float | None = None
    detail: str = ""
    landmarks: Points | None = None


def shape(pixels: Pixels, recipe: BuildRecipe) -> Shaped:
    """Return the face of a picture (H×W×3 uint8).

    Raises
    ------
    DroppedError
        If there is none, or it is too small.
    """
    return _from_middle(pixels, recipe) if recipe.template is None else _found(pixels, recipe)


def seen_part(
    matrix: Matrix, picture_hw: tuple[int, int], face_hw: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return the largest upright part of the face grid that the picture covers for sure.

    Parameters
    ----------
    matrix : 2×3, picture → face.
    picture_hw, face_hw : sizes of both grids.

    Returns
    -------
    Left, top, right, bottom in whole pixels of the face grid, right and bottom excluded; between
    the inner two of the picture's corners each way, so exact where the face is not turned.
    """
    bottom, right = picture_hw[0] - 1, picture_hw[1] - 1
    corners = np.array([(0, 0), (right, 0), (0, bottom), (right, bottom)], dtype=np.float64)
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = apply(matrix, corners)
    inner = max(x0, x2), max(y0, y1), min(x1, x3) + 1, min(y2, y3) + 1
    limits = face_hw[1], face_hw[0], face_hw[1], face_hw[0]
    rounded = (*np.ceil(inner[:2]), *np.floor(inner[2:]))
    left, top, right, bottom = (
        int(np.clip(value, 0, limit)) for value, limit in zip(rounded, limits, strict=True)
    )
    return left, top, right, bottom


def _found(pixels: Pixels, recipe: BuildRecipe) -> Shaped:
    grid = template(recipe.template or "")
    smallest_px = grid.box[2] * recipe.size_hw[0] / grid.size_hw[0] / recipe.max_enlargement
    height, width = pixels.shape[:2]
    if min(height, width) < smallest_px * FIND_BELOW:
        raise DroppedError(Reason.TOO_SMALL, f"the picture is {width}×{height} pixels")
    faces = find_large_faces(pixels, smallest_px=smallest_px * FIND_BELOW)
    if not faces:
        raise DroppedError(Reason.NO_FACE)
    face = _meant(faces, (height, width))
    try:
        placed = by_landmarks(
            face.landmarks, grid.name, recipe.size_hw, PlacedBy.AUTO, face.box, face.score
        )
    except InputError as error:  # landmarks that are no face's
        raise DroppedError(Reason.NO_FACE, error.what) from error
    _check_enlargement(scale_of(placed.matrix), recipe, f"face of {face.box.w} pixels, ")
    detail = f"1 of {len(faces)} faces" if len(faces) > 1 else ""
    cut = cut_face(pixels, placed, recipe.size_hw)
    landmarks = apply(placed.matrix, face.landmarks)
    return Shaped(cut.pixels, placed.matrix, face.score, detail, landmarks)


def _meant(faces: tuple[DetectedFace, ...], frame_hw: tuple[int, int]) -> DetectedFace:
    """Return the most central of the clear faces; they come best first."""
    middle = np.array([frame_hw[1] - 1, frame_hw[0] - 1]) / 2
    clear = [face for face in faces if face.score >= RIVAL_SHARE * faces[0].score]
    return min(clear, key=lambda face: float(np.hypot(*(face.box.centre_xy - middle))))


def _from_middle(pixels: Pixels, recipe: BuildRecipe) -> Shaped:
    height, width = pixels.shape[:2]
    out_h, out_w = recipe.size_hw
    crop_h = max(1, min(height, width * out_h // out_w))
    crop_w = max(1, min(width, height * out_w // out_h))
    _check_enlargement(max(out_h / crop_h, out_w / crop_w), recipe, f"{width}×{height} pixels, ")
    top, left = (height - crop_h) // 2, (width - crop_w) // 2
    crop = pixels[top : top + crop_h, left : left + crop_w]
    if crop.shape[:2] != recipe.size_hw:
        # channel by channel: a third of the memory, the same bits
        crop = np.stack([imresize(crop[..., c], recipe.size_hw) for c in range(3)], axis=-1)
    scale_xy = np.array([out_w / crop_w, out_h / crop_h])
    shift = scale_xy * (0.5 - np.array([left, top])) - 0.5
    return Shaped(np.ascontiguousarray(crop), np.column_stack([np.diag(scale_xy), shift]))


def _check_enlargement(enlargement: float, recipe: BuildRecipe, what: str) -> None:
    if enlargement > recipe.max_enlargement * (1 + 1e-9):
        raise DroppedError(
            Reason.TOO_SMALL, f"{what}enlarged ×{enlargement:.1f} (limit ×{recipe.max_enlargement})"
        )
