"""The stage that the registry puts after every method."""

import numpy as np
import pytest

from fhgui.core.errors import MethodError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Uncertain
from fhgui.imaging.consistency import redegradation
from fhgui.imaging.resize import imresize
from fhgui.methods import registry
from fhgui.methods.common import BEFORE, CONSISTENT, Settings
from fhgui.methods.consistent import Consistent

WITH = [m for m in registry.method_ids() if isinstance(registry.default_config(m), Settings)]
FAST = [m for m in WITH if m != "vdsr"]  # a second a face


def face(hw=(16, 16), seed=0):
    """A face whose pixels reach both ends of the scale."""
    rng = np.random.default_rng(seed)
    pixels = imresize(rng.integers(0, 256, (5, 5, 3)).astype(np.uint8), hw)
    return FaceImage(pixels, FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "celeba128"))


def run(method_id, settings, given=None):
    method = registry.load(method_id, settings)
    given = given or face(method.info.input_hw)
    return method, given, list(method.stages(given, 0))


@pytest.mark.parametrize("method_id", FAST)
def test_the_last_stage_degrades_to_the_evidence(method_id):
    method, given, stages = run(method_id, {"consistent": True})
    assert (stages[-1].name, stages[-1].title) == CONSISTENT == method.info.stages[-1]
    after = redegradation(stages[-1].pixels, given.pixels, method.info.degradation)
    before = redegradation(stages[-2].pixels, given.pixels, method.info.degradation)
    assert after.largest <= 1
    assert after.mean < before.mean
    assert stages[-1].origin is stages[-2].origin


@pytest.mark.parametrize("method_id", FAST)
def test_without_it_the_stages_before_are_the_same(method_id):
    _, given, with_stage = run(method_id, {"consistent": True})
    method, _, bare = run(method_id, {"consistent": False}, given)
    assert not isinstance(method, Consistent)
    assert [s.name for s in bare] == [s.name for s in with_stage[:-1]]
    for one, other in zip(bare, with_stage, strict=False):
        np.testing.assert_array_equal(one.pixels, other.pixels)


@pytest.mark.parametrize("method_id", WITH)
def test_known_stages_are_those_of_the_defaults(method_id):
    names = [name for name, _ in registry.info(method_id).stages]
    assert ("consistent" in names) == registry.default_config(method_id).consistent
    assert names.count("consistent") <= 1


def test_it_inverts_the_degradation_of_the_run():
    settings = {"layers": 0, "iterations": 2, "degradation": "average"}
    method, given, stages = run("dcnn_mnce", settings)
    assert isinstance(method, Consistent)
    assert method.degradation == "average"
    assert redegradation(stages[-1].pixels, given.pixels, "average").largest <= 1
    assert redegradation(stages[-1].pixels, given.pixels, "bicubic").largest > 1


def test_noise_of_the_evidence_is_left_out():
    _, given, exact = run("lcr", {})
    _, _, loose = run("lcr", {"evidence_noise": 1.0}, given)
    _, _, free = run("lcr", {"evidence_noise": 200.0}, given)
    gap = [redegradation(s[-1].pixels, given.pixels, "bicubic").mean for s in (exact, loose, free)]
    assert gap[0] < gap[1] < gap[2]
    np.testing.assert_array_equal(free[-1].pixels, free[-2].pixels)


@pytest.mark.parametrize("noise", [-1.0, 256.0, float("nan"), float("inf")])
def test_noise_that_makes_no_sense_is_refused(noise):
    with pytest.raises(MethodError, match="evidence_noise"):
        registry.load("bicubic", {"consistent": True, "evidence_noise": noise})


def test_records_older_than_the_setting_mean_without():
    assert registry.recorded_settings("srcnn", {}) == {"consistent": False, "nearness": "plain"}
    assert registry.recorded_settings("srcnn", {"consistent": True})["consistent"] is True
    assert dict(BEFORE).keys() <= {"consistent", "nearness"}


def test_a_methods_own_estimate_of_its_error_is_handed_on():
    class Estimating:
        config = Settings()

        def expected_error(self, given, coverage=0.9):
            return np.full((2, 2), coverage, np.float32)

    class Silent:
        config = Settings()

    assert isinstance(Consistent(Estimating()), Uncertain)
    assert Consistent(Estimating()).expected_error(face(), 0.5)[0, 0] == 0.5
    assert Consistent(Silent()).expected_error(face()) is None


def test_a_method_without_stages_is_named():
    class Empty:
        config = Settings()
        info = registry.info("bicubic")

        def stages(self, given, seed):
            return iter(())

    with pytest.raises(MethodError, match="Bicubic interpolation gave no picture"):
        list(Consistent(Empty()).stages(face(), 0))
