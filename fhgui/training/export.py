"""From a trained network to a file under ``models/``: safetensors in half precision, and a card."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import yaml
from safetensors.numpy import save_file

from fhgui.core.arrays import AnyArray

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def write_weights(
    network: torch.nn.Module, path: Path, identity: Mapping[str, str], spec: DataclassInstance
) -> None:
    """Write a network's weights as float16 with its identity and shape in the header."""
    arrays = {k: v.detach().numpy() for k, v in network.state_dict().items()}
    write_arrays({k: halve(v) for k, v in arrays.items()}, path, identity, asdict(spec))


def write_arrays(
    arrays: Mapping[str, AnyArray], path: Path, identity: Mapping[str, str], spec: object
) -> None:
    """Write named arrays to one safetensors file, complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    contiguous = {k: np.ascontiguousarray(v) for k, v in arrays.items()}
    save_file(contiguous, partial, {**identity, "spec": json.dumps(spec)})
    partial.replace(path)


def halve(array: AnyArray) -> AnyArray:
    """Return a float array as float16; anything else unchanged."""
    return array.astype(np.float16) if np.issubdtype(array.dtype, np.floating) else array


def machine() -> str:
    """Say where something was trained, without naming the machine."""
    return f"{platform.machine()} CPU, {torch.get_num_threads()} threads, torch {torch.__version__}"


def write_card(card: Mapping[str, Any], path: Path) -> None:
    """Write a model card as YAML, keys in the given order."""
    text = yaml.safe_dump(dict(card), sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8")
