"""Colours of exemplars: the same over a result and in the stage, none for those that count less."""

import numpy as np

from fhgui.core.contributions import Contributions
from fhgui.imaging.exemplar_maps import SHOWN, TINT, colours, leading_tint, palette, tinted


def one_each(count: int) -> Contributions:
    """Return a row of patches, each of another exemplar, the first with the most trust."""
    numbers = np.arange(count)[:, None]
    zeros = np.zeros((count, 1), int)
    trust = np.linspace(1, 0.5, count)
    names = tuple(map(str, range(count)))
    weights = np.ones((count, 1))
    return Contributions(
        names, numbers, zeros, zeros, weights, trust, (1, count), 4, 4, (4, 4 * count)
    )


def test_colours_are_all_others() -> None:
    assert len({tuple(colour) for colour in palette().tolist()}) == SHOWN


def test_only_those_that_count_most_have_one() -> None:
    found = one_each(SHOWN + 3)
    assert np.isnan(colours(found)).all(axis=1).sum() == 3


def test_the_tint_over_a_picture_is_that_of_the_stage() -> None:
    found = one_each(SHOWN + 1)
    over = leading_tint(found)
    gray = np.full((*found.size_hw, 3), 90.0)
    laid = gray + over[..., 3:] / 255 * (over[..., :3] - gray)
    assert np.abs(laid - tinted(found, gray)).max() <= 1
    assert set(np.unique(over[..., 3])) == {0, round(255 * TINT)}
