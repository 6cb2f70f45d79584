"""``report.html``: one self-contained page with the tables, the curves and the sample sheet."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from fhgui.evaluation.coverage import Coverage
from fhgui.evaluation.coverage_tables import coverage_html
from fhgui.evaluation.curves import curves_svg
from fhgui.evaluation.events import ImageScored
from fhgui.evaluation.protocols import Protocol
from fhgui.evaluation.rows import Row
from fhgui.evaluation.tables import (
    OTHERS,
    OTHERS_NOTE,
    Column,
    row_title,
    shown_columns,
    sources,
    to_json,
    written,
)
from fhgui.evaluation.transforms import Recovery
from fhgui.evaluation.transforms_tables import transforms_html

CURVES = (("psnr_rgb", "PSNR RGB", "dB"), ("ssim", "SSIM", ""), ("fsim", "FSIM", ""))

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #69707a; --line: #d8dce1;
  --paper: #fff; --best: #e6f2ea; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --faint: #9aa2ad; --line: #3a4048;
  --paper: #16191d; --best: #1d3527; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td:first-child { text-align: left; }
tr.published td, tr.reference td { color: var(--faint); font-style: italic; }
td.best { background: var(--best); font-weight: 600; }
svg text { font-size: 12px; fill: currentColor; } svg .title { font-weight: 600; }
svg .end { text-anchor: end; } svg .mid { text-anchor: middle; }
svg .grid { stroke: var(--line); stroke-width: 1; }
.curves { display: flex; flex-wrap: wrap; gap: 1rem; }
img { max-width: 100%; } .faint, dd { color: var(--faint); } dt { font-weight: 600; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12px; }
"""


@dataclass(frozen=True, eq=False)
class Report:
    """What the page shows.

    Parameters
    ----------
    title : of a study; empty without one.
    rows : of the table, published ones on as many pictures among them. others : published rows
        on other pictures.
    sheet : PNG of the sample sheet. facts : content of ``run.json``.
    coverages : of expected errors, if that was measured. recoveries : of transforms, likewise.
    """

    protocol: Protocol
    title: str
    n: int
    rows: Sequence[Row]
    others: Sequence[Row]
    images: Sequence[ImageScored]
    notes: Sequence[str]
    sheet: bytes
    facts: Mapping[str, Any]
    coverages: Sequence[Coverage] = ()
    recoveries: Sequence[Recovery] = ()


def report_html(report: Report) -> str:
    """Return the page."""
    p = report.protocol
    heading = report.title or f"Benchmark {p.id}"
    body = [
        f"<h1>{escape(heading)}</h1>",
        f"<p><b>{escape(p.id)}</b>: {escape(p.title)}, {report.n} pictures. "
        f"<span class=faint>{escape(p.paper)}</span></p>",
        f"<p>{escape(p.note)}</p>" if p.note else "",
        _table(report.rows),
        *(f"<p class=faint>{escape(s)}</p>" for s in (*sources(report.rows), *report.notes)),
        _others(report.others),
        coverage_html(report.coverages),
        transforms_html(report.recoveries),
        _curves(report.images),
        _sheet(report.sheet),
        "<h2>How the figures were made</h2>",
        _legend(),
        _facts(report.facts),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(heading)}</title><style>{STYLE}</style></head>"
        f"<body>{''.join(body)}</body></html>\n"
    )


def _table(rows: Sequence[Row]) -> str:
    columns = shown_columns(rows)
    head = "".join(f"<th>{escape(title)}</th>" for title in ["", "n", *(c.title for c in columns)])
    best = {column.key: _best(column, rows) for column in columns}
    lines = []
    for row in rows:
        cells = [f"<td>{escape(row_title(row).replace('`', ''))}</td>", f"<td>{row.n or ''}</td>"]
        for column in columns:
            value = getattr(row, column.key)
            mark = " class=best" if value is not None and value == best[column.key] else ""
            mark = mark if row.kind == "measured" else ""
            cells.append(f"<td{mark}>{written(column, row)}</td>")
        lines.append(f'<tr class="{row.kind}" title="{escape(_hint(row))}">{"".join(cells)}</tr>')
    return (
        f"<div class=scroll><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _best(column: Column, rows: Sequence[Row]) -> float | None:
    """Return the best measured value; None if there is nothing to choose from."""
    found = [getattr(row, column.key) for row in rows if row.kind == "measured"]
    known: list[float] = [value for value in found if value is not None]
    if len(known) < 2:
        return None
    return min(known, key=column.badness)


def _hint(row: Row) -> str:
    settings = ", ".join(f"{key} {value}" for key, value in row.settings.items())
    missing = f"{row.missing} pictures are missing" if row.missing else ""
    return "; ".join(part for part in (row.source or "", settings, missing) if part)


def _others(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    return (
        f"<h2>{OTHERS}</h2><p class=faint>{OTHERS_NOTE[0].upper()}{OTHERS_NOTE[1:]}</p>"
        + _table(rows)
        + "".join(f"<p class=faint>{escape(s)}</p>" for s in sources(rows))
    )


def _curves(images: Sequence[ImageScored]) -> str:
    labels = dict.fromkeys(image.label for image in images)
    plots = []
    for key, title, unit in CURVES:
        scores: dict[str, list[float]] = {label: [] for label in labels}
        for image in images:
            value = getattr(image.scores, key)
            if value is not None:
                scores[image.label].append(value)
        plots.append(curves_svg(title, unit, scores))
    if not any(plots):
        return ""
    return f"<h2>Cumulative scores</h2><div class=curves>{''.join(plots)}</div>"


def _sheet(png: bytes) -> str:
    data = base64.b64encode(png).decode()
    return f'<h2>Samples</h2><img alt="samples" src="data:image/png;base64,{data}">'


def _legend() -> str:
    return (
        "<dl><dt>PSNR</dt><dd>peak 255, per picture, then the mean; gray is .2989R + .5870G + "
        ".1140B rounded to 8 bit, Y is BT.601 in studio range.</dd><dt>SSIM, FSIM</dt><dd>on gray; "
        "SSIM with an 11×11 Gaussian of σ 1.5 over the valid area, FSIM as Zhang 2011.</dd>"
        "<dt>sharpness</dt><dd>gradient energy of the gray result over that of the truth: below 1 "
        "is softer, above 1 is noise or invention.</dd>"
        "<dt>identity</dt><dd>cosine of dlib's face embeddings of result and truth; a result in "
        "which no face is found counts as 0 and is counted as undetected. Strangers are far above "
        "0: compare rows.</dd><dt>rank 1</dt><dd>share of results nearest to a truth of their own "
        "person among all truths measured, by the distance of those embeddings; undetected ones "
        "miss.</dd><dt>verification</dt><dd>result against another picture of the person or of "
        "somebody else: share told right, ten folds as on LFW; undetected is nobody.</dd>"
        "<dt>PCA similarity</dt><dd>cosine in the principal components (98 % "
        "of the energy) of the test set's own truths.</dd><dt>LPIPS, MPS</dt><dd>AlexNet, v0.1; "
        "MPS = ½(SSIM + 1 − LPIPS).</dd></dl>"
    )


def _facts(facts: Mapping[str, Any]) -> str:
    text = escape(to_json(facts).decode())
    return f"<details><summary>run.json</summary><pre>{text}</pre></details>"
