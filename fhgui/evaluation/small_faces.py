"""How many small faces are found, clean and through noise, and how near their landmarks are.

Every picture of the data is to hold one large face: what gradients see of it at full size is the
truth. It is reduced until the detector's box is 12, 16, 24 and 32 pixels wide.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np

from fhgui.alignment.detection import find_faces
from fhgui.alignment.gradients import find_large_faces
from fhgui.alignment.templates import reduced
from fhgui.core.arrays import Pixels, Points
from fhgui.core.errors import InputError
from fhgui.core.face import Box, DetectedFace
from fhgui.evaluation.degrading import generator
from fhgui.evaluation.pictures import LeftOut, read_pictures
from fhgui.evaluation.surveys import Cell, Survey, Tell
from fhgui.imaging.resize import imresize

WIDTHS_PX = (12, 16, 24, 32)
"""Of the reduced faces' boxes."""
NOISE_SIGMA, QUALITY = 5.0, 50
"""Of the noisy half: Gaussian noise in grey levels, then a JPEG file."""
OVERLAP, OFF_CENTRE = 0.4, 0.25
"""A find is the face from this intersection over union, or with its centre at most so many widths
away and a width between half and twice the face's."""
LARGE_SHARE = 0.25
"""Width of the smallest truth, as a share of the picture's shorter side."""

COLUMNS = (
    "face, px",
    "picture",
    "faces",
    "found, %",
    "gradients alone, %",
    "landmark error, median % of eye distance",
    "90th percentile, %",
    "gradients alone, median %",
    "boxes elsewhere, a face",
)

Finds: TypeAlias = tuple[DetectedFace, ...]


@dataclass(frozen=True, eq=False)
class Truth:
    """A picture with one large face.

    Parameters
    ----------
    name : of the picture. pixels : H×W×3 uint8, full size.
    centre_xy, width_px : of the detector's box.
    landmarks : 68×2.
    """

    name: str
    pixels: Pixels
    centre_xy: tuple[float, float]
    width_px: float
    landmarks: Points


@dataclass(frozen=True)
class Outcome:
    """What came of one face: landmark errors are in eye distances, None where it is not found."""

    error: float | None
    gradients_error: float | None
    elsewhere: int


def survey(data: Path, limit: int | None, tell: Tell) -> Survey:
    """Reduce the faces of a folder or zip and look for them.

    Raises
    ------
    InputError
        If no picture holds exactly one large face.
    """
    left_out: list[LeftOut] = []
    outcomes: dict[tuple[int, str], list[Outcome]] = {}
    for number, truth in enumerate(islice(_truths(data, left_out), limit), start=1):
        for width_px in WIDTHS_PX:
            for noisy in (False, True):
                key = width_px, "noisy" if noisy else "clean"
                outcomes.setdefault(key, []).append(_outcome(truth, width_px, noisy))
        if number % 25 == 0:
            tell(f"{number} faces")
    if not outcomes:
        raise InputError("no picture holds exactly one large face", path=data)
    count = len(next(iter(outcomes.values())))
    return Survey(
        title=f"Small faces found: {count} faces of {data.stem}, reduced",
        columns=COLUMNS,
        rows=tuple(_row(key, found) for key, found in outcomes.items()),
        notes=_notes(len(left_out)),
    )


def _truths(data: Path, left_out: list[LeftOut]) -> Iterator[Truth]:
    for picture in read_pictures(data, left_out):
        least_px = LARGE_SHARE * min(picture.pixels.shape[:2])
        faces = find_large_faces(picture.pixels, smallest_px=least_px)
        if len(faces) != 1:
            left_out.append(LeftOut(picture.name, f"{len(faces) or 'no'} faces at full size"))
            continue
        box = faces[0].box
        yield Truth(picture.name, picture.pixels, box.centre_xy, box.w, faces[0].landmarks)


