"""Faces in the shade and half covered: what stays, what goes."""

import numpy as np
import pytest

from fhgui.training.obscuring import COVERED, covered, shaded

FACE = 96.0, 106.0, 104.0
SEEDS = range(40)


def grey(level: int) -> np.ndarray:
    return np.full((192, 192, 3), level, np.uint8)


def test_shade_darkens_the_face_and_sometimes_all():
    ratios = []
    for seed in SEEDS:
        dark = shaded(grey(150), FACE, np.random.default_rng(seed)).astype(int)
        assert dark[106, 96, 0] < 140
        assert dark[106, 96, 0] <= dark[2, 2, 0]
        ratios.append(dark[2, 2, 0] == 150)
    assert 0 < sum(ratios) < len(ratios)


def test_shade_keeps_the_order_of_grey_levels():
    ramp = np.repeat(np.arange(192, dtype=np.uint8)[:, None, None], 192, axis=1).repeat(3, axis=2)
    for seed in SEEDS:
        dark = shaded(ramp, FACE, np.random.default_rng(seed)).astype(int)
        assert np.all(np.diff(dark[60:150, 96, 0]) >= 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cover_leaves_the_middle_of_the_face(seed):
    white = covered(grey(0), FACE, grey(255), np.random.default_rng(seed))[..., 0]
    box = white[54:158, 44:148]
    share = float((box > 128).mean())
    assert 0.01 < share <= COVERED[1] + 0.05
    assert white[100:108, 94:98].max() == 0


def test_covers_come_from_every_side():
    corners = set()
    for seed in SEEDS:
        white = covered(grey(0), FACE, grey(255), np.random.default_rng(seed))[..., 0] > 128
        corners.add(
            (bool(white[106, 46]), bool(white[106, 146]), bool(white[156, 96]), bool(white[56, 96]))
        )
    assert len(corners) >= 4
