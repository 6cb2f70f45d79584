"""Pictures that reports and sheets share: enlargements, doubt in colour, the face in its frame."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, UnidentifiedImageError

from fhgui.alignment.similarity import apply, invert
from fhgui.core.arrays import AnyArray, Matrix, Pixels, Points
from fhgui.core.dossier import Surroundings
from fhgui.core.errors import OutputError
from fhgui.core.face import FaceAlignment, PlacedBy
from fhgui.core.frame import Frame
from fhgui.imaging.heat import inferno
from fhgui.provenance.run import Run

DOUBT_PEAK = 64.0
"""Grey levels at which a doubt map is brightest."""

EXPECTED_PEAK = 48.0
"""Grey levels at which a map of the expected error is brightest."""

CONTEXT_SHARE = 0.6
"""How much of the frame is shown around the face, as a share of the face's size."""

CONTEXT_PX = 640
"""Longer side of the surroundings that are kept; larger ones are reduced."""

LOGO_PX = 800
"""Longer side of a laboratory's logo; larger ones are reduced."""

OUTLINE = (255, 196, 0)


def colour_map(values: AnyArray, peak: float = DOUBT_PEAK) -> Pixels:
    """Return an H×W map as H×W×3 uint8, on one scale for all exhibits: see `inferno`."""
    return inferno(values, peak)


def enlarged(pixels: Pixels, size_px: int) -> Image.Image:
    """Return the picture at nearest-neighbour scale, its longer side ``size_px``.

    A picture that is larger is reduced by area, so that nothing in it is dropped.
    """
    h, w = pixels.shape[:2]
    factor = size_px / max(h, w)
    size = (max(1, round(w * factor)), max(1, round(h * factor)))
    how = Image.Resampling.NEAREST if factor >= 1 else Image.Resampling.BOX
    return Image.fromarray(pixels).resize(size, how)


def face_in_frame(run: Run, size_px: int) -> Image.Image:
    """Return the part of the frame around the face, the method's input outlined in it.

    Parameters
    ----------
    run : a run that got as far as its face.
    size_px : longer side of the picture.
    """
    assert run.frame is not None
    assert run.face is not None
    if run.face.alignment.placed_by is PlacedBy.ALIGNED:
        return enlarged(run.frame.pixels, size_px)
    around = surroundings(run.frame, run.face.alignment, run.face.size_hw)
    picture = enlarged(around.pixels, size_px)
    draw_input(picture, around, run.face.alignment.matrix, run.face.size_hw)
    return picture


def surroundings(frame: Frame, alignment: FaceAlignment, input_hw: tuple[int, int]) -> Surroundings:
    """Cut a square with the face and its surroundings out of a frame, inside its edges.

    Parameters
    ----------
    frame : the frame as it was decoded.
    alignment : where the face is in it.
    input_hw : the method's input size in pixels.
    """
    height, width = frame.size_hw
    corners = corners_in_frame(alignment.matrix, input_hw)
    left, top, right, bottom = _context(corners, (height, width))
    cut = frame.pixels[top:bottom, left:right]
    longest = max(cut.shape[:2])
    if longest > CONTEXT_PX:
        reduced_by = longest / CONTEXT_PX
        cut = np.asarray(enlarged(cut, CONTEXT_PX))
        return Surroundings(cut, left, top, (height, width), reduced_by)
    return Surroundings(cut.copy(), left, top, (height, width))


def draw_input(
    picture: Image.Image, around: Surroundings, matrix: Matrix, input_hw: tuple[int, int]
) -> None:
    """Outline the method's input on a picture of the surroundings."""
    corners = on_picture(corners_in_frame(matrix, input_hw), around, picture.width)
    outline = [(float(x), float(y)) for x, y in corners]
    width_px = max(1, max(picture.size) // 160)
    ImageDraw.Draw(picture).polygon(outline, outline=OUTLINE, width=width_px)


def on_picture(points: Points, around: Surroundings, width_px: int) -> Points:
    """Return N×2 frame coordinates as coordinates of an enlarged picture of the surroundings."""
    factor = width_px / (around.pixels.shape[1] * around.reduced_by)
    moved: Points = (points - (around.left_px - 0.5, around.top_px - 0.5)) * factor
    return moved


def corners_in_frame(matrix: Matrix, input_hw: tuple[int, int]) -> Points:
    """Return the 4×2 frame coordinates of the outer corners of the method's input."""
    bottom, right = input_hw[0] - 0.5, input_hw[1] - 0.5
    grid = np.array([(-0.5, -0.5), (right, -0.5), (right, bottom), (-0.5, bottom)])
    return apply(invert(matrix), grid)


def _context(corners: Points, frame_hw: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return a square (left, top, right, bottom) around the face, cut at the frame's edges."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    half = (high - low).max() * (0.5 + CONTEXT_SHARE / 2)
    centre = (low + high) / 2
    limits = (frame_hw[1], frame_hw[0])
    left, top = np.clip(np.floor(centre - half).astype(int), 0, np.array(limits) - 1)
    right, bottom = np.minimum(np.ceil(centre + half).astype(int) + 1, limits)
    return int(left), int(top), max(int(right), int(left) + 1), max(int(bottom), int(top) + 1)


def gradient() -> Image.Image:
    """Return the colours of the maps from dark to bright, one row of 256."""
    row = np.arange(256, dtype=np.float64)[None, :]
    return Image.fromarray(colour_map(row, peak=255.0))


def logo(png: bytes) -> Image.Image:
    """Return the laboratory's logo, of bounded size, on white.

    Raises
    ------
    OutputError
        If it is no PNG that can be read.
    """
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
            picture.thumbnail((LOGO_PX, LOGO_PX))
            coloured = picture.convert("RGBA")
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        raise OutputError(
            "the laboratory's logo cannot be read", hint="give a PNG file of moderate size"
        ) from None
    paper = Image.new("RGBA", coloured.size, (255, 255, 255, 255))
    return Image.alpha_composite(paper, coloured).convert("RGB")
