"""A JPEG's quality is told from its pixels, wherever they were cut; blocks of codecs by edges."""

import io

import numpy as np
import pytest
from PIL import Image

from fhgui.imaging.blocking import (
    LUMINANCE,
    Blocking,
    Jpeg,
    estimate_blocking,
    estimate_jpeg,
    steps_of,
)
from tests.unit.imaging.test_blur import invented, rounded

HW = 176, 208


def picture(seed=0):
    grain = np.random.default_rng(seed).normal(0, 2, (*HW, 1))
    return rounded(invented(seed, HW) + grain)


def jpeg(pixels, quality):
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG", quality=quality)
    return np.array(Image.open(data).convert("RGB"))


@pytest.mark.parametrize("quality", [20, 35, 60, 80, 90])
def test_the_quality_is_told(quality):
    found = estimate_jpeg(jpeg(picture(), quality))
    assert found.quality == pytest.approx(quality, abs=1)
    assert found.offset_xy == (0, 0)


def test_the_grid_is_found_after_a_cut():
    found = estimate_jpeg(jpeg(picture(), 60)[3:, 5:])
    assert (found.offset_xy, found.quality) == ((3, 5), pytest.approx(60, abs=1))
    assert found.words == f"quality about {found.quality}, grid from (3, 5)"


def test_a_picture_that_never_was_a_jpeg_is_told_as_none():
    assert [estimate_jpeg(picture(seed)) for seed in range(4)] == [None] * 4
    assert estimate_jpeg(picture()[:20, :20]) is None


def test_resizing_hides_the_quality():
    small = Image.fromarray(jpeg(picture(), 60)).resize((150, 130), Image.Resampling.BICUBIC)
    assert estimate_jpeg(np.array(small)) is None


def test_steps_are_those_of_libjpeg():
    data = io.BytesIO()
    Image.fromarray(picture()).save(data, "JPEG", quality=37)
    stored = np.array(Image.open(data).quantization[0]).reshape(8, 8)
    assert np.array_equal(stored, steps_of(37))
    assert np.array_equal(steps_of(50), LUMINANCE)


def test_edges_of_blocks_grow_with_compression():
    found = [estimate_blocking(jpeg(picture(), q)) for q in (80, 50, 20)]
    strengths = [f.strength for f in found]
    assert strengths == sorted(strengths)
    assert found[-1].period_px == 8
    assert estimate_blocking(picture()).words == "none to be seen"


def test_blocks_of_sixteen_are_told_from_those_of_eight():
    tiles = np.random.default_rng(0).normal(0, 12, (12, 14))
    pixels = rounded(picture() / 1.0 + np.kron(tiles, np.ones((16, 16)))[: HW[0], : HW[1], None])
    assert estimate_blocking(pixels).period_px == 16


def test_too_small_for_blocks():
    assert estimate_blocking(picture()[:40]) is None


def test_words():
    assert Blocking(8, 0.4).words == "edges every 8 px, jumps there 40% larger"
    assert Jpeg(60).words == "quality about 60"
