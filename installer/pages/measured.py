"""Measured tables: kept as the JSON that ``fhgui benchmark`` wrote, never typed by hand.

``resources/manual/measured/PROTOCOL.json`` is the ``table.json`` of a benchmark, or of several that
were taken in one after the other (`take`): a row replaces that of its label. README and manual
are given their tables from there, between comments that name what stands between them.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fhgui.core.errors import FhguiError
from fhgui.evaluation import tables
from fhgui.evaluation.protocols import Protocol
from fhgui.evaluation.protocols import protocol as find_protocol
from fhgui.evaluation.published import published
from fhgui.evaluation.rows import Row
from fhgui.evaluation.studies import load_study
from installer.pages.cards import LIST, method_list, table

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "manual" / "measured"
README = ROOT / "README.md"

LEFT_OUT = ("sharpness", "lpips", "mps", "rank_1", "verification")
"""Columns of a benchmark that not every row of a kept table has."""
PRINTED = {
    "unaligned128-x8": ("TDN", ("tdn", "atlas_turned")),
    "lfw192-x8": ("C-SRIP", ("csrip", "sisn")),
    "face320-x4-sr": ("FSGN", ("fsgn",)),
    "face320-x4-deblur": ("FSGN", ("fsgn",)),
}
"""Protocol of another paper → its method's name there, and the methods of ours beside it."""
OF_STUDY = (
    ("psnr_rgb", "PSNR RGB, dB", 3),
    ("ssim", "SSIM", 4),
    ("fsim", "FSIM", 4),
    ("sharpness", "sharpness", 3),
    ("pca_similarity", "PCA similarity", 4),
)
"""Columns of a study's table in the manual: key, head, digits."""
GAINS = "gains"
SURVEY = "survey"
TIME = "seconds_per_face"

