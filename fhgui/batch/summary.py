"""One summary of a batch: ``summary.json``, ``summary.csv`` and ``summary.html``.

Written row by row from the ledger: a million of them need no memory. Names of files are foreign
text: the JSON holds them as they are, the others as they may be shown.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from html import escape
from pathlib import Path
from typing import Any, TextIO

from fhgui.batch.costs import Cost
from fhgui.batch.ledger import Ledger
from fhgui.batch.listing import SUMMARY
from fhgui.batch.order import Order
from fhgui.batch.running import DONE, FAILED, KEPT, LEFT_OUT, NO_FACE, Row
from fhgui.core.text import visible
from fhgui.provenance import durable

SCHEMA = 1
SHOWN = 500
"""Results with pictures on the page, and problems: a browser shows no million."""

FILES = (SUMMARY, "summary.csv", "summary.html")
COLUMNS = tuple(f.name for f in fields(Row) if f.name != "number")
FORMULAS = ("=", "+", "-", "@")
"""What a spreadsheet would take for a formula."""


@dataclass(frozen=True)
class Summary:
    """The sums.

    Parameters
    ----------
    finished : nothing was left undone.
    files : in the folder.
    done, kept, failed : results by this call, by earlier ones, and those that failed.
    unreadable, no_face, left_out : files that gave none, and why.
    results_sha256 : over file, face, method and pixels of all results: equal for equal results.
    wall_s : how long this call took.
    """

    finished: bool
    files: int
    done: int
    kept: int
    failed: int
    unreadable: int
    no_face: int
    left_out: int
    results_sha256: str
    workers: int
    wall_s: float
    costs: tuple[Cost, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the sums as plain values."""
        return {**asdict(self), "costs": [cost.as_json() for cost in self.costs]}


def summed(
    ledger: Ledger,
    *,
    finished: bool,
    files: int,
    workers: int,
    wall_s: float,
    costs: tuple[Cost, ...],
) -> Summary:
    """Add up the rows of a ledger."""
    counts: Counter[str] = Counter()
    digest = hashlib.sha256()
    for row in ledger.rows():
        counts["unreadable" if row.method is None and row.status == FAILED else row.status] += 1
        if row.result_sha256 is not None:
            line = json.dumps([row.file, row.face, row.method, row.result_sha256])
            digest.update(f"{line}\n".encode())
    return Summary(
        finished,
        files,
        counts[DONE],
        counts[KEPT],
        counts[FAILED],
        counts["unreadable"],
        counts[NO_FACE],
        counts[LEFT_OUT],
        digest.hexdigest(),
        workers,
        round(wall_s, 3),
        costs,
    )


def write_summary(out: Path, order: Order, summary: Summary, ledger: Ledger) -> tuple[Path, ...]:
    """Write the three files, each as a whole; the JSON last.

    Raises
    ------
    OutputError
        If the disk does not take them.
    """
    with durable.writing(out):
        with _replacing(out / FILES[2]) as file:
            file.writelines(_page(order, summary, ledger))
        with _replacing(out / FILES[1]) as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(_cells(row) for row in ledger.rows())
        with _replacing(out / FILES[0]) as file:
            file.writelines(_json(order, summary, ledger))
    return tuple(out / name for name in FILES)


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    scratch = durable.unfinished(path)
    try:
        with scratch.open("w", encoding="utf-8", newline="") as file:
            yield file
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def _json(order: Order, summary: Summary, ledger: Ledger) -> Iterator[str]:
    head = {"schema": SCHEMA, "order": asdict(order), **summary.as_json()}
    yield f'{json.dumps(head)[:-1]}, "rows": ['
    before = "\n"
    for row in ledger.rows():
        value = asdict(row)
        value.pop("number")
        yield before + json.dumps(value, allow_nan=False)
        before = ",\n"
    yield "\n]}\n"


def _cells(row: Row) -> list[str]:
    return [_cell(getattr(row, name)) for name in COLUMNS]


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = " ".join(map(str, value)) if isinstance(value, tuple) else visible(str(value))
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULAS) else text


STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1180px; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: anywhere; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid #8886; text-align: left; }
img { height: 96px; image-rendering: pixelated; }
"""


def _page(order: Order, summary: Summary, ledger: Ledger) -> Iterator[str]:
    yield "<!DOCTYPE html><html lang='en'><meta charset='utf-8'><title>Batch</title>"
    yield f"<style>{STYLE}</style><h1>Batch</h1><p>{escape(words(summary))}</p>"
    yield "<p>What a method adds to a small face comes from other people's faces: the results are "
    yield "for investigation; comparisons of faces must use the originals.</p>"
    yield f"<p>Methods: {escape(', '.join(order.methods))}. All rows are in summary.csv and "
    yield "summary.json.</p>"
    if summary.costs:
        yield "<h2>What it took</h2><ul>"
        yield from (f"<li>{escape(cost.words)}</li>" for cost in summary.costs)
        yield "</ul>"
    problems = (row for row in ledger.rows() if row.status in (FAILED, NO_FACE, LEFT_OUT))
    yield from _table("Without a result", ("file", "status", "why"), map(_problem, problems))
    results = (row for row in ledger.rows() if row.folder is not None)
    heads = ("file", "frame", "face", "method", "input", "result", "adequacy", "note")
    yield from _table("Results", heads, map(_result, results))
    yield "</html>\n"


def _table(title: str, heads: Sequence[str], lines: Iterable[str]) -> Iterator[str]:
    shown = list(zip(range(SHOWN), lines, strict=False))
    if not shown:
        return
    more = f" (the first {SHOWN})" if len(shown) == SHOWN else ""
    yield f"<h2>{escape(title)}{more}</h2><table><tr>"
    yield from (f"<th>{escape(head)}</th>" for head in heads)
    yield "</tr>"
    yield from (line for _, line in shown)
    yield "</table>"


def _problem(row: Row) -> str:
    status = row.status if row.method is None else f"{row.status} ({row.method})"
    return _line(_shown(row.file), escape(status), _shown(row.said))


def _result(row: Row) -> str:
    pictures = (f"<img src='{row.folder}/{name}.png' alt='{name}'>" for name in ("input", "result"))
    return _line(
        _shown(row.file),
        escape(str(row.frame)),
        escape(str(row.face)),
        f"<a href='{row.folder}/record.json'>{escape(str(row.method))}</a>",
        *pictures,
        escape(row.adequacy or ""),
        _shown(row.said),
    )


def _line(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _shown(text: str) -> str:
    return escape(visible(text))


def words(summary: Summary) -> str:
    """Return the sums in words."""
    results = summary.done + summary.kept
    parts = [
        f"{summary.files} files, {results} results ({summary.kept} were there already)",
        f"{summary.failed} results failed" if summary.failed else "",
        f"{summary.unreadable} files could not be read" if summary.unreadable else "",
        f"{summary.no_face} files without a face" if summary.no_face else "",
        f"{summary.left_out} left out, neither picture nor video" if summary.left_out else "",
        "" if summary.finished else "NOT FINISHED: the same command goes on",
    ]
    return "; ".join(part for part in parts if part)
