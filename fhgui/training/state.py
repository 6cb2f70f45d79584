"""The state of a run as one safetensors file: tensors, and the rest as JSON in its header.

Nested dicts and lists are written as a tree whose leaves are plain values or names of tensors:
``{"dict": [[key, value], …]}``, ``{"list": […]}``, ``{"tensor": name}``. Keys may be numbers, as
optimisers have them. The header also holds the SHA-256 of tree and tensors, so that a file whose
bits changed is told from a sound one. Nothing that is read can run code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from fhgui.core.errors import FhguiError
from fhgui.plain import json_value

State = dict[str, Any]
"""Tensors, numbers, texts, and nested dicts and lists of them."""

_FORMAT = "fhgui state 1"


def write_state(file: BinaryIO, state: State) -> None:
    """Write a state; tuples become lists."""
    tensors: dict[str, torch.Tensor] = {}
    tree = json.dumps(_tree(state, "", tensors))
    header = {"format": _FORMAT, "tree": tree, "sha256": digest_of(tree, tensors)}
    file.write(save(tensors, header))


def read_state(path: Path) -> State:
    """Return a state, on the CPU.

    Raises
    ------
    FhguiError
        If the file cannot be read, is damaged or holds something else.
    """
    try:
        if not path.is_file() and path.exists():
            raise ValueError("no regular file")  # a pipe would be waited for
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            # what is mapped into memory is gone when the file is
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118  # no mapping
        if header["format"] != _FORMAT or header["sha256"] != digest_of(header["tree"], tensors):
            raise ValueError("its digest differs")
        state = _value(json_value(header["tree"]), tensors)
        if not isinstance(state, dict):
            raise TypeError("no dict")
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
        why = type(error).__name__
        raise FhguiError(f"is a damaged checkpoint ({why})", path=path) from error
    return state


def _tree(value: Any, name: str, tensors: dict[str, torch.Tensor]) -> Any:
    """Return a value as its tree; its tensors are put aside under names that say where they are."""
    if isinstance(value, torch.Tensor):
        # safetensors takes no two names for one memory
        tensors[name] = value.detach().cpu().clone(memory_format=torch.contiguous_format)
        return {"tensor": name}
    if isinstance(value, Mapping):
        return {"dict": [[k, _tree(v, f"{name}/{k}", tensors)] for k, v in value.items()]}
    if isinstance(value, list | tuple):
        return {"list": [_tree(v, f"{name}/{n}", tensors) for n, v in enumerate(value)]}
    return value


def _value(tree: Any, tensors: Mapping[str, torch.Tensor]) -> Any:
    if not isinstance(tree, dict):
        return tree
    ((kind, inner),) = tree.items()
    if kind == "tensor":
        return tensors[inner]
    if kind == "dict":
        return {key: _value(below, tensors) for key, below in inner}
    if kind == "list":
        return [_value(below, tensors) for below in inner]
    raise ValueError(f"an unknown kind {kind!r}")


def digest_of(tree: str, tensors: Mapping[str, torch.Tensor]) -> str:
    """Return the SHA-256 of a tree and its tensors, their names, kinds and shapes."""
    total = hashlib.sha256(tree.encode())
    for name in sorted(tensors):
        total.update(f"\n{name} {tensors[name].dtype} {list(tensors[name].shape)}\n".encode())
        total.update(tensors[name].reshape(-1).view(torch.uint8).numpy().tobytes())
    return total.hexdigest()
