"""Trained weights that cost nothing to make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import torch
from torch import nn

from fhgui.blocks.convolution import fold_batch_norm
from fhgui.blocks.straightening import Straightening
from fhgui.methods.atlas.turned import network as atlas_turned
from fhgui.methods.srcnn.network import Spec, build
from fhgui.methods.tdn import config as tdn_config
from fhgui.methods.tdn import network as tdn
from fhgui.methods.urdgn import network as urdgn
from fhgui.training.export import register, write_weights

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Similarity: TypeAlias = tuple[float, float, float, float]
"""Angle in radians, scale, and two shifts."""


def tiny_srcnn(folder: Path, seed: int = 0) -> Path:
    """Write a tiny SRCNN with its card, as a training leaves it; return the weights."""
    path = folder / "weights.safetensors"
    spec = Spec(filters=(4, 3), kernels=(3, 1, 3))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        write_weights(build(spec), path, {"method": "srcnn", "part": "network"}, spec)
    register(path, {"data": ["invented"], "terms": "none"})
    return path


def tiny_tdn(folder: Path, *, adversarial: bool = False, seed: int = 0) -> Path:
    """Write a narrow TDN below a folder of models, its transformers at the identity."""
    network = tdn.build(tdn.Spec(width=1 / 64))
    with torch.no_grad():
        _draw(network, seed)
    name = tdn_config.ADVERSARIAL if adversarial else tdn_config.PLAIN
    folded = fold_batch_norm(network)
    return _written(folded, folder / name, "tdn", "network", network.spec, name=name)


def turned_tdn(folder: Path, first: Similarity, second: Similarity) -> Path:
    """Write a narrow TDN whose transformers see the same turns in every face; t in half widths."""
    network = tdn.build(tdn.Spec(width=1 / 64))
    _set_turn(network.stn1, first)
    _set_turn(network.stn2, second)
    folded = fold_batch_norm(network)
    return _written(folded, folder / tdn_config.PLAIN, "tdn", "network", network.spec)


def tiny_atlas_turned(folder: Path, seed: int = 0) -> Path:
    """Write a small Atlas for turned faces below a folder of models."""
    network = atlas_turned.build(
        atlas_turned.Spec(channels=16, groups=1, blocks=1, stn_filters=(2, 2), stn_hidden=2)
    )
    with torch.no_grad():
        _draw(network.body, seed)
        network.tail.weight.normal_(0, 0.01, generator=torch.Generator().manual_seed(seed))
    name = "atlas_turned/network.safetensors"
    return _written(network, folder / name, "atlas_turned", "network", network.spec)


def turned_straightener(folder: Path, turn: Similarity) -> Path:
    """Write an STN0 that sees the same turn in every face; t in half widths."""
    network = tdn.Straightener(tdn.StraightenerSpec((2, 2), 2))
    _set_turn(network.stn, turn)
    return _written(network, folder / tdn_config.STRAIGHTENER, "tdn", "straightener", network.spec)


def tiny_urdgn(folder: Path, seed: int = 0) -> Path:
    """Write a narrow UR-DGN below a folder of models."""
    network = urdgn.build(urdgn.Spec(width=(0.25, 0.125, 0.0625, 0.03125)))
    with torch.no_grad():
        _draw(network, seed)
    name = "urdgn/network.safetensors"
    return _written(fold_batch_norm(network), folder / name, "urdgn", "network", network.spec)


def _draw(network: nn.Module, seed: int) -> None:
    """Give convolutions and batch norms random values, as if they were trained."""
    random = torch.Generator().manual_seed(seed)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_var.uniform_(0.5, 1.5, generator=random)  # type: ignore[union-attr]
            module.running_mean.normal_(0, 0.1, generator=random)  # type: ignore[union-attr]
        elif isinstance(module, nn.Conv2d):
            module.weight.normal_(0, module.weight[0].numel() ** -0.5, generator=random)


def _set_turn(transformer: Straightening, turn: Similarity) -> None:
    last = transformer.regress[-1]
    with torch.no_grad():
        last.bias.copy_(torch.tensor(turn))  # type: ignore[operator]


def _written(
    network: nn.Module, path: Path, method: str, part: str, spec: DataclassInstance, **more: str
) -> Path:
    write_weights(network, path, {"method": method, "part": part, **more}, spec)
    register(path, {"data": ["invented"], "terms": "none"})
    return path
