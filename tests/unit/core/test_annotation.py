"""Where an arrow's head is, and how far a place is from what is drawn."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhgui.core.annotation import Annotation, AnnotationKind, arrow_head, distance_to, placed_inside

SHARE = st.floats(0, 1)


def mark(kind: AnnotationKind, start: tuple[float, float], end: tuple[float, float]) -> Annotation:
    return Annotation("r", "input", kind, start, end)


@given(SHARE, SHARE, SHARE, SHARE)
def test_a_head_is_symmetric_about_its_arrow(x0: float, y0: float, x1: float, y1: float) -> None:
    tip, one, other = arrow_head((x0, y0), (x1, y1), 0.1)
    assert tip == (x1, y1)
    assert math.dist(tip, one) == pytest.approx(math.dist(tip, other), abs=1e-9)
    base = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
    reach = min(0.1, math.dist((x0, y0), (x1, y1)) / 2)
    assert math.dist(tip, base) == pytest.approx(reach, abs=1e-9)


def test_an_arrow_without_length_has_no_head() -> None:
    assert arrow_head((0.5, 0.5), (0.5, 0.5), 0.1) == ((0.5, 0.5),) * 3


def test_an_arrow_is_near_along_its_line_and_a_box_along_its_sides() -> None:
    arrow = mark(AnnotationKind.ARROW, (0.2, 0.5), (0.8, 0.5))
    assert distance_to(arrow, (0.5, 0.6)) == pytest.approx(0.1)
    assert distance_to(arrow, (0.9, 0.5)) == pytest.approx(0.1)
    box = mark(AnnotationKind.BOX, (0.8, 0.8), (0.2, 0.2))
    assert distance_to(box, (0.5, 0.5)) == pytest.approx(0.3)
    assert distance_to(box, (0.2, 0.7)) == 0


def test_what_lies_off_the_picture_is_none() -> None:
    assert placed_inside(mark(AnnotationKind.ARROW, (0, 0), (1, 1)))
    assert not placed_inside(mark(AnnotationKind.ARROW, (0, 0), (1.01, 1)))
    assert not placed_inside(mark(AnnotationKind.ARROW, (0, 0), (math.nan, 1)))
    long = Annotation("r", "input", AnnotationKind.TEXT, (0, 0), (0, 0), "x" * 501)
    assert not placed_inside(long)
