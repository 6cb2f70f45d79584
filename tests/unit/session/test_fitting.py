"""Figures of an alignment hold as laws: residuals, turn, scale, and where the face lands."""

import math
from dataclasses import replace

import numpy as np
import pytest

from fhgui.alignment import placing
from fhgui.alignment.similarity import apply
from fhgui.alignment.templates import template
from fhgui.core.arrays import Points
from fhgui.core.face import Box, PlacedBy
from fhgui.imaging.demo import demo_frame
from fhgui.methods import registry
from fhgui.session.fitting import facts_of, on_template, template_on_output, upright
from fhgui.session.history import History
from fhgui.session.marking import Carried, Marking
from fhgui.session.placement import alignment_of, as_points

INFO = registry.info("bicubic")
GRID = template(INFO.template)


def posed(count: int, degrees: float, zoom: float, dx: float, dy: float) -> Points:
    """Return the template's points turned clockwise, enlarged and shifted."""
    a = math.radians(degrees)
    turn = zoom * np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
    points: Points = GRID.reduced(count) @ turn.T + (dx, dy)
    return points


@pytest.mark.parametrize("count", [2, 5, 68])
def test_a_posed_template_fits_without_residual_and_its_pose_is_told(count: int) -> None:
    points = posed(count, 12, 0.4, 100, 50)
    alignment = placing.by_landmarks(points, INFO.template, INFO.input_hw, PlacedBy.ANALYST)
    facts = facts_of(alignment, INFO)
    assert facts is not None
    assert np.allclose(facts.targets, points, atol=1e-9)
    assert max(facts.off_px) < 1e-9
    assert facts.roll_deg == pytest.approx(12)
    assert facts.frame_px_per_input_px == pytest.approx(0.4 * 128 / INFO.input_hw[0])
    assert facts.eyes_px == pytest.approx(0.4 * np.hypot(*np.diff(GRID.reduced(2), axis=0)[0]))
    assert sum(facts.fitted) == {2: 2, 5: 4, 68: 14}[count]


def test_the_residual_is_that_of_the_points_that_are_fitted() -> None:
    points = posed(5, 0, 0.3, 40, 40)
    points[2] += 9  # the tip of the nose is not fitted
    alignment = placing.by_landmarks(points, INFO.template, INFO.input_hw, PlacedBy.ANALYST)
    facts = facts_of(alignment, INFO)
    assert facts is not None
    assert facts.rms_px == pytest.approx(0, abs=1e-9)
    assert facts.off_px[2] == pytest.approx(math.hypot(9, 9))
    points[0] += (2, -1)
    alignment = placing.by_landmarks(points, INFO.template, INFO.input_hw, PlacedBy.ANALYST)
    facts = facts_of(alignment, INFO)
    assert facts is not None
    off = np.array(facts.off_px)[list(placing.ANCHORS)]
    assert facts.rms_px == pytest.approx(float(np.sqrt(np.mean(off**2))))
    assert f"{facts.rms_px:.2f} px" in facts.residual()


def test_points_land_on_the_template_of_the_output_grid() -> None:
    points = posed(68, -20, 0.5, 60, 120)
    alignment = placing.by_landmarks(points, INFO.template, INFO.input_hw, PlacedBy.ANALYST)
    landed = apply(placing.output_matrix(alignment, INFO.scale), points)
    assert np.allclose(landed, template_on_output(INFO), atol=1e-6)
    assert np.allclose(template_on_output(INFO), GRID.points, atol=1e-6)


def test_an_unturned_face_looks_the_same_before_and_after() -> None:
    frame = demo_frame()
    alignment = placing.by_landmarks(
        posed(5, 0, 0.5, 100, 60), INFO.template, INFO.input_hw, PlacedBy.ANALYST
    )
    plain = upright(Marking(), alignment, INFO)
    assert np.allclose(plain.matrix, alignment.matrix)
    seen = on_template(frame, alignment, INFO)
    assert seen.shape == (*INFO.output_hw, 3)
    again = on_template(frame, plain, INFO)
    assert np.abs(seen.astype(int) - again).max() <= 1  # one is rounded at its halves otherwise
    boxed = upright(Marking(box=Box(100, 60, 40, 40)), alignment, INFO)
    assert boxed.box == Box(100, 60, 40, 40)


def test_a_crop_has_no_figures() -> None:
    alignment = alignment_of(Marking(box=Box(10, 10, 30, 30)), INFO)
    assert alignment is not None
    assert facts_of(alignment, INFO) is None


def test_the_value_before_the_last_step_is_there_to_compare_with() -> None:
    history = History(1)
    assert history.previous is None
    history.do("two", 2)
    history.do("three", 3, merge="drag")
    history.do("four", 4, merge="drag")
    assert history.previous == 2
    history.undo()
    assert history.previous == 1


def test_snapped_and_carried_points_are_the_analysts_once_they_stand_in_another_frame() -> None:
    points = as_points(posed(5, 0, 0.3, 40, 40))
    snapped = Marking().snapped_to(points).seen_in(4)
    assert snapped.in_frame(4).placed_by is PlacedBy.SNAPPED
    assert snapped.in_frame(5).placed_by is PlacedBy.ANALYST
    carried = Carried(4, points, 4, 5, 0.1, 0.9)
    moved = snapped.carried_to(carried, points, None)
    assert moved.in_frame(5).placed_by is PlacedBy.TRACKED
    assert moved.in_frame(6).placed_by is PlacedBy.ANALYST
    assert moved.in_frame(6).carried is None
    assert replace(moved, set_in=9) == moved  # where it was set makes no difference


def test_carried_points_say_how_they_had_been_set() -> None:
    points = as_points(posed(5, 0, 0.3, 40, 40))
    upright = Marking(box=Box(10, 10, 30, 30)).straightened_to(points, "STN0 put it upright")
    once = upright.carried_to(Carried(4, points, 4, 5, 0.1, 0.9), points, None)
    twice = once.carried_to(Carried(4, points, 5, 6, 0.1, 0.9), points, None)
    for moved in (once, twice):
        placement = moved.placement()
        assert placement is not None
        assert "by optical flow" in placement.note
        assert placement.note.endswith("; STN0 put it upright")
    by_hand = (
        Marking().with_points(points).carried_to(Carried(4, points, 4, 5, 0.1, 0.9), points, None)
    )
    placement = by_hand.placement()
    assert placement is not None
    assert placement.note.endswith("px apart")
