"""Fine-tuning: a network starts from weights that were trained before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from fhgui import paths
from fhgui.core.errors import WeightsError
from fhgui.training.checkpoint import RunFolder
from fhgui.training.state import read_state


def start_from(network: nn.Module, named: str) -> tuple[str, ...]:
    """Copy every tensor of a file or a run whose name and shape the network has.

    Parameters
    ----------
    named : a safetensors file, or a name under ``models/``; or the folder of a training run,
        whose best network is taken as it was trained, its batch norms not folded.

    Returns
    -------
    The names of the network's tensors that the file could not fill.

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
    with torch.no_grad():
        for name, value in fitting.items():
            state[name].copy_(value)
    return tuple(sorted(set(state) - set(fitting)))


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
