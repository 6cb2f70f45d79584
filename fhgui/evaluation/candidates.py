"""What a benchmark measures: methods with settings, and released result pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fhgui.core.errors import InputError, MethodError
from fhgui.core.method import Method
from fhgui.evaluation.pictures import list_pictures
from fhgui.evaluation.protocols import Protocol
from fhgui.evaluation.runners import (
    Aligner,
    Baseline,
    Released,
    Restoring,
    Runner,
    Upright,
    size_words,
)
from fhgui.methods import registry

BICUBIC = "bicubic"
RAW = "bicubic_raw"
"""Bicubic on inputs that nobody put upright."""
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,59}")
_RESERVED = ("truth", "input")


@dataclass(frozen=True)
class Candidate:
    """One row to measure.

    Parameters
    ----------
    label : names the row and its pictures; fit for file names.
    method : a method's id; None for released pictures.
    settings : that differ from the method's defaults.
    pictures : folder or zip of released results; None for methods.
    """

    label: str
    method: str | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    pictures: Path | None = None

    @property
    def kind(self) -> str:
        """``measured`` for methods, ``reference`` for released pictures."""
        return "measured" if self.pictures is None else "reference"


def every_method(protocol: Protocol) -> tuple[str, ...]:
    """Return the ids that ``all`` stands for; not all of them fit every protocol."""
    return registry.method_ids() if protocol.upright else (*registry.method_ids(), RAW)


def check_labels(candidates: Iterable[Candidate]) -> None:
    """Refuse labels that are no file names, or that two rows share.

    Raises
    ------
    InputError
        Naming the label.
    """
    seen: set[str] = set()
    for candidate in candidates:
        label = candidate.label
        if not _LABEL.fullmatch(label) or label.lower() in _RESERVED:
            raise InputError(
                f"{label!r} cannot name a row: it names a folder of pictures too",
                hint="use letters, digits and . _ + = -, and neither truth nor input",
            )
        if label.lower() in seen:
            raise InputError(f"two rows are called {label!r}", hint="name each row once")
        seen.add(label.lower())


def load(candidate: Candidate, protocol: Protocol, device: str) -> Runner:
    """Load a method for the protocol's inputs.

    Raises
    ------
    MethodError
        If it is unknown, its settings are wrong, or it takes inputs of another size or kind.
    WeightsError
        If its files are missing or damaged, or those of the network that puts inputs upright.
    """
    if candidate.pictures is not None:
        return Released(dict(list_pictures(candidate.pictures, [])))
    method_id = candidate.method or ""
    if method_id == RAW or (method_id == BICUBIC and not candidate.settings):
        return _enlarging(candidate, protocol, device)
    registry.info(method_id)  # refuses unknown methods
    registry.make_config(method_id, candidate.settings)  # refuses unknown settings
    method = registry.load(method_id, candidate.settings, device)
    _check_sizes(method, protocol)
    runner = Restoring(method)
    if protocol.upright or registry.takes_turned_faces(method_id):
        return runner
    return Upright(runner, _aligner(device))


def upright_sentence(wanted: Iterable[Candidate], protocol: Protocol) -> str | None:
    """Return which rows see their inputs put upright first; None if none does."""
    if protocol.upright:
        return None
    labels = [
        one.label
        for one in wanted
        if one.method is not None
        and one.method != RAW
        and not registry.takes_turned_faces(one.method)
    ]
    return f"inputs are put upright by STN0 for {', '.join(labels)}" if labels else None


def _enlarging(candidate: Candidate, protocol: Protocol, device: str) -> Runner:
    """Return plain enlargement, which fits every size."""
    plain = Baseline(protocol.hr_hw)
    if candidate.method == BICUBIC:
        return plain if protocol.upright else Upright(plain, _aligner(device))
    if candidate.settings:
        raise MethodError(f"{RAW} has no settings")
    if protocol.upright:
        raise MethodError(f"the faces of {protocol.id} are upright", hint=f"measure {BICUBIC}")
    return plain


def _aligner(device: str) -> Aligner:
    from fhgui.methods.tdn.aligner import load_straightener  # it imports torch

    return load_straightener(device)


def _check_sizes(method: Method, protocol: Protocol) -> None:
    info = method.info
    if not info.takes(protocol.lr_hw) or info.scale != protocol.scale:
        raise MethodError(
            f"{info.id} makes {size_words(info.output_hw)} of {size_words(info.input_hw)} px, "
            f"{protocol.id} needs {size_words(protocol.hr_hw)} of {size_words(protocol.lr_hw)}",
            hint="leave it out or choose another protocol",
        )
