"""The split into evidence and invention is a projection."""

import numpy as np
import pytest

from fhgui.core.doubt import LEGENDS, DoubtKind
from fhgui.core.errors import InputError
from fhgui.core.method import Origin, Stage
from fhgui.evaluation.doubt import agreement, doubt_maps, split
from fhgui.imaging.consistency import EPSILON
from fhgui.imaging.operators import make_operator
from fhgui.imaging.resize import imresize


def a_face(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    face = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
    result = rng.integers(0, 256, (128, 128, 3), dtype=np.uint8)
    return result, face


def test_noise_is_nearly_all_invention() -> None:
    doubt = doubt_maps(*a_face(), "bicubic")
    assert doubt.fixed_share < 0.05
    assert doubt.invented.shape == (128, 128)
    assert doubt.redegraded.shape == (16, 16)


@pytest.mark.parametrize("degradation", ["bicubic", "gaussian-wide", "motion"])
def test_what_the_evidence_alone_makes_is_all_evidence(degradation: str) -> None:
    rng = np.random.default_rng(1)
    face = rng.integers(100, 156, (16, 16, 3), dtype=np.uint8)
    operator = make_operator(degradation, (64, 64), 4)
    about = face.astype(float) - 128
    alone = 128 + operator.natural_proximal(about, np.zeros((64, 64, 3)), EPSILON)
    result = np.clip(np.rint(alone), 0, 255).astype(np.uint8)
    doubt = doubt_maps(result, face, degradation)
    assert doubt.fixed_share > 0.99
    assert doubt.redegradation_db > 45
    assert np.percentile(doubt.invented, 95) < 2


def test_what_is_invented_is_not_seen_by_the_degradation_and_the_rest_depends_on_it_alone() -> None:
    rng = np.random.default_rng(5)
    operator = make_operator("gaussian-wide", (64, 64), 4)
    x = rng.uniform(0, 255, (64, 64, 3))
    fixed, invented = split(x, operator)
    np.testing.assert_allclose(fixed + invented, x - x.mean(axis=(0, 1)), atol=1e-9)
    assert np.abs(operator.forward(invented)).max() < 0.05
    other = fixed + 3 * invented
    np.testing.assert_allclose(split(other, operator)[0], fixed - other.mean(axis=(0, 1)), atol=0.5)


def test_a_smooth_face_between_samples_further_apart_than_the_blur_is_not_called_invented() -> None:
    """H⁺ would leave gaps between the samples, and call a fifth of this picture invented."""
    y, x = np.mgrid[:192, :192] / 192
    smooth = np.rint(128 + 90 * np.sin(3 * x) * np.cos(4 * y))[..., None].repeat(3, axis=2)
    operator = make_operator("gaussian-wide", (192, 192), 8)
    face = np.rint(operator.forward(smooth)).astype(np.uint8)
    doubt = doubt_maps(smooth.astype(np.uint8), face, "gaussian-wide")
    assert doubt.fixed_share > 0.999
    assert doubt.invented[8:-8, 8:-8].max() < 2


def test_a_constant_face_has_no_energy_to_share() -> None:
    result, face = np.full((128, 128, 3), 90, np.uint8), np.full((16, 16, 3), 90, np.uint8)
    doubt = doubt_maps(result, face, "bicubic")
    assert doubt.fixed_share == 1.0
    assert doubt.invented.max() == pytest.approx(0, abs=1e-6)


def test_sizes_must_fit() -> None:
    with pytest.raises(InputError, match="whole multiple"):
        doubt_maps(np.zeros((100, 128, 3), np.uint8), np.zeros((16, 16, 3), np.uint8), "bicubic")


def test_the_energies_of_both_parts_make_up_the_whole() -> None:
    rng = np.random.default_rng(2)
    result = imresize(rng.uniform(0, 255, (32, 32, 3)), (128, 128)).clip(0, 255).astype(np.uint8)
    face = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
    doubt = doubt_maps(result, face, "bicubic")
    about_mean = result - result.mean(axis=(0, 1))
    whole = float(np.mean(about_mean.astype(float) ** 2))
    parts = doubt.fixed_energy + doubt.invented_energy
    assert parts == pytest.approx(whole, rel=0.02)
    assert doubt.fixed_energy / parts == pytest.approx(doubt.fixed_share, rel=1e-6)
    assert doubt.fixed is not None
    assert doubt.fixed.shape == (128, 128)
    assert doubt.fixed.mean() < doubt.invented.mean()


def test_every_map_has_a_legend_that_says_what_it_does_not_promise() -> None:
    assert set(LEGENDS) == set(DoubtKind)
    assert all(legend.promises_not.endswith(".") for legend in LEGENDS.values())


def a_stage(name: str, pixels: np.ndarray) -> Stage:
    return Stage(name, name.title(), pixels, Origin.SYNTHESISED)


def test_agreement_is_told_with_and_without_the_stage_made_for_it() -> None:
    result, face = a_face()
    fitting = np.full((128, 128, 3), 90, np.uint8)
    flat = np.full((16, 16, 3), 90, np.uint8)
    both = agreement(
        [a_stage("input", flat), a_stage("x", result), a_stage("consistent", fitting)], "bicubic"
    )
    assert both.after.largest == pytest.approx(0, abs=1e-9)
    assert both.before is not None
    assert both.before == agreement([a_stage("input", flat), a_stage("x", result)], "bicubic").after
    assert agreement([a_stage("input", face), a_stage("x", result)], "bicubic").before is None
    assert doubt_maps(result, face, "bicubic").agreement == agreement(
        [a_stage("input", face), a_stage("x", result)], "bicubic"
    )
