"""Whose windows a pixel is mixed of: told pixel by pixel, and for the face as a whole."""

import pickle

import numpy as np
import pytest

from fhgui.core.contributions import Contributions

NAMES = ("ann", "ben", "cid")
SIZE_HW, SIDE, STEP = (24, 20), 8, 4
GRID = ((SIZE_HW[0] - SIDE) // STEP + 1, (SIZE_HW[1] - SIDE) // STEP + 1)
PIXELS = ((0, 0), (19, 0), (7, 8), (12, 12), (19, 23))


def contributions(seed: int = 0, per_patch: int = 2) -> Contributions:
    """Return random windows with weights of both signs."""
    rng = np.random.default_rng(seed)
    shape = (GRID[0] * GRID[1], per_patch)
    return Contributions(
        NAMES,
        rng.integers(0, 2 * len(NAMES), shape).astype(np.int32),
        rng.integers(0, SIZE_HW[0] - SIDE + 1, shape).astype(np.int32),
        rng.integers(0, SIZE_HW[1] - SIDE + 1, shape).astype(np.int32),
        rng.normal(size=shape).astype(np.float32),
        rng.uniform(0.1, 1, shape[0]).astype(np.float32),
        GRID,
        STEP,
        SIDE,
        SIZE_HW,
    )


def covers(patch: int, x: int, y: int) -> bool:
    row, column = divmod(patch, GRID[1])
    return 0 <= y - STEP * row < SIDE and 0 <= x - STEP * column < SIDE


@pytest.mark.parametrize(("x", "y"), PIXELS)
def test_a_pixel_counts_every_window_that_covers_it(x: int, y: int) -> None:
    found = contributions()
    patches = [n for n in range(len(found.weights)) if covers(n, x, y)]
    sizes, signed = np.zeros(3), np.zeros(3)
    for n in patches:
        for k in range(2):
            sizes[found.exemplars[n, k] % 3] += abs(found.weights[n, k]) * found.trust[n]
            signed[found.exemplars[n, k] % 3] += found.weights[n, k] * found.trust[n]
    sources = found.at(x, y)
    assert sum(source.share for source in sources) == pytest.approx(1)
    assert [s.share for s in sources] == sorted((s.share for s in sources), reverse=True)
    for source in sources:
        assert source.name == NAMES[source.exemplar]
        assert source.share == pytest.approx(sizes[source.exemplar] / sizes.sum())
        weight = signed[source.exemplar] / found.trust[patches].sum()
        assert source.weight == pytest.approx(weight, abs=1e-6)
    assert sum(source.windows for source in sources) == 2 * len(patches)


@pytest.mark.parametrize(("x", "y"), PIXELS)
def test_the_map_says_what_the_pixel_says(x: int, y: int) -> None:
    found = contributions()
    spread, sources = found.spread, found.at(x, y)
    assert spread.leading[y, x] == sources[0].exemplar
    assert spread.largest[y, x] == pytest.approx(sources[0].share)
    assert spread.count[y, x] == pytest.approx(1 / sum(s.share**2 for s in sources), rel=1e-5)
    for source in sources:
        assert found.share_of(source.exemplar)[y, x] == pytest.approx(source.share)


def test_shares_of_the_face_are_means_over_its_pixels() -> None:
    found = contributions(seed=3)
    assert found.shares.sum() == pytest.approx(1)
    for number in range(3):
        assert found.share_of(number).mean() == pytest.approx(found.shares[number])
    assert found.largest(2).tolist() == np.argsort(-found.shares)[:2].tolist()


@pytest.mark.parametrize(("x", "y"), PIXELS)
def test_windows_lie_on_the_exemplar_and_hold_the_pixel(x: int, y: int) -> None:
    for source in contributions(seed=1).at(x, y):
        box, (at_x, at_y) = source.box, source.at_xy
        assert 0 <= box.x <= SIZE_HW[1] - SIDE
        assert 0 <= box.y <= SIZE_HW[0] - SIDE
        assert box.x <= at_x < box.x + SIDE
        assert box.y <= at_y < box.y + SIDE


def test_a_mirrored_window_is_told_where_it_is_in_the_exemplar() -> None:
    found = Contributions(
        ("ann",),
        *(np.array([[n]]) for n in (1, 2, 0)),
        np.ones((1, 1)),
        np.ones(1),
        (1, 1),
        4,
        8,
        (12, 12),
    )
    (source,) = found.at(1, 3)
    assert source.mirrored
    assert (source.box.x, source.box.y) == (12 - 8 - 0, 2)
    assert source.at_xy == (12 - 1 - 1, 2 + 3)


def test_a_pixel_beside_the_face_is_refused() -> None:
    with pytest.raises(ValueError, match="not on a face of 20×24 px"):
        contributions().at(20, 0)


def test_it_crosses_to_another_process_with_its_spread() -> None:
    found = contributions()
    shares = found.spread.shares
    there = pickle.loads(pickle.dumps(found))
    assert set(vars(there)) == {*Contributions.__dataclass_fields__, "spread"}
    assert np.array_equal(there.spread.shares, shares)
    assert there.at(5, 5) == found.at(5, 5)
