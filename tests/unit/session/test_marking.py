"""A marking says truthfully how its points came about."""

import numpy as np

from fhgui.core.face import Box, DetectedFace, PlacedBy
from fhgui.provenance.request import Placement, PlacementKind
from fhgui.session.marking import Marking, from_detection

FACE = DetectedFace(Box(10, 20, 30, 30), 0.8, np.arange(136, dtype=float).reshape(68, 2))
EYES = ((10.0, 10.0), (20.0, 10.0))


def test_nothing_marked_places_nothing() -> None:
    assert Marking().placement() is None


def test_an_automatic_find_is_repeated_the_way_it_was_made() -> None:
    inside = Box(0, 10, 60, 60)
    whole, crop = from_detection(FACE, None), from_detection(FACE, inside)
    assert whole.placement() == Placement(PlacementKind.AUTO, box=FACE.box)
    assert crop.placement() == Placement(PlacementKind.BOX, box=inside)
    assert whole.placed_by is crop.placed_by is PlacedBy.AUTO
    assert whole.score == 0.8


def test_one_moved_point_makes_the_points_the_analysts() -> None:
    moved = from_detection(FACE, None).with_point(3, (1.5, 2.5))
    assert moved.placed_by is PlacedBy.ANALYST
    assert moved.score is None
    assert moved.points is not None
    assert moved.points[3] == (1.5, 2.5)
    placement = moved.placement()
    assert placement is not None
    assert placement.kind is PlacementKind.LANDMARKS
    assert placement.landmarks == moved.points


def test_another_crop_takes_the_points_away() -> None:
    box = Box(1, 2, 30, 40)
    marking = Marking(points=EYES).with_box(box)
    assert marking.points is None
    assert marking.placement() == Placement(PlacementKind.BOX, box=box)


def test_moving_a_point_that_is_not_there_changes_nothing() -> None:
    assert Marking().with_point(0, (1, 1)) == Marking()


def test_points_found_in_one_frame_are_the_analysts_choice_in_another() -> None:
    found = from_detection(FACE, None, frame_index=24)
    assert found.in_frame(24) is found
    elsewhere = found.in_frame(30)
    assert elsewhere.points == found.points
    assert elsewhere.placed_by is PlacedBy.ANALYST
    assert Marking(points=EYES).in_frame(3) == Marking(points=EYES)
