"""Landmarks of small faces lie on the face, wherever its box was put, and say how sure they are."""

import shutil
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from fhgui import paths
from fhgui.alignment import small_landmarks
from fhgui.alignment.gradients import edges_of, find_large_faces
from fhgui.alignment.similarity import apply
from fhgui.alignment.small_landmarks import (
    FILES,
    about,
    by_dlib,
    by_trees,
    dlib_share,
    landmarks_of,
)
from fhgui.alignment.templates import reduced
from fhgui.core.arrays import Floats, Pixels, Points
from fhgui.core.errors import WeightsError
from fhgui.core.face import spread_words
from fhgui.evaluation.landmarks import smaller
from fhgui.evaluation.small_faces import through_noise
from fhgui.imaging.demo import demo_eyes, demo_frame

FRAME = demo_frame()
(FACE,) = find_large_faces(FRAME)
EDGES = edges_of(FACE.box)
EYES_PX = float(np.hypot(*np.diff(demo_eyes(), axis=0)[0]))


def eyes_off(points: Points, truth: Points) -> float:
    """Return how far the eyes are off, as a share of their distance."""
    return float(np.linalg.norm(reduced(points, 2) - truth, axis=1).mean() / EYES_PX)


@pytest.fixture
def fresh_trees() -> Iterator[None]:
    small_landmarks._trees.cache_clear()
    yield
    small_landmarks._trees.cache_clear()


def test_the_eyes_of_the_demo_are_where_they_were_drawn() -> None:
    seen = by_trees(FRAME, EDGES)
    assert seen.points.shape == (68, 2)
    assert eyes_off(seen.points, demo_eyes()) < 0.08
    assert 0 < seen.spread_px < 0.1 * EYES_PX


@pytest.mark.parametrize("change", [(0.08, 0, 1), (0, -0.08, 1), (0, 0, 0.88), (0.05, 0.05, 1.12)])
def test_another_box_about_the_face_changes_little(change: tuple[float, float, float]) -> None:
    right, down, size = change
    middle, half = (EDGES[:2] + EDGES[2:]) / 2, (EDGES[2:] - EDGES[:2]) / 2
    moved = middle + 2 * half * np.array([right, down])
    edges = np.concatenate([moved - half * size, moved + half * size])
    exact, other = by_trees(FRAME, EDGES).points, by_trees(FRAME, edges).points
    assert np.linalg.norm(other - exact, axis=1).mean() < 0.05 * EYES_PX


@pytest.mark.parametrize("degrees", [-20, 20])
def test_turned_faces_are_seen(degrees: float) -> None:
    centre = (EDGES[:2] + EDGES[2:]) / 2
    turn = cv2.getRotationMatrix2D(centre.tolist(), degrees, 1.0)
    size_wh = FRAME.shape[1], FRAME.shape[0]
    turned = np.asarray(cv2.warpAffine(FRAME, turn, size_wh, flags=cv2.INTER_CUBIC), np.uint8)
    assert eyes_off(by_trees(turned, EDGES).points, apply(turn, demo_eyes())) < 0.12


def test_the_same_pixels_give_the_same_answer() -> None:
    one, other = by_trees(FRAME, EDGES), by_trees(FRAME.copy(), EDGES.copy())
    assert np.array_equal(one.points, other.points)
    assert one.spread_px == other.spread_px


def test_looks_at_noise_lie_farther_apart() -> None:
    noise = np.random.default_rng(0).normal(0, 25, FRAME.shape)
    noisy = np.clip(FRAME + noise, 0, 255).astype(np.uint8)
    assert by_trees(noisy, EDGES).spread_px > 1.2 * by_trees(FRAME, EDGES).spread_px


def test_rough_points_are_enough() -> None:
    rough = demo_eyes() + 0.06 * EYES_PX * np.eye(2)
    assert eyes_off(about(FRAME, rough).points, demo_eyes()) < 0.08


