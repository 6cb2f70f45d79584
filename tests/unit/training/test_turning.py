"""Heads turned aside: what moves where, what hides, and where the box goes."""

import numpy as np
import pytest

from fhgui.training.turning import turned_heads

SIZE_HW = 192, 192
BOX = 44.0, 54.0, 104.0, 104.0
MIDDLE_X = 44 + 103 / 2


def stripe(offset: float) -> np.ndarray:
    """Return a black picture with a white stripe, pixels right of the face's middle."""
    picture = np.zeros((*SIZE_HW, 3), np.uint8)
    picture[:, round(MIDDLE_X + offset) - 1 : round(MIDDLE_X + offset) + 2] = 255
    return picture


def place(picture: np.ndarray, row: int) -> float:
    """Return how far right of the face's middle the light of a row lies."""
    light = picture[row, :, 0].astype(float)
    return float((light * np.arange(192)).sum() / light.sum() - MIDDLE_X)


def test_a_small_turn_moves_the_front_by_its_depth():
    (head,) = turned_heads(SIZE_HW, BOX, (10.0,))
    moved = place(head.of(stripe(0)), row=60)  # above the nose
    assert moved == pytest.approx(0.68 * 104 * np.sin(np.deg2rad(10)), abs=1.5)


def test_the_far_cheek_narrows_and_then_hides():
    narrow, wide = (head.of(stripe(45)) for head in turned_heads(SIZE_HW, BOX, (25.0, 75.0)))
    row = 140  # below the nose
    assert 0 < narrow[row, :, 0].astype(int).sum() < stripe(45)[row, :, 0].astype(int).sum()
    assert wide[row, :, 0].max() < 128


def test_the_near_cheek_comes_to_the_front():
    (head,) = turned_heads(SIZE_HW, BOX, (60.0,))
    assert place(head.of(stripe(-45)), row=140) == pytest.approx(
        -45 * 0.5
        + 0.68 * 104 * np.sin(np.deg2rad(60)) * (1 - (45 / (0.58 * 104)) ** 2.6) ** (1 / 2.6),
        abs=3,
    )


def test_the_box_goes_with_the_turn():
    shifts = [head.shift_px for head in turned_heads(SIZE_HW, BOX, (20.0, 45.0, 78.0))]
    assert 0 < shifts[0] < shifts[1] < shifts[2] < 104 / 3


def test_what_is_seen_of_a_part():
    (head,) = turned_heads(SIZE_HW, BOX, (50.0,))
    left, top, right, bottom = head.seen((40, 10, 150, 180))
    assert (top, bottom) == (10, 180)
    whole = np.zeros((*SIZE_HW, 3), np.uint8)
    whole[:, 40:150] = 255
    middle = head.of(whole)[96, :, 0]
    assert middle[left] > 0
    assert middle[right - 1] > 0
    assert middle[: max(0, left - 1)].max(initial=0) == 0
