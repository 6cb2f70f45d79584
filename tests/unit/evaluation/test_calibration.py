"""A blur is found again from what bicubic scores on it."""

import dataclasses

import numpy as np
import pytest

from fhgui.core.errors import InputError
from fhgui.evaluation.calibration import calibrate
from fhgui.evaluation.degrading import degrade
from fhgui.evaluation.metrics import psnr
from fhgui.evaluation.protocols import Degradation, Kind, protocol
from fhgui.imaging.resize import imresize

LFW = protocol("lfw192-x8")


def test_it_finds_the_blur(astronaut: np.ndarray) -> None:
    truth = np.ascontiguousarray(astronaut[:192, :192])
    blurred = dataclasses.replace(LFW, degradation=Degradation(Kind.GAUSSIAN, sigma_px=(3.4, 3.4)))
    wanted = psnr(imresize(degrade(truth, blurred, ""), (192, 192)), truth)
    found = calibrate(LFW, [truth], wanted)
    assert found.sigma_px == pytest.approx(3.4, abs=0.02)
    assert found.psnr_rgb == pytest.approx(wanted, abs=0.02)


def test_an_impossible_score_is_refused(astronaut: np.ndarray) -> None:
    with pytest.raises(InputError, match=r"never 60\.000"):
        calibrate(LFW, [np.ascontiguousarray(astronaut[:192, :192])], 60.0)