def test_a_face_at_the_corner_needs_no_surroundings() -> None:
    x0, y0, x1, y1 = map(int, EDGES)
    cut = np.ascontiguousarray(FRAME[y0:y1, x0:x1])
    seen = by_trees(cut, EDGES - np.array([x0, y0, x0, y0]))
    assert eyes_off(seen.points + np.array([x0, y0]), demo_eyes()) < 0.12


def test_large_faces_are_left_to_dlib() -> None:
    large = np.asarray(cv2.resize(FRAME, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC), np.uint8)
    assert np.array_equal(landmarks_of(large, 4 * EDGES).points, by_dlib(large, 4 * EDGES).points)


def test_faces_between_are_seen_by_both() -> None:
    share = dlib_share(float(EDGES[2] - EDGES[0]))
    assert 0 < share < 1
    trees, dlib = by_trees(FRAME, EDGES), by_dlib(FRAME, EDGES)
    both = landmarks_of(FRAME, EDGES)
    assert both.points == pytest.approx((1 - share) * trees.points + share * dlib.points)
    assert min(trees.spread_px, dlib.spread_px) < both.spread_px
    assert both.spread_px < max(trees.spread_px, dlib.spread_px)


@pytest.mark.parametrize(("width_px", "share"), [(10, 0), (12, 0), (24, 0.5), (36, 1), (200, 1)])
def test_dlib_answers_the_more_the_wider_the_face(width_px: float, share: float) -> None:
    assert dlib_share(width_px) == share


def test_without_the_trees_dlib_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "model_file", lambda name: None)
    assert np.array_equal(landmarks_of(FRAME, EDGES).points, by_dlib(FRAME, EDGES).points)


@pytest.mark.usefixtures("fresh_trees")
def test_a_damaged_file_is_never_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = paths.model_file(FILES[68])
    assert source is not None
    shutil.copytree(source.parent, tmp_path / source.parent.name)
    copy = tmp_path / FILES[68]
    content = bytearray(copy.read_bytes())
    content[-1] ^= 1
    copy.write_bytes(content)
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path))
    with pytest.raises(WeightsError, match="differs from its card"):
        by_trees(FRAME, EDGES)


def test_the_spread_is_said_in_frame_pixels() -> None:
    assert spread_words(0.4499) == "points repeat to 0.4 px, errors are larger"


def pictures(source: Path, count: int) -> Iterator[tuple[str, Pixels]]:
    with zipfile.ZipFile(source) as archive:
        names = sorted(n for n in archive.namelist() if n.endswith((".jpg", ".png", ".webp")))
        for name in names[:: len(names) // count][:count]:
            yield name, np.asarray(Image.open(BytesIO(archive.read(name))).convert("RGB"))


def placed(pixels: Pixels, width_px: float) -> tuple[Pixels, Floats, Points]:
    """Return a picture reduced, the box of its face and the landmarks there."""
    face = find_large_faces(pixels, smallest_px=64)[0]
    small, scale_xy = smaller(pixels, width_px / face.box.w)
    return small, edges_of(face.box) * np.tile(scale_xy, 2), (face.landmarks + 0.5) * scale_xy - 0.5


@pytest.mark.data
def test_faces_of_16_noisy_pixels_are_seen_better_than_by_dlib(data_dir: Path) -> None:
    ours, theirs = [], []
    for name, pixels in pictures(data_dir / "lfw" / "test-dev.zip", 12):
        small, edges, truth = placed(pixels, 16)
        noisy = through_noise(small, name)
        eyes_px = np.hypot(*np.diff(reduced(truth, 2), axis=0)[0])
        for found, errors in ((landmarks_of(noisy, edges), ours), (by_dlib(noisy, edges), theirs)):
            errors.append(np.linalg.norm(found.points - truth, axis=1).mean() / eyes_px)
    assert np.median(ours) < 0.06
    assert np.mean(ours) < np.mean(theirs)
