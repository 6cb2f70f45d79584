"""From a trained network to a file under ``models/``: safetensors in half precision, and a card."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import torch
import yaml
from safetensors.numpy import save

from fhgui.core.arrays import AnyArray
from fhgui.training.checkpoint import write_atomically
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
    """Write named arrays to one safetensors file, complete or not at all.

    Raises
    ------
    OutputError
        If the disk is full or the folder cannot be written.
    """
    contiguous = {k: np.ascontiguousarray(v) for k, v in arrays.items()}
    data = save(contiguous, {**identity, "spec": json.dumps(spec)})
    write_atomically(path, lambda file: _write_in_order(file, data))


def _write_in_order(file: BinaryIO, data: bytes) -> None:
    """Write a safetensors file with its header's entries sorted, which the library shuffles.

    So the same weights are the same file, whenever they are written.
    """
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # arrays begin at a multiple of eight bytes
    file.write(len(text).to_bytes(8, "little") + text)
    file.write(memoryview(data)[8 + size :])


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
    """Write a model card as YAML, keys in the given order, complete or not at all.

    Raises
    ------
    OutputError
        As of `write_arrays`.
    """
    text = yaml.safe_dump(dict(card), sort_keys=False, allow_unicode=True, width=100)
    write_atomically(path, lambda file: file.write(text.encode()))
