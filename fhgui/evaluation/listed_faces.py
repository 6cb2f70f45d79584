"""Faces listed by hand in pictures and clips: the truth that detection over time is held against.

`truths/cctv_faces.json` lists the surveillance pictures and clips; only boxes are in it, which are
facts, no pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from fhgui.core.errors import InputError
from fhgui.core.face import Box
from fhgui.plain import json_file

CCTV = Path(__file__).parent / "truths" / "cctv_faces.json"


class Seen(StrEnum):
    """How well a person sees the face."""

    CLEAR = "clear"
    """Both eyes and the mouth can be made out."""
    PARTLY = "partly"
    """In profile, bent, half covered, blurred or very dark."""
    UNSURE = "unsure"
    """Under 16 pixels, or nobody could say: neither missed nor a false alarm."""


@dataclass(frozen=True)
class ListedFace:
    """A face in one frame; ``person`` is a name within the file."""

    person: str
    seen: Seen
    box: Box


@dataclass(frozen=True)
class ListedFile:
    """A picture (its only frame is 0) or a clip, with the frames that were looked through."""

    name: str
    frames: dict[int, tuple[ListedFace, ...]]

    def boxes_at(self, index: int) -> tuple[Box, ...]:
        """Return where faces of any kind are in a frame, between listed frames on the line."""
        before = max((i for i in self.frames if i <= index), default=None)
        after = min((i for i in self.frames if i >= index), default=None)
        if before is None or after is None:
            nearest = after if before is None else before
            return () if nearest is None else _boxes(self.frames[nearest])
        share = 0.0 if before == after else (index - before) / (after - before)
        return _boxes_between(self.frames[before], self.frames[after], share)


def listed_faces(path: Path = CCTV) -> tuple[ListedFile, ...]:
    """Read a list of faces.

    Raises
    ------
    InputError
        If it cannot be read, or an entry is no face.
    """
    try:
        content = json_file(path)
        return tuple(_file(name, frames) for name, frames in content["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise InputError(
            f"this is no list of faces ({error})",
            path=path,
            hint='write {"files": {NAME: {FRAME: [[PERSON, SEEN, X, Y, W, H]]}}}',
        ) from error


def _file(name: str, frames: dict[str, list[list[Any]]]) -> ListedFile:
    return ListedFile(
        name, {int(index): tuple(_face(*face) for face in faces) for index, faces in frames.items()}
    )


def _face(person: str, seen: str, x: int, y: int, w: int, h: int) -> ListedFace:
    if min(w, h) < 1:
        raise ValueError(f"the box of {person} is empty")
    return ListedFace(person, Seen(seen), Box(int(x), int(y), int(w), int(h)))


def _boxes(faces: tuple[ListedFace, ...]) -> tuple[Box, ...]:
    return tuple(face.box for face in faces)


def _boxes_between(
    before: tuple[ListedFace, ...], after: tuple[ListedFace, ...], share: float
) -> tuple[Box, ...]:
    """Return everybody's box; who is listed on one side only is thought to stay."""
    ends = {face.person: face.box for face in after}
    starts = {face.person: face.box for face in before}
    return tuple(
        starts.get(person, ends.get(person, box)).towards(ends.get(person, box), share)
        for person, box in {**ends, **starts}.items()
    )
