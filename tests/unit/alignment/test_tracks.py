"""Following faces from made-up sightings, and judging them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from fhgui.alignment import tracks
from fhgui.alignment.templates import template
from fhgui.core.face import Box, DetectedFace
from fhgui.core.track import FaceQuality, FaceTrack, Sighting, Waypoint


def sighting(frame: int, x: int, y: int = 50, w: int = 40, **quality: float) -> Sighting:
    known = {"face_px": float(w), "sharpness": 10.0, "frontal": 0.9} | quality
    face = DetectedFace(Box(x, y, w, w), 1.0, np.zeros((68, 2)))
    return Sighting(frame, face, FaceQuality(**known))


def followed(*frames: list[Sighting]) -> list[list[int]]:
    follower = tracks.Follower()
    for sightings in frames:
        follower.take(sightings)
    return [[s.face.box.x for s in track.sightings] for track in follower.all()]


def test_two_people_who_walk_side_by_side_stay_two() -> None:
    steps = [[sighting(n, 10 + 8 * n), sighting(n, 150 + 8 * n)] for n in range(6)]
    steps[3].reverse()  # the detector's order means nothing
    assert followed(*steps) == [
        [10 + 8 * n for n in range(6)],
        [150 + 8 * n for n in range(6)],
    ]


def test_a_face_that_is_missed_for_a_moment_goes_on() -> None:
    gap: list[list[Sighting]] = [[] for _ in range(tracks.MOST_MISSED)]
    assert followed([sighting(0, 10)], *gap, [sighting(5, 20)]) == [[10, 20]]
    assert followed([sighting(0, 10)], *gap, [], [sighting(6, 20)]) == [[10], [20]]


def test_a_leap_or_another_size_is_another_face() -> None:
    assert followed([sighting(0, 10)], [sighting(1, 300)]) == [[10], [300]]
    assert followed([sighting(0, 10, w=30)], [sighting(1, 10, w=60)]) == [[10], [10]]


def test_the_nearest_pair_is_joined_first() -> None:
    """The sighting that is told first must not take the track of a nearer one."""
    told = followed([sighting(0, 10), sighting(0, 60)], [sighting(1, 36), sighting(1, 61)])
    assert told == [[10, 36], [60, 61]]


def test_the_best_sighting_has_size_sharpness_pose_and_light() -> None:
    small = sighting(0, 10, w=20)
    turned = sighting(4, 10, w=40, frontal=0.1)
    blurred = sighting(8, 10, w=40, sharpness=1.0)
    dark = sighting(10, 10, w=40, exposure=0.3)
    good = sighting(12, 10, w=38)
    ranked = tracks.scored([[sighting(0, 200, w=20)], [small, turned, blurred, dark, good]])
    assert [len(track) for track in ranked] == [5, 1]
    assert tracks.best_of(ranked[0]).frame_index == 12
    best, other = (tracks.best_of(track).quality.score for track in ranked)
    assert 0 <= other <= best <= 1


def test_a_face_in_the_dark_or_in_glare_is_badly_exposed() -> None:
    good = np.full((60, 60, 3), 128, np.uint8)
    half = good.copy()
    half[:, :30] = 255
    seen = DetectedFace(Box(10, 10, 40, 40), 1.0, template("celeba128").points)
    assert tracks.judged(good, seen).exposure == 1.0
    assert tracks.judged(half, seen).exposure == pytest.approx(0.5, abs=0.05)
    assert tracks.judged(good // 20, seen).exposure == 0.0


def test_between_two_places_the_box_lies_on_the_line() -> None:
    ends = (sighting(10, 0, w=40), sighting(20, 100, w=50))
    path = tuple(Waypoint(s.frame_index, s.face.box, s.face.landmarks, True) for s in ends)
    track = FaceTrack(1, ends, ends[1], np.zeros((4, 4, 3), np.uint8), path)
    assert track.box_at(10) == Box(0, 50, 40, 40)
    assert track.box_at(15) == Box(50, 50, 45, 45)
    assert track.box_at(20) == Box(100, 50, 50, 50)
    assert track.box_at(9) is None
    assert track.box_at(21) is None
    assert track.sighting(15) is None
    assert track.place(15) is None
    assert track.place(20) is path[1]


def test_a_frontal_face_is_frontal_however_it_is_tilted() -> None:
    points = template("celeba128").points
    straight = tracks.frontal(points)
    angle = np.radians(20)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    assert tracks.frontal(points @ turn.T) == pytest.approx(straight, abs=1e-9)
    assert straight > 0.8
    profile = points.copy()
    profile[30] = profile[16]
    assert tracks.frontal(profile) == 0.0


def test_blur_costs_sharpness() -> None:
    rng = np.random.default_rng(0)
    pixels = cv2.GaussianBlur(rng.integers(0, 256, (80, 80, 3), dtype=np.uint8), (0, 0), 1.0)
    blurred = cv2.GaussianBlur(pixels, (0, 0), 3.0)
    face = DetectedFace(Box(20, 20, 40, 40), 1.0, template("celeba128").points)
    assert (
        tracks.judged(blurred.astype(np.uint8), face).sharpness
        < 0.6 * tracks.judged(pixels.astype(np.uint8), face).sharpness
    )


@pytest.mark.parametrize("rate", [None, 5.0, 25.0, 60.0])
def test_a_long_film_is_searched_in_as_many_places_as_time_allows(rate: float | None) -> None:
    for count in (1, 10, 1000, 200_000):
        found = tracks.frames_to_search(7, 6 + count, rate)
        assert found[0] == 7
        assert found[-1] <= 6 + count
        assert len(found) <= tracks.MOST_SEARCHES


def test_a_face_at_the_edge_is_cut_out_as_far_as_the_frame_goes() -> None:
    pixels = np.zeros((60, 80, 3), np.uint8)
    cut = tracks.cut_out(pixels, Box(70, 50, 10, 10))
    assert 10 <= cut.shape[0] <= 18
    assert cut.base is None
