"""The space of faces: what it keeps, and when there is none."""

import numpy as np
import pytest

from fhgui.evaluation import pca_similarity
from fhgui.evaluation.pca_similarity import ENERGY, fit
from fhgui.imaging.colour import gray
from tests.unit.evaluation.conftest import smooth


def test_equal_pictures_are_alike_and_opposites_are_not() -> None:
    faces = [smooth(i, (32, 32)) for i in range(8)]
    space = fit(faces)
    assert space is not None
    assert space.similarity(faces[0], faces[0]) == pytest.approx(1)
    assert space.similarity(faces[0], faces[1]) < 0.9


def test_components_are_orthonormal_and_hold_the_energy() -> None:
    faces = [smooth(i, (32, 32)) for i in range(12)]
    space = fit(faces)
    assert space is not None
    gram = space.components @ space.components.T
    np.testing.assert_allclose(gram, np.eye(len(gram)), atol=1e-9)
    flat = np.stack([gray(face).ravel().astype(float) for face in faces]) - space.mean
    kept = np.sum((flat @ space.components.T) ** 2) / np.sum(flat**2)
    assert kept >= ENERGY
    fewer = np.sum((flat @ space.components[:-1].T) ** 2) / np.sum(flat**2)
    assert fewer < ENERGY


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_faces_span_no_space(count: int) -> None:
    assert fit([smooth(i, (16, 16)) for i in range(count)]) is None


def test_faces_that_are_all_alike_span_no_space() -> None:
    assert fit([smooth(0, (16, 16))] * 5) is None


def test_only_the_first_faces_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pca_similarity, "MOST_FACES", 6)
    faces = [smooth(i, (8, 8)) for i in range(9)]
    whole, part = fit(faces), fit(faces[:6])
    assert whole is not None
    assert part is not None
    np.testing.assert_array_equal(whole.mean, part.mean)
