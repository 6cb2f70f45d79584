"""What only ``dcnn_mnce`` promises."""

import dataclasses

import numpy as np
import pytest

from fhgui.alignment.templates import template
from fhgui.core.errors import MethodError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.imaging.colour import luma, to_float
from fhgui.imaging.operators import OPERATORS, make_operator
from fhgui.imaging.resize import imresize
from tests.helpers.methods import bare


@pytest.fixture(scope="module")
def face():
    rng = np.random.default_rng(0)
    pixels = imresize(rng.integers(40, 216, (4, 4, 3)).astype(np.uint8), (16, 16))
    return FaceImage(pixels, FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "celeba128"))


@pytest.mark.parametrize("degradation", OPERATORS)
def test_step_1_agrees_with_the_evidence_under_each_degradation(face, degradation):
    method = bare("dcnn_mnce", {"degradation": degradation})
    step_1 = {s.name: s for s in method.stages(face, 0)}["denoiser"]
    operator = make_operator(degradation, (128, 128), 8)
    gap = operator.forward(to_float(step_1.pixels)) - to_float(face.pixels)
    assert np.sqrt(np.mean(gap**2)) < 4


def test_the_residual_is_what_layer_1_adds(face):
    stages = {s.name: to_float(s.pixels) for s in bare("dcnn_mnce").stages(face, 0)}
    added = luma(stages["mnce-1"]) - luma(stages["denoiser"])
    assert np.median(np.abs(added - (stages["residual"][..., 0] - 128))) <= 1


def test_layers_change_luma_only(face):
    stages = {s.name: to_float(s.pixels) for s in bare("dcnn_mnce").stages(face, 0)}
    inside = np.all((stages["mnce-3"] > 0) & (stages["mnce-3"] < 255), axis=-1)
    before, after = (stages[n][..., 0] - stages[n][..., 2] for n in ("denoiser", "mnce-3"))
    assert np.abs(before - after)[inside].max() <= 2


@pytest.mark.parametrize(
    "settings",
    [
        {"degradation": "median"},
        {"iterations": -1},
        {"prior": "cats"},
        {"start": "noise"},
        {"layers": 4},
        {"layers": -1},
        {"entries": -5},
        {"follow_px": -1},
        {"ridge": float("inf")},
        {"lambda_start": -1.0},
        {"sigma_end": float("nan")},
        {"neighbours": 0},
        {"locality": "high"},
    ],
)
def test_settings_without_sense_are_refused(settings):
    (name,) = settings
    with pytest.raises(MethodError) as caught:
        bare("dcnn_mnce", settings)
    assert name in str(caught.value)


def test_layers_0_ends_with_step_1(face):
    method = bare("dcnn_mnce", {"layers": 0})
    stages = list(method.stages(face, 0))
    assert [s.name for s in stages] == ["bicubic", "denoiser"]
    assert [s.name for s in stages] == [name for name, _ in method.info.stages]
    assert [a.role for a in method.assets] == ["weights"]


def test_components_follow_landmarks_only_if_told(face):
    template_points = template("celeba128").points.copy()
    template_points[48:68, 1] += 5.0
    landmarks = (template_points + 0.5) / 8 - 0.5
    alignment = FaceAlignment(np.eye(2, 3), PlacedBy.ANALYST, "celeba128", landmarks=landmarks)
    marked = FaceImage(face.pixels, alignment)
    results = {
        px: list(bare("dcnn_mnce", {"follow_px": px}).stages(marked, 0))[-1].pixels for px in (0, 6)
    }
    plain = list(bare("dcnn_mnce").stages(face, 0))[-1].pixels
    np.testing.assert_array_equal(results[0], plain)
    changed = np.any(results[6] != plain, axis=-1)
    assert changed[80:116, 40:85].any()
    assert not changed[:60].any()


def test_no_such_device():
    with pytest.raises(MethodError, match="no device 'tpu'"):
        bare("dcnn_mnce", device="tpu")


def test_a_loaded_method_states_the_schedule_that_it_uses():
    config = bare("dcnn_mnce").config
    assert (config.iterations, config.sigma_start) == (1, 18.0)
    assert bare("dcnn_mnce", {"iterations": 2}).config.iterations == 2
    again = bare("dcnn_mnce", dataclasses.asdict(config))
    assert again.config == config


def test_every_iteration_is_shown_when_asked_for(face):
    settings = {"prior": "natural", "iterations": 3, "layers": 0, "every_iteration": True}
    method = bare("dcnn_mnce", settings)
    stages = list(method.stages(face, 0))
    assert [s.name for s in stages] == ["bicubic", "red-1", "red-2", "red-3", "denoiser"]
    assert tuple((s.name, s.title) for s in stages) == method.info.stages
    np.testing.assert_array_equal(stages[-1].pixels, stages[-2].pixels)
    assert not np.array_equal(stages[1].pixels, stages[3].pixels)
