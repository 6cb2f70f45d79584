"""Laws of the degradation operators: adjoint, pseudo-inverse, closed form = normal equations."""

import numpy as np
import pytest

from fhgui.core.errors import MethodError
from fhgui.imaging.operators import OPERATORS, OperatorSpec, make_operator
from fhgui.imaging.resize import imresize

HR, SCALE = (32, 40), 8


@pytest.fixture(params=OPERATORS)
def operator(request):
    return make_operator(request.param, HR, SCALE)


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    return rng.normal(100, 40, (*HR, 3)), rng.normal(100, 40, (4, 5, 3))


def test_adjoint(operator, pair):
    x, y = pair
    left, right = np.sum(operator.forward(x) * y), np.sum(x * operator.adjoint(y))
    assert left == pytest.approx(right, rel=1e-12)


def test_shapes_and_constants(operator):
    assert (operator.hr_hw, operator.lr_hw) == (HR, (4, 5))
    np.testing.assert_allclose(operator.forward(np.full((*HR, 1), 7.0)), 7, atol=1e-9)


def test_pseudo_inverse_is_consistent_and_smallest(operator, pair):
    x, y = pair
    back = operator.pseudo_inverse(y)
    np.testing.assert_allclose(operator.forward(back), y, atol=1e-5)
    null = x - operator.pseudo_inverse(operator.forward(x))
    assert abs(np.sum(null * back)) < 1e-5 * np.linalg.norm(null) * np.linalg.norm(back)


@pytest.mark.parametrize("weight", [3.5e-5, 1.3e-3, 1.0])
def test_closed_form_solves_the_normal_equations(operator, pair, weight):
    """Eq. 5: (HᵀH + λI)x = Hᵀy + λz, to 1e-10 in float64."""
    z, y = pair
    x = operator.proximal(y, z, weight)
    left = operator.adjoint(operator.forward(x)) + weight * x
    right = operator.adjoint(y) + weight * z
    assert np.max(np.abs(left - right)) / np.max(np.abs(right)) < 1e-10


@pytest.mark.parametrize("weight", [1e-6, 1e-2])
def test_a_change_is_what_the_proximal_step_adds(operator, pair, weight):
    z, y = pair
    gap = y - operator.forward(z)
    for change, step in (
        (operator.change, operator.proximal),
        (operator.natural_change, operator.natural_proximal),
    ):
        np.testing.assert_allclose(z + change(gap, weight), step(y, z, weight), atol=1e-8)


def test_closed_form_equals_a_dense_solve(operator, pair):
    z, y = pair
    eye = np.eye(HR[0] * HR[1]).reshape(*HR, -1)
    dense = operator.forward(eye).reshape(20, -1)
    right = dense.T @ y.reshape(20, 3) + 1e-2 * z.reshape(-1, 3)
    expected = np.linalg.solve(dense.T @ dense + 1e-2 * np.eye(dense.shape[1]), right)
    np.testing.assert_allclose(
        operator.proximal(y, z, 1e-2).reshape(-1, 3), expected, rtol=0, atol=1e-9
    )


def test_bicubic_operator_is_imresize(pair):
    x, _ = pair
    operator = make_operator("bicubic", HR, SCALE)
    np.testing.assert_allclose(operator.forward(x), imresize(x, (4, 5)), atol=1e-10)


def test_gaussian_has_the_stated_width():
    """An impulse train far from the edges: the response to one column is a sampled Gaussian."""
    operator = make_operator("gaussian", (64, 64), 8, OperatorSpec(gaussian_sigma_px=3.0))
    ramp = np.broadcast_to(np.arange(64.0)[:, None, None], (64, 64, 1))
    square = operator.forward(ramp**2)[4, 4, 0] - operator.forward(ramp)[4, 4, 0] ** 2
    assert square == pytest.approx(9.0, rel=1e-3)
    assert operator.forward(ramp)[4, 4, 0] == pytest.approx(35.5)


def test_motion_smears_along_its_angle_only():
    spec = OperatorSpec(motion_length_px=9, motion_angle_deg=0)
    operator = make_operator("motion", (64, 64), 8, spec)
    plain = make_operator("bicubic", (64, 64), 8)
    rows = np.broadcast_to(np.sin(np.arange(64.0))[:, None, None], (64, 64, 1))
    columns = rows.swapaxes(0, 1)
    np.testing.assert_allclose(operator.forward(rows), plain.forward(rows), atol=1e-9)
    assert not np.allclose(operator.forward(columns), plain.forward(columns), atol=1e-3)


@pytest.mark.parametrize(("name", "hw", "scale"), [("median", HR, 8), ("bicubic", (30, 40), 8)])
def test_nonsense_is_refused(name, hw, scale):
    with pytest.raises(MethodError):
        make_operator(name, hw, scale)
