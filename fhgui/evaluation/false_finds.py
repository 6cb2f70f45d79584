"""What is taken for a face in pictures that hold none, a megapixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from fhgui.alignment.detection import SMALLEST_FACE_PX, find_faces
from fhgui.alignment.gradients import find_large_faces
from fhgui.core.errors import InputError
from fhgui.core.face import DetectedFace, FoundBy
from fhgui.evaluation.pictures import LeftOut, read_pictures
from fhgui.evaluation.small_faces import through_noise
from fhgui.evaluation.surveys import Cell, Survey, Tell

COLUMNS = (
    "picture",
    "size",
    "boxes clean",
    "boxes noisy",
    "of the network, clean",
    "of the network, noisy",
    "gradients alone, clean",
    "highest probability",
)


@dataclass(frozen=True)
class Finds:
    """What was found in one picture."""

    name: str
    size_hw: tuple[int, int]
    clean: tuple[DetectedFace, ...]
    noisy: tuple[DetectedFace, ...]
    gradients: tuple[DetectedFace, ...]


def survey(data: Path, limit: int | None, tell: Tell) -> Survey:
    """Look for faces in the pictures of a folder or zip.

    Raises
    ------
    InputError
        If there are no pictures.
    """
    found: list[Finds] = []
    for picture in islice(read_pictures(data, list[LeftOut]()), limit):
        pixels = picture.pixels
        found.append(
            Finds(
                picture.name,
                (pixels.shape[0], pixels.shape[1]),
                find_faces(pixels),
                find_faces(through_noise(pixels, picture.name)),
                find_large_faces(pixels, smallest_px=SMALLEST_FACE_PX),
            )
        )
        tell(f"{picture.name}: {len(found[-1].clean)} boxes")
    if not found:
        raise InputError("there are no pictures", path=data)
    told = tuple(_row(f) for f in found if f.clean or f.noisy or f.gradients)
    megapixels = sum(f.size_hw[0] * f.size_hw[1] for f in found) / 1e6
    return Survey(
        title=f"Boxes in {len(found)} pictures of {data.stem} ({megapixels:.2f} megapixels)",
        columns=COLUMNS,
        rows=(*told, _total(found), _share(found, megapixels)),
        notes=(
            "pictures without a box are left out of the lines; look at the others: a box may be "
            "on a face",
            "noisy: as in the survey small_faces",
        ),
    )


def _row(found: Finds) -> tuple[Cell, ...]:
    height, width = found.size_hw
    network = [f.score for f in found.clean if f.found_by is FoundBy.NETWORK]
    return (found.name, f"{width}×{height}", *_counts(found), max(network, default=None))


def _counts(found: Finds) -> tuple[int, ...]:
    return (
        len(found.clean),
        len(found.noisy),
        sum(f.found_by is FoundBy.NETWORK for f in found.clean),
        sum(f.found_by is FoundBy.NETWORK for f in found.noisy),
        len(found.gradients),
    )


def _total(found: Sequence[Finds]) -> tuple[Cell, ...]:
    sums = [sum(column) for column in zip(*map(_counts, found), strict=True)]
    return ("all", "", *sums, None)


def _share(found: Sequence[Finds], megapixels: float) -> tuple[Cell, ...]:
    sums = [sum(column) for column in zip(*map(_counts, found), strict=True)]
    return ("a megapixel", "", *(round(s / megapixels, 2) for s in sums), None)
