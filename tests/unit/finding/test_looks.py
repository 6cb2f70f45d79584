"""The closer look: the first find and the looks count the same, wherever the find lies."""

import numpy as np
import pytest

from fhgui.core.arrays import Floats, Pixels
from fhgui.finding import looks
from fhgui.finding.looks import SIDE_PX, WIDTHS_PX, looked_at
from fhgui.finding.peaks import Finds

FRAME = np.full((90, 120, 3), 128, np.uint8)


def finds(*probability: float) -> Finds:
    count = len(probability)
    centres = np.tile([50.0, 40.0], (count, 1))
    return Finds(np.array(probability), centres, np.full(count, 30.0))


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Pixels]:
    """Have every look answer with .8 at its middle; return what was looked at."""
    shown: list[Pixels] = []

    def answers(patches: Pixels, upright: int) -> tuple[Floats, Floats, Floats]:
        shown.append(patches)
        assert len(patches) == 2 * upright
        middle = np.full((len(patches), 2), SIDE_PX / 2 - 0.5)
        return np.full(len(patches), np.log(4.0)), middle, np.tile(WIDTHS_PX, 2)

    monkeypatch.setattr(looks, "_answers", answers)
    return shown


def test_the_first_find_and_the_looks_count_the_same(seen: list[Pixels]) -> None:
    probability = looked_at(FRAME, finds(0.5, 0.8, 0.2)).probability
    odds = np.sqrt(np.array([1.0, 4.0, 0.25]) * 4.0)
    assert probability == pytest.approx(odds / (1 + odds))
    assert len(seen) == 3


def test_place_and_width_are_those_of_the_looks(seen: list[Pixels]) -> None:
    looked = looked_at(FRAME, finds(0.6))
    assert looked.centres_xy[0] == pytest.approx((50.0, 40.0), abs=1.0)
    assert looked.widths_px[0] == pytest.approx(30.0, rel=0.03)
    assert seen[0].shape == (2 * len(WIDTHS_PX), SIDE_PX, SIDE_PX, 3)


def test_nothing_is_looked_at_where_nothing_was_found() -> None:
    assert len(looked_at(FRAME, finds())) == 0
