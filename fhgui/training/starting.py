"""Fine-tuning: a network starts from weights that were trained before, named by its recipe."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from fhgui import paths
from fhgui.blocks.convolution import fold_in_place
from fhgui.core.errors import FhguiError, WeightsError
from fhgui.training.checkpoint import RunFolder
from fhgui.training.recipe import Recipe
from fhgui.training.state import read_state

SHOWN = 4
"""Names of tensors that a sentence holds."""


def starting_from(recipe: Recipe, start: str) -> Recipe:
    """Return the recipe with other weights to start from.

    Parameters
    ----------
    start : as of `start_from`; empty for those that the recipe names, if it does.

    Raises
    ------
    FhguiError
        If its task always starts anew.
    """
    if not start:
        return recipe
    if not hasattr(recipe, "start"):
        raise FhguiError(f"runs of the task {recipe.task!r} cannot start from weights")
    changes: dict[str, Any] = {"start": start}  # a field that not every recipe has
    return dataclasses.replace(recipe, **changes)


@dataclass(frozen=True)
class Begun:
    """What became of the tensors when a network started from weights.

    Parameters
    ----------
    named : the weights. anew : tensors of the network that they could not fill.
    unused : tensors of theirs that the network has no place for.
    """

    named: str
    anew: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    def notes(self) -> tuple[str, ...]:
        """Return what whoever trains should know: nothing if all went where it belongs."""
        told = (
            (self.anew, f"tensors that begin anew, not being in {self.named}"),
            (self.unused, f"tensors of {self.named} without a place in the network"),
        )
        return tuple(f"{words}: {len(names)} ({_some(names)})" for names, words in told if names)


def begin_from(network: nn.Module, *weights: str) -> tuple[str, ...]:
    """Start a network from each of some weights; return what to know of it, as `Begun.notes`.

    Parameters
    ----------
    weights : as of `start_from`; empty ones are passed over. What the first cannot fill and a
        later one does is not told; of the later ones nothing else is.
    """
    begun = [start_from(network, named) for named in weights if named]
    if not begun:
        return ()
    left = set.intersection(*(set(part.anew) for part in begun))
    return dataclasses.replace(begun[0], anew=tuple(sorted(left))).notes()


def start_from(network: nn.Module, named: str) -> Begun:
    """Copy every tensor of a file or a run whose name and shape the network has.

    Parts whose batch norms the file has folded are folded in the network, too.

    Parameters
    ----------
    named : a safetensors file, or a name under ``models/``; or the folder of a training run,
        whose best network is taken as it was trained, its batch norms not folded.

    Raises
    ------
    WeightsError
        If the file is missing or damaged, or nothing of it fits.
    """
    path, found = _tensors(named)
    state = network.state_dict()
    fitting = {k: v for k, v in found.items() if k in state and v.shape == state[k].shape}
    if not fitting:
        raise WeightsError(
            "holds nothing that fits the network", path=path, hint="start from the same method's"
        )
    if _fold_as(network, found, {name.partition(".")[0] for name in fitting}):
        state = network.state_dict()
        fitting = {k: v for k, v in found.items() if k in state and v.shape == state[k].shape}
    with torch.no_grad():
        for name, value in fitting.items():
            state[name].copy_(value)
    anew, unused = set(state) - set(fitting), set(found) - set(fitting)
    return Begun(named, tuple(sorted(anew)), tuple(sorted(unused)))


def _some(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:SHOWN])}{' …' if len(names) > SHOWN else ''}"


def _fold_as(network: nn.Module, found: Mapping[str, torch.Tensor], parts: set[str]) -> bool:
    """Fold the batch norms of the parts that a file fills, if it was written without them.

    Networks are written with their batch norms folded into their convolutions. Beside new batch
    norms such weights would be another network; folded, it begins as the very one in the file.
    """
    changed = False
    for name, part in network.named_children():
        norms = {k for k in _norms(part) if f"{name}.{k}" in found}
        if name in parts and _norms(part) and not norms:
            was_training = part.training
            fold_in_place(part.eval())
            part.train(was_training)
            changed = True
    return changed


def _norms(network: nn.Module) -> set[str]:
    """Return the names of the tensors that batch norms have."""
    return {
        f"{name}.{tensor}"
        for name, module in network.named_modules()
        if isinstance(module, nn.BatchNorm2d)
        for tensor in module.state_dict()
    }


def _tensors(named: str) -> tuple[Path, Mapping[str, torch.Tensor]]:
    if Path(named).is_dir():
        best = RunFolder(Path(named)).best
        trained = read_state(best).get("network")
        if not isinstance(trained, dict):
            raise WeightsError("holds no network", path=best)
        return best, {k: v for k, v in trained.items() if isinstance(v, torch.Tensor)}
    path = Path(named) if Path(named).is_file() else paths.model_file(named)
    if path is None:
        raise WeightsError("the weights to start from are missing", path=named)
    try:
        return path, load_file(path)
    except (OSError, SafetensorError) as error:
        raise WeightsError("is no safetensors file", path=path) from error
