"""Tables about what stands before a method: faces found, points placed, cameras judged.

A survey is a module with ``survey(data, limit, tell) -> Survey``; ``fhgui benchmark NAME`` writes
its table beside those of the protocols.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from fhgui.evaluation.output import LAST, result_folder
from fhgui.evaluation.tables import to_json

SURVEYS = {
    "clips": "fhgui.evaluation.clips",
    "detail_search": "fhgui.evaluation.detail_search",
    "false_finds": "fhgui.evaluation.false_finds",
    "fusion": "fhgui.evaluation.fusing",
    "landmarks": "fhgui.evaluation.landmarks",
    "small_faces": "fhgui.evaluation.small_faces",
    "wear": "fhgui.evaluation.wearing",
}
"""Name → module, imported when it is asked for."""

Cell: TypeAlias = str | int | float | None
Tell: TypeAlias = Callable[[str], None]


@dataclass(frozen=True)
class Survey:
    """What a survey found.

    Parameters
    ----------
    title : one line about what was measured, on what.
    columns : names, with units.
    rows : cells in the order of the columns; None where not available, as is what is no number.
    notes : what one must know to read the table.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rows = tuple(tuple(map(_number, row)) for row in self.rows)
        object.__setattr__(self, "rows", rows)

    def as_json(self) -> dict[str, object]:
        """Return the content of ``table.json``."""
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "rows": rows, "notes": list(self.notes)}

    def as_csv(self) -> bytes:
        """Return ``table.csv``."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([self.columns, *self.rows])
        return text.getvalue().encode()

    def as_markdown(self) -> str:
        """Return the table for people."""
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        table = "\n".join("| " + " | ".join(_written(c) for c in line) + " |" for line in lines)
        notes = "".join(f"\n- {note}" for note in self.notes)
        return f"**{self.title}**\n\n{table}\n{notes}\n"


def run_survey(name: str, data: Path, out: Path, limit: int | None, tell: Tell) -> Survey:
    """Carry a survey out and write ``table.json``, ``table.csv`` and ``table.md`` to ``out``.

    Parameters
    ----------
    name : one of `SURVEYS`.
    limit : so many pictures or files at most; None for all.
    tell : takes words about the progress.

    Raises
    ------
    InputError
        If the data are not what the survey needs.
    OutputError
        If the folder cannot be written.
    """
    found: Survey = import_module(SURVEYS[name]).survey(data, limit, tell)
    with result_folder(out) as folder:
        folder.write("table.csv", found.as_csv())
        folder.write("table.md", found.as_markdown().encode())
        folder.write(LAST, to_json({"survey": name, **found.as_json()}))
        folder.commit()
    return found


def _number(cell: Cell) -> Cell:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)
