"""Border conversions and gray conventions."""

import numpy as np

from fhgui.imaging import colour


def test_round_half_up_and_clip():
    values = np.array([-1.0, 0.49, 0.5, 1.5, 254.5, 300.0])
    np.testing.assert_array_equal(colour.to_uint8(values), [0, 0, 1, 2, 255, 255])


def test_every_byte_survives_the_round_trip():
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    np.testing.assert_array_equal(colour.to_uint8(colour.to_float(pixels)), pixels)


def test_gray_is_the_protocol_rule():
    pixels = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8)
    np.testing.assert_array_equal(colour.gray(pixels), [[76, 150, 29, 255]])


def test_studio_luma_runs_from_16_to_235():
    pixels = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    np.testing.assert_allclose(colour.studio_luma(pixels), [[16, 235]])


def test_new_luma_keeps_colour_differences():
    rng = np.random.default_rng(0)
    picture, wanted = rng.uniform(0, 255, (4, 5, 3)), rng.uniform(0, 255, (4, 5))
    changed = colour.with_luma(picture, wanted)
    np.testing.assert_allclose(colour.luma(changed), wanted)
    np.testing.assert_allclose(changed - changed[..., :1], picture - picture[..., :1], atol=1e-9)
