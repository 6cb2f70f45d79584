"""imresize against the MATLAB rule worked out by hand."""

import numpy as np
import pytest

from fhgui.imaging.resize import cubic, imresize, mirror, resize_matrix


def test_halving_four_samples_by_hand():
    """Output 0 lies at ½; the kernel is stretched by 2; taps −3 … 4 are ±¼, ±¾, ±1¼, ±1¾ away."""
    quarter, three, five, seven = cubic(np.array([0.25, 0.75, 1.25, 1.75])) / 2
    # −1, −2, −3 fold onto 0, 1, 2, and 4 folds onto 3
    expected = [quarter + three, quarter + five, three + seven, five + seven]
    np.testing.assert_allclose(resize_matrix(4, 2)[0], expected, atol=1e-15)
    np.testing.assert_allclose(expected, [0.546875, 0.3984375, 0.1015625, -0.046875])


def test_doubling_by_hand():
    """Output 2 of 8 lies at ¾: four taps at distances 1¾, ¾, ¼, 1¼."""
    row = resize_matrix(4, 8)[2]
    expected = cubic(np.array([0.75, 0.25, 1.25]))
    expected[0] += cubic(np.array([1.75]))[0]  # tap −1 folds onto 0
    np.testing.assert_allclose(row[:3], expected, atol=1e-15)
    assert row[3] == 0


@pytest.mark.parametrize(("n_in", "n_out"), [(128, 16), (16, 128), (7, 3), (3, 7), (1, 5), (5, 1)])
def test_rows_sum_to_one_and_mirror(n_in, n_out):
    matrix = resize_matrix(n_in, n_out)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-14)
    np.testing.assert_allclose(matrix, matrix[::-1, ::-1], atol=1e-14)


def test_reduction_by_eight_uses_32_taps():
    assert np.count_nonzero(resize_matrix(128, 16)[8]) == 32


def test_same_size_is_the_identity():
    np.testing.assert_array_equal(resize_matrix(9, 9), np.eye(9))


@pytest.mark.parametrize("value", [0, 1, 127, 255])
def test_constant_pictures_stay_constant(value):
    pixels = np.full((16, 16, 3), value, np.uint8)
    assert np.all(imresize(pixels, (128, 128)) == value)


def test_bytes_round_half_up_and_clip():
    edge = np.repeat(np.array([[0, 0, 255, 255]], np.uint8), 4, axis=0)
    exact = imresize(edge.astype(float), (4, 8))
    assert exact.min() < 0
    assert exact.max() > 255
    np.testing.assert_array_equal(
        imresize(edge, (4, 8)), np.clip(np.floor(exact + 0.5), 0, 255).astype(np.uint8)
    )


def test_dtype_and_order_of_axes():
    picture = np.arange(24, dtype=np.float32).reshape(2, 4, 3)
    assert imresize(picture, (4, 2)).dtype == np.float32
    assert imresize(picture, (5, 7)).shape == (5, 7, 3)
    assert imresize(picture[..., 0], (5, 7)).shape == (5, 7)


def test_mirror_repeats_the_edge_sample():
    np.testing.assert_array_equal(mirror(np.arange(-4, 8), 3), [2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1])


def test_no_samples_is_refused():
    with pytest.raises(ValueError, match="0 samples"):
        resize_matrix(0, 4)
