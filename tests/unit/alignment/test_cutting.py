"""What is cut out of a frame is what was there: at the right place, and never aliased."""

import tracemalloc

import numpy as np
import pytest

from fhgui.alignment import cutting
from fhgui.alignment.cutting import cut_face, sample, sample_at
from fhgui.alignment.placing import aligned, by_box, by_landmarks, output_matrix
from fhgui.alignment.similarity import apply, invert, onto_grid
from fhgui.alignment.templates import template
from fhgui.core.arrays import Floats, Matrix, Pixels
from fhgui.core.errors import InputError
from fhgui.core.face import Box, FaceAlignment, PlacedBy
from fhgui.imaging.colour import to_uint8
from fhgui.imaging.resize import imresize

FACE = template("celeba128")


def similarity(scale: float, angle: float, x: float, y: float) -> Matrix:
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[cos, -sin, x], [sin, cos, y]])


def alignment_by(to_frame: Matrix, input_hw: tuple[int, int]) -> FaceAlignment:
    """Return the alignment of a face that ``to_frame`` carried from the template's grid."""
    points = apply(to_frame, FACE.points)
    return by_landmarks(points, "celeba128", input_hw, PlacedBy.ANALYST)


def smooth_picture() -> Pixels:
    """Return 128×128×3 of soft coloured waves, without detail that a paste could lose."""
    y, x = np.mgrid[:128, :128] / 128
    waves = [np.sin(7 * x + 3 * y), np.cos(5 * x * y + 2), np.sin(9 * y - 4 * x)]
    return to_uint8(128 + 100 * np.stack(waves, axis=-1))


