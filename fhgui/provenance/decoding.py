"""Makes frozen dataclasses from JSON that somebody else may have written: every type is checked."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

DEEPEST = 100
"""Values inside each other; what this program writes nests some ten deep."""


class FormError(ValueError):
    """A value is not what its field says; ``field`` is the way to it, e.g. ``stages[2].h``."""

    def __init__(self, field: str, what: str) -> None:
        self.field = field
        super().__init__(f"{field} {what}" if field else what)


def strict_json(data: bytes) -> Any:
    """Return the value of UTF-8 JSON.

    Raises
    ------
    ValueError
        If it is no JSON, nests too deep, names a key twice, or holds a number that is not finite.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            parse_float=_finite,
            parse_constant=_no_constant,
            object_pairs_hook=_no_twice,
        )
    except RecursionError:
        raise ValueError("it nests too deep") from None
    _check_depth(value, DEEPEST)
    return value


def decode(kind: type[T], value: object, field: str = "") -> T:
    """Return a dataclass filled from a JSON object; an unknown or missing key is an error.

    Numbers keep their JSON type, so that writing gives the bytes that were read.

    Raises
    ------
    FormError
        If something is missing, unknown, or of another type.
    """
    if not isinstance(value, dict):
        raise FormError(field, "is no object")
    hints = _hints(kind)  # type: ignore[arg-type]  # every class is hashable
    required = {f.name for f in dataclasses.fields(kind) if _is_required(f)}  # type: ignore[arg-type]  # a dataclass type
    for name in sorted(required - set(value)):
        raise FormError(_join(field, name), "is missing")
    for name in sorted(set(value) - set(hints)):
        raise FormError(_join(field, name), "is unknown")
    return kind(**{n: _decoded(hints[n], v, _join(field, n)) for n, v in value.items()})


def _decoded(hint: Any, value: Any, field: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _one_of(get_args(hint), value, field)
    if origin is tuple:
        return _tuple(get_args(hint), value, field)
    if origin is dict:
        return _dict(get_args(hint)[1], value, field)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return decode(hint, value, field)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _enum(hint, value, field)
    return _plain(hint, value, field)


def _one_of(hints: tuple[Any, ...], value: Any, field: str) -> Any:
    """Take the optional type, or one of plain types; any other union is any JSON."""
    if NoneType in hints and value is None:
        return None
    others = [h for h in hints if h is not NoneType]
    if len(others) == 1:
        return _decoded(others[0], value, field)
    if all(hint in _PLAIN for hint in others) and not any(_PLAIN[h](value) for h in others):
        raise FormError(field, f"is no {' or '.join(h.__name__ for h in others)}")
    return value


def _tuple(hints: tuple[Any, ...], value: Any, field: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise FormError(field, "is no list")
    if len(hints) == 2 and hints[1] is Ellipsis:
        hints = (hints[0],) * len(value)
    if len(hints) != len(value):
        raise FormError(field, f"has {len(value)} items, not {len(hints)}")
    pairs = zip(hints, value, strict=True)
    return tuple(_decoded(h, v, f"{field}[{n}]") for n, (h, v) in enumerate(pairs))


def _dict(hint: Any, value: Any, field: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise FormError(field, "is no object")
    return {k: _decoded(hint, v, _join(field, k)) for k, v in value.items()}


def _enum(hint: type[StrEnum], value: Any, field: str) -> StrEnum:
    if value not in tuple(hint):
        raise FormError(field, f"is none of {', '.join(hint)}")
    return hint(value)


def _plain(hint: Any, value: Any, field: str) -> Any:
    if hint in _PLAIN and not _PLAIN[hint](value):
        raise FormError(field, f"is no {hint.__name__}")
    return value


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) if isinstance(value, float) else abs(value) < 2**63


_PLAIN: Mapping[Any, Callable[[Any], bool]] = {
    str: lambda v: isinstance(v, str),
    bool: lambda v: isinstance(v, bool),
    int: lambda v: isinstance(v, int) and not isinstance(v, bool) and abs(v) < 2**63,
    float: _is_number,
}


@cache  # a log has an entry a line, and each needs those of its kind
def _hints(kind: Any) -> dict[str, Any]:
    names = {f.name for f in dataclasses.fields(kind)}
    return {name: hint for name, hint in get_type_hints(kind).items() if name in names}


def _is_required(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def _join(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def _check_depth(value: Any, left: int) -> None:
    """Refuse what would exhaust those that go through it later, each in a deeper call."""
    if isinstance(value, dict | list):
        if not left:
            raise ValueError("it nests too deep")
        for below in value.values() if isinstance(value, dict) else value:
            _check_depth(below, left - 1)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:40]} is too large a number")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key {next(n for n in names if names.count(n) > 1)!r} is there twice")
    return value
