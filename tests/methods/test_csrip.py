"""C-SRIP: the network of paper 002 and its recognisers, and the method with tiny weights."""

import dataclasses

import numpy as np
import pytest
import torch
from torch import nn

from fhgui import paths
from fhgui.blocks.convolution import count_parameters, fold_batch_norm
from fhgui.core.errors import MethodError, WeightsError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Origin
from fhgui.imaging.consistency import redegradation
from fhgui.imaging.resize import imresize
from fhgui.methods import registry
from fhgui.methods.csrip import recogniser as recognising
from fhgui.methods.csrip.method import sharpened
from fhgui.methods.csrip.network import Block, Csrip, Spec, build
from fhgui.training.export import register, write_weights

TINY = Spec(width=(0.02, 0.02, 0.04), blocks=(1, 1, 1), kernel=3)


def seeded(spec):
    with torch.random.fork_rng():
        torch.manual_seed(2)
        network = build(spec)
        for module in network.modules():  # as if trained
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.normal_(module.running_mean, std=0.1)
                nn.init.uniform_(module.running_var, 0.5, 1.5)
    return network.eval()


def pictures(hw=(6, 6), n=2, seed=0):
    return torch.rand(n, 3, *hw, generator=torch.Generator().manual_seed(seed))


def test_the_paper_s_network_is_as_large_as_told():
    with torch.device("meta"):
        network = Csrip(Spec())
    assert 49e6 < count_parameters(network) < 53e6
    assert network.head[0].out_channels == 512
    assert [m[-2].out_channels for m in network.modules_2x] == [1024, 512, 256]
    assert [len([b for b in m if isinstance(b, Block)]) for m in network.modules_2x] == [7, 7, 7]
    assert [b.in_channels for b in network.branches] == [256, 128]
    assert (network.tail.in_channels, network.tail.kernel_size) == (128, (9, 9))


def test_the_paper_s_baseline_has_all_its_blocks_on_the_input_s_grid():
    with torch.device("meta"):
        network = Csrip(Spec(cascade=False, branches=False))
    assert len(network.early) == 21
    assert {b.body[0].in_channels for b in network.early} == {512}
    assert not [b for m in network.modules_2x for b in m if isinstance(b, Block)]


@pytest.mark.parametrize("hw", [(4, 4), (5, 9)])
@pytest.mark.parametrize("branches", [True, False])
def test_every_module_doubles(hw, branches):
    made = seeded(dataclasses.replace(TINY, branches=branches))(pictures(hw))
    scales = (2, 4, 8) if branches else (8,)
    assert [x.shape for x in made] == [(2, 3, hw[0] * s, hw[1] * s) for s in scales]


def test_the_branches_only_look_on():
    whole = seeded(TINY)
    bare = Csrip(dataclasses.replace(TINY, branches=False)).eval()
    bare.load_state_dict(whole.state_dict(), strict=False)
    with torch.no_grad():
        torch.testing.assert_close(bare(pictures())[-1], whole(pictures())[-1], rtol=0, atol=0)


def test_it_begins_as_bicubic_where_it_adds_to_it():
    network = build(dataclasses.replace(TINY, adds_bicubic=True)).eval()
    low = np.random.default_rng(0).integers(0, 256, (5, 7, 3)).astype(np.float64)
    with torch.no_grad():
        made = network(torch.from_numpy(low).float().permute(2, 0, 1)[None] / 255)
    for picture, scale in zip(made, (2, 4, 8), strict=True):
        expected = imresize(low, (5 * scale, 7 * scale))
        np.testing.assert_allclose(255 * picture[0].permute(1, 2, 0), expected, atol=1e-3)


def test_the_width_is_a_share_of_the_paper_s_filters():
    assert Spec().filters == (512, 256, 128)
    assert Spec().last == (64, 128)
    assert Spec(width=(0.5, 0.25, 0.125)).filters == (256, 64, 16)
    assert Spec(width=(0.5, 0.25, 0.125)).last == (8, 16)


@pytest.mark.parametrize(
    "wrong",
    [{"width": (1.0,)}, {"blocks": (7, 7)}, {"cascade": False}, {"kernel": 4}],
)
def test_shapes_that_make_no_sense(wrong):
    with pytest.raises(ValueError, match=r"modules|cascade|odd"):
        Csrip(dataclasses.replace(TINY, **wrong))


def test_folding_the_batch_norms_changes_nothing():
    network = seeded(TINY)
    folded = fold_batch_norm(network)
    assert not [m for m in folded.modules() if isinstance(m, nn.BatchNorm2d)]
    with torch.no_grad():
        for ours, theirs in zip(folded(pictures()), network(pictures()), strict=True):
            torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)


# ---- recognisers ----


def test_a_recogniser_is_squeezenet_with_complex_bypasses():
    network = recognising.build(recognising.RecogniserSpec(people=1000))
    fires = [m for m in network.modules() if isinstance(m, recognising.Fire)]
    bypassed = [isinstance(fire.bypass, nn.Conv2d) for fire in fires]
    assert bypassed == [True, False] * 4
    bypasses = sum(count_parameters(fire.bypass) for fire in fires)
    assert count_parameters(network) - bypasses == 1_248_424  # SqueezeNet 1.0, as published


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("side_px", [48, 96, 192])
def test_recognisers_take_each_size(side_px, batch_norm):
    spec = recognising.RecogniserSpec(side_px, people=5, width=0.1, batch_norm=batch_norm)
    network = recognising.build(spec).eval()
    with torch.no_grad():
        logits = network(torch.zeros(2, 3, side_px, side_px))
        assert logits.shape == (2, 5)
        torch.testing.assert_close(logits[0], logits[1])
        folded = fold_batch_norm(network)
        torch.testing.assert_close(folded(torch.zeros(2, 3, side_px, side_px)), logits)


