"""From pytest-benchmark's JSON to the tables of the manual's page on speed."""

import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.reference import WORDS

RATIO = "in references"
"""Begin of the names of columns of ratios."""
GROWN = 1.25
"""Less is the noise of a machine that does other things, too."""

ALL_OF_A_METHOD = {f"{how}_{what}" for how in ("plain", "shipped") for what in ("face", "batch")}

Figures = dict[str, dict[str, dict[str, Any]]]
"""Row → column → what was measured."""


def surveys(path: Path) -> list[dict[str, Any]]:
    """Return the tables of a file that pytest-benchmark wrote, ready for ``manual.py --take``."""
    read = json.loads(path.read_text("utf-8"))
    figures = [one["extra_info"] for one in read["benchmarks"] if "ratio" in one["extra_info"]]
    made = [_methods(_of(figures, "methods")), _steps(_of(figures, "steps"))]
    about = _about(read["machine_info"], [one["reference_ms"] for one in figures])
    return [{**one, "notes": [*one["notes"], about]} for one in made if one["rows"]]


def slower(kept: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each ratio that has grown by more than `GROWN` since it was kept."""
    known = {_name(row): row for row in kept["rows"]}
    return [
        f"{_name(row)}: {column} {value:.3g}, was {before:.3g}"
        for row in new["rows"]
        for column, value in row.items()
        if column.startswith(RATIO)
        and (before := known.get(_name(row), {}).get(column)) is not None
        and value > GROWN * before
    ]


def _name(row: Mapping[str, Any]) -> str:
    return str(next(iter(row.values())))


def _of(figures: list[dict[str, Any]], table: str) -> Figures:
    found: Figures = {}
    for one in figures:
        if one["table"] == table:
            found.setdefault(one["row"], {})[one["column"]] = one
    return found


def _methods(figures: Figures) -> dict[str, Any]:
    return {
        "survey": "speed_methods",
        "title": "One face, and a batch of faces from file to file, by one thread",
        "rows": [
            _method_row(name, cells)
            for name, cells in figures.items()
            if set(cells) == ALL_OF_A_METHOD  # ``--only`` may leave some out
        ],
        "notes": [
            "*as written*: batch norms apart, planes contiguous, mirrored pictures by themselves, "
            "steps of enlargement and of the last stage apart; *now*: as shipped.",
            "*in references*: time of now ÷ time of the reference measured beside it.",
            "*pixels*: colour values of the result that differ between both, each by one grey "
            "level at most.",
        ],
    }


def _method_row(name: str, cells: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    plain, now = cells["plain_face"], cells["shipped_face"]
    before, batch = cells["plain_batch"], cells["shipped_batch"]
    return {
        "method": f"`{name}`",
        "a face, as written, ms": plain["ms"],
        "now, ms": now["ms"],
        "faster": f"{plain['ratio'] / now['ratio']:.2f}×",
        RATIO: now["ratio"],
        "batch, as written, faces/s": 1e3 / before["ms"],
        "now, faces/s": 1e3 / batch["ms"],
        f"{RATIO} a face": batch["ratio"],
        "gain": f"{before['ratio'] / batch['ratio']:.2f}×",
        "pixels": f"{plain['differing']} of {plain['of']}",
    }


def _steps(figures: Figures) -> dict[str, Any]:
    rows = [
        {"step": name, "ms": cells["ms"]["ms"], RATIO: cells["ms"]["ratio"]}
        for name, cells in figures.items()
    ]
    return {
        "survey": "speed_steps",
        "title": "What one waits for beside the methods",
        "rows": rows,
        "notes": [],
    }


def _about(machine: Mapping[str, Any], references_ms: list[float]) -> str:
    import torch

    cpu = machine.get("cpu", {})
    name = cpu.get("brand_raw") or platform.processor() or machine.get("machine", "")
    least, most = min(references_ms), max(references_ms)
    return (
        f"Measured on {name}, Python {platform.python_version()}, torch {torch.__version__}; the "
        f"reference ({WORDS}) took {least:.1f} to {most:.1f} ms there."
    )
