"""Fields are told where something moved, and one field is made whole without touching its lines."""

import numpy as np
import pytest

from fhgui.core.fields import Fields
from fhgui.imaging.interlacing import estimate_combing, one_field
from tests.unit.imaging.test_blur import invented, rounded

HW = 120, 160


def moments(shift, seed=0):
    wide = invented(seed, (HW[0], HW[1] + 40))
    return rounded(wide[:, 20:180]), rounded(wide[:, 20 + shift : 180 + shift])


def woven(shift, seed=0):
    now, later = moments(shift, seed)
    frame = now.copy()
    frame[1::2] = later[1::2]
    return frame


@pytest.mark.parametrize("shift", [3, 6, 12])
def test_motion_between_fields_is_told(shift):
    found = estimate_combing(woven(shift))
    assert found.is_interlaced
    assert "two fields" in found.words


def test_a_whole_picture_is_no_two_fields():
    for seed in range(4):
        noise = np.random.default_rng(seed).normal(0, 6, (*HW, 3))
        assert not estimate_combing(rounded(invented(seed, HW) + noise)).is_interlaced
    assert estimate_combing(woven(0)[:50]) is None


def test_motion_in_a_part_of_the_frame_is_enough():
    still, _ = moments(8)
    frame = still.copy()
    frame[32:96, 32:96] = woven(8)[32:96, 32:96]
    found = estimate_combing(frame)
    assert found.is_interlaced
    assert 0 < found.share < 0.5


@pytest.mark.parametrize(("fields", "first"), [(Fields.UPPER, 0), (Fields.LOWER, 1)])
@pytest.mark.parametrize("height", [120, 119])
def test_lines_of_the_field_are_left_as_they_are(fields, first, height):
    frame = woven(6)[:height]
    found = one_field(frame, fields)
    assert found.shape == frame.shape
    assert np.array_equal(found[first::2], frame[first::2])


def test_a_field_is_nearer_to_its_moment_than_the_woven_frame():
    now, later = moments(8)
    frame = woven(8)

    def error(pixels, truth):
        return np.abs(pixels.astype(float) - truth).mean()

    assert error(one_field(frame, Fields.UPPER), now) < error(frame, now) / 3
    assert error(one_field(frame, Fields.LOWER), later) < error(frame, later) / 3


def test_a_ramp_is_filled_exactly():
    ramp = np.repeat(np.arange(0, 200, 2, dtype=np.uint8)[:, None, None], 3, 2).repeat(9, 1)
    for fields in (Fields.UPPER, Fields.LOWER):
        assert np.array_equal(one_field(ramp, fields)[4:-4], ramp[4:-4])


def test_woven_is_the_evidence_itself():
    frame = woven(5)
    assert one_field(frame, Fields.WOVEN) is frame
