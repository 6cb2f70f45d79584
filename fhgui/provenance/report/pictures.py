"""Pictures that reports and sheets share: enlargements, doubt in colour, the face in its frame."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from fhgui.alignment.placing import apply, invert
from fhgui.core.arrays import AnyArray, Pixels, Points
from fhgui.core.face import FaceAlignment, PlacedBy
from fhgui.evaluation.doubt import DoubtMaps, doubt_maps
from fhgui.provenance.run import Run

DOUBT_PEAK = 64.0
"""Grey levels at which a doubt map is brightest."""

CONTEXT_SHARE = 0.6
"""How much of the frame is shown around the face, as a share of the face's size."""

OUTLINE = (255, 196, 0)


def doubt_of(run: Run) -> DoubtMaps:
    """Return the doubt maps of a completed run."""
    return doubt_maps(run.result.pixels, run.stages[0].pixels, run.record.degradation)


def colour_map(values: AnyArray, peak: float = DOUBT_PEAK) -> Pixels:
    """Return an H×W map as H×W×3 uint8: black at 0 to bright at ``peak`` (inferno)."""
    grey = np.clip(values * (255.0 / peak), 0, 255).astype(np.uint8)
    coloured = cv2.applyColorMap(grey, cv2.COLORMAP_INFERNO)
    return np.asarray(cv2.cvtColor(coloured, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def enlarged(pixels: Pixels, size_px: int) -> Image.Image:
    """Return the picture at nearest-neighbour scale, its longer side ``size_px``."""
    h, w = pixels.shape[:2]
    factor = size_px / max(h, w)
    size = (max(1, round(w * factor)), max(1, round(h * factor)))
    return Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST)


def face_in_frame(run: Run, size_px: int) -> Image.Image:
    """Return the part of the frame around the face, the method's input outlined in it.

    Parameters
    ----------
    run : a run that got as far as its face.
    size_px : longer side of the picture.
    """
    assert run.frame is not None
    assert run.face is not None
    frame, alignment = run.frame.pixels, run.face.alignment
    if alignment.placed_by is PlacedBy.ALIGNED:
        return enlarged(frame, size_px)
    corners = _corners_in_frame(alignment, run.face.size_hw)
    left, top, right, bottom = _context(corners, frame.shape[:2])
    picture = enlarged(frame[top:bottom, left:right], size_px)
    factor = picture.width / (right - left)
    outline = [tuple(p) for p in (corners - (left - 0.5, top - 0.5)) * factor]
    ImageDraw.Draw(picture).polygon(outline, outline=OUTLINE, width=max(1, size_px // 160))
    return picture


def _corners_in_frame(alignment: FaceAlignment, input_hw: tuple[int, int]) -> Points:
    bottom, right = input_hw[0] - 0.5, input_hw[1] - 0.5
    grid = np.array([(-0.5, -0.5), (right, -0.5), (right, bottom), (-0.5, bottom)])
    return apply(invert(alignment.matrix), grid)


def _context(corners: Points, frame_hw: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return a square (left, top, right, bottom) around the face, cut at the frame's edges."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    half = (high - low).max() * (0.5 + CONTEXT_SHARE / 2)
    centre = (low + high) / 2
    left, top = np.maximum(np.floor(centre - half), 0).astype(int)
    limits = (frame_hw[1], frame_hw[0])
    right, bottom = np.minimum(np.ceil(centre + half).astype(int) + 1, limits)
    return int(left), int(top), max(int(right), int(left) + 1), max(int(bottom), int(top) + 1)
