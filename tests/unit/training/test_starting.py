"""Fine-tuning starts from what fits."""

import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from fhgui import paths
from fhgui.blocks.convolution import fold_batch_norm
from fhgui.core.errors import WeightsError
from fhgui.training.checkpoint import RunFolder, save_state
from fhgui.training.recipe import fill
from fhgui.training.starting import Begun, begin_from, start_from
from fhgui.training.tasks.restoration import network_module


def test_what_fits_is_copied_and_the_rest_named(tmp_path):
    file = tmp_path / "old.safetensors"
    save_file({"0.weight": torch.ones(2, 3), "0.bias": torch.ones(5), "gone": torch.ones(1)}, file)
    network = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    kept = network[0].bias.detach().clone()
    begun = start_from(network, str(file))
    assert begun == Begun(str(file), ("0.bias", "1.bias", "1.weight"), ("0.bias", "gone"))
    assert begun.notes() == (
        f"tensors that begin anew, not being in {file}: 3 (0.bias, 1.bias, 1.weight)",
        f"tensors of {file} without a place in the network: 2 (0.bias, gone)",
    )
    assert torch.equal(network[0].weight, torch.ones(2, 3))
    assert torch.equal(network[0].bias, kept)


def test_several_weights_fill_a_network_together(tmp_path):
    one, other = tmp_path / "one.safetensors", tmp_path / "other.safetensors"
    save_file({"0.weight": torch.ones(2, 3), "0.bias": torch.ones(2)}, one)
    save_file({"1.weight": torch.ones(1, 2), "gone": torch.ones(1)}, other)
    network = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    assert begin_from(network, "", "") == ()
    (note,) = begin_from(network, str(one), str(other))
    assert note == f"tensors that begin anew, not being in {one}: 1 (1.bias)"


def test_half_precision_is_taken(tmp_path):
    file = tmp_path / "half.safetensors"
    save_file({"weight": torch.full((2, 3), 0.5, dtype=torch.float16)}, file)
    network = nn.Linear(3, 2)
    start_from(network, str(file))
    assert network.weight.dtype == torch.float32
    assert torch.equal(network.weight, torch.full((2, 3), 0.5))


@pytest.mark.parametrize("content", [None, b"no weights", "misfit"])
def test_what_cannot_be_used_is_named(tmp_path, content):
    file = tmp_path / "weights.safetensors"
    if content == "misfit":
        save_file({"other": torch.ones(1)}, file)
    elif content is not None:
        file.write_bytes(content)
    with pytest.raises(WeightsError, match=r"missing|safetensors|fits"):
        start_from(nn.Linear(3, 2), str(file))


def test_a_run_without_a_network_is_named(tmp_path):
    save_state(RunFolder(tmp_path).best, {"step": 1})
    with pytest.raises(WeightsError, match="holds no network"):
        start_from(nn.Linear(3, 2), str(tmp_path))
    save_state(RunFolder(tmp_path).best, {"network": {"weight": 3, "bias": torch.ones(2)}})
    assert start_from(nn.Linear(3, 2), str(tmp_path)).anew == ("weight",)


@pytest.mark.parametrize("method", ["sisn", "tdn", "csrip"])
def test_a_network_begins_as_the_one_that_was_written_folded(method):
    """The files that are shipped have no batch norms any more."""
    file = paths.model_file(f"{method}/network.safetensors")
    with safe_open(file, "pt") as opened:
        spec = json.loads(opened.metadata()["spec"])
    module = network_module(method)
    shipped, network = (module.build(fill(module.Spec, spec)) for _ in range(2))
    shipped = fold_batch_norm(shipped)
    shipped.load_state_dict({k: v.float() for k, v in load_file(file).items()})
    assert start_from(network, str(file)).notes() == ()
    assert network.training
    assert any(p.requires_grad for p in network.parameters())
    found = network.eval().state_dict()
    assert found.keys() == shipped.state_dict().keys()
    assert all(torch.equal(found[k], v) for k, v in shipped.state_dict().items())
