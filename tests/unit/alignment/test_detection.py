"""Large and small faces are found together, each once, and each time the same."""

from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from fhgui.alignment import detection
from fhgui.alignment.detection import MIN_PROBABILITY, find_faces
from fhgui.alignment.gradients import MIN_SCORE, find_large_faces
from fhgui.alignment.templates import reduced
from fhgui.core.arrays import Pixels
from fhgui.core.errors import InputError
from fhgui.core.face import Box, DetectedFace, FoundBy
from fhgui.evaluation.small_faces import through_noise
from fhgui.finding.peaks import Finds
from fhgui.imaging.demo import demo_eyes, demo_frame


def scene() -> Pixels:
    """Return a frame of 640×360 with the demo's face 66 px wide, and again some 16 px wide."""
    frame = demo_frame()
    large = cv2.resize(frame[60:160, 120:250], None, fx=2.2, fy=2.2, interpolation=cv2.INTER_CUBIC)
    small = cv2.resize(frame[60:160, 120:250], (70, 54), interpolation=cv2.INTER_AREA)
    whole = np.full((360, 640, 3), 96, np.uint8)
    whole[40 : 40 + large.shape[0], 30 : 30 + large.shape[1]] = large
    whole[200:254, 480:550] = small
    return whole


def eyes_of(face: DetectedFace) -> np.ndarray:
    return reduced(face.landmarks, 2)


def test_the_face_of_the_demo_is_found_first() -> None:
    faces = find_faces(demo_frame())
    assert np.abs(eyes_of(faces[0]) - demo_eyes()).max() < 2
    assert faces[0].landmarks.shape == (68, 2)
    assert 24 < faces[0].box.w < 38


def test_large_and_small_faces_are_found_each_by_its_own() -> None:
    faces = find_faces(scene())
    by = {face.found_by: face for face in reversed(faces)}
    large, small = by[FoundBy.GRADIENTS], by[FoundBy.NETWORK]
    assert faces[0] is large
    assert large.score >= MIN_SCORE
    assert MIN_PROBABILITY <= small.score <= 1
    assert large.box.centre_xy == pytest.approx((168, 142), abs=8)
    assert small.box.centre_xy == pytest.approx((514, 226), abs=4)
    assert 12 < small.box.w < 22


def test_a_small_face_is_found_once_through_noise() -> None:
    noisy = through_noise(scene(), "scene")
    near = [f for f in find_faces(noisy) if f.box.centre_xy == pytest.approx((514, 226), abs=5)]
    assert len(near) == 1
    assert near[0].found_by is FoundBy.NETWORK


def test_a_large_face_is_as_gradients_see_it() -> None:
    face, large = find_faces(scene())[0], find_large_faces(scene(), smallest_px=40)[0]
    assert (face.box, face.score) == (large.box, large.score)
    assert np.array_equal(face.landmarks, large.landmarks)


def test_no_face_is_reported_twice_or_beyond_the_frame() -> None:
    frame = scene()
    faces = find_faces(frame)
    for number, face in enumerate(faces):
        box = face.box
        assert 0 <= box.x < box.x + box.w <= frame.shape[1]
        assert 0 <= box.y < box.y + box.h <= frame.shape[0]
        for other in faces[:number]:
            apart = np.subtract(box.centre_xy, other.box.centre_xy)
            assert np.abs(apart).max() > other.box.w / 4


def test_what_the_network_doubts_is_a_face_if_gradients_see_it_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    eyes = demo_eyes().mean(axis=0)
    face, nothing = eyes + np.array([0.0, 8.0]), np.array([30.0, 30.0])
    doubted = Finds(np.array([0.3, 0.2]), np.stack([face, nothing]), np.array([30.0, 30.0]))
    monkeypatch.setattr(detection, "find_large_faces", lambda *given, **more: ())
    monkeypatch.setattr("fhgui.finding.search.find_small", lambda *given: doubted)
    (found,) = find_faces(demo_frame())
    assert found.found_by is FoundBy.GRADIENTS
    assert found.score >= MIN_SCORE
    assert found.box.centre_xy == pytest.approx(tuple(face), abs=5)


def test_the_same_pixels_give_the_same_answer() -> None:
    one, other = find_faces(scene()), find_faces(scene())
    assert [(f.box, f.score) for f in one] == [(f.box, f.score) for f in other]
    assert all(np.array_equal(a.landmarks, b.landmarks) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    "box",
    [Box(168, 92, 30, 31), Box(160, 80, 46, 50), Box(140, 70, 90, 100)],
    ids=["tight", "head", "shoulders"],
)
def test_a_box_around_the_face_finds_it(box: Box) -> None:
    faces = find_faces(demo_frame(), within=box)
    assert np.abs(eyes_of(faces[0]) - demo_eyes()).max() < 2


def test_a_box_finds_a_small_face_where_it_lies_in_the_frame() -> None:
    found = find_faces(scene(), within=Box(500, 212, 32, 32))
    assert found[0].box.centre_xy == pytest.approx((514, 226), abs=4)
    left, right = eyes_of(found[0])
    assert 505 < left[0] < right[0] < 523


def test_a_face_outside_the_box_is_not_reported() -> None:
    assert find_faces(demo_frame(), within=Box(230, 150, 60, 60)) == ()


def test_a_box_outside_the_frame_is_refused() -> None:
    with pytest.raises(InputError, match="outside the frame"):
        find_faces(demo_frame(), within=Box(340, 80, 60, 60))


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 200, 3), (90, 120, 3)])
def test_nothing_is_found_where_nothing_is(shape: tuple[int, int, int]) -> None:
    assert find_faces(np.full(shape, 128, np.uint8)) == ()
    noise = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert find_faces(noise) == ()


def test_without_the_network_gradients_look_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detection.paths, "model_file", lambda name: None)
    (face,) = find_faces(demo_frame())
    (other,) = find_large_faces(demo_frame())
    assert (face.box, face.score, face.found_by) == (other.box, other.score, FoundBy.GRADIENTS)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "centre_xy", "width_px"),
    [
        ("whu_far_01.jpg", (173, 140), 28),
        ("whu_far_02.jpg", (176, 128), 31),
        ("whu_near_01.jpg", (184, 132), 51),
        ("whu_near_02.jpg", (179, 121), 49),
        ("campus_c1s1_002376.jpg", (643, 479), 31),
    ],
)
def test_the_face_of_a_real_frame_is_found_first(
    data_dir: Path, name: str, centre_xy: tuple[int, int], width_px: int
) -> None:
    with Image.open(data_dir / "cctv" / name) as picture:
        faces = find_faces(np.array(picture.convert("RGB")))
    assert faces[0].box.centre_xy == pytest.approx(centre_xy, abs=4)
    assert faces[0].box.w == pytest.approx(width_px, abs=5)
    assert len(faces) <= 5


@pytest.mark.data
def test_both_faces_of_a_real_clip_are_found(data_dir: Path) -> None:
    with av.open(str(data_dir / "cctv" / "clip_nofi064.mp4")) as video:
        frame = next(islice(video.decode(video=0), 10, None)).to_ndarray(format="rgb24")
    places = [face.box.centre_xy for face in find_faces(frame)[:2]]
    assert sorted(places)[0] == pytest.approx((270, 258), abs=6)
    assert sorted(places)[1] == pytest.approx((453, 280), abs=6)
