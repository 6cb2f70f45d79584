"""What is said of a face that was found."""

from __future__ import annotations

import numpy as np
import pytest

from fhgui.core.face import Box, DetectedFace, FoundBy


@pytest.mark.parametrize(
    ("found_by", "spread_px", "words"),
    [
        (FoundBy.GRADIENTS, None, "20×24 px · margin 0.53"),
        (
            FoundBy.NETWORK,
            1.24,
            "20×24 px · probability 0.53 · points repeat to 1.2 px, errors are larger",
        ),
    ],
)
def test_who_found_a_face_is_said_with_its_score(
    found_by: FoundBy, spread_px: float | None, words: str
) -> None:
    face = DetectedFace(Box(3, 4, 20, 24), 0.53, np.zeros((68, 2)), found_by, spread_px)
    assert face.words == words


def test_a_box_between_two_lies_on_their_line() -> None:
    start, end = Box(0, 10, 20, 30), Box(10, 0, 40, 30)
    assert start.towards(end, 0) == start
    assert start.towards(end, 1) == end
    assert start.towards(end, 0.5) == Box(5, 5, 30, 30)
