"""Studies: the rows of an ablation in YAML, so that each is one command.

``protocol``, ``title``, ``note`` and ``rows``; a row has a ``label``, a ``method`` and the
``settings`` that differ from its defaults. Settings are checked against the method's config when
the study is run, before anything is measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from fhgui.core.errors import InputError
from fhgui.evaluation.candidates import Candidate
from fhgui.evaluation.protocols import protocol as protocol_of

_FOLDER = Path(__file__).parent
_KEYS = {"protocol", "title", "note", "rows"}
_ROW_KEYS = {"label", "method", "settings"}


@dataclass(frozen=True)
class Study:
    """Rows of one protocol that answer one question.

    Parameters
    ----------
    name : of the shipped file, or of the user's.
    protocol : the protocol's id.
    note : how to read it, in sentences.
    """

    name: str
    protocol: str
    title: str
    rows: tuple[Candidate, ...]
    note: str = ""


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
        return _study(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
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
    return Study(study.name, study.protocol, study.title, rows, study.note)


def _study(name: str, content: Any) -> Study:  # YAML
    _check_keys(content, _KEYS, "a study")
    rows = tuple(_row(row) for row in content["rows"])
    if not rows:
        raise ValueError("it has no rows")
    return Study(
        name,
        protocol_of(str(content["protocol"])).id,
        str(content["title"]),
        rows,
        str(content.get("note", "")),
    )


def _row(row: Any) -> Candidate:
    _check_keys(row, _ROW_KEYS, "a row")
    return Candidate(str(row["label"]), str(row["method"]), dict(row.get("settings") or {}))


def _check_keys(content: Any, known: set[str], what: str) -> None:
    unknown = sorted(map(str, set(content) - known))
    if unknown:
        raise ValueError(f"{what} has no {', '.join(unknown)}")
