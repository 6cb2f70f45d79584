"""SISN: the network of paper 004, its head, its ablations, and the method with tiny weights."""

import dataclasses

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from fhgui import paths
from fhgui.blocks.convolution import count_parameters, fold_batch_norm
from fhgui.core.errors import MethodError, WeightsError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Origin
from fhgui.imaging.resize import imresize
from fhgui.methods import registry
from fhgui.methods.sisn.network import Isab, Sisn, Spec, build, doubled
from fhgui.training.checkpoint import RunFolder, save_state
from fhgui.training.export import register, write_weights
from fhgui.training.starting import start_from
from fhgui.training.tasks import load_recipe

TINY = Spec(groups=2, blocks=2, channels=8)


def seeded(spec):
    with torch.random.fork_rng():
        torch.manual_seed(5)
        network = build(spec)
        for module in network.modules():  # as if trained: no block is the identity
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.normal_(module.bias, std=0.1)
                nn.init.normal_(module.running_mean, std=0.1)
                nn.init.uniform_(module.running_var, 0.5, 1.5)
    return network.eval()


def pictures(hw=(16, 16), n=2, seed=0):
    return torch.rand(n, 3, *hw, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("scale", "millions"), [(4, 8.1), (8, 8.3)])
def test_it_has_as_many_parameters_as_the_paper_s(scale, millions):
    network = Sisn(Spec(scale=scale))
    authors_head = 64 * 3 * 9 * (scale**2 - 1)  # what collapsing saves
    assert round((count_parameters(network) + authors_head) / 1e6, 1) == millions


