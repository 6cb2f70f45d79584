"""A dossier as bytes for the process that renders it, and back: plain values and arrays only.

Nothing of a file decides what is run: every object in it is one of `fhgui.core`'s frozen
dataclasses, made from its fields. Values are JSON in the header of a safetensors file, arrays and
bytes are its tensors.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from fhgui import core
from fhgui.core.arrays import AnyArray
from fhgui.core.dossier import Dossier
from fhgui.core.errors import OutputError
from fhgui.plain import json_value

HEADER = "dossier"
KIND = "$"
"""Key of an object that says what it is; the keys of other mappings stand in lists."""


def write_dossier(dossier: Dossier, path: Path) -> None:
    """Write a dossier to a file."""
    arrays: list[AnyArray] = []
    text = json.dumps(_packed(dossier, arrays))
    save_file({str(n): array for n, array in enumerate(arrays)}, path, {HEADER: text})


def read_dossier(path: Path) -> Dossier:
    """Read what `write_dossier` wrote.

    Raises
    ------
    OutputError
        If it holds anything else.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            value = json_value((file.metadata() or {}).get(HEADER, ""))
        found = _unpacked(value, arrays)
    except (OSError, SafetensorError, ValueError, TypeError, KeyError) as error:
        raise OutputError(f"there is no dossier to render ({error})", path=path) from error
    if not isinstance(found, Dossier):
        raise OutputError("there is no dossier to render", path=path)
    return found


def _packed(value: Any, arrays: list[AnyArray]) -> Any:
    """Return any value of a dossier as JSON; arrays and bytes are put aside."""
    if isinstance(value, np.generic):
        value = value.item()
    plain = value is None or isinstance(value, bool | int | float | str)
    if plain and not isinstance(value, StrEnum):
        return value
    kind, content = _parts(value, arrays)
    return {KIND: kind, "is": content}


def _parts(value: Any, arrays: list[AnyArray]) -> tuple[str, Any]:
    if isinstance(value, StrEnum):
        return _name(type(value)), value.value
    if isinstance(value, np.ndarray | bytes):
        is_array = isinstance(value, np.ndarray)
        arrays.append(np.ascontiguousarray(value if is_array else np.frombuffer(value, np.uint8)))
        return "array" if is_array else "bytes", str(len(arrays) - 1)
    if isinstance(value, tuple | list):
        parts = [_packed(part, arrays) for part in value]
        return "tuple" if isinstance(value, tuple) else "list", parts
    if isinstance(value, Mapping):
        return "dict", [[_packed(k, arrays), _packed(v, arrays)] for k, v in value.items()]
    names = [f.name for f in dataclasses.fields(value)]
    return _name(type(value)), {name: _packed(getattr(value, name), arrays) for name in names}


def _unpacked(value: Any, arrays: Mapping[str, AnyArray]) -> Any:
    if not isinstance(value, dict):
        return value
    kind, content = value[KIND], value["is"]
    if kind in ("array", "bytes"):
        return arrays[content] if kind == "array" else arrays[content].tobytes()
    if kind in ("tuple", "list"):
        parts = [_unpacked(part, arrays) for part in content]
        return tuple(parts) if kind == "tuple" else parts
    if kind == "dict":
        return {_unpacked(k, arrays): _unpacked(v, arrays) for k, v in content}
    made = _kinds()[kind]
    if issubclass(made, StrEnum):
        return made(content)
    return made(**{name: _unpacked(part, arrays) for name, part in content.items()})


def _name(kind: type) -> str:
    name = f"{kind.__module__}.{kind.__qualname__}"
    if name not in _kinds():
        raise TypeError(f"a dossier holds no {name}")
    return name


@cache
def _kinds() -> Mapping[str, type[Any]]:
    """Return the inert classes of ``core`` by name."""
    found: dict[str, type[Any]] = {}
    for module in iter_modules(core.__path__, f"{core.__name__}."):
        for kind in vars(import_module(module.name)).values():
            inert = isinstance(kind, type) and (
                dataclasses.is_dataclass(kind) or issubclass(kind, StrEnum)
            )
            if inert and kind.__module__.startswith(f"{core.__name__}."):
                found[f"{kind.__module__}.{kind.__qualname__}"] = kind
    return found
