"""Finds the files under ``models/`` that are needed and checks them before they are used.

Beside every file lies ``card.yaml`` with its SHA-256; a file that differs from its card is never
loaded. Only safetensors are read: loading them cannot run code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from fhgui import paths
from fhgui.core.arrays import AnyArray
from fhgui.core.errors import WeightsError
from fhgui.core.method import Asset
from fhgui.plain import json_value, yaml_file

CARD = "card.yaml"
GET = "restore the models folder, or set FHGUI_MODELS to a folder that holds it"


@dataclass(frozen=True, eq=False)
class Loaded:
    """A checked file in memory.

    Parameters
    ----------
    asset : its role, name and digest.
    arrays : name → array, as stored.
    spec : the shape or settings that its maker stored in the header.
    """

    asset: Asset
    arrays: Mapping[str, AnyArray]
    spec: Mapping[str, Any]


def load_file(role: str, name: str, identity: Mapping[str, str]) -> Loaded:
    """Find ``name`` under the model folders, check it against its card, and read it.

    Parameters
    ----------
    identity : header entries that it must carry, e.g. ``{"method": "dcnn_mnce"}``.

    Raises
    ------
    WeightsError
        If it is missing, differs from its card, is damaged, or belongs to something else.
    """
    path = paths.model_file(name)
    if path is None:
        raise WeightsError(f"the {role} file is missing", path=name, hint=GET)
    digest = check(role, path)
    arrays, header = _read(path)
    wrong = {k: header.get(k) for k, v in identity.items() if header.get(k) != v}
    if wrong:
        raise WeightsError(
            f"the {role} file belongs to something else ({_words(wrong)} instead of "
            f"{_words({k: identity[k] for k in wrong})})",
            path=path,
            hint=GET,
        )
    return Loaded(Asset(role, name, digest), arrays, _spec(role, path, header))


def _spec(role: str, path: Path, header: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        spec = json_value(header.get("spec", "{}"))
    except ValueError:
        spec = None
    if not isinstance(spec, dict):
        raise WeightsError(f"the {role} file does not say its shape", path=path, hint=GET)
    return spec


def check(role: str, path: Path) -> str:
    """Compare a file with the card beside it and return its SHA-256.

    Raises
    ------
    WeightsError
        If either cannot be read, or they differ.
    """
    digest = _digest(path)
    if digest != stated(path)["sha256"]:
        raise WeightsError(
            f"the {role} file is damaged: it differs from its card", path=path, hint=GET
        )
    return digest


def stated(path: Path) -> Mapping[str, Any]:
    """Return what the card beside a file says about it; ``sha256`` at least.

    Raises
    ------
    WeightsError
        If there is no card, or it names no digest of the file.
    """
    facts: Mapping[str, Any] = read_card(path)["files"][path.name]
    return facts


def read_card(path: Path) -> dict[str, Any]:
    """Return the whole card beside a file; errors as of `stated`."""
    card = path.parent / CARD
    try:
        content: dict[str, Any] = yaml_file(card)
        str(content["files"][path.name]["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(
            f"the card names no digest of {path.name}", path=card, hint=GET
        ) from error
    return content


def read_header(path: Path) -> dict[str, str]:
    """Return the header entries of a safetensors file: what it belongs to.

    Raises
    ------
    WeightsError
        If it is no safetensors file.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            return file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise WeightsError("is no safetensors file", path=path, hint=GET) from error


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WeightsError(f"cannot be read ({error.strerror})", path=path, hint=GET) from error


def _read(path: Path) -> tuple[dict[str, AnyArray], dict[str, str]]:
    try:
        with safe_open(path, framework="numpy") as file:
            arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  # no mapping
            header = file.metadata() or {}
        wrong = [key for key, array in arrays.items() if not np.isfinite(array).all()]
    except (SafetensorError, OSError, TypeError, ValueError, AttributeError) as error:
        raise WeightsError("is no safetensors file", path=path, hint=GET) from error
    if wrong:
        raise WeightsError(f"{wrong[0][:80]} is not all numbers", path=path, hint=GET)
    return arrays, header


def _words(values: Mapping[str, str | None]) -> str:
    return ", ".join(f"{k} {v or 'unknown'}" for k, v in values.items())
