"""From a trained network to a file under ``models/``: safetensors in half precision, and a card."""

from __future__ import annotations

import hashlib
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
from fhgui.training.recipe import read_yaml

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
    partial.chmod(0o644)  # safetensors writes for the owner only; models are for everyone
    partial.replace(path)


def halve(array: AnyArray) -> AnyArray:
    """Return a float array as float16; anything else unchanged."""
    return array.astype(np.float16) if np.issubdtype(array.dtype, np.floating) else array


def machine(device: str = "cpu") -> str:
    """Say where something was trained, without naming the machine."""
    torch_version = f"torch {torch.__version__}"
    if device.startswith("cuda"):
        return f"{torch.cuda.get_device_name(device)}, {torch_version}"
    return f"{platform.machine()} CPU, {torch.get_num_threads()} threads, {torch_version}"


def register(path: Path, facts: Mapping[str, Any]) -> None:
    """Enter a file with its digest and what is known about it into the card of its folder."""
    card_path = path.parent / "card.yaml"
    card = read_yaml(card_path) if card_path.is_file() else {}
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    card.setdefault("files", {})[path.name] = {"sha256": digest, **facts}
    write_card(card, card_path)


def write_card(card: Mapping[str, Any], path: Path) -> None:
    """Write a model card as YAML, keys in the given order."""
    text = yaml.safe_dump(dict(card), sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8")
