"""Whether a method suits a face: by size, points, their residual, and what is installed."""

import dataclasses
from pathlib import Path

import pytest

from fhgui import paths
from fhgui.alignment import templates
from fhgui.core.face import Box
from fhgui.core.method import MethodInfo
from fhgui.core.wear import ToldWear
from fhgui.methods import registry
from fhgui.session.marking import Marking
from fhgui.session.suiting import Fit, verdict, wanted
from tests.helpers.models import turned_tdn

INFO = registry.info("bicubic")


def points(scale: float, moved_px: float = 0.0) -> Marking:
    """Return a marking by five points of the template, some frame pixels an input pixel."""
    five = templates.template(INFO.template).reduced(5) / INFO.scale * scale + 40
    five[0, 0] -= moved_px  # an eye
    return Marking(points=tuple((float(x), float(y)) for x, y in five))


@pytest.mark.parametrize(
    ("marking", "fit", "brief"),
    [
        (Marking(), Fit.UNKNOWN, "no crop yet"),
        (Marking(aligned=True), Fit.GOOD, "frame as it is"),
        (points(1.0), Fit.GOOD, "suits this crop"),
        (points(4.0), Fit.DOUBTFUL, "keeps 25% a side"),
        (points(0.5), Fit.DOUBTFUL, "enlarged ×2.0"),
        (points(1.0, moved_px=8), Fit.DOUBTFUL, "points off template"),
        (Marking(box=Box(10, 10, 16, 16)), Fit.DOUBTFUL, "points wanted"),
    ],
)
def test_the_verdict_is_brief_and_has_a_reason(marking: Marking, fit: Fit, brief: str) -> None:
    found = verdict(marking, INFO)
    assert (found.fit, found.brief) == (fit, brief)
    assert found.reasons
    assert all(reason.endswith(".") for reason in found.reasons)


def test_a_crop_suffices_for_a_method_that_straightens(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    turned_tdn(tmp_path, (0.0, 1.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0))
    monkeypatch.setattr(paths, "model_folders", lambda: (tmp_path,))
    monkeypatch.setitem(registry.PACKAGES, "tdn", "fhgui.methods.tdn")
    info, crop = registry.info("tdn"), Marking(box=Box(10, 10, 12, 12))
    found = verdict(crop, info)
    assert (found.fit, found.brief) == (Fit.GOOD, "suits this crop")
    assert "a crop suffices" in " ".join(found.reasons)
    assert wanted(info).startswith("a crop around a face")
    assert "Ctrl+U" in " ".join(verdict(crop, INFO).reasons)


def test_a_face_that_a_network_put_upright_wants_a_look() -> None:
    upright = points(1.0).straightened_to(((10.0, 10.0), (16.0, 10.0)), "by STN0")
    assert any("look whether" in reason for reason in verdict(upright, INFO).reasons)


def test_a_face_below_perceive_is_told_of() -> None:
    assert any("Perceive" in reason for reason in verdict(points(1.0), INFO).reasons)
    assert not any("Perceive" in reason for reason in verdict(points(8.0), INFO).reasons)


def test_missing_files_make_a_method_impossible(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    info: MethodInfo = dataclasses.replace(
        registry.info("lcr"), assets=(("gallery", "gone/away.safetensors"),)
    )
    found = verdict(points(1.0), info)
    assert found.fit is Fit.IMPOSSIBLE
    assert "gone/away.safetensors" in found.reasons[0]


@pytest.mark.parametrize("method", registry.method_ids())
def test_every_method_says_what_it_wants(method: str) -> None:
    info = registry.info(method)
    assert f"{info.input_hw[1]}×{info.input_hw[0]} px" in wanted(info)


def test_wear_that_a_method_does_not_reckon_with_is_a_hint() -> None:
    worn = ToldWear((("Noise", "σ 6 grey levels"),), ("noise", "blocks"))
    plain, told = verdict(points(1.0), INFO), verdict(points(1.0), INFO, worn)
    assert (told.fit, told.brief) == (plain.fit, plain.brief)
    assert told.reasons[-1] == (
        "The frame seems to have noise and compression, which it takes for detail; atlas_blind was "
        "made for noise and compression."
    )
    blind = registry.info("atlas_blind")
    assert verdict(points(1.0), blind, worn) == verdict(points(1.0), blind)
