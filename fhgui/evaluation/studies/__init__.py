"""Studies: the rows of an ablation in YAML, so that each is one command.

``protocol``, ``title``, ``note`` and ``rows``; a row has a ``label``, a ``method`` and the
``settings`` that differ from its defaults. Settings are checked against the method's config when
the study is run, before anything is measured. ``rows: estimating`` stands for every method that
estimates its error; ``measures: [coverage]`` checks those estimates. ``rows: consistency`` stands
for every method twice: without and with the stage that makes its result fit the evidence.
``rows: straightening`` stands for what puts turned faces upright: the network that straightens
inputs for the other methods (row ``bicubic``), and every method that takes them turned;
``measures: [transforms]`` holds the angles that they find against the true ones.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fhgui.core.errors import InputError
from fhgui.core.method import MethodInfo
from fhgui.evaluation.candidates import BICUBIC, Candidate
from fhgui.evaluation.protocols import Protocol
from fhgui.evaluation.protocols import protocol as protocol_of
from fhgui.methods import registry
from fhgui.methods.common import Settings
from fhgui.plain import yaml_file

ESTIMATING = "estimating"
CONSISTENCY = "consistency"
STRAIGHTENING = "straightening"
MEASURES = frozenset({"coverage", "transforms"})
ADVERSARIAL = "adversarial"
"""Setting of a method with two sets of weights: with a discriminator and without."""
_FOLDER = Path(__file__).parent
_KEYS = {"protocol", "title", "note", "rows", "measures"}
_ROW_KEYS = {"label", "method", "settings"}


@dataclass(frozen=True)
class Study:
    """Rows of one protocol that answer one question.

    Parameters
    ----------
    name : of the shipped file, or of the user's.
    protocol : the protocol's id.
    note : how to read it, in sentences.
    measures : of `MEASURES`, what is measured besides the protocol's metrics.
    of_group : whether the rows are a group by its name: of it, what is not installed is left out.
    """

    name: str
    protocol: str
    title: str
    rows: tuple[Candidate, ...]
    note: str = ""
    measures: frozenset[str] = frozenset()
    of_group: bool = False


def study_names() -> tuple[str, ...]:
    """Return the names of the shipped studies."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def load_study(name: str) -> Study:
    """Read a shipped study by its name, or a YAML file.

    Raises
    ------
    InputError
        If there is none, or it is not well-formed.
    """
    path = _FOLDER / f"{name}.yaml" if name in study_names() else Path(name)
    if not path.is_file():
        raise InputError(
            f"there is no study {name!r}",
            hint=f"choose one of {', '.join(study_names())}, or give a YAML file",
        )
    try:
        return _study(path.stem, yaml_file(path))
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"is no study ({' '.join(str(error).split())})",
            path=path,
            hint="it needs protocol, title and rows of label, method and settings",
        ) from error


def with_settings(study: Study, chosen: Mapping[str, Mapping[str, object]]) -> Study:
    """Return a study with further settings by method; what a row sets itself stays."""
    rows = tuple(
        Candidate(row.label, row.method, {**chosen.get(row.method or "", {}), **row.settings})
        for row in study.rows
    )
    return dataclasses.replace(study, rows=rows)


def _study(name: str, content: Any) -> Study:  # YAML
    _check_keys(content, _KEYS, "a study")
    protocol = protocol_of(str(content["protocol"]))
    rows = _rows(content["rows"], protocol)
    measures = frozenset(content.get("measures") or ())
    if unknown := sorted(map(str, measures - MEASURES)):
        raise ValueError(f"there is no measure {', '.join(unknown)}")
    note = str(content.get("note", ""))
    of_group = isinstance(content["rows"], str)
    return Study(name, protocol.id, str(content["title"]), rows, note, measures, of_group)


def _rows(content: Any, protocol: Protocol) -> tuple[Candidate, ...]:
    if content == ESTIMATING:
        return _estimating(protocol)
    if content == CONSISTENCY:
        return _with_and_without(protocol)
    if content == STRAIGHTENING:
        return _straightening(protocol)
    if not content:
        raise ValueError("it has no rows")
    return tuple(_row(row) for row in content)


def _estimating(protocol: Protocol) -> tuple[Candidate, ...]:
    """Return the methods of the protocol's sizes that estimate their error, as they are."""
    fitting = _fitting(protocol)
    return tuple(Candidate(info.id, info.id) for info in fitting if info.estimates_error)


def _with_and_without(protocol: Protocol) -> tuple[Candidate, ...]:
    """Return the methods of these sizes that have the last stage, each without it and with it."""
    return tuple(
        Candidate(f"{info.id}{ending}", info.id, {"consistent": wanted})
        for info in _fitting(protocol)
        if isinstance(registry.default_config(info.id), Settings)
        for ending, wanted in (("", False), ("+consistent", True))
    )


def _straightening(protocol: Protocol) -> tuple[Candidate, ...]:
    """Return the methods of these sizes that straighten faces, in each of their variants."""
    rows = [Candidate(BICUBIC, BICUBIC)]
    for info in _fitting(protocol):
        if not registry.takes_turned_faces(info.id):
            continue
        rows.append(Candidate(info.id, info.id))
        config = registry.default_config(info.id)
        if hasattr(config, ADVERSARIAL):
            other = not getattr(config, ADVERSARIAL)
            label = f"{info.id}-{ADVERSARIAL if other else 'plain'}"
            rows.append(Candidate(label, info.id, {ADVERSARIAL: other}))
    return tuple(rows)


def _fitting(protocol: Protocol) -> tuple[MethodInfo, ...]:
    sizes = (protocol.lr_hw, protocol.hr_hw)
    infos = (registry.info(method) for method in registry.method_ids())
    return tuple(info for info in infos if (info.input_hw, info.output_hw) == sizes)


def _row(row: Any) -> Candidate:
    _check_keys(row, _ROW_KEYS, "a row")
    return Candidate(str(row["label"]), str(row["method"]), dict(row.get("settings") or {}))


def _check_keys(content: Any, known: set[str], what: str) -> None:
    unknown = sorted(map(str, set(content) - known))
    if unknown:
        raise ValueError(f"{what} has no {', '.join(unknown)}")
