"""Maps become faces exactly where they say, each once."""

import numpy as np
import pytest
import torch

from fhgui.finding.network import CELL_PX, CENTRE, SHIFT_X, SHIFT_Y, USUAL_PX, WIDTH
from fhgui.finding.peaks import Finds, overlaps, peaks, without_doubles


def maps_of(*faces: tuple[int, int, float, tuple[float, float], float]) -> torch.Tensor:
    """Return maps with a peak per (row, column, logit, shift, width in pixels)."""
    maps = torch.zeros(4, 12, 16)
    maps[CENTRE] = -6
    for row, column, logit, (x, y), width_px in faces:
        maps[CENTRE, row - 1 : row + 2, column - 1 : column + 2] = logit - 1
        maps[CENTRE, row, column] = logit
        maps[SHIFT_X, row, column], maps[SHIFT_Y, row, column] = x, y
        maps[WIDTH, row, column] = float(np.log(width_px / USUAL_PX))
    return maps


def test_a_face_is_between_the_cells_where_the_maps_say() -> None:
    found = peaks(maps_of((3, 5, 2.0, (0.25, -0.5), 20.0)), 0.5)
    assert len(found) == 1
    assert found.centres_xy[0] == pytest.approx((CELL_PX * 5.25, CELL_PX * 2.5))
    assert found.widths_px[0] == pytest.approx(20, rel=1e-6)
    assert found.probability[0] == pytest.approx(1 / (1 + np.exp(-2.0)))
    left, top, right, bottom = found.edges[0]
    assert (left + right) / 2 == pytest.approx(CELL_PX * 5.25 + 0.5)
    assert bottom - top == pytest.approx(20, rel=1e-6)


def test_the_most_certain_comes_first_and_the_uncertain_not_at_all() -> None:
    maps = maps_of((2, 2, 0.5, (0, 0), 12.0), (8, 12, 3.0, (0, 0), 12.0), (8, 4, -3, (0, 0), 12.0))
    found = peaks(maps, 0.3)
    assert len(found) == 2
    assert found.probability[0] > found.probability[1]
    assert found.centres_xy[0] == pytest.approx((48, 32))


def test_only_own_cells_give_peaks() -> None:
    maps = maps_of((2, 2, 1.0, (0, 0), 12.0), (8, 12, 1.0, (0, 0), 12.0))
    assert len(peaks(maps, 0.3, own=(0, 0, 8))) == 1
    assert len(peaks(maps, 0.3, own=(8, 8, 8))) == 1


def test_overlaps_are_those_of_the_squares() -> None:
    one = np.array([0.0, 0.0, 10.0, 10.0])
    others = np.array([[0.0, 0.0, 10.0, 10.0], [5.0, 0.0, 15.0, 10.0], [20.0, 20.0, 30.0, 30.0]])
    assert overlaps(one, others) == pytest.approx([1, 1 / 3, 0])


def test_a_face_seen_twice_is_kept_once() -> None:
    found = Finds(
        np.array([0.9, 0.8, 0.7]),
        np.array([[20.0, 20.0], [22.0, 20.0], [60.0, 20.0]]),
        np.array([16.0, 16.0, 16.0]),
    )
    kept = without_doubles(found)
    assert kept.probability.tolist() == [0.9, 0.7]
