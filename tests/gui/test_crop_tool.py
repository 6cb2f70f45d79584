"""The crop's geometry as laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhgui.core.face import Box
from fhgui.gui.viewers.crop_tool import (
    HANDLES,
    Grip,
    dragged,
    expanded,
    from_edges,
    grip_at,
    handle_xy,
    inside,
)

SIZE = (120, 90)
coordinate = st.floats(-50, 200)
points = st.tuples(coordinate, coordinate)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y = draw(st.integers(0, SIZE[0] - 1)), draw(st.integers(0, SIZE[1] - 1))
    w, h = draw(st.integers(1, SIZE[0] - x)), draw(st.integers(1, SIZE[1] - y))
    return Box(x, y, w, h)


def lies_inside(box: Box) -> bool:
    fits = box.x >= 0 and box.y >= 0 and box.x + box.w <= SIZE[0] and box.y + box.h <= SIZE[1]
    return fits and box.w >= 1 and box.h >= 1


@given(boxes(), st.sampled_from(Grip), points, points)
def test_every_drag_leaves_a_box_inside_the_picture(
    box: Box, grip: Grip, start: tuple[float, float], now: tuple[float, float]
) -> None:
    assert lies_inside(dragged(box, grip, start, now, SIZE))


@given(boxes(), st.sampled_from(HANDLES))
def test_a_handle_dropped_where_it_was_changes_nothing(box: Box, grip: Grip) -> None:
    at = handle_xy(box, grip)
    assert dragged(box, grip, at, at, SIZE) == box


@given(boxes(), st.integers(-5, 5), st.integers(-5, 5))
def test_moving_keeps_the_size(box: Box, dx: int, dy: int) -> None:
    moved = dragged(box, Grip.INSIDE, (10, 10), (10 + dx, 10 + dy), SIZE)
    assert (moved.w, moved.h) == (box.w, box.h)
    assert moved == inside(Box(box.x + dx, box.y + dy, box.w, box.h), SIZE)


@given(points, points)
def test_corners_may_be_given_in_any_order(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert from_edges(*a, *b, SIZE) == from_edges(*b, *a, SIZE)
    assert from_edges(*a, *b, SIZE) == from_edges(a[0], b[1], b[0], a[1], SIZE)


@given(boxes())
def test_each_handle_is_found_where_it_lies(box: Box) -> None:
    for grip in HANDLES:
        found = grip_at(box, handle_xy(box, grip), 0.01)
        assert handle_xy(box, found) == handle_xy(box, grip)


@pytest.mark.parametrize(
    ("at", "grip"), [((20, 20), Grip.INSIDE), ((80, 80), Grip.NEW), ((9.5, 9.5), Grip.TOP_LEFT)]
)
def test_what_a_press_takes_hold_of(at: tuple[float, float], grip: Grip) -> None:
    assert grip_at(Box(10, 10, 30, 30), at, 2) is grip
    assert grip_at(None, at, 2) is Grip.NEW


def test_expanding_keeps_the_centre() -> None:
    box = expanded(Box(40, 40, 20, 20), 1.5, SIZE)
    assert box == Box(35, 35, 30, 30)