@pytest.mark.parametrize("input_hw", [(16, 16), (32, 32), (128, 128)])
@pytest.mark.parametrize("angle", [0.0, 0.35, -2.0])
def test_a_face_pasted_by_a_known_similarity_is_recovered(
    angle: float, input_hw: tuple[int, int]
) -> None:
    face, to_frame = smooth_picture(), similarity(1.7, angle, 260.3, 330.6)
    frame = to_uint8(sample(face, to_frame, (600, 600)))
    cut = cut_face(frame, alignment_by(to_frame, input_hw), input_hw).pixels
    expected = imresize(face, input_hw)
    inner = slice(input_hw[0] // 8, -input_hw[0] // 8)
    error = np.abs(cut[inner, inner].astype(int) - expected[inner, inner])
    assert error.max() <= 2
    assert error.mean() < 0.5


@pytest.mark.parametrize("input_hw", [(16, 16), (128, 128)])
def test_a_training_picture_is_degraded_as_the_papers_do(input_hw: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    cut = cut_face(picture, alignment_by(similarity(1, 0, 0, 0), input_hw), input_hw)
    assert np.array_equal(cut.pixels, imresize(picture, input_hw))


def test_an_aligned_picture_is_left_alone() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    cut = cut_face(picture, aligned((16, 16), "celeba128"), (16, 16))
    assert np.array_equal(cut.pixels, picture)
    assert cut.size_hw == (16, 16)


def test_an_aligned_picture_of_another_size_is_refused() -> None:
    picture = np.zeros((20, 30, 3), np.uint8)
    with pytest.raises(InputError, match="30×20 pixels, the method's input is 16×16; place"):
        cut_face(picture, aligned((16, 16), "celeba128"), (16, 16))


def ramp(height: int, width: int) -> Pixels:
    """Return a frame whose value tells the place: exactly 2x + 3y, and 255 less that."""
    y, x = np.mgrid[:height, :width]
    value = 2 * x + 3 * y
    return np.stack([value, 255 - value, value], axis=-1).astype(np.uint8)


def test_samples_come_from_the_exact_place() -> None:
    to_frame = similarity(0.21, 0.6, 21.37, 11.83)
    seen = sample(ramp(40, 60), invert(to_frame), (30, 40))
    rows, columns = np.mgrid[:30, :40]
    places = apply(to_frame, np.column_stack([columns.ravel(), rows.ravel()]).astype(float))
    expected = (places @ [2.0, 3.0]).reshape(30, 40)
    assert np.abs(seen[..., 0] - expected).max() < 1e-9
    assert np.abs(seen[..., 1] - (255 - expected)).max() < 1e-9


def test_a_reduced_ramp_lands_at_the_right_place() -> None:
    placed = by_box(Box(9, 8, 28, 28), "celeba128", (16, 16))
    cut = cut_face(ramp(45, 50), placed, (16, 16)).pixels[4:12, 4:12]  # the rest sees the edge
    rows, columns = np.mgrid[4:12, 4:12]
    places = apply(
        invert(placed.matrix), np.column_stack([columns.ravel(), rows.ravel()]).astype(float)
    )
    expected = (places @ [2.0, 3.0]).reshape(8, 8)
    assert np.abs(cut[..., 0] - expected).max() <= 0.5 + 1e-6


def centroid(values: Floats) -> Floats:
    rows, columns = np.mgrid[: values.shape[0], : values.shape[1]]
    return np.array([(values * columns).sum(), (values * rows).sum()]) / values.sum()


@pytest.mark.parametrize("scale", [0.35, 1.0, 2.6, 7.3])
@pytest.mark.parametrize("angle", [0.0, 0.5])
def test_a_spot_lands_at_the_right_sub_pixel_place(scale: float, angle: float) -> None:
    to_frame = similarity(scale, angle, 95.2 * scale + 20, 30.7 * scale + 20)
    placed = alignment_by(to_frame, (16, 16))
    centre = apply(to_frame, np.array([[61.3, 66.9]]))[0]
    side = int(230 * scale) + 40
    y, x = np.mgrid[:side, :side]
    sigma_px = 11 * scale
    spot = 255 * np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (2 * sigma_px**2))
    cut = cut_face(np.repeat(to_uint8(spot)[..., None], 3, axis=2), placed, (16, 16)).pixels
    expected = apply(placed.matrix, centre[None])[0]
    assert np.abs(centroid(cut[..., 0].astype(float)) - expected).max() < 0.01


@pytest.mark.parametrize("period_px", [2, 3, 5])
def test_detail_finer_than_the_input_grid_never_becomes_a_pattern(period_px: int) -> None:
    x = np.arange(400)
    stripes = np.where(x % period_px < period_px / 2, 255, 0).astype(np.uint8)
    frame = np.broadcast_to(stripes[None, :, None], (400, 400, 3)).copy()
    cut = cut_face(frame, by_box(Box(100, 100, 183, 183), "celeba128", (16, 16)), (16, 16)).pixels
    assert float(cut.astype(float).std()) < 3


def test_beyond_the_frame_its_edge_goes_on() -> None:
    frame = np.full((30, 30, 3), 77, np.uint8)
    cut = cut_face(frame, by_box(Box(0, 0, 30, 30), "celeba128", (16, 16)), (16, 16))
    assert np.array_equal(cut.pixels, np.full((16, 16, 3), 77))


def test_output_grid_and_input_grid_see_the_same_face() -> None:
    face, to_frame = smooth_picture(), similarity(1.2, 0.1, 90, 80)
    frame = to_uint8(sample(face, to_frame, (400, 400)))
    placed = alignment_by(to_frame, (16, 16))
    large = sample(frame, output_matrix(placed, 8), (128, 128))
    small = cut_face(frame, placed, (16, 16)).pixels
    assert np.abs(imresize(large, (16, 16)) - small)[2:-2, 2:-2].max() < 2


def held_whole(frame: Pixels, placed: FaceAlignment, k: int, input_hw: tuple[int, int]) -> Pixels:
    """Cut a face as it was done before the fine grid was taken in strips."""
    to_picture = invert(onto_grid(placed.matrix, k))
    y, x = np.indices((input_hw[0] * k, input_hw[1] * k), dtype=np.float64)
    points = np.column_stack([x.ravel(), y.ravel()])
    bands = [points[n : n + cutting.BAND] for n in range(0, len(points), cutting.BAND)]
    values = np.concatenate([sample_at(frame, apply(to_picture, band)) for band in bands])
    return to_uint8(imresize(values.reshape(*y.shape, -1), input_hw))


@pytest.mark.parametrize("strip_px", [1, 5000, 20_000, 1 << 30])
@pytest.mark.parametrize(("input_hw", "scale"), [((16, 16), 1.3), ((24, 24), 0.6), ((32, 32), 0.5)])
def test_the_bits_do_not_depend_on_how_much_is_held_at_once(
    input_hw: tuple[int, int], scale: float, strip_px: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = np.random.default_rng(2).integers(0, 256, (200, 190, 3), dtype=np.uint8)
    placed = alignment_by(similarity(scale, 0.3, 60, 20), input_hw)
    k = cutting._oversampling(placed.matrix)
    assert k > 1
    truth = held_whole(frame, placed, k, input_hw)
    monkeypatch.setattr(cutting, "STRIP", strip_px)
    assert np.array_equal(cut_face(frame, placed, input_hw).pixels, truth)
    onto_fine, fine_hw = onto_grid(placed.matrix, k), (input_hw[0] * k, input_hw[1] * k + 7)
    rows = cutting._sample_reduced(frame, onto_fine, fine_hw, input_hw[0])
    whole = imresize(sample(frame, onto_fine, fine_hw), (input_hw[0], fine_hw[1]))
    assert np.array_equal(rows, whole)


def test_a_large_face_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "STRIP", 1 << 15)
    frame = np.zeros((800, 800, 3), np.uint8)
    placed = alignment_by(similarity(5.6, 0.1, 50, 20), (16, 16))
    fine = (16 * cutting._oversampling(placed.matrix)) ** 2
    assert fine > 500_000
    cut_face(frame[:400, :400], placed, (16, 16))  # loads what is loaded at the first use
    tracemalloc.start()
    try:
        cut_face(frame, placed, (16, 16))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < fine * 3 * 8 / 2, peak
