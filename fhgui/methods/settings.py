"""What a method's settings are, read from its config: types, ranges, choices, and docstrings.

Forms, help texts and checks all come from the one dataclass, so none can differ from it.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from fhgui.core.errors import MethodError
from fhgui.core.setting import Bounds, ModelFile
from fhgui.imaging.operators import OPERATORS

ANY = Bounds()

DEGRADATION = "degradation"
"""A field of this name is an operator's, in every method."""


class Kind(StrEnum):
    """What a form offers for a setting."""

    SWITCH = "switch"
    WHOLE = "whole"
    REAL = "real"
    CHOICE = "choice"
    FILE = "file"
    TEXT = "text"
    NUMBERS = "numbers"


@dataclass(frozen=True)
class Setting:
    """One field of a config.

    Parameters
    ----------
    help : its docstring, on one line.
    choices : of a `Kind.CHOICE`.
    ending : of a `Kind.FILE`.
    optional : whether None is a value, too.
    """

    name: str
    kind: Kind
    default: object
    help: str
    bounds: Bounds = ANY
    choices: tuple[str, ...] = ()
    ending: str = ""
    optional: bool = False

    @property
    def title(self) -> str:
        """The name for people."""
        return self.name.removesuffix("_px").replace("_", " ").capitalize()


@cache
def settings_of(config: type) -> tuple[Setting, ...]:
    """Return the settings of a config dataclass, in its order."""
    hints = get_type_hints(config, include_extras=True)
    helps = field_docstrings(config)
    fields: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(config)
    return tuple(
        _setting(f.name, hints[f.name], f.default, helps.get(f.name, ""))
        for f in fields
        if f.init and f.default is not dataclasses.MISSING
    )


def check(method_id: str, config: type, name: str, value: object) -> None:
    """Refuse a value that is none of the choices, or outside the bounds, of a setting.

    Raises
    ------
    MethodError
        Naming what can be given.
    """
    setting = next((s for s in settings_of(config) if s.name == name), None)
    if setting is None or value is None:
        return
    if setting.choices and value not in setting.choices:
        raise MethodError(
            f"{method_id}: there is no {name.replace('_', ' ')} {value!r}",
            hint=f"choose one of {', '.join(setting.choices)}",
        )
    bounds = setting.bounds
    if setting.kind in (Kind.WHOLE, Kind.REAL) and isinstance(value, int | float):
        too_large = bounds.most is not None and value > bounds.most
        if not value >= bounds.least or too_large:
            raise MethodError(f"{method_id}: {name} cannot be {value!r}", hint=range_words(bounds))


def range_words(bounds: Bounds) -> str:
    """Return e.g. ``give a value from 0 to 3``."""
    least = f"{bounds.least:g}"
    if bounds.most is None:
        return f"give a value of {least} or more"
    return f"give a value from {least} to {bounds.most:g}"


@cache
def field_docstrings(config: type) -> dict[str, str]:
    """Return field → docstring of a class and the classes that it extends.

    Empty where the source is not at hand: Python keeps no docstrings of fields.
    """
    found: dict[str, str] = {}
    for kind in reversed(config.__mro__[:-1]):
        try:
            tree = ast.parse(inspect.cleandoc(inspect.getsource(kind)))
        except (OSError, TypeError, SyntaxError):
            continue
        found.update(_docstrings(tree.body[0]))
    return found


def _docstrings(node: ast.stmt) -> dict[str, str]:
    """Return the texts that stand right under the fields of a class."""
    body = node.body if isinstance(node, ast.ClassDef) else []
    found: dict[str, str] = {}
    for field, text in pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
            and isinstance(text.value.value, str)
        ):
            found[field.target.id] = " ".join(text.value.value.split())
    return found


def _setting(name: str, hint: Any, default: object, text: str) -> Setting:
    extras: tuple[object, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *more = get_args(hint)
        extras = tuple(more)
    optional = get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint)
    if optional:
        hint = next(h for h in get_args(hint) if h is not NoneType)
    bounds = next((e for e in extras if isinstance(e, Bounds)), _any_number(hint, default))
    file = next((e for e in extras if isinstance(e, ModelFile)), None)
    choices = tuple(map(str, get_args(hint))) if get_origin(hint) is Literal else ()
    if name == DEGRADATION:
        choices = OPERATORS
    kind = Kind.FILE if file else Kind.CHOICE if choices else _kind(hint)
    return Setting(
        name, kind, default, text, bounds, choices, file.ending if file else "", optional
    )


def _kind(hint: Any) -> Kind:
    if get_origin(hint) is tuple:
        return Kind.NUMBERS if get_args(hint)[0] in (int, float) else Kind.TEXT
    return {bool: Kind.SWITCH, int: Kind.WHOLE, float: Kind.REAL}.get(hint, Kind.TEXT)


def _any_number(hint: Any, default: object) -> Bounds:
    """Return the bounds of a number without any; negative only if its default is."""
    negative = isinstance(default, int | float) and default < 0
    return Bounds(least=-1_000_000 if negative else 0)
