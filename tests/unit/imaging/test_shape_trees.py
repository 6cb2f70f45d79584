"""Trees see what they were told to see, where the face is, and alike in the mirror."""

import numpy as np
import pytest

from fhgui.imaging.shape_trees import (
    BOX,
    DEVIATION,
    MEAN,
    MIRRORED,
    SIDE_PX,
    ShapeTrees,
    landmarks_both_ways,
    landmarks_on,
    look,
)


def stump(leaves: tuple[tuple[float, float], tuple[float, float]]) -> ShapeTrees:
    """Return a cascade of one split: is the upper left quarter brighter than the lower right?

    All five points lie in the middle and are moved by one of the two leaves.
    """
    initial = np.full((5, 2), 0.5, np.float32)
    initial[:, 0] += np.linspace(-0.2, 0.2, 5)
    return ShapeTrees(
        initial=initial,
        anchors=np.array([[2, 2]], np.uint8),
        deltas=np.array([[[-0.25, -0.25], [0.25, 0.25]]], np.float32),
        pairs=np.array([[[[0, 1]]]], np.uint16),
        thresholds=np.array([[[10.0]]], np.float32),
        leaves=np.array([[[leaves[0] * 5, leaves[1] * 5]]], np.int8),
        scales=np.array([[1 / 63]], np.float32),
    )


def quarters(upper_left: int, lower_right: int) -> np.ndarray:
    picture = np.full((SIDE_PX, SIDE_PX), 100, np.uint8)
    picture[:48, :48], picture[48:, 48:] = upper_left, lower_right
    return picture


def test_a_split_sends_looks_to_its_leaves() -> None:
    trees = stump(((2, 0), (0, -3)))
    at_start = landmarks_on(stump(((0, 0), (0, 0))), quarters(100, 100)[None])[0]
    bright, dark = landmarks_on(trees, np.stack([quarters(200, 50), quarters(50, 200)]))
    assert bright - at_start == pytest.approx(np.tile([2.0, 0.0], (5, 1)), abs=1e-4)
    assert dark - at_start == pytest.approx(np.tile([0.0, -3.0], (5, 1)), abs=1e-4)


def test_differences_up_to_the_threshold_go_to_the_second_leaf() -> None:
    trees = stump(((2, 0), (0, -3)))
    just, more = landmarks_on(trees, np.stack([quarters(110, 100), quarters(111, 100)]))
    assert just[0, 1] < more[0, 1]


def test_both_ways_puts_points_seen_in_the_mirror_back() -> None:
    trees = stump(((2, 0), (0, -3)))
    picture = quarters(200, 50)
    plain, mirrored = landmarks_both_ways(trees, picture[None])
    assert np.array_equal(plain, landmarks_on(trees, picture[None])[0])
    seen = landmarks_on(trees, picture[None, :, ::-1])[0]
    assert mirrored[0] == pytest.approx([SIDE_PX - 1 - seen[1, 0], seen[1, 1]])


@pytest.mark.parametrize("count", [5, 68])
def test_the_mirror_of_the_mirror_is_the_face(count: int) -> None:
    swap = MIRRORED[count]
    assert np.array_equal(swap[swap], np.arange(count))


def test_looks_have_one_mean_and_contrast() -> None:
    rng = np.random.default_rng(0)
    pixels = 2 * rng.integers(20, 60, (40, 40, 3), np.uint8)
    onto = np.array([[2.0, 0, 5], [0, 2.0, 5]])
    seen = look(pixels, onto)
    left, top, width, height = map(int, BOX)
    inner = seen[top : top + height, left : left + width].astype(float)
    assert seen.shape == (SIDE_PX, SIDE_PX)
    assert inner.mean() == pytest.approx(MEAN, abs=3)
    assert inner.std() == pytest.approx(DEVIATION, abs=6)
    darker = look(pixels // 2, onto)
    assert np.abs(darker.astype(int) - seen).max() <= 1


def test_nothing_is_made_of_a_flat_picture() -> None:
    flat = look(np.full((30, 30, 3), 77, np.uint8), np.eye(2, 3) * 3)
    assert np.all(flat == MEAN)
