"""A picture zoomed out is the mean of its pixels, and zoomed in it is itself."""

import numpy as np
import pytest

from fhgui.core.arrays import Pixels
from fhgui.gui.viewers.painting import to_qimage
from fhgui.gui.viewers.reduced import SMALLEST_PX, STEP, Reduced


@pytest.fixture(scope="module")
def stripes() -> Pixels:
    """White rows, one in four, which dropping rows would make all white or all black."""
    picture = np.zeros((1024, 2048, 3), np.uint8)
    picture[::4] = 255
    return picture


def test_rows_are_averaged_not_dropped(stripes: Pixels) -> None:
    small = Reduced(to_qimage(stripes)).at(1 / STEP)
    assert (small.width(), small.height()) == (512, 256)
    reds = {small.pixelColor(x, y).red() for x in range(0, 512, 37) for y in range(0, 256, 13)}
    assert max(reds) - min(reds) <= 2
    assert abs(max(reds) - 255 / 4) <= 2


def test_a_copy_is_never_smaller_than_what_is_painted(stripes: Pixels) -> None:
    reduced = Reduced(to_qimage(stripes))
    for scale in (8.0, 1.0, 0.9, 0.3, 0.25, 0.1, 0.01):
        assert reduced.at(scale).width() >= min(2048, round(2048 * scale))
    assert reduced.at(0.26).width() == 2048
    assert reduced.at(0.001).width() >= SMALLEST_PX


def test_a_small_picture_is_painted_as_it_is() -> None:
    reduced = Reduced(to_qimage(np.zeros((128, 128, 3), np.uint8)))
    assert reduced.at(0.01).width() == 128
