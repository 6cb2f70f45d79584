"""Following made-up faces: a textured patch that moves, and a detector that trembles and errs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from fhgui.alignment import following, retracing
from fhgui.alignment.following import Followed, Searched, follow, tracks_in
from fhgui.alignment.retracing import retraced
from fhgui.alignment.templates import template
from fhgui.core.arrays import Pixels, Points
from fhgui.core.errors import EvidenceError
from fhgui.core.face import Box, DetectedFace, FoundBy

SIDE = 40
RATE = 12.0
"""A third of the frames is searched."""

FRAMES = 37
SHAPE = (template("celeba128").points - 64.0) * SIDE / 100
"""Landmarks about the middle of a face."""

Find = Callable[..., tuple[DetectedFace, ...]]


def middle(index: int) -> tuple[float, float]:
    """Where the patch is: it swings."""
    return 60.0 + 2.5 * index, 60.0 + 12.0 * np.sin(index / 6)


def film() -> Callable[[int], Pixels]:
    rng = np.random.default_rng(3)
    noise = cv2.GaussianBlur(rng.normal(0, 1, (80, 80)), (0, 0), 2.0)
    patch = np.clip(128 + 50 * noise / noise.std(), 20, 240).astype(np.uint8)

    def frame_at(index: int) -> Pixels:
        x, y = middle(index)
        way = np.array([[1.0, 0.0, x - 39.5], [0.0, 1.0, y - 39.5]])
        moved = cv2.warpAffine(patch, way, (220, 130), flags=cv2.INTER_CUBIC, borderValue=128)
        return np.repeat(moved[:, :, None], 3, axis=2).astype(np.uint8)

    return frame_at


def face(x: float, y: float, score: float = 0.6) -> DetectedFace:
    box = Box(round(x - SIDE / 2), round(y - SIDE / 2), SIDE, SIDE)
    return DetectedFace(box, score, SHAPE + np.array([x, y]))


class Detector:
    """Knows where the patch is by the numbers of the frames, which it is shown in order."""

    def __init__(self, trembles_px: float = 0.0) -> None:
        self.rng, self.trembles_px = np.random.default_rng(0), trembles_px
        self.others: dict[int, DetectedFace] = {}
        self.misses: set[int] = set()
        self.looked_again: list[Box] = []
        self.at = 0

    def frame_at(self, index: int) -> Pixels:
        self.at = index
        return film()(index)

    def __call__(
        self,
        pixels: Pixels,
        within: Box | None = None,
        smallest_px: float = 16.0,
        least: float = 0.5,
    ) -> tuple[DetectedFace, ...]:
        x, y = np.array(middle(self.at)) + self.rng.normal(0, self.trembles_px, 2)
        if within is not None:
            self.looked_again.append(within)
            return (face(x, y, 0.25),)
        here = () if self.at in self.misses else (face(x, y),)
        return (*here, *([self.others[self.at]] if self.at in self.others else []))


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> Detector:
    made = Detector()
    monkeypatch.setattr(following, "find_faces", made)
    return made


def errors_px(points: Points, index: int) -> float:
    return float(np.abs(points - SHAPE - middle(index)).max())


def test_between_two_searches_the_flow_carries_a_face(detector: Detector) -> None:
    (track,) = tracks_in(detector.frame_at, 0, FRAMES - 1, RATE)
    assert [w.frame_index for w in track.path] == list(range(FRAMES))
    assert sum(w.seen for w in track.path) == len(track.sightings) < FRAMES / 2
    for place in track.path:
        assert errors_px(place.landmarks, place.frame_index) < 0.6
        box = track.box_at(place.frame_index)
        assert box is not None
        assert np.hypot(*np.subtract(box.centre_xy, middle(place.frame_index))) < 1.5
    assert track.place(FRAMES) is None
    assert track.box_at(FRAMES) is None


def test_what_trembles_is_averaged_along_the_way(detector: Detector) -> None:
    detector.trembles_px = 2.0
    (track,) = tracks_in(detector.frame_at, 0, FRAMES - 1, RATE)
    raw = [errors_px(s.face.landmarks, s.frame_index) for s in track.sightings]
    smooth = [errors_px(w.landmarks, w.frame_index) for w in track.path if w.seen]
    assert np.mean(smooth) < 0.7 * np.mean(raw)


def test_what_is_seen_once_only_needs_to_be_very_sure(detector: Detector) -> None:
    detector.others = {9: face(190, 20), 12: face(20, 110, score=9.0)}
    tracks = tracks_in(detector.frame_at, 0, FRAMES - 1, RATE)
    assert sorted(len(t.sightings) for t in tracks) == [1, len(tracks[0].sightings)]
    alone = next(t for t in tracks if len(t.sightings) == 1)
    assert alone.best.frame_index == 12
    assert alone.path[0].box == detector.others[12].box


def test_a_pattern_that_never_convinces_is_no_face(detector: Detector) -> None:
    """A lamp may be found in every frame."""
    weak = replace(face(190, 20, score=0.5), found_by=FoundBy.NETWORK)
    detector.others = dict.fromkeys(range(FRAMES), weak)
    assert len(tracks_in(detector.frame_at, 0, FRAMES - 1, RATE)) == 1
    detector.others[9] = replace(weak, score=0.8)
    assert len(tracks_in(detector.frame_at, 0, FRAMES - 1, RATE)) == 2


def test_who_never_convinces_but_moves_is_a_face(detector: Detector) -> None:
    """What changes from frame to frame and is found in all of them is no pattern of the wall."""
    rng = np.random.default_rng(5)
    grains = rng.normal(0, 1, (FRAMES, 40, 40))
    looks = [cv2.GaussianBlur(g, (0, 0), 3.0) * 400 + 128 for g in grains]

    def frame_at(index: int) -> Pixels:
        shown = detector.frame_at(index).copy()
        shown[0:40, 170:210] = np.clip(looks[index if moving else 0], 0, 255)[..., None]
        return shown

    weak = replace(face(190, 20, score=0.55), found_by=FoundBy.NETWORK)
    detector.others = dict.fromkeys(range(FRAMES), weak)
    for moving in (True, False):
        assert len(tracks_in(frame_at, 0, FRAMES - 1, RATE)) == 1 + moving
    moving = True
    detector.others = dict.fromkeys(range(0, FRAMES, 2), weak)
    assert len(tracks_in(frame_at, 0, FRAMES - 1, RATE)) == 1


def test_what_is_only_a_hint_is_not_told(detector: Detector) -> None:
    hint = replace(face(190, 20, score=0.45), found_by=FoundBy.NETWORK)
    detector.others = dict.fromkeys(range(FRAMES), hint)
    told = [
        f for s in follow(detector.frame_at, 0, 9, RATE) if isinstance(s, Searched) for f in s.faces
    ]
    assert told
    assert all(f.score != hint.score for f in told)


def test_a_missed_face_is_looked_for_where_it_should_be(detector: Detector) -> None:
    detector.misses = {15, 18}
    (track,) = tracks_in(detector.frame_at, 0, FRAMES - 1, RATE)
    assert len(detector.looked_again) == 2
    assert {15, 18} <= {s.frame_index for s in track.sightings}
    for box, index in zip(detector.looked_again, (15, 18), strict=True):
        assert np.hypot(*np.subtract(box.centre_xy, middle(index))) < 3.0


def test_a_damaged_frame_costs_only_itself(detector: Detector) -> None:
    def frame_at(index: int) -> Pixels:
        if index in (7, 9):
            raise EvidenceError("damaged")
        return detector.frame_at(index)

    (track,) = tracks_in(frame_at, 0, FRAMES - 1, RATE)
    assert (track.first, track.last) == (0, FRAMES - 1)
    assert [w.frame_index for w in track.path] == list(range(FRAMES))
    assert not any(w.seen for w in track.path if w.frame_index in (7, 9))
    assert errors_px(track.path[9].landmarks, 9) < 1.0


def test_every_searched_frame_is_told_and_the_tracks_come_last(detector: Detector) -> None:
    steps = list(follow(detector.frame_at, 0, FRAMES - 1, RATE))
    *searched, end = steps
    assert isinstance(end, Followed)
    told = [s for s in searched if isinstance(s, Searched)]
    assert [s.done for s in told] == list(range(1, told[-1].total + 1))
    assert len(told) == len(searched)
    assert all(s.faces for s in told)


def test_a_film_of_one_frame_has_its_faces(detector: Detector) -> None:
    (track,) = tracks_in(detector.frame_at, 4, 4, None)
    assert (track.first, track.last, len(track.path)) == (4, 4, 1)


def test_a_cut_does_not_mislead_the_flow(detector: Detector) -> None:
    """Neighbours beyond a jump do not count: the flow does not lead there."""

    def frame_at(index: int) -> Pixels:
        detector.at = 0 if index < 18 else 8
        return film()(detector.at)

    (track,) = tracks_in(frame_at, 0, FRAMES - 1, RATE)
    for place in track.path:
        assert errors_px(place.landmarks, 0 if place.frame_index < 18 else 8) < 0.6


def test_a_face_that_is_no_longer_found_is_carried_on_while_it_looks_alike(
    detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    detector.misses = set(range(18, FRAMES))
    monkeypatch.setattr(following, "_looked_again", lambda *_: None)
    (track,) = tracks_in(detector.frame_at, 0, FRAMES - 1, RATE)
    assert track.sightings[-1].frame_index == 15
    assert track.last > 20
    assert errors_px(track.path[-1].landmarks, track.last) < 2.0


def test_what_comes_before_a_face_is_not_taken_for_it(
    detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's back covers the face: the flow would go on with the back."""
    detector.misses = set(range(18, FRAMES))
    monkeypatch.setattr(following, "_looked_again", lambda *_: None)
    back = np.random.default_rng(9).normal(100, 30, (130, 220))
    covered = np.repeat(cv2.GaussianBlur(back, (0, 0), 2.0)[:, :, None], 3, axis=2)

    def frame_at(index: int) -> Pixels:
        shown = detector.frame_at(index)
        return shown if index < 18 else np.clip(covered, 0, 255).astype(np.uint8)

    (track,) = tracks_in(frame_at, 0, FRAMES - 1, RATE)
    assert track.last < 18


