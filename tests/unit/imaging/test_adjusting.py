"""Adjustments for looking: laws of the tables, and that the data stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhgui.imaging.adjusting import Adjustment, Channel, adjusted, histogram, tone_table

PIXELS = np.random.default_rng(1).integers(0, 256, (40, 50, 3), dtype=np.uint8)
PIXELS.setflags(write=False)

factors = st.floats(0.25, 4.0)


@given(st.integers(-128, 128), factors, factors)
def test_tones_keep_their_order(brightness: int, contrast: float, gamma: float) -> None:
    table = tone_table(Adjustment(brightness, contrast, gamma)).astype(int)
    assert table.shape == (256,)
    assert np.all(np.diff(table) >= 0)


def test_gamma_opens_the_shadows_by_its_law() -> None:
    table = tone_table(Adjustment(gamma=2.0))
    assert table[[0, 64, 255]].tolist() == [0, round(255 * (64 / 255) ** 0.5), 255]


def test_neutral_is_the_frame_itself() -> None:
    assert adjusted(PIXELS, Adjustment()) is PIXELS
    assert Adjustment().words() == ""


@pytest.mark.parametrize(
    "adjustment",
    [Adjustment(30), Adjustment(contrast=2.0), Adjustment(gamma=0.5), Adjustment(clahe=3.0)],
)
def test_what_is_shown_differs_and_the_data_do_not(adjustment: Adjustment) -> None:
    before = PIXELS.copy()
    shown = adjusted(PIXELS, adjustment)
    assert shown.dtype == np.uint8
    assert shown.shape == PIXELS.shape
    assert not np.array_equal(shown, PIXELS)
    assert np.array_equal(PIXELS, before)
    assert adjustment.words() != ""


@pytest.mark.parametrize(("channel", "at"), [("red", 0), ("green", 1), ("blue", 2)])
def test_one_channel_is_shown_as_grey(channel: str, at: int) -> None:
    shown = adjusted(PIXELS, Adjustment(channel=Channel(channel)))
    for c in range(3):
        assert np.array_equal(shown[..., c], PIXELS[..., at])


def test_luma_of_grey_is_grey() -> None:
    grey = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    assert np.array_equal(adjusted(grey, Adjustment(channel=Channel.LUMA)), grey)


def test_brightness_adds_grey_levels() -> None:
    shown = adjusted(PIXELS, Adjustment(brightness=20)).astype(int)
    assert np.array_equal(shown, np.minimum(PIXELS.astype(int) + 20, 255))


def test_local_equalization_spreads_a_flat_picture() -> None:
    flat = (100 + PIXELS // 16).astype(np.uint8)
    assert adjusted(flat, Adjustment(clahe=4.0)).std() > 2 * flat.std()


def test_a_histogram_counts_every_pixel() -> None:
    counts = histogram(PIXELS)
    assert counts.shape == (4, 256)
    assert np.all(counts.sum(axis=1) == PIXELS.shape[0] * PIXELS.shape[1])
    assert counts[0, 7] == np.count_nonzero(PIXELS[..., 0] == 7)
