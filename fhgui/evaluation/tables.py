"""The table of a benchmark as JSON, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from fhgui.evaluation.events import ImageScored
from fhgui.evaluation.protocols import Protocol
from fhgui.evaluation.rows import PictureScores, Row


class Better(Enum):
    """Which of two values is the better one."""

    HIGH = "high"
    LOW = "low"
    NEAR_ONE = "near one"


@dataclass(frozen=True)
class Column:
    """A column for people: title, and how its values are written and compared."""

    key: str
    title: str
    write: Callable[[float], str]
    better: Better = Better.HIGH

    def badness(self, value: float) -> float:
        """Return a number that is the smaller the better the value is."""
        if self.better is Better.NEAR_ONE:
            return abs(value - 1)
        return -value if self.better is Better.HIGH else value


def _db(value: float) -> str:
    return f"{value:.3f}"


def _share(value: float) -> str:
    return f"{value:.4f}".replace("0.", ".", 1) if 0 <= value < 1 else f"{value:.4f}"


def _ratio(value: float) -> str:
    return f"{value:.3f}"


def _levels(value: float) -> str:
    return f"{value:.2f}"


def _count(value: float) -> str:
    return f"{value:.0f}"


def _seconds(value: float) -> str:
    return f"{value:.3f}"


COLUMNS = (
    Column("psnr_rgb", "PSNR RGB (dB)", _db),
    Column("psnr_gray", "PSNR gray (dB)", _db),
    Column("psnr_y", "PSNR Y (dB)", _db),
    Column("ssim", "SSIM", _share),
    Column("fsim", "FSIM", _share),
    Column("sharpness", "sharpness", _ratio, better=Better.NEAR_ONE),
    Column("lpips", "LPIPS", _share, better=Better.LOW),
    Column("mps", "MPS", _share),
    Column("identity", "identity", _share),
    Column("undetected", "undetected", _count, better=Better.LOW),
    Column("rank_1", "rank 1", _share),
    Column("verification", "verification", _share),
    Column("pca_similarity", "PCA similarity", _share),
    Column("redegradation_mean", "re-degradation, mean", _levels, better=Better.LOW),
    Column("redegradation_max", "re-degradation, max", _levels, better=Better.LOW),
    Column("seconds_per_face", "s per face", _seconds, better=Better.LOW),
)


OTHERS = "Published, on other pictures"
OTHERS_NOTE = (
    "as the papers print them, or from their released pictures. Not measured on these pictures: "
    "read gains, not figures."
)


def table_json(protocol: Protocol, n: int, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the content of ``table.json``."""
    return {"protocol": protocol.id, "n": n, "rows": [row.as_json() for row in rows]}


def to_json(value: object) -> bytes:
    """Return readable UTF-8 JSON, no NaN."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    return (text + "\n").encode()


def table_csv(rows: Sequence[Row]) -> bytes:
    """Return ``table.csv``: every key of a row, empty where not available."""
    keys = [f.name for f in fields(Row)]
    lines = [[_cell(row.as_json()[key]) for key in keys] for row in rows]
    return _csv([keys, *lines])


def images_csv(images: Sequence[ImageScored]) -> bytes:
    """Return ``per-image.csv``."""
    keys = [f.name for f in fields(PictureScores)]
    lines = [[i.label, i.name, *(_cell(getattr(i.scores, key)) for key in keys)] for i in images]
    return _csv([["method", "name", *keys], *lines])


def shown_columns(rows: Sequence[Row]) -> tuple[Column, ...]:
    """Return the columns for which some row has a value."""
    return tuple(c for c in COLUMNS if any(getattr(row, c.key) is not None for row in rows))


def table_markdown(protocol: Protocol, rows: Sequence[Row], notes: Sequence[str]) -> str:
    """Return the table as GitHub's Markdown with its protocol, and what to know of it below."""
    below = "".join(f"\n- {note}" for note in (*sources(rows), *notes))
    return f"**{protocol.id}** ({protocol.title})\n\n{lines_markdown(rows)}\n{below}\n"


def published_markdown(others: Sequence[Row]) -> str:
    """Return a second table, of published rows on other pictures; empty without any."""
    if not others:
        return ""
    below = "".join(f"\n- {source}" for source in sources(others))
    return f"\n**{OTHERS}**: {OTHERS_NOTE}\n\n{lines_markdown(others)}\n{below}\n"


def sources(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return where published rows are from, once each, with what they are called."""
    named = {row.source: row.label.partition(", ")[2] for row in rows if row.source}
    return tuple(f"{what}: {source}" for source, what in named.items())


def row_title(row: Row) -> str:
    """Return what a row is called for people: what was not made by our methods is marked."""
    if row.kind == "measured":
        return f"`{row.label}`"
    return f"{row.label} (released pictures)" if row.kind == "reference" else row.label


def written(column: Column, row: Row) -> str:
    """Return a value for people; empty where not available."""
    value = getattr(row, column.key)
    return "" if value is None else column.write(value)


def lines_markdown(rows: Sequence[Row]) -> str:
    """Return the lines of the table alone, columns without a value left out."""
    columns = shown_columns(rows)
    head = ["", "n", *(column.title for column in columns)]
    lines = [head, ["---"] * len(head)]
    for row in rows:
        values = [written(column, row) for column in columns]
        lines.append([row_title(row), str(row.n or ""), *values])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False) if value else ""
    return repr(value) if isinstance(value, float) else str(value)


def _csv(lines: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()