def _outcome(truth: Truth, width_px: int, noisy: bool) -> Outcome:
    share = width_px / truth.width_px
    height, width = truth.pixels.shape[:2]
    size_hw = max(8, round(height * share)), max(8, round(width * share))
    pixels = imresize(truth.pixels, size_hw)
    if noisy:
        pixels = through_noise(pixels, f"{truth.name} {width_px}")
    exact = np.array([size_hw[1] / width, size_hw[0] / height])
    centre = (np.array(truth.centre_xy) + 0.5) * exact - 0.5
    points = (truth.landmarks + 0.5) * exact - 0.5
    hit = partial(is_face, centre_xy=(centre[0], centre[1]), width_px=float(width_px))
    smallest_px = 0.9 * width_px
    ours = find_faces(pixels, smallest_px=smallest_px)
    others = find_large_faces(pixels, smallest_px=smallest_px)
    on = [face for face in ours if hit(face.box)]
    return Outcome(
        _error(on, points),
        _error([face for face in others if hit(face.box)], points),
        len(ours) - len(on),
    )


def through_noise(pixels: Pixels, name: str) -> Pixels:
    """Return a picture with Gaussian noise, drawn from its name, after a JPEG file."""
    noise = generator(0, name, 0).normal(0, NOISE_SIGMA, pixels.shape)
    noisy = np.clip(np.rint(pixels + noise), 0, 255).astype(np.uint8)
    _, stored = cv2.imencode(".jpg", noisy[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    decoded = np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR))
    return np.ascontiguousarray(decoded[..., ::-1]).astype(np.uint8, copy=False)


def is_face(box: Box, centre_xy: tuple[float, float], width_px: float) -> bool:
    """Return whether a box is on a face that is as high as wide."""
    off = math.dist(box.centre_xy, centre_xy)
    if off <= OFF_CENTRE * width_px and width_px / 2 <= box.w <= 2 * width_px:
        return True
    half = width_px / 2
    across = min(box.x + box.w, centre_xy[0] + 0.5 + half) - max(box.x, centre_xy[0] + 0.5 - half)
    down = min(box.y + box.h, centre_xy[1] + 0.5 + half) - max(box.y, centre_xy[1] + 0.5 - half)
    common = max(0.0, across) * max(0.0, down)
    return common / (box.w * box.h + width_px**2 - common) >= OVERLAP


def _error(faces: Sequence[DetectedFace], points: Points) -> float | None:
    """Return the mean distance of the best face's landmarks, in eye distances."""
    if not faces:
        return None
    left, right = reduced(points, 2)
    apart = np.hypot(*(faces[0].landmarks - points).T)
    return float(apart.mean() / np.hypot(*(right - left)))


def _row(key: tuple[int, str], outcomes: Sequence[Outcome]) -> tuple[Cell, ...]:
    ours = [o.error for o in outcomes if o.error is not None]
    others = [o.gradients_error for o in outcomes if o.gradients_error is not None]
    return (
        *key,
        len(outcomes),
        round(100 * len(ours) / len(outcomes), 1),
        round(100 * len(others) / len(outcomes), 1),
        _percent(ours, 50),
        _percent(ours, 90),
        _percent(others, 50),
        round(sum(o.elsewhere for o in outcomes) / len(outcomes), 3),
    )


def _percent(values: Sequence[float], percentile: float) -> float | None:
    return round(100 * float(np.percentile(values, percentile)), 2) if values else None


def _notes(left_out: int) -> tuple[str, ...]:
    return (
        f"noisy: Gaussian noise of σ {NOISE_SIGMA:g}, then JPEG of quality {QUALITY}",
        f"found: a box overlaps the face by {OVERLAP:g} (intersection over union), or its centre "
        f"is at most {OFF_CENTRE:g} widths away and its width between half and twice the face's",
        "the truth is what gradients see at full size, landmarks too; faces are searched for from "
        "nine tenths of their width up",
        f"{left_out} pictures without exactly one large face were left out",
    )
