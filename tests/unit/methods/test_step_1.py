"""Step 1: schedules of the priors, the mirrored mean, files that do not fit."""

import numpy as np
import pytest

from fhgui.core.errors import MethodError
from fhgui.methods.dcnn_mnce.priors import PRIORS, prior_of
from fhgui.methods.dcnn_mnce.step_1 import Step1Settings, load_step_1, mirrored, schedule_of

SETTINGS = Step1Settings("faces", "bicubic", mirrored=True)


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("scale", [4, 8])
def test_zero_stands_for_the_prior_s_own_schedule(prior, scale):
    usual = PRIORS[prior].schedules[scale]
    settings = Step1Settings(prior, "bicubic", mirrored=False)
    assert schedule_of(settings, scale) == usual
    changed = schedule_of(Step1Settings(prior, "bicubic", False, iterations=5), scale)
    assert len(changed.pairs()) == 5
    assert changed.pairs()[0][0] == pytest.approx(usual.sigma_start)


@pytest.mark.parametrize(
    "wrong", [{"iterations": -1}, {"sigma_end": float("nan")}, {"lambda_start": -1e-3}]
)
def test_settings_without_sense_are_refused(wrong):
    (name,) = wrong
    settings = Step1Settings("faces", "bicubic", True, **wrong)
    with pytest.raises(MethodError, match=name):
        load_step_1(settings, (128, 128), 8)


def test_unknown_prior_and_degradation_are_refused():
    with pytest.raises(MethodError, match="choose one of faces, natural"):
        prior_of("cats")
    with pytest.raises(MethodError, match="no degradation 'median'"):
        load_step_1(Step1Settings("faces", "median", True), (128, 128), 8)


def test_the_mirrored_mean_treats_both_sides_alike():
    ramp = np.linspace(0, 1, 16)[None, None, :, None]
    h = mirrored(lambda x, sigma: x * ramp + sigma)
    x = np.random.default_rng(0).uniform(0, 255, (2, 8, 16, 3))
    np.testing.assert_allclose(h(x[:, :, ::-1], 3.0)[:, :, ::-1], h(x, 3.0))
    np.testing.assert_allclose(h(x, 3.0), x / 2 + 3)
