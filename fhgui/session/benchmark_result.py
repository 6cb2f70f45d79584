"""The figures and pictures of a benchmark, as they lie in its folder or have been told so far."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fhgui.core.errors import InputError
from fhgui.evaluation.rows import PictureScores, Row
from fhgui.plain import json_file

if TYPE_CHECKING:
    from fhgui.core.arrays import Pixels

TABLE, IMAGES, REPORT, FACTS = "table.json", "per-image.csv", "report.html", "run.json"
TRUTH, INPUT = "truth", "input"
"""Folders of pictures beside those that are named like rows."""
PUBLISHED = "published"

Scores = Mapping[str, Mapping[str, PictureScores]]
"""Scores by label, then by the picture's name."""


MOST_PX = 25_000_000
"""Pictures of faces have a hundredth of it: larger ones are none of a benchmark's."""


@dataclass(frozen=True)
class BenchmarkResult:
    """A table, whole or as far as it got.

    Parameters
    ----------
    protocol : id; the rows are all of it.
    n : pictures of the protocol.
    rows : in the order of the table.
    scores : of each picture; rows of published figures have none.
    folder : of the pictures; they may not be there.
    notes : what to know of the figures, in sentences.
    complete : whether it was read from the folder of a finished benchmark.
    """

    protocol: str
    n: int
    rows: tuple[Row, ...]
    scores: Scores
    folder: Path
    notes: tuple[str, ...] = ()
    complete: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """The rows with scores of single pictures."""
        return tuple(self.scores)

    @property
    def names(self) -> tuple[str, ...]:
        """Every picture's name, each once, in the order in which they came."""
        return tuple(dict.fromkeys(name for named in self.scores.values() for name in named))

    def score(self, label: str, name: str, key: str) -> float | None:
        """Return one score of one picture; None where it is not available."""
        scores = self.scores.get(label, {}).get(name)
        value: float | None = None if scores is None else getattr(scores, key)
        return value

    def values(self, label: str, key: str) -> list[float]:
        """Return the scores of a row that are available."""
        found = (getattr(scores, key) for scores in self.scores.get(label, {}).values())
        return [value for value in found if value is not None]

    def picture_file(self, label: str, name: str) -> Path:
        """Return where a picture lies if pictures were saved."""
        return self.folder / label / f"{name}.png"

    @property
    def has_pictures(self) -> bool:
        """Whether pictures were saved."""
        return (self.folder / TRUTH).is_dir()


def holds_benchmark(folder: Path) -> bool:
    """Tell whether a folder holds the table of a benchmark."""
    return (folder / TABLE).is_file()


def read_result(folder: Path) -> BenchmarkResult:
    """Read the folder of a finished benchmark.

    Raises
    ------
    InputError
        If it holds none, or its table cannot be read.
    """
    try:
        table: Any = json_file(folder / TABLE)
        protocol, n = str(table["protocol"]), int(table["n"])
        rows = tuple(row_of(e) for e in table["rows"] if e.get("protocol", protocol) == protocol)
    except FileNotFoundError as error:
        raise InputError(
            "holds no benchmark", path=folder, hint=f"choose a folder with {TABLE}"
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise InputError(
            "cannot be read as the table of a benchmark",
            path=folder / TABLE,
            hint="measure again",
        ) from error
    scores, notes = _read_scores(folder / IMAGES), _read_notes(folder / FACTS)
    return BenchmarkResult(protocol, n, rows, scores, folder, notes, complete=True)


def read_picture(path: Path) -> Pixels | None:
    """Return a saved picture, H×W×3 uint8; None if it is not there or damaged."""
    import numpy as np
    from PIL import Image

    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > MOST_PX:
                return None
            return np.asarray(picture.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # damaged
        return None


def row_of(entry: Mapping[str, Any]) -> Row:
    """Return a row from its JSON; keys of a newer version are passed over.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is no row.
    """
    known = {f.name for f in fields(Row)}
    method = str(entry["method"])
    values: dict[str, Any] = {
        "label": method,
        "kind": "measured",
        "n": 0,
        **{key: value for key, value in entry.items() if key in known and value is not None},
        "method": method,
    }
    return Row(**values)


def scores_of(entry: Mapping[str, Any]) -> PictureScores:
    """Return the scores of a picture from JSON or a line of CSV, where nothing is empty.

    Raises
    ------
    ValueError
        If one is no number.
    """
    known = {f.name for f in fields(PictureScores)}
    values: dict[str, Any] = {}
    for key, value in entry.items():
        if key not in known or value is None or value == "":
            continue
        values[key] = str(value) == "True" if key == "detected" else _number(value)
    return PictureScores(**values)


def score_steps(values: Iterable[float]) -> tuple[list[float], list[float]]:
    """Return the cumulative score distribution: scores, and the share of faces that exceed each.

    Returns
    -------
    x : the sorted scores, each twice, so that lines between the points are steps.
    share : 1 before the first score, 0 after the last.
    """
    ordered = sorted(values)
    x = [value for value in ordered for _ in range(2)]
    count = len(ordered)
    share = [(count - at) / count for i in range(count) for at in (i, i + 1)]
    return x, share


def _read_scores(path: Path) -> Scores:
    scores: dict[str, dict[str, PictureScores]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                scores.setdefault(line["method"], {})[line["name"]] = scores_of(line)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise InputError(
            "cannot be read as scores of pictures", path=path, hint="measure again"
        ) from error
    return scores


def _read_notes(path: Path) -> tuple[str, ...]:
    try:
        notes: Any = json_file(path)["notes"]
        return tuple(str(note) for note in notes)
    except (OSError, ValueError, KeyError, TypeError, OverflowError):  # figures stand without them
        return ()


def _number(value: object) -> float:
    number = float(str(value))
    if not math.isfinite(number):
        raise ValueError(f"{value} is no score")
    return number
