"""Laws of the projection onto the evidence: it fits, it moves least, it leaves the unseen alone."""

import numpy as np
import pytest

from fhgui.core.errors import MethodError
from fhgui.imaging.colour import to_float, to_uint8
from fhgui.imaging.consistency import CLOSE, consistent, redegradation
from fhgui.imaging.operators import OPERATORS, make_operator, natural_covariance

HR, SCALE = (32, 40), 8


@pytest.fixture(params=OPERATORS)
def operator(request):
    return make_operator(request.param, HR, SCALE)


@pytest.fixture
def truth():
    """A picture with contrast of every size and many values at both ends of the scale."""
    rng = np.random.default_rng(1)
    coarse = np.kron(rng.normal(0, 120, (4, 5, 3)), np.ones((8, 8, 1)))
    return np.clip(128 + coarse + rng.normal(0, 30, (*HR, 3)), 0, 255)


@pytest.fixture
def guess():
    return np.random.default_rng(2).uniform(60, 200, (*HR, 3))


def rms(values):
    return np.sqrt(np.mean(values**2))


def test_the_result_degrades_to_the_evidence_within_the_scale(operator, truth, guess):
    y = operator.forward(truth)
    x = consistent(guess, y, operator)
    assert x.min() >= 0
    assert x.max() <= 255
    assert np.abs(operator.forward(x) - y).max() <= CLOSE


def test_rounded_to_8_bit_it_stays_within_one_grey_level(operator, truth, guess):
    y = to_uint8(operator.forward(truth))
    x = to_uint8(consistent(guess, to_float(y), operator))
    assert redegradation(x, y, operator.name).largest <= 1


def test_it_comes_no_further_from_any_face_that_fits(operator, truth, guess):
    x = consistent(guess, operator.forward(truth), operator)
    assert np.linalg.norm(x - truth) < np.linalg.norm(guess - truth)


def test_what_the_degradation_cannot_see_is_left_alone(operator):
    rng = np.random.default_rng(3)
    guess = rng.normal(128, 2, (*HR, 3))  # far from both ends: nothing is clipped
    y = operator.forward(guess) + rng.normal(0, 1, (4, 5, 3))
    moved = consistent(guess, y, operator, nearness="plain") - guess
    seen = operator.pseudo_inverse(operator.forward(moved))
    np.testing.assert_allclose(moved, seen, atol=2e-3 * np.abs(moved).max())


def test_what_is_added_is_the_likeliest_in_a_natural_picture(guess):
    """By the textbook, all pixels at once: WHᵀ(HWHᵀ)⁻¹r with W and H as whole matrices."""
    hw = (16, 24)
    operator = make_operator("gaussian-wide", hw, SCALE)
    guess, rng = guess[:16, :24, :1], np.random.default_rng(5)
    unit = np.eye(16 * 24).reshape(-1, *hw, 1)
    h = np.stack([operator.forward(pixel).ravel() for pixel in unit], axis=1)
    w = np.kron(natural_covariance(hw[0]), natural_covariance(hw[1]))
    y = operator.forward(guess) + rng.normal(0, 1, (2, 3, 1))
    added = w @ h.T @ np.linalg.solve(h @ w @ h.T, (y - operator.forward(guess)).ravel())
    moved = consistent(guess, y, operator) - guess
    np.testing.assert_allclose(moved.ravel(), added, atol=1e-3)
    plain = consistent(guess, y, operator, nearness="plain") - guess
    roughness = [np.abs(np.diff(m, axis=0)).mean() for m in (moved, plain)]
    assert roughness[0] < roughness[1]


def test_a_face_that_fits_is_not_moved(operator, truth):
    np.testing.assert_allclose(
        consistent(truth, operator.forward(truth), operator), truth, atol=1e-9
    )


@pytest.mark.parametrize("noise", [0.5, 2.0])
def test_with_noise_the_gap_that_is_left_is_the_noise(operator, noise):
    rng = np.random.default_rng(4)
    guess = rng.normal(128, 5, (*HR, 3))
    y = operator.forward(guess) + rng.normal(0, 4, (4, 5, 3))
    x = consistent(guess, y, operator, noise)
    assert rms(operator.forward(x) - y) == pytest.approx(noise, rel=0.01)
    exact = consistent(guess, y, operator)
    assert np.linalg.norm(x - guess) < np.linalg.norm(exact - guess)


def test_within_the_noise_nothing_is_moved(operator, guess):
    y = operator.forward(guess) + 0.9
    np.testing.assert_array_equal(consistent(guess, y, operator, noise=1.0), guess)


def test_a_hair_above_the_noise_nothing_is_moved_either(operator, guess):
    y = operator.forward(guess) + 0.9
    noise = rms(y - operator.forward(guess)) * (1 - 1e-9)
    np.testing.assert_array_equal(consistent(guess, y, operator, noise=noise), guess)


def test_evidence_that_no_face_fits_gives_a_picture_all_the_same(operator):
    y = np.zeros((4, 5, 3))
    y[::2, ::2] = 255
    y[1::2, 1::2] = 400
    for noise in (0.0, 3.0):
        x = consistent(np.full((*HR, 3), 128.0), y, operator, noise)
        assert np.isfinite(x).all()
        assert (x.min(), x.max()) >= (0, 0)
        assert x.max() <= 255
        assert rms(operator.forward(x) - y) < rms(128 - y)


def test_the_gap_is_that_of_every_pixel_and_colour():
    face = np.full((2, 2, 3), 100, np.uint8)
    result = np.full((16, 16, 3), 100, np.uint8)
    result[:8, :8, 1] = 110
    found = redegradation(result, face, "average")
    assert found.largest == pytest.approx(10)
    assert found.mean == pytest.approx(10 / 12)


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(MethodError, match="no whole multiple"):
        redegradation(np.zeros((16, 17, 3), np.uint8), np.zeros((2, 2, 3), np.uint8), "bicubic")
    with pytest.raises(MethodError, match="no degradation 'fog'"):
        redegradation(np.zeros((16, 16, 3), np.uint8), np.zeros((2, 2, 3), np.uint8), "fog")