# ---- the method, with tiny weights ----


@pytest.fixture
def installed(tmp_path, monkeypatch):
    monkeypatch.setitem(registry.PACKAGES, "csrip", "fhgui.methods.csrip")
    install(tmp_path, TINY)
    monkeypatch.setattr(paths, "model_folders", lambda: (tmp_path,))
    return tmp_path


def install(folder, spec, method_id="csrip", name="csrip/network"):
    path = folder / f"{name}.safetensors"
    identity = {"method": method_id, "part": "network"}
    write_weights(fold_batch_norm(seeded(spec)), path, identity, spec)
    register(path, {})


def face_of(hw=(24, 24), seed=0):
    rng = np.random.default_rng(seed)
    pixels = imresize(rng.integers(40, 216, (4, 4, 3)).astype(np.uint8), hw)
    return FaceImage(pixels, FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "lfw192"))


@pytest.mark.parametrize("hw", [(24, 24), (4, 4), (15, 18)])
@pytest.mark.parametrize("sharpening", [False, True])
def test_stages_at_any_size(installed, hw, sharpening):
    method = registry.load("csrip", {"sharpened": sharpening})
    stages = list(method.stages(face_of(hw), 0))
    assert tuple((s.name, s.title) for s in stages) == method.info.stages
    names = ["bicubic", "2x", "4x", "result", *(["sharpened"] if sharpening else [])]
    assert [s.name for s in stages] == [*names, "consistent"]
    for stage in stages:
        assert stage.pixels.shape == (hw[0] * 8, hw[1] * 8, 3)
        assert stage.pixels.dtype == np.uint8
    assert stages[0].origin is Origin.INTERPOLATED
    assert {s.origin for s in stages[1:]} == {Origin.SYNTHESISED}


def test_the_stages_on_the_way_are_the_modules_pictures(installed):
    method = registry.load("csrip", {"mirrored": False, "consistent": False})
    face = face_of()
    made = method.restore(face.pixels[None].astype(float))
    stages = list(method.stages(face, 0))
    for stage, picture in zip(stages[1:], made, strict=True):
        enlarged = imresize(picture[0], (192, 192))
        assert np.abs(stage.pixels - np.clip(enlarged, 0, 255)).max() <= 0.5 + 1e-9


def test_the_last_stage_degrades_to_the_evidence_by_the_blur_of_lfw192(installed):
    face = face_of()
    *_, last = registry.load("csrip").stages(face, 0)
    assert redegradation(last.pixels, face.pixels, "gaussian-wide").largest <= 1


def test_weights_of_an_ablation_have_no_stages_on_the_way(installed):
    install(installed, dataclasses.replace(TINY, branches=False), name="csrip/ablation")
    for given in ("csrip/ablation", "csrip/ablation.safetensors"):
        method = registry.load("csrip", {"weights": given})
        stages = list(method.stages(face_of(), 0))
        assert [s.name for s in stages] == ["bicubic", "result", "consistent"]
        assert tuple((s.name, s.title) for s in stages) == method.info.stages
        assert [a.name for a in method.assets] == ["csrip/ablation.safetensors"]


def test_sharpening_is_the_paper_s_filter():
    rng = np.random.default_rng(0)
    picture = rng.uniform(100, 130, (6, 5, 3))
    inside = sharpened(picture)[2, 3]
    cross = picture[1, 3] + picture[3, 3] + picture[2, 2] + picture[2, 4]
    np.testing.assert_allclose(inside, np.clip(5 * picture[2, 3] - cross, 0, 255))
    flat = np.full((4, 4, 3), 90.0)
    np.testing.assert_allclose(sharpened(flat), flat)


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        ((1, 1, 3), np.uint8),
        ((3, 24, 3), np.uint8),
        ((24, 129, 3), np.uint8),
        ((0, 0, 3), np.uint8),
        ((24, 24), np.uint8),
        ((24, 24, 4), np.uint8),
        ((24, 24, 3), np.uint16),
        ((24, 24, 3), np.float64),
    ],
)
def test_bad_input_is_refused_in_one_sentence(installed, shape, dtype):
    face = FaceImage(np.zeros(shape, dtype), face_of().alignment)
    with pytest.raises(MethodError) as caught:
        list(registry.load("csrip").stages(face, 0))
    assert "C-SRIP" in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("value", [0, 255])
def test_a_constant_picture_gives_valid_pixels(installed, value):
    face = FaceImage(np.full((24, 24, 3), value, np.uint8), face_of().alignment)
    stages = list(registry.load("csrip", {"sharpened": True}).stages(face, 0))
    assert np.all(stages[0].pixels == value)
    assert np.abs(stages[-1].pixels.astype(int) - value).max() < 128


def test_weights_missing_damaged_or_of_another_kind(installed):
    path = installed / "csrip" / "network.safetensors"
    install(installed, TINY, "sisn")
    with pytest.raises(WeightsError, match="belongs to something else"):
        registry.load("csrip")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(WeightsError, match="damaged"):
        registry.load("csrip")
    path.unlink()
    with pytest.raises(WeightsError, match=r"network\.safetensors"):
        registry.load("csrip")
