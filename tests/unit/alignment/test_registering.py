"""Pictures of one face are laid over each other to parts of a pixel; others are left out."""

import numpy as np
import pytest

from fhgui.alignment.registering import Registration, View, register
from fhgui.alignment.similarity import apply
from fhgui.core.arrays import Pixels
from tests.helpers.moving_faces import Film, moving_face
from tests.helpers.photographs import pattern

STILL = np.eye(2, 3)


def views(film: Film) -> list[View]:
    """Return the pictures with guesses that know nothing but half of the motion."""
    return [
        View(p, (0, 0), (STILL + m) / 2) for p, m in zip(film.pictures, film.motions, strict=True)
    ]


def errors_px(found: Registration, film: Film) -> list[float]:
    """Return how far off the eyes each picture is laid."""
    return [
        float(np.hypot(*(apply(one.matrix, film.eyes) - apply(m, film.eyes)).T).max())
        for one, m in zip(found.laid, film.motions, strict=True)
    ]


@pytest.mark.parametrize(("reduction", "sigma", "most_px"), [(3, 0.5, 0.05), (4, 10.0, 0.25)])
def test_known_motions_are_found(reduction: int, sigma: float, most_px: float) -> None:
    film = moving_face(8, reduction, sigma)
    found = register(views(film), 0, film.eyes)
    assert max(errors_px(found, film)) < most_px
    assert all(not one.why_not for one in found.laid)


@pytest.mark.parametrize("sigma", [3.0, 10.0])
def test_the_noise_is_known_after_it(sigma: float) -> None:
    film = moving_face(8, 3, sigma)
    assert register(views(film), 0, film.eyes).sigma == pytest.approx(
        sigma, rel=0.25
    )  # aliasing counts as noise


def test_the_marked_picture_is_not_moved_and_any_may_be_it() -> None:
    film = moving_face(5, 3, 2.0)
    marked = 3
    eyes = apply(film.motions[marked], film.eyes)
    guesses = [View(p, (0, 0), STILL) for p in film.pictures]
    found = register(guesses, marked, eyes)
    assert np.array_equal(found.laid[marked].matrix, STILL)
    for one, m in zip(found.laid, film.motions, strict=True):
        assert np.hypot(*(apply(one.matrix, eyes) - apply(m, film.eyes)).T).max() < 0.15


def test_a_darker_picture_is_made_as_bright() -> None:
    film = moving_face(6, 3, 2.0)
    shown = views(film)
    darker = np.rint(film.pictures[2] * 0.8 + 10).astype(np.uint8)
    shown[2] = View(darker, (0, 0), shown[2].guess)
    found = register(shown, 0, film.eyes).laid[2]
    assert not found.why_not
    assert found.gain == pytest.approx(1 / 0.8, rel=0.03)
    assert found.gain * 10 + found.offset == pytest.approx(0, abs=4)


def covered(pixels: Pixels, film: Film) -> Pixels:
    """Return a picture with something before the right half of the face."""
    x, y = np.rint(film.eyes.mean(axis=0)).astype(int)
    other = pixels.copy()
    other[y - 12 : y + 16, x : x + 14] = (40, 60, 200)
    return other


def test_a_covered_face_and_another_thing_are_left_out_with_a_reason() -> None:
    film = moving_face(8, 3, 4.0)
    shown = views(film)
    shown[3] = View(covered(film.pictures[3], film), (0, 0), shown[3].guess)
    height, width = film.pictures[0].shape[:2]
    shown[5] = View(pattern(5, height, width), (0, 0), shown[5].guess)
    found = register(shown, 0, film.eyes)
    assert [v for v, one in enumerate(found.laid) if one.why_not] == [3, 5]
    assert all("off the others" in w or "otherwise" in w or "lost" in w
               for w in (found.laid[3].why_not, found.laid[5].why_not))  # fmt: skip
    kept = [e for v, e in enumerate(errors_px(found, film)) if v not in (3, 5)]
    assert max(kept) < 0.15


def test_one_view_alone_lies_on_itself() -> None:
    film = moving_face(1)
    found = register(views(film), 0, film.eyes)
    assert found.sigma == 0
    assert np.array_equal(found.laid[0].matrix, STILL)