def test_before_its_first_sighting_a_face_is_followed_back(detector: Detector) -> None:
    detector.misses = set(range(13))
    (track,) = tracks_in(detector.frame_at, 0, FRAMES - 1, RATE)
    assert track.sightings[0].frame_index > 12
    assert [w.frame_index for w in track.path] == list(range(FRAMES))
    for place in track.path[:12]:
        assert not place.seen
        assert errors_px(place.landmarks, place.frame_index) < 1.5


@pytest.mark.parametrize("most_bytes", [retracing.MOST_BYTES, 1])
def test_a_face_is_not_led_back_into_another_track(
    detector: Detector, monkeypatch: pytest.MonkeyPatch, most_bytes: int
) -> None:
    """Whether frames are read many at a time or, where they are huge, one by one."""
    monkeypatch.setattr(retracing, "MOST_BYTES", most_bytes)
    (track,) = tracks_in(detector.frame_at, 0, FRAMES - 1, RATE)
    (late,) = [s for s in track.sightings if 18 <= s.frame_index <= 20]
    early = replace(track, path=track.path[:10])
    led = retraced(detector.frame_at, 0, late, [early])
    assert [w.frame_index for w in led] == list(range(10, late.frame_index))


def test_who_was_not_there_before_is_not_led_back(detector: Detector) -> None:
    def frame_at(index: int) -> Pixels:
        shown = detector.frame_at(index)
        return shown if index >= 11 else np.full_like(shown, 128)

    detector.misses = set(range(13))
    (track,) = tracks_in(frame_at, 0, FRAMES - 1, RATE)
    assert track.first == 11
