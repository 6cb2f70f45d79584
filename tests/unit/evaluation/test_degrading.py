"""Inputs depend on the protocol, the picture and its name, and on nothing else."""

import dataclasses

import numpy as np
import pytest

from fhgui.evaluation.degrading import degrade, generator, turn
from fhgui.evaluation.protocols import PROTOCOLS, Degradation, Kind, protocol
from fhgui.imaging.resize import imresize
from tests.unit.evaluation.conftest import smooth

MADE = [p for p in PROTOCOLS.values() if p.degradation.kind is not Kind.CAMERA]


@pytest.mark.parametrize("one", MADE, ids=[p.id for p in MADE])
def test_size_kind_and_repetition(one) -> None:
    truth = smooth(0, one.hr_hw)
    made = degrade(truth, one, "a")
    assert made.shape == (*one.lr_hw, 3)
    assert made.dtype == np.uint8
    np.testing.assert_array_equal(made, degrade(truth, one, "a"))


def test_bicubic_is_matlabs() -> None:
    truth = smooth(0)
    np.testing.assert_array_equal(
        degrade(truth, protocol("celeba128-x8"), "a"), imresize(truth, (16, 16))
    )


def test_the_average_is_of_blocks() -> None:
    truth = smooth(0, (120, 100))
    made = degrade(truth, protocol("fei-x4"), "a")
    assert made[3, 5, 1] == np.floor(truth[12:16, 20:24, 1].mean() + 0.5)


def test_copies_and_names_are_turned_differently() -> None:
    one, truth = protocol("unaligned128-x8"), smooth(0)
    seen = [degrade(truth, one, name, copy) for name in "ab" for copy in range(3)]
    assert len({made.tobytes() for made in seen}) == 6


def test_turns_keep_their_limits_and_leave_the_middle_in_the_middle() -> None:
    one = protocol("unaligned128-x8")
    turns = [turn(one, generator(0, str(i), 0)) for i in range(200)]
    angles = np.rad2deg([np.arctan2(m[1, 0], m[0, 0]) for m in turns])
    assert -45 <= angles.min() < -35
    assert 35 < angles.max() <= 45
    shifts = np.array([m[:, :2] @ [63.5, 63.5] + m[:, 2] - 7.5 for m in turns])
    assert 0.6 < np.abs(shifts).max() <= 0.8
    still = dataclasses.replace(one, degradation=Degradation(Kind.TURNED))
    truth = smooth(0)
    np.testing.assert_array_equal(degrade(truth, still, "a"), imresize(truth, (16, 16)))


def test_a_constant_stays_constant() -> None:
    for one in MADE:
        made = degrade(np.full((*one.hr_hw, 3), 77, np.uint8), one, "a")
        assert set(np.unique(made)) == {77}
