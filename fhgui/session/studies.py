"""The studies that can be measured, as their files tell; whether they are sound is seen later."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fhgui import paths
from fhgui.core.errors import InputError
from fhgui.plain import yaml_file

GROUPS = {
    "estimating": "every method that estimates its error",
    "consistency": "every method without and with the stage of consistency",
    "straightening": "what puts turned faces upright",
}
"""What a study may name instead of rows."""


@dataclass(frozen=True)
class StudyEntry:
    """A study as a list shows it.

    Parameters
    ----------
    name : of a shipped study, or the path of a file: what the command line takes.
    protocol : id of the protocol that it is of.
    title, note : what it asks, and how to read it.
    rows : what it measures, in words.
    methods : that its rows name; empty where it names a group of them.
    """

    name: str
    protocol: str
    title: str
    note: str
    rows: str
    methods: tuple[str, ...]


def shipped_studies(protocol: str) -> tuple[StudyEntry, ...]:
    """Return the shipped studies of a protocol by name."""
    return tuple(entry for entry in all_studies(paths.studies()) if entry.protocol == protocol)


@cache
def all_studies(folder: Path) -> tuple[StudyEntry, ...]:
    """Return the studies in a folder by name; read once, the shipped ones belong to the program."""
    return tuple(_entry(file.stem, file) for file in sorted(folder.glob("*.yaml")))


def study_file(path: Path) -> StudyEntry:
    """Return a study of the user's own.

    Raises
    ------
    InputError
        If the file cannot be read or holds no study.
    """
    return _entry(str(path), path)


def _entry(name: str, path: Path) -> StudyEntry:
    try:
        values: Any = yaml_file(path)  # YAML: any shape
        rows = values["rows"]
        named = isinstance(rows, str)
        words = GROUPS[rows] if named else ", ".join(str(row["label"]) for row in rows)
        methods = () if named else tuple(dict.fromkeys(str(row["method"]) for row in rows))
        protocol, title = str(values["protocol"]), str(values["title"])
        return StudyEntry(name, protocol, title, str(values.get("note", "")), words, methods)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            "is no study", path=path, hint="it needs protocol, title and rows of label and method"
        ) from error
