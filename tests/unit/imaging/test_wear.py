"""All estimates about a frame together, in words and as JSON."""

import json

import numpy as np
import pytest

from fhgui.imaging import wear
from fhgui.imaging.wear import UNKNOWN, estimate_wear
from tests.unit.imaging.test_blocking import jpeg, picture
from tests.unit.imaging.test_interlacing import woven


def test_a_compressed_picture_is_described():
    worn = estimate_wear(jpeg(picture(), 30))
    told = dict(worn.lines)
    assert told["JPEG"] == f"quality about {worn.jpeg.quality}"
    assert "blocks" in worn.found
    assert told["Fields"] == "no fields to be seen"


def test_frames_of_videos_are_not_asked_for_a_jpeg():
    assert estimate_wear(jpeg(picture(), 30), is_video=True).jpeg is None


def test_fields_are_among_what_is_found():
    assert "fields" in estimate_wear(woven(8)).found


def test_json_has_words_beside_the_numbers():
    value = json.loads(json.dumps(estimate_wear(jpeg(picture(), 30)).as_json(), allow_nan=False))
    assert value["noise"]["words"].startswith(("σ", "none"))
    assert value["jpeg"]["offset_xy"] == [0, 0]


def test_a_tiny_picture_tells_nothing():
    worn = estimate_wear(np.zeros((16, 16, 3), np.uint8))
    assert not worn.found
    assert dict(worn.lines)["Noise"] == UNKNOWN
    assert worn.as_json()["noise"] is None


def test_of_a_large_picture_the_middle_is_asked(monkeypatch: pytest.MonkeyPatch):
    """Found by fuzzing: 900 bytes that unfold to 33 megapixels took 2 GB."""
    whole = jpeg(picture(), 30)
    monkeypatch.setattr(wear, "MOST_PIXELS", whole.shape[0] * whole.shape[1] // 2)
    worn = estimate_wear(whole)
    assert worn.jpeg == estimate_wear(whole[16:-16, 16:-16]).jpeg
    narrow = np.zeros((8, 4 * wear.MOST_PIXELS, 3), np.uint8)
    assert estimate_wear(narrow).as_json()["noise"] is None