def collapsed(weight, scale):
    """Return C×c×3×3, the head that does what the authors' C×cs²×3×3 does."""
    outputs, inputs, *kernel = weight.shape
    return weight.reshape(outputs, inputs // scale**2, scale**2, *kernel).sum(2)


@pytest.mark.parametrize("scale", [4, 8])
def test_the_collapsed_head_is_the_authors_head(scale):
    random = torch.Generator().manual_seed(1)
    weight = torch.randn(64, 3 * scale**2, 3, 3, generator=random, dtype=torch.float64)
    bias = torch.randn(64, generator=random, dtype=torch.float64)
    low = pictures((9, 7)).double()
    repeated = functional.interpolate(low, scale_factor=scale, mode="nearest")
    authors = functional.conv2d(functional.pixel_unshuffle(repeated, scale), weight, bias, 1, 1)
    ours = functional.conv2d(low, collapsed(weight, scale), bias, 1, 1)
    torch.testing.assert_close(ours, authors, rtol=0, atol=1e-11)


@pytest.mark.parametrize("scale", [2, 4, 8])
@pytest.mark.parametrize("hw", [(4, 4), (16, 16), (27, 22)])
def test_any_size_comes_out_larger_by_the_scale(scale, hw):
    network = seeded(dataclasses.replace(TINY, scale=scale))
    with torch.no_grad():
        assert network(pictures(hw)).shape == (2, 3, hw[0] * scale, hw[1] * scale)


@pytest.mark.parametrize("hw", [(1, 5), (2, 2), (3, 4), (9, 7)])
def test_the_last_doubling_in_one_step_is_that_in_three(hw):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        last = nn.Conv2d(8, 32, 3, padding=1).double()
        tail = nn.Conv2d(8, 3, 3, padding=1).double()
        x = torch.randn(2, 8, *hw, dtype=torch.float64, requires_grad=True)
    fast, slow = doubled(x, last, tail), tail(functional.pixel_shuffle(last(x), 2))
    torch.testing.assert_close(fast, slow, rtol=0, atol=1e-12)
    learned = (x, last.weight, last.bias, tail.weight, tail.bias)
    for ours, theirs in zip(
        torch.autograd.grad(fast.square().sum(), learned),
        torch.autograd.grad(slow.square().sum(), learned),
        strict=True,
    ):
        torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("scale", [0, 1, 3])
def test_a_scale_that_no_doubling_reaches_is_refused(scale):
    with pytest.raises(ValueError, match="power of two"):
        Sisn(Spec(scale=scale))


def test_attention_weighs_the_splits_as_equation_7_does():
    attend = seeded(TINY).groups[0].details[0].attend
    x = torch.rand(2, 8, 5, 6, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        splits = attend.split(x).chunk(4, 1)
        scores = attend.judge(sum(splits).mean((2, 3), keepdim=True)).chunk(4, 1)
        weights = torch.stack(scores).softmax(0)
        expected = sum(w * s for w, s in zip(weights, splits, strict=True))
        torch.testing.assert_close(attend(x), expected)


def test_without_structure_a_group_is_its_path_of_details():
    group = seeded(dataclasses.replace(TINY, structure=False)).groups[0]
    assert group.structure is None
    x = torch.rand(1, 8, 6, 6)
    with torch.no_grad():
        torch.testing.assert_close(group(x), group.finish(group.details(x)))


def test_without_detail_attention_only_the_path_of_structure_attends():
    group = Sisn(dataclasses.replace(TINY, detail_attention=False)).groups[0]
    assert [type(block.attend) for block in group.details] == [nn.Identity, nn.Identity]
    assert count_parameters(group.structure) > 2 * count_parameters(group.details[0])


def test_each_ablation_is_trained_by_the_same_recipe():
    whole = count_parameters(Sisn(TINY))
    for switch in ("structure", "detail_attention"):
        network = build(dataclasses.replace(TINY, **{switch: False})).train()
        network(pictures()).square().mean().backward()
        assert all(p.grad is not None for p in network.parameters())
        assert count_parameters(network) < whole


def test_folding_the_batch_norms_changes_nothing():
    network = seeded(TINY)
    folded = fold_batch_norm(network)
    assert not [m for m in folded.modules() if isinstance(m, nn.BatchNorm2d)]
    with torch.no_grad():
        torch.testing.assert_close(folded(pictures()), network(pictures()), rtol=0, atol=1e-5)


def test_at_the_start_every_block_is_the_identity():
    x = torch.rand(2, 8, 4, 4)  # after a ReLU: not negative
    block = next(m for m in build(TINY).eval().modules() if isinstance(m, Isab))
    with torch.no_grad():
        torch.testing.assert_close(block(x), x, rtol=0, atol=0)


def test_a_network_grows_without_changing_what_it_does(tmp_path):
    small = seeded(TINY)
    save_state(RunFolder(tmp_path).best, {"step": 1, "network": small.state_dict()})
    grown = build(dataclasses.replace(TINY, blocks=5))
    left = start_from(grown, str(tmp_path))
    assert {name.split(".")[3] for name in left.anew} == {"2", "3", "4"}
    with torch.no_grad():
        torch.testing.assert_close(grown.eval()(pictures()), small(pictures()), rtol=0, atol=0)


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        ("sisn", 8),
        ("sisn_cpu", 8),
        ("sisn_seed", 8),
        ("sisn_216_cpu", 8),
        ("sisn_x4_cpu", 4),
        ("sisn-216-x8", 8),
        ("sisn-216-x4", 4),
        ("sisn-256-x8", 8),
        ("sisn-256-x4", 4),
    ],
)
def test_the_recipes_fit_the_network(name, scale):
    recipe = load_recipe(name)
    spec = Spec(**recipe.network)
    assert recipe.scale == spec.scale == scale
    assert recipe.method in registry.PACKAGES
    assert recipe.input == "lr"
    assert recipe.loss == "l1"


# ---- the method, with tiny weights ----

