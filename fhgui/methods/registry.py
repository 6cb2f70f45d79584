"""The explicit list of methods: id → lazy package.

Each package has two modules: ``config`` (no torch) with ``INFO: MethodInfo`` and a frozen
dataclass ``Config``, and ``method`` with ``load(config, device) -> Method``. Listing methods
therefore costs nothing, and only the chosen one is imported. A method that needs no torch may be
one module that has all three.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from fhgui.core.errors import MethodError
from fhgui.methods import settings
from fhgui.methods.common import BEFORE, with_stage

if TYPE_CHECKING:
    from fhgui.core.method import Method, MethodInfo
    from fhgui.methods.settings import Setting

PACKAGES: dict[str, str] = {
    "atlas": "fhgui.methods.atlas",
    "atlas_blind": "fhgui.methods.atlas.blind",
    "atlas_turned": "fhgui.methods.atlas.turned",
    "sisn": "fhgui.methods.sisn",
    "sisn_x4": "fhgui.methods.sisn.x4",
    "csrip": "fhgui.methods.csrip",
    "dcnn_mnce": "fhgui.methods.dcnn_mnce",
    "dcnn_mnce_x4": "fhgui.methods.dcnn_mnce.x4",
    "tdn": "fhgui.methods.tdn",
    "urdgn": "fhgui.methods.urdgn",
    "fsgn": "fhgui.methods.fsgn",
    "lcr": "fhgui.methods.lcr",
    "lle": "fhgui.methods.lle",
    "srcnn": "fhgui.methods.srcnn",
    "vdsr": "fhgui.methods.vdsr",
    "bicubic": "fhgui.methods.bicubic",
}


def method_ids() -> tuple[str, ...]:
    """Return every method's id in the order they are shown."""
    return tuple(PACKAGES)


def info(method_id: str) -> MethodInfo:
    """Return what is known about a method without loading it; stages are those of the defaults.

    Raises
    ------
    MethodError
        If there is no such method.
    """
    config = _module(method_id, "config")
    known = cast("MethodInfo", config.INFO)
    return with_stage(known) if getattr(config.Config(), "consistent", False) else known


def default_config(method_id: str) -> Any:  # each method has a config type of its own
    """Return the method's frozen config dataclass with its defaults."""
    return _module(method_id, "config").Config()


def takes_turned_faces(method_id: str) -> bool:
    """Tell whether a method puts faces upright itself."""
    return bool(getattr(default_config(method_id), "takes_turned_faces", False))


def settings_of(method_id: str) -> tuple[Setting, ...]:
    """Return what each field of the method's config may hold, and its docstring."""
    kind: type = type(default_config(method_id))
    return settings.settings_of(kind)


def make_config(method_id: str, values: Mapping[str, object]) -> Any:  # see default_config
    """Return the method's config with some fields replaced.

    Raises
    ------
    MethodError
        If a field is unknown, or its value is not of the kind of the field's default, none of
        its choices, or outside its bounds.
    """
    config = default_config(method_id)
    known = {f.name for f in dataclasses.fields(config)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise MethodError(
            f"{method_id} has no setting {', '.join(unknown)}",
            hint=f"its settings are {', '.join(sorted(known))}",
        )
    fitted = {name: _fitted(method_id, config, name, value) for name, value in values.items()}
    return dataclasses.replace(config, **fitted)


def load(method_id: str, values: Mapping[str, object] | None = None, device: str = "cpu") -> Method:
    """Load a method with its weights.

    Parameters
    ----------
    values : settings that differ from the defaults.
    device : ``cpu`` or ``cuda``.

    Raises
    ------
    MethodError
        If the id or a setting is unknown.
    WeightsError
        If its weights or gallery are missing or damaged.
    """
    config = make_config(method_id, values or {})
    from fhgui.methods.consistent import wrapped  # it imports what only a run needs

    return wrapped(cast("Method", _module(method_id, "method").load(config, device)))


def recorded_settings(method_id: str, config: Mapping[str, object]) -> dict[str, object]:
    """Return a record's settings as they were meant, also where it is older than a setting.

    Raises
    ------
    MethodError
        If there is no such method.
    """
    known = {f.name for f in dataclasses.fields(default_config(method_id))}
    return {**{name: value for name, value in BEFORE.items() if name in known}, **config}


def _fitted(method_id: str, config: object, name: str, value: object) -> object:
    """Bring a value read from JSON or a form to the type of the field's default."""
    default = getattr(config, name)
    if isinstance(default, tuple) and isinstance(value, list):
        return tuple(value)
    if isinstance(default, float) and type(value) is int:
        value = float(value)
    if default is not None and type(value) is not type(default):
        raise MethodError(
            f"{method_id}: {name} cannot be {value!r}", hint=f"give a value like {default!r}"
        )
    settings.check(method_id, type(config), name, value)
    return value


def _module(method_id: str, part: str) -> Any:  # a module: its attributes are not typed
    if method_id not in PACKAGES:
        raise MethodError(
            f"there is no method {method_id!r}", hint=f"choose one of {', '.join(PACKAGES)}"
        )
    package = import_module(PACKAGES[method_id])
    return package if hasattr(package, "INFO") else import_module(f"{package.__name__}.{part}")
