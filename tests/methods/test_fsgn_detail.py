"""fsgn with a gallery: the detail's stages, whose it is, and what does not fit."""

import numpy as np
import pytest

from fhgui import paths
from fhgui.core.contributions import Sourced
from fhgui.core.errors import MethodError, WeightsError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Origin
from fhgui.imaging.resize import imresize
from fhgui.methods import registry
from fhgui.methods.fsgn.config import INFO
from fhgui.methods.fsgn.gallery import Exemplars
from fhgui.methods.fsgn.network import build
from fhgui.training.export import register, write_weights
from tests.helpers.exemplars import SPEC, faces, low_face, write_models


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Return a model folder with networks that only enlarge, and a gallery of the faces."""
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(autouse=True)
def installed(models, monkeypatch):
    """Use these models and no others."""
    monkeypatch.setitem(registry.PACKAGES, "fsgn", "fhgui.methods.fsgn")
    monkeypatch.setattr(paths, "model_folders", lambda: (models,))


def loaded(**settings):
    usual = {"mode": "sr", "detail": True, "gallery": "fsgn/own", "neighbours": 3}
    return registry.load("fsgn", {**usual, **settings})


def test_detail_comes_after_the_base_layer_and_is_other_peoples():
    method = loaded(strength=1.0)
    stages = list(method.stages(low_face(), 0))
    names = ["bicubic", "masks", "base", "regression", "detail", "result"]
    assert [s.name for s in stages] == names
    assert [(s.name, s.title) for s in stages] == list(method.info.stages)
    assert {s.origin for s in stages[2:]} == {Origin.SYNTHESISED}
    assert [asset.role for asset in method.assets] == ["weights", "gallery"]
    base, detail, result = (stages[i].pixels.astype(int) for i in (2, 4, 5))
    inner = (result > 0) & (result < 255) & (detail > 0) & (detail < 255)
    assert np.abs(result - base - (detail - 128))[inner].max() <= 2  # both are rounded
    truth = faces().pixels[2]
    assert np.square(result - truth).mean() < 0.5 * np.square(base - truth).mean()


def test_a_share_of_nothing_but_a_hair_leaves_the_base_layer():
    stages = {s.name: s.pixels.astype(int) for s in loaded(strength=1e-6).stages(low_face(), 0)}
    assert np.abs(stages["result"] - stages["base"]).max() <= 1


def test_who_contributed_where_is_told_on_demand():
    stages = {s.name: s for s in loaded(matched_patches=True).stages(low_face(), 0)}
    shares = {r.title: r.value for r in stages["patches"].readings}
    assert max(shares, key=shares.get) == "2.png"  # the face itself is in the gallery
    assert shares["2.png"] > 50
    for name in ("patches", "exemplars"):
        assert stages[name].pixels.shape == (*INFO.output_hw, 3)
    assert "patches" not in {s.name for s in loaded().stages(low_face(), 0)}


def test_a_result_is_traced_to_its_exemplars_bit_for_bit():
    method = loaded()
    assert isinstance(method, Sourced)
    traced = method.traced(low_face(), 0)
    *_, result = method.stages(low_face(), 0)
    assert np.array_equal(traced.result, result.pixels)
    assert traced.contributions.names[int(traced.contributions.largest(1)[0])] == "2.png"
    assert traced.gallery == method.assets[-1]
    assert (traced.array, traced.least_members) == ("sharp", 1)


def test_a_base_layer_alone_is_from_nobody():
    assert loaded(detail=False).traced(low_face(), 0) is None


def test_detail_that_is_added_no_times_is_from_nobody(monkeypatch):
    monkeypatch.setattr(Exemplars, "gain", 0.0)
    method = loaded(matched_patches=True)
    stages = {s.name: s for s in method.stages(low_face(), 0)}
    assert [(s.name, s.title) for s in stages.values()] == list(method.info.stages)
    assert "patches" not in stages
    (times,) = stages["result"].readings
    assert (times.name, times.value) == ("strength", 0)
    assert method.traced(low_face(), 0) is None
    for settings in ({"strength": 1.5}, {"transfer": "guided"}):
        assert loaded(**settings).traced(low_face(), 0) is not None


def test_the_papers_transfer_is_at_hand():
    pairs, guided = (
        list(loaded(transfer=how).stages(low_face(), 0))[-1].pixels for how in ("pairs", "guided")
    )
    assert (pairs != guided).any()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"neighbours": 7}, "7 exemplars are to be mixed, but the gallery holds 6"),
        ({"mode": "deblur"}, "holds no faces for the mode deblur"),
        ({"mode": "auto"}, "holds no faces for the mode deblur"),
    ],
)
def test_gallery_that_does_not_hold_what_is_asked_for(settings, words):
    with pytest.raises(MethodError, match=words):
        list(loaded(**settings).stages(low_face(), 0))


def test_gallery_that_another_network_made_is_refused(models, tmp_path, monkeypatch):
    other = tmp_path / "fsgn" / "other.safetensors"
    write_weights(build(SPEC, seed=1), other, {"method": "fsgn", "part": "sr"}, SPEC)
    register(other, {"what": "somebody's own"})
    monkeypatch.setattr(paths, "model_folders", lambda: (tmp_path, models))
    words = r"gallery fsgn/own was made with other weights for the mode sr than fsgn/other"
    with pytest.raises(MethodError, match=words):
        loaded(sr_weights="fsgn/other")


def test_gallery_that_is_not_there():
    with pytest.raises(WeightsError, match="the gallery file is missing"):
        loaded(gallery="fsgn/nowhere")


def test_face_of_another_size_than_the_gallerys():
    pixels = imresize(low_face().pixels, (40, 32))
    small = FaceImage(pixels, FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "face320"))
    with pytest.raises(MethodError, match="240×320 px, this one is 128×160"):
        list(loaded().stages(small, 0))
