"""One battery for every method that estimates its error."""

import itertools

import numpy as np
import pytest

from fhgui.core.doubt import INTERVAL, LEVELS
from fhgui.core.errors import MethodError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Uncertain
from fhgui.imaging.resize import imresize
from fhgui.methods import registry

ESTIMATING = [m for m in registry.method_ids() if registry.info(m).estimates_error]


def face_of(pixels):
    return FaceImage(pixels, FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "celeba128"))


def invented_face(hw):
    rng = np.random.default_rng(0)
    return face_of(imresize(rng.integers(40, 216, (4, 4, 3)).astype(np.uint8), hw))


@pytest.fixture(scope="module", params=ESTIMATING)
def method(request):
    return registry.load(request.param)


def test_half_widths_are_positive_and_grow_with_the_coverage(method):
    assert isinstance(method, Uncertain)
    face = invented_face(method.info.input_hw)
    widths = [method.expected_error(face, level) for level in LEVELS]
    for width in widths:
        assert width.shape == method.info.output_hw
        assert width.dtype == np.float32
        assert np.isfinite(width).all()
        assert (width > 0).all()
    assert all((small < large).all() for small, large in itertools.pairwise(widths))
    np.testing.assert_array_equal(method.expected_error(face), widths[LEVELS.index(INTERVAL)])


def test_the_same_face_has_the_same_error(method):
    face = invented_face(method.info.input_hw)
    np.testing.assert_array_equal(method.expected_error(face), method.expected_error(face))


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_constant_picture_has_an_error_too(method, value):
    width = method.expected_error(face_of(np.full((*method.info.input_hw, 3), value, np.uint8)))
    assert np.isfinite(width).all()
    assert (width > 0).all()


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [((1, 1, 3), np.uint8), ((16, 16, 4), np.uint8), ((16, 16, 3), np.float32)],
)
def test_what_cannot_be_restored_has_no_error_either(method, shape, dtype):
    with pytest.raises(MethodError):
        method.expected_error(face_of(np.zeros(shape, dtype)))


def test_an_unknown_coverage_is_refused(method):
    with pytest.raises(MethodError, match="not calibrated for 42%"):
        method.expected_error(invented_face(method.info.input_hw), 0.42)


def test_its_file_is_named_in_the_record(method):
    assert [(a.role, a.name) for a in method.assets] == list(method.info.assets)
