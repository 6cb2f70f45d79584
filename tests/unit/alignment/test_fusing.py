"""Frames that cannot be laid over the marked one are left out with a reason."""

from __future__ import annotations

import numpy as np

from fhgui.alignment.fusing import fuse_again, fuse_frames
from fhgui.alignment.placing import by_landmarks
from fhgui.core.face import PlacedBy
from fhgui.core.frame import Frame
from fhgui.core.fusion import FrameSpan
from fhgui.methods import registry
from tests.helpers.moving_faces import moving_face


def test_frames_of_another_size_are_left_out() -> None:
    film, info = moving_face(4, 3, 8.0), registry.info("bicubic")
    frames = [Frame(picture, index=n) for n, picture in enumerate(film.pictures)]
    for index in (0, 2):
        larger = np.pad(film.pictures[index], ((0, 16 - 8 * index), (0, 16), (0, 0)))
        frames[index] = Frame(larger, index=index)
    placed = by_landmarks(film.eyes, info.template, info.input_hw, PlacedBy.ANALYST)
    told: list[tuple[int, int]] = []
    found = fuse_frames(
        frames.__getitem__,
        frames[1],
        placed,
        info,
        FrameSpan(0, 3),
        lambda done, count: told.append((done, count)),
    )
    why = [entry.why_not for entry in found.record.frames]
    assert why == ["its size is another", "", "its size is another", ""]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    again = fuse_again(frames.__getitem__, frames[1], placed, info, found.record)
    assert np.array_equal(again.pixels, found.pixels)