IDS = ("sisn", "sisn_x4")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Tiny weights of both ids."""
    for method_id in IDS:
        spec = dataclasses.replace(TINY, scale=4 if method_id == "sisn_x4" else 8)
        install(tmp_path, method_id, spec)
    monkeypatch.setattr(paths, "model_folders", lambda: (tmp_path,))
    return tmp_path


def install(folder, method_id, spec):
    path = folder / method_id / "network.safetensors"
    write_weights(
        fold_batch_norm(seeded(spec)), path, {"method": method_id, "part": "network"}, spec
    )
    register(path, {})


def face_of(hw, seed=0):
    rng = np.random.default_rng(seed)
    pixels = imresize(rng.integers(40, 216, (4, 4, 3)).astype(np.uint8), hw)
    return FaceImage(pixels, FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "celeba128"))


@pytest.mark.parametrize("method_id", IDS)
@pytest.mark.parametrize("hw", [None, (4, 4), (27, 22)])
def test_stages_at_any_size(installed, method_id, hw):
    method = registry.load(method_id)
    hw = hw or method.info.input_hw
    stages = list(method.stages(face_of(hw), 0))
    assert tuple((s.name, s.title) for s in stages) == method.info.stages
    for stage in stages:
        assert stage.pixels.shape == (hw[0] * method.info.scale, hw[1] * method.info.scale, 3)
    assert stages[0].origin is Origin.INTERPOLATED
    assert {s.origin for s in stages[1:]} == {Origin.SYNTHESISED}


@pytest.mark.parametrize("method_id", IDS)
@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        ((1, 1, 3), np.uint8),
        ((3, 16, 3), np.uint8),
        ((16, 129, 3), np.uint8),
        ((0, 0, 3), np.uint8),
        ((16, 16), np.uint8),
        ((16, 16, 1), np.uint8),
        ((16, 16, 4), np.uint8),
        ((16, 16, 3), np.uint16),
        ((16, 16, 3), np.float64),
    ],
)
def test_bad_input_is_refused_in_one_sentence(installed, method_id, shape, dtype):
    face = FaceImage(np.zeros(shape, dtype), face_of((4, 4)).alignment)
    with pytest.raises(MethodError) as caught:
        list(registry.load(method_id).stages(face, 0))
    assert "SISN" in str(caught.value)
    assert caught.value.hint


def test_nan_is_refused(installed):
    face = FaceImage(np.full((16, 16, 3), np.nan), face_of((4, 4)).alignment)
    with pytest.raises(MethodError, match="8-bit"):
        list(registry.load("sisn").stages(face, 0))


@pytest.mark.parametrize("value", [0, 255])
def test_a_constant_picture_gives_valid_pixels(installed, value):
    face = FaceImage(np.full((16, 16, 3), value, np.uint8), face_of((4, 4)).alignment)
    stages = list(registry.load("sisn").stages(face, 0))
    assert np.all(stages[0].pixels == value)
    assert stages[-1].pixels.dtype == np.uint8


def test_attention_maps_are_gray_stages_on_demand(installed):
    method = registry.load("sisn", {"attention_maps": True, "consistent": False})
    assert [name for name, _ in method.info.stages] == ["bicubic", "esag-1", "esag-2", "result"]
    face = face_of((16, 16))
    stages = list(method.stages(face, 0))
    for stage in stages[1:3]:
        assert stage.pixels.max() > 200
        assert np.ptp(stage.pixels.astype(int), axis=2).max() == 0
    plain = list(registry.load("sisn", {"consistent": False}).stages(face, 0))
    np.testing.assert_array_equal(plain[-1].pixels, stages[-1].pixels)


def test_the_mean_with_the_mirrored_face_is_itself_mirrored(installed):
    method = registry.load("sisn", {"consistent": False})
    face = face_of((16, 16))
    turned = dataclasses.replace(face, pixels=np.ascontiguousarray(face.pixels[:, ::-1]))
    one, other = (list(method.stages(f, 0))[-1].pixels for f in (face, turned))
    assert np.abs(one[:, ::-1].astype(int) - other).max() <= 1


def test_weights_missing_damaged_or_of_another_kind(installed):
    path = installed / "sisn" / "network.safetensors"
    install(installed, "sisn", dataclasses.replace(TINY, scale=4))
    with pytest.raises(WeightsError, match="enlarges 4 times, not 8"):
        registry.load("sisn")
    path.write_bytes((installed / "sisn_x4" / "network.safetensors").read_bytes())
    with pytest.raises(WeightsError, match="damaged"):
        registry.load("sisn")
    register(path, {})
    with pytest.raises(WeightsError, match="belongs to something else"):
        registry.load("sisn")
    path.unlink()
    with pytest.raises(WeightsError, match=r"network\.safetensors"):
        registry.load("sisn")