_MARKS = re.compile(r"(<!-- (measured|generated|survey): (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def kept(protocol_id: str, folder: Path = FOLDER) -> tuple[Row, ...]:
    """Return the rows that are kept of a protocol, best PSNR first, the papers' rows last.

    Raises
    ------
    FhguiError
        If there are none, or the file is no table of a benchmark.
    """
    rows = [_row(values) for values in _read(folder / f"{protocol_id}.json")["rows"]]
    return tuple(sorted(rows, key=lambda r: (r.kind != "measured", -(r.psnr_rgb or 0))))


def take(path: Path, folder: Path = FOLDER, rows: Mapping[str, str] | None = None) -> Path:
    """Take a benchmark's ``table.json`` in; its rows replace those of the same label.

    Where a row's PSNR is the same as before, its pictures are: columns that were measured only one
    time are kept, and of two times the shorter one, that of the machine with less else to do.

    Parameters
    ----------
    rows : label of a row → label that it is kept under, of the rows to take; None for all.

    Raises
    ------
    FhguiError
        If the file is no table of a benchmark, or of another number of pictures.
    """
    new = _read(path)
    if SURVEY in new:
        return _written(folder / f"survey-{new[SURVEY]}.json", new)
    target = folder / f"{find_protocol(new['protocol']).id}.json"
    old = _read(target) if target.is_file() else {**new, "rows": []}
    if old["n"] != new["n"]:
        raise FhguiError(
            f"its rows are of {new['n']} pictures, those kept of {old['n']}",
            path=path,
            hint=f"measure all rows again, or remove {target.name} first",
        )
    names = {row["label"]: row["label"] for row in new["rows"]} if rows is None else rows
    known = {row["label"]: row for row in old["rows"]}
    for row in new["rows"]:
        if row["kind"] == "measured" and row["label"] in names:
            label = names[row["label"]]
            known[label] = _joined(known.get(label, {}), {**row, "label": label})
    merged = {"protocol": new["protocol"], "n": new["n"], "rows": list(known.values())}
    return _written(target, merged)


def take_study(path: Path, name: str, folder: Path = FOLDER) -> Path:
    """Take the ``table.json`` of a study in, as a survey of that name: its rows in their order.

    Raises
    ------
    FhguiError
        If the file is no table of a benchmark, or there is no such study.
    """
    study, new = load_study(name), _read(path)
    measured = [row for row in new["rows"] if row["kind"] == "measured"]
    rows = [
        {
            "row": row["label"],
            **{head: _shown(row.get(key), places) for key, head, places in OF_STUDY},
        }
        for row in measured
    ]
    title = f"{study.title}, {study.protocol}, {new['n']} pictures"
    content = {SURVEY: name, "title": title, "rows": _without_empty(rows), "notes": [study.note]}
    return _written(folder / f"survey-{name}.json", content)


def _shown(value: float | None, places: int) -> str | None:
    return None if value is None else f"{value:.{places}f}"


def _without_empty(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows without the columns in which none has anything."""
    told = [head for head in rows[0] if any(row[head] is not None for row in rows)]
    return [{head: row[head] for head in told} for row in rows]


def measured_table(protocol_id: str, folder: Path = FOLDER) -> str:
    """Return the table of a protocol as Markdown, published rows of as many pictures below."""
    protocol = find_protocol(protocol_id)
    rows = kept(protocol_id, folder)
    same = [row for row in published(protocol) if row.n == rows[0].n]  # the project's own pictures
    plain = [_row({**row.as_json(), **dict.fromkeys(LEFT_OUT)}) for row in (*rows, *same)]
    return tables.lines_markdown(plain)


def survey_table(name: str, folder: Path = FOLDER) -> str:
    """Return the table of a survey as Markdown, its notes below; nothing if none is kept."""
    path = folder / f"survey-{name}.json"
    if not path.is_file():
        return ""
    survey = _read(path)
    columns = list(survey["rows"][0])
    rows = [[_cell(row.get(column)) for column in columns] for row in survey["rows"]]
    notes = "".join(f"- {note}\n" for note in survey.get("notes", ()))
    return f"{survey['title']}:\n\n{table(columns, rows)}{notes}"


def gains_table(folder: Path = FOLDER) -> str:
    """Return what the other papers' methods gain over bicubic, printed and measured."""
    rows = [_gain(find_protocol(protocol_id), folder) for protocol_id in PRINTED]
    head = ("protocol", "bicubic, printed", "the paper's method, printed", "gain")
    return table((*head, "bicubic, ours", "ours", "gain of ours"), rows).rstrip("\n")


def filled(text: str, folder: Path = FOLDER) -> str:
    """Return a page with everything between its marks written anew.

    Raises
    ------
    FhguiError
        If a mark names nothing that is known.
    """
    known: Mapping[str, Callable[[], str]] = {LIST: method_list, GAINS: lambda: gains_table(folder)}

    def anew(found: re.Match[str]) -> str:
        before, kind, name, after = found.groups()
        if kind == "generated":
            made = known[name]()
        else:
            made = (survey_table if kind == SURVEY else measured_table)(name, folder)
        return f"{before}{made.strip()}\n{after}"

    return _MARKS.sub(anew, text)


def _gain(protocol: Protocol, folder: Path) -> tuple[str, ...]:
    name, ours = PRINTED[protocol.id]
    printed = {row.method: row for row in reversed(published(protocol))}
    rows = kept(protocol.id, folder)
    bicubic = next(row for row in rows if row.method == "bicubic")
    shown = [row for row in rows if row.method in ours]
    return (
        f"`{protocol.id}`, {bicubic.n} inputs",
        _figures(printed["Bicubic"]),
        f"{name} {_figures(printed[name])}",
        _more(printed[name], printed["Bicubic"]),
        _figures(bicubic),
        "; ".join(f"`{row.label}` {_figures(row)}" for row in shown),
        "; ".join(_more(row, bicubic) for row in shown),
    )


def _figures(row: Row) -> str:
    """Return PSNR and SSIM with the digits that are known: papers often print two."""
    printed = row.kind != "measured"
    psnr = f"{row.psnr_rgb:g}" if printed else f"{row.psnr_rgb:.3f}"
    ssim = f"{row.ssim:g}" if printed else f"{row.ssim:.4f}"
    return f"{psnr} / {ssim.removeprefix('0')}"


def _more(row: Row, than: Row) -> str:
    return f"{(row.psnr_rgb or 0) - (than.psnr_rgb or 0):+.2f}"


def _joined(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of two measurements of one label."""
    if old.get("psnr_rgb") != new["psnr_rgb"]:
        return dict(new)
    times_s = [row[TIME] for row in (old, new) if row.get(TIME) is not None]
    known = {key: value for key, value in new.items() if value is not None}
    return {**old, **known, TIME: min(times_s, default=None)}


def _row(values: Mapping[str, Any]) -> Row:
    known = {field.name for field in dataclasses.fields(Row)}
    return Row(**{key: value for key, value in values.items() if key in known})


def _cell(value: object) -> str:
    """Return a survey's cell for people: three digits say enough."""
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _written(target: Path, content: dict[str, Any]) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(tables.to_json(content))
    return target


def _read(path: Path) -> dict[str, Any]:
    """Return a table of a protocol, or of a survey, with at least one row."""
    try:
        read = json.loads(path.read_bytes())
        keys = (SURVEY, "title", "rows") if SURVEY in read else ("protocol", "n", "rows")
        notes = {"notes": read["notes"]} if "notes" in read else {}
        return {key: read[key] for key in keys} | notes
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FhguiError(
            "is no table of a benchmark", path=path, hint="give a table.json of fhgui benchmark"
        ) from error
