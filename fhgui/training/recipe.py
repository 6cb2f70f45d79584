"""Recipes: typed fields with a docstring each; YAML only fills them.

A task derives its own recipe from `Recipe`; ``tasks.load_recipe`` reads the file.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from fhgui.core.errors import FhguiError
from fhgui.plain import yaml_file


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What every training run needs, whatever its task."""

    task: str
    """Id of the task, a key of ``tasks.TASKS``."""
    seed: int = 0
    """Feeds the initial weights and the data of every step."""
    steps: int
    """Optimiser steps of a whole run; a run with a time budget may make fewer."""
    batch: int
    """Samples a step."""
    learning_rate: float = 1e-3
    """The optimiser's learning rate at the start."""
    learning_rate_end: float = 1e-5
    """Learning rate at the end of the cosine; no other schedule falls below it either."""
    warmup_steps: int = 100
    """Steps over which the learning rate rises linearly from zero."""
    schedule: Literal["cosine", "exponential", "step", "plateau", "constant"] = "cosine"
    """How the rate falls: a cosine over the run, by ``decay`` each epoch, by ``decay`` at each of
    ``decay_epochs``, by ``decay`` whenever ``patience`` validations bring nothing, not at all."""
    decay: float = 0.5
    """Factor of the schedules that fall in steps."""
    decay_epochs: tuple[float, ...] = ()
    """Epochs at which ``step`` falls."""
    patience: int = 5
    """Validations without a better score before ``plateau`` falls."""
    ema_decay: float = 0.0
    """Decay of the moving average of the weights that is exported; 0 exports the last weights."""
    clip_norm: float = 1.0
    """Largest gradient norm; longer gradients are shortened; 0 leaves them alone."""
    precision: Literal["auto", "bf16", "32"] = "auto"
    """``auto``: bfloat16 where a CUDA device has it, else 32 bit. ``bf16``: also on the CPU, twice
    as fast where the processor has AVX512-BF16 or AMX, many times slower where it has not."""
    validation_faces: int = 0
    """Faces at the end of the set that are kept from training and validated on; 0 for none."""
    validate_steps: int = 1000
    """Steps between validations."""
    score: str = "psnr_rgb"
    """The validation score that judges; higher is better."""
    early_stop: int = 0
    """Validations without a better score before the run ends; 0 never ends it early."""
    checkpoint_s: float = 60.0
    """Seconds between checkpoints; each validation makes one too."""
    keep: int = 2
    """Checkpoints that are kept."""
    report_steps: int = 50
    """Steps between progress reports."""


R = TypeVar("R")


def fill(kind: type[R], values: Mapping[str, object], path: Path | None = None) -> R:
    """Make a frozen dataclass from plain values.

    Raises
    ------
    FhguiError
        If a key is unknown or missing, or a value has the wrong type.
    """
    hints = get_type_hints(kind)
    names = {f.name for f in dataclasses.fields(kind)}  # type: ignore[arg-type]  # a dataclass type
    if unknown := sorted(set(values) - names):
        raise FhguiError(
            f"unknown setting {', '.join(map(str, unknown))}",
            path=path,
            hint=f"known settings are {', '.join(sorted(names))}",
        )
    try:
        return kind(**{k: _convert(v, hints[k], k) for k, v in values.items()})
    except TypeError as error:
        raise FhguiError(str(error), path=path, hint="correct the recipe") from error


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the top-level mapping of a YAML file.

    Raises
    ------
    FhguiError
        If it cannot be read or holds no mapping.
    """
    try:
        values = yaml_file(path)
    except (OSError, ValueError) as error:
        raise FhguiError(f"cannot be read ({_why(error)})", path=path) from error
    if not isinstance(values, dict):
        raise FhguiError("holds no settings", path=path, hint="write one setting a line")
    return values


def _why(error: OSError | ValueError) -> str:
    return str(getattr(error, "strerror", None) or error)


def _convert(value: Any, hint: Any, name: str) -> Any:  # hint: any type expression
    if get_origin(hint) is tuple and isinstance(value, list | tuple):
        return tuple(_convert(v, get_args(hint)[0], name) for v in value)
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise TypeError(f"{name} must be one of {', '.join(get_args(hint))}, not {value!r}")
        return value
    if isinstance(hint, UnionType):
        return _convert_kind(value, get_args(hint), name)
    if hint is float:
        value = _as_float(value)
    expected = get_origin(hint) or hint
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        raise TypeError(f"{name} must be {getattr(hint, '__name__', hint)}, not {value!r}")
    return value


def _convert_kind(value: Any, kinds: tuple[Any, ...], name: str) -> Any:
    """Make one of several dataclasses from ``{kind: …, its settings}``."""
    by_kind = {k.kind: k for k in kinds}
    if isinstance(value, kinds):
        return value
    if not isinstance(value, Mapping) or value.get("kind") not in by_kind:
        raise TypeError(f"{name} must have a kind, one of {', '.join(by_kind)}; not {value!r}")
    return fill(by_kind[value["kind"]], value)


def _as_float(value: Any) -> Any:
    """Return whole numbers, and what YAML takes for text (``1e-4``), as floats."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)  # `read_yaml` gives none that does not fit
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value
