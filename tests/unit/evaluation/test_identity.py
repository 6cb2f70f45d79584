"""Embeddings of a real face: like itself, less like what was lost, absent where there is none."""

import numpy as np
import pytest

from fhgui.evaluation.identity import cosine, embedding
from fhgui.imaging.resize import imresize
from tests.unit.evaluation.conftest import smooth


def test_a_face_is_like_itself_and_less_like_its_reduction(astronaut: np.ndarray) -> None:
    truth = embedding(astronaut)
    reduced = embedding(imresize(imresize(astronaut, (48, 48)), (256, 256)))
    assert truth is not None
    assert reduced is not None
    assert truth.shape == (128,)
    assert cosine(truth, truth) == pytest.approx(1)
    assert 0.8 < cosine(truth, reduced) < 1


def test_small_pictures_are_enlarged_first(astronaut: np.ndarray) -> None:
    assert embedding(imresize(astronaut, (112, 112))) is not None


def test_the_same_pixels_give_the_same_numbers(astronaut: np.ndarray) -> None:
    first, second = embedding(astronaut), embedding(astronaut.copy())
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first, second)


def test_no_face_no_embedding() -> None:
    assert embedding(smooth(0)) is None


def test_cosine_of_a_null_vector_is_zero() -> None:
    assert cosine(np.zeros(3), np.ones(3)) == 0
    assert cosine(np.array([1.0, 0]), np.array([-2.0, 0])) == -1
