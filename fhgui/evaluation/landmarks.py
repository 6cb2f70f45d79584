"""How far landmarks of small faces are off, and whether their spread tells.

Sharp pictures with one face are reduced until its box is so many pixels wide, as they are and with
noise and compression. The truth are the landmarks that dlib's model finds in the sharp picture.
Both models get the same box, the true one shifted and resized as detectors do; `small_faces` tells
what is found without one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from fhgui.alignment.gradients import find_large_faces
from fhgui.alignment.small_landmarks import by_dlib, landmarks_of
from fhgui.alignment.templates import reduced
from fhgui.core.arrays import Floats, Pixels, Points
from fhgui.core.errors import InputError
from fhgui.core.face import DetectedFace
from fhgui.evaluation.degrading import generator
from fhgui.evaluation.pictures import Picture, read_pictures
from fhgui.evaluation.small_faces import NOISE_SIGMA, QUALITY, through_noise
from fhgui.evaluation.surveys import Cell, Survey, Tell
from fhgui.imaging.resize import imresize

WIDTHS_PX = (12.0, 16.0, 24.0, 32.0, 48.0, 64.0)
"""Widths of the box on the reduced pictures."""

SHIFT, GROWTH = 0.04, 0.06
"""Standard deviation of the given box's place, as a share of its width, and of its log size."""

COLUMNS = (
    "face (px)",
    "picture",
    "faces",
    "dlib median (%)",
    "dlib p90 (%)",
    "ours median (%)",
    "ours p90 (%)",
    "spread tells error (ρ)",
)


@dataclass(frozen=True, eq=False)
class Tried:
    """What one small picture gave; errors in % of the distance of the eyes."""

    dlib: float
    ours: float
    spread: float


def survey(data: Path, limit: int | None, tell: Tell) -> Survey:
    """Return the errors by width and kind of picture; called by `run_survey`."""
    tried: dict[tuple[float, bool], list[Tried]] = {
        (width_px, noisy): [] for width_px in WIDTHS_PX for noisy in (False, True)
    }
    count = 0
    for picture, face in islice(_faces(data), limit):
        count += 1
        tell(f"{count}: {picture.name}")
        for (width_px, noisy), rows in tried.items():
            rows.append(_tried(picture, face, width_px, noisy))
    if not count:
        raise InputError("no picture shows exactly one face", path=data, hint="name sharp faces")
    return Survey(
        f"Landmarks of {count} faces reduced to few pixels",
        COLUMNS,
        tuple(_row(*key, rows) for key, rows in tried.items()),
        (
            "errors are means over 68 points, in % of the distance of the eyes; the truth are "
            "dlib's landmarks in the sharp picture",
            f"noisy: σ {NOISE_SIGMA:g} and JPEG {QUALITY}; the box is given, off by "
            f"{SHIFT:.0%} of its width and {GROWTH:.0%} in size (one standard deviation)",
            "ρ: Spearman's rank correlation of the shown spread, in eye distances, with the error",
        ),
    )


def smaller(pixels: Pixels, factor: float) -> tuple[Pixels, Floats]:
    """Return a picture reduced bicubically, and the exact (x, y) factors."""
    height, width = pixels.shape[:2]
    size_hw = max(1, round(height * factor)), max(1, round(width * factor))
    return imresize(pixels, size_hw), np.array([size_hw[1] / width, size_hw[0] / height])


def _faces(data: Path) -> Iterator[tuple[Picture, DetectedFace]]:
    """Yield the pictures that show exactly one face, large enough to be the truth."""
    for picture in read_pictures(data, []):
        faces = find_large_faces(picture.pixels, smallest_px=max(WIDTHS_PX))
        if len(faces) == 1:
            yield picture, faces[0]


def _tried(picture: Picture, face: DetectedFace, width_px: float, noisy: bool) -> Tried:
    rng = generator(0, f"{picture.name} {width_px} {noisy}", 0)
    pixels, scale_xy = smaller(picture.pixels, min(1.0, width_px / face.box.w))
    pixels = through_noise(pixels, f"{picture.name} {width_px}") if noisy else pixels
    truth = (face.landmarks + 0.5) * scale_xy - 0.5
    box = face.box
    exact = np.array([[box.x, box.y], [box.x + box.w, box.y + box.h]]) * scale_xy
    given = _shaken(exact, rng)
    seen = landmarks_of(pixels, given)
    return Tried(
        dlib=_error(by_dlib(pixels, given).points, truth),
        ours=_error(seen.points, truth),
        spread=seen.spread_px / _eye_distance(truth),
    )


def _shaken(corners: Floats, rng: np.random.Generator) -> Floats:
    """Return the edges of a box a little beside the true one."""
    size = corners[1] - corners[0]
    middle = corners.mean(axis=0) + rng.normal(0, SHIFT, 2) * size
    half = size / 2 * np.exp(rng.normal(0, GROWTH))
    return np.concatenate([middle - half, middle + half])


def _error(points: Points, truth: Points) -> float:
    off = np.linalg.norm(points - truth, axis=1).mean()
    return float(100 * off / _eye_distance(truth))


def _eye_distance(points: Points) -> float:
    left, right = reduced(points, 2)
    return float(np.linalg.norm(right - left))


def _row(width_px: float, noisy: bool, rows: list[Tried]) -> tuple[Cell, ...]:
    ours = [row.ours for row in rows]
    tells = spearmanr([row.spread for row in rows], ours).statistic if len(rows) > 2 else None
    return (
        width_px,
        "noisy" if noisy else "clean",
        len(rows),
        *_median_p90([row.dlib for row in rows]),
        *_median_p90(ours),
        None if tells is None else round(float(tells), 3),
    )


def _median_p90(errors: list[float]) -> tuple[Cell, Cell]:
    return round(float(np.median(errors)), 2), round(float(np.quantile(errors, 0.9)), 2)
