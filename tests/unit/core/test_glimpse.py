"""A place with its surroundings: always whole, and the pixel where it belongs."""

import numpy as np
import pytest

from fhgui.core.glimpse import AROUND, glimpse_of


@pytest.mark.parametrize("at_xy", [(0, 0), (30, 40), (59, 79), (5, 78)])
def test_surroundings_are_whole_and_hold_the_pixel(at_xy: tuple[int, int]) -> None:
    picture = np.arange(80 * 60 * 3, dtype=np.uint32).astype(np.uint8).reshape(80, 60, 3)
    seen = glimpse_of(picture, at_xy, 8)
    x, y = seen.at_xy
    assert seen.pixels.shape == (AROUND * 8, AROUND * 8, 3)
    assert np.array_equal(seen.pixels[y, x], picture[at_xy[1], at_xy[0]])
    assert (seen.box.x, seen.box.y, seen.box.w) == (x - 4, y - 4, 8)


def test_a_small_picture_is_shown_as_far_as_it_goes() -> None:
    assert glimpse_of(np.zeros((10, 30, 3), np.uint8), (3, 3), 8).pixels.shape == (10, 10, 3)
