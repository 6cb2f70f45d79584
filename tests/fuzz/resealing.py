"""Puts right what vouches for a spoilt file: who hands over a hostile file can do that as well.

Two times in three digests, seals and chains fit afterwards, so that what comes behind their check
is reached; else the check itself is.
"""

from __future__ import annotations

import hashlib
import json
import struct
from random import Random
from typing import Any

import yaml
from safetensors import SafetensorError
from safetensors.torch import load

from fhgui.provenance.canonical import canonical_json, digest, sealed
from fhgui.training.state import digest_of
from tests.fuzz.hostile_files import Content

_UNSEALED = ("id", "seals")


def resealed(files: dict[str, Content], name: str, rng: Random) -> None:
    """Put right what vouches for a file among its files."""
    data = files[name]
    if not isinstance(data, bytes) or rng.random() > 2 / 3:
        return
    short = name.rpartition("/")[2]
    if short.startswith("step-"):
        files[name] = _of_training(data)
    elif short.endswith(".safetensors"):
        _enter(files, name, data)
    elif short == "index.json":
        _fit_set(files, name, data)
    elif short.endswith(".json"):
        files[name] = _resealed_json(short, data)
    elif short == "log.jsonl":
        files[name] = _rechained(data)


def _resealed_json(name: str, data: bytes) -> bytes:
    try:
        value = json.loads(data)
        if not isinstance(value, dict):
            return data
        if name == "case.json":
            rest = {k: v for k, v in value.items() if k != "sha256"}
            value = {**rest, "sha256": digest(canonical_json(rest))}
        elif name == "manifest.json" and "seal" in value:
            value = sealed(value)
        elif "seals" in value:
            seals = {k: digest(canonical_json(v)) for k, v in value.items() if k not in _UNSEALED}
            rest = {**{k: v for k, v in value.items() if k != "id"}, "seals": seals}
            value = {**rest, "id": digest(canonical_json(rest))}
        else:
            return data
        return canonical_json(value) + b"\n"
    except (ValueError, RecursionError):
        return data


def _of_training(data: bytes) -> bytes:
    """Write the digest of a training's state into its header."""
    try:
        tensors = load(data)
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8 : 8 + length])
        told = header["__metadata__"]
        told["sha256"] = digest_of(told["tree"], tensors)
        text = json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text + data[8 + length :]
    except (SafetensorError, struct.error, ValueError, KeyError, TypeError, RecursionError):
        return data


def _rechained(data: bytes) -> bytes:
    lines: list[bytes] = []
    for line in data.split(b"\n"):
        try:
            value: Any = json.loads(line)
            rest = {k: v for k, v in value.items() if k != "sha256"}
            rest["previous"] = digest(lines[-1]) if lines else ""
            lines.append(canonical_json({**rest, "sha256": digest(canonical_json(rest))}))
        except (ValueError, AttributeError, RecursionError):
            lines.append(line)
    return b"\n".join(lines)


def _enter(files: dict[str, Content], name: str, data: bytes) -> None:
    """Write the digest of a model's file into the card beside it."""
    folder, _, short = name.rpartition("/")
    card = f"{folder}/card.yaml"
    try:
        content = files[card]
        value = yaml.safe_load(content if isinstance(content, bytes) else b"")
        value["files"][short]["sha256"] = hashlib.sha256(data).hexdigest()
        files[card] = yaml.safe_dump(value, allow_unicode=True).encode()
    except (yaml.YAMLError, KeyError, TypeError, ValueError, RecursionError):
        return


def _fit_set(files: dict[str, Content], name: str, data: bytes) -> None:
    """Write the digest of a set's index into its manifest."""
    manifest = f"{name.rpartition('/')[0]}/manifest.json"
    try:
        content = files[manifest]
        value = json.loads(content if isinstance(content, bytes) else b"")
        value["index_sha256"] = hashlib.sha256(data).hexdigest()
        files[manifest] = json.dumps(value).encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        return
