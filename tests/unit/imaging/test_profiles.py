"""A profile reads raw pixels, and the same place of a face in pictures of different sizes."""

import numpy as np
import pytest

from fhgui.imaging.profiles import line_profile


def test_a_row_is_read_pixel_by_pixel() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (4, 8, 3), dtype=np.uint8)
    centre = 2.5 / 4
    read = line_profile(picture, (0.5 / 8, centre), (7.5 / 8, centre), 8, channel=1)
    assert np.array_equal(read, picture[2, :, 1])


def test_an_enlarged_picture_has_the_same_steps() -> None:
    small = np.random.default_rng(1).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    large = small.repeat(8, axis=0).repeat(8, axis=1)
    line = (0.13, 0.2), (0.87, 0.71)
    assert np.array_equal(line_profile(small, *line, 300), line_profile(large, *line, 300))


def test_the_edges_belong_to_the_picture() -> None:
    picture = np.zeros((5, 5, 3), np.uint8)
    picture[:, -1] = 200
    read = line_profile(picture, (0.0, 1.0), (1.0, 1.0), 6)
    assert read[-1] == pytest.approx(200)
    assert read[0] == 0


def test_beyond_the_picture_there_is_nothing() -> None:
    picture = np.full((4, 4, 3), 9, np.uint8)
    read = line_profile(picture, (-0.5, 0.5), (1.5, 0.5), 5)
    assert np.array_equal(np.isnan(read), [True, False, False, False, True])
    assert read[2] == 9
