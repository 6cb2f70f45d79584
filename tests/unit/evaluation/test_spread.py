"""Spread, jitter and drift state their laws; what is not known is said."""

import numpy as np
import pytest

from fhgui.alignment.cutting import cut_face
from fhgui.alignment.laying import Grid, laid_onto
from fhgui.alignment.placing import aligned, by_box, by_landmarks
from fhgui.alignment.similarity import apply, onto_grid, scale_of
from fhgui.core.arrays import Floats, Pixels
from fhgui.core.errors import InputError, WeightsError
from fhgui.core.face import Box, FaceAlignment, PlacedBy
from fhgui.evaluation import drift
from fhgui.evaluation.jitter import jittered, laid_back
from fhgui.evaluation.spread import spread, spreads
from fhgui.imaging.colour import to_uint8
from fhgui.imaging.resize import imresize
from tests.helpers.photographs import astronaut

FIVE = np.array([[40.0, 50.0], [60.0, 51.0], [50.5, 62.0], [43.0, 72.0], [58.0, 73.0]])


def grey(value: int, size: int = 8) -> Pixels:
    return np.full((size, size, 3), value, np.uint8)


def by_points(points: Floats = FIVE) -> FaceAlignment:
    return by_landmarks(points, "celeba128", (16, 16), PlacedBy.ANALYST)


def test_the_spread_is_the_range() -> None:
    assert spread([grey(10), grey(13), grey(90)]) == pytest.approx(np.full((8, 8), 80.0))
    assert np.isnan(spread([grey(7)])).all()


def test_what_is_not_known_does_not_spread() -> None:
    partly = grey(90).astype(float)
    partly[:4] = np.nan
    found = spread([grey(10), partly])
    assert np.isnan(found[:4]).all()
    assert found[4:] == pytest.approx(np.full((4, 8), 80.0))


def test_sizes_must_be_one() -> None:
    with pytest.raises(InputError, match="one size"):
        spread([grey(1), grey(1, 9)])


def test_results_of_other_sizes_are_compared_on_the_grid_of_each() -> None:
    here = Grid(np.eye(2, 3), (8, 8))
    finer = Grid(onto_grid(here.matrix, 2), (16, 16))
    small, large = spreads([grey(1), grey(3, 16)], [here, finer])
    assert small == pytest.approx(np.full((8, 8), 2.0))
    assert large == pytest.approx(np.full((16, 16), 2.0))


def test_other_crops_of_one_face_do_not_disagree() -> None:
    """Two templates cut a frame otherwise; laid over each other they show the same."""
    y, x = np.mgrid[:64, :64]
    frame = np.stack([3 * x, 3 * y, x + y], axis=-1).astype(np.uint8)
    narrow = Grid(np.array([[4.0, 0.0, -80.0], [0.0, 4.0, -80.0]]), (64, 64))
    wide = Grid(np.array([[2.0, 0.0, -20.0], [0.0, 2.0, -20.0]]), (96, 64))
    whole = Grid(np.eye(2, 3), (64, 64))
    cuts = [to_uint8(laid_onto(frame, whole, grid)) for grid in (narrow, wide)]
    for values, cut in zip(spreads(cuts, [narrow, wide]), cuts, strict=True):
        assert values.shape == cut.shape[:2]
        assert np.nanmax(values) < 2
        assert not np.isnan(values[24:40, 24:40]).any()  # both reach the middle
    as_they_stand = np.abs(cuts[0].astype(float) - cuts[1][:64].astype(float))
    assert as_they_stand.mean() > 5


@pytest.mark.parametrize("points", [FIVE, FIVE[:2]])
def test_no_anchor_moves_by_more_than_a_pixel(points: Floats) -> None:
    placed = by_points(points)
    moved = jittered(placed)
    assert len(moved) == 8
    gaps = [np.linalg.norm(m.landmarks - points, axis=1) for m in moved]
    assert max(g.max() for g in gaps) == pytest.approx(1.0)
    assert all(g.max() == pytest.approx(1.0, abs=0.02) for g in gaps)


def test_a_moved_placement_is_that_of_the_moved_points() -> None:
    for moved in jittered(by_points()):
        assert moved.landmarks is not None
        again = by_points(moved.landmarks)
        assert moved.matrix == pytest.approx(again.matrix, abs=1e-9)


def test_a_box_is_jittered_too_and_an_aligned_file_is_not() -> None:
    placed = by_box(Box(10, 20, 40, 44), "celeba128", (16, 16))
    scales = [scale_of(m.matrix) / scale_of(placed.matrix) for m in jittered(placed)]
    assert max(scales) == pytest.approx(1 / 0.95)
    with pytest.raises(InputError, match="nobody placed"):
        jittered(aligned((16, 16), "celeba128"))


def test_laid_back_results_meet() -> None:
    frame = imresize(astronaut(), (128, 128))
    placed = by_points(FIVE / 2 + (10, 0))
    before = imresize(cut_face(frame, placed, (16, 16)).pixels, (128, 128))
    for moved in jittered(placed):
        result = imresize(cut_face(frame, moved, (16, 16)).pixels, (128, 128))
        back = laid_back(result, moved, placed, 8)
        known = ~np.isnan(back)
        assert 0.5 < known.mean() <= 1
        there = np.abs(back - before)[known].mean()
        assert there < 0.6 * np.abs(result.astype(float) - before).mean()


def test_laying_back_what_was_not_moved_changes_nothing() -> None:
    placed = by_points()
    pixels = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    assert laid_back(pixels, placed, placed, 8) == pytest.approx(pixels.astype(float), abs=1e-6)
    corner = np.array([[0.0, 0.0]])
    assert apply(placed.matrix, corner).shape == (1, 2)


def test_drift_of_a_real_face_and_of_none() -> None:
    face = imresize(astronaut()[60:190, 155:285], (64, 64))
    large = imresize(face, (128, 128))
    rows = drift.drift_table(face, {"same": large, "noise": _noise()})
    told = {(r.method, r.against): r for r in rows}
    assert told["same", drift.PLAIN].distance == pytest.approx(0)
    assert told["noise", drift.PLAIN].distance is None
    assert told["same", "noise"].note == "no face was detected in noise"


def test_many_results_are_held_against_plain_interpolation_only() -> None:
    results = {f"m{n}": grey(0, 16) for n in range(drift.MOST_PAIRED + 1)}
    rows = drift.drift_table(grey(0, 4), results)
    assert [r.against for r in rows] == [drift.PLAIN] * len(results)
    assert all(r.distance is None and drift.PLAIN in r.note for r in rows)


def test_a_missing_network_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(pixels: Pixels) -> None:
        raise WeightsError("the network is not installed")

    monkeypatch.setattr(drift, "embedding", missing)
    rows = drift.drift_table(grey(0, 4), {"a": grey(0, 16), "b": grey(0, 16)})
    assert [r.note for r in rows] == ["the network is not installed"] * 2


def _noise() -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
