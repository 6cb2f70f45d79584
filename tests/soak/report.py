"""What a soak showed: growth of memory, stalls, and what went wrong; JSON, a table, a page."""

from __future__ import annotations

import html
import itertools
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

WARM_UP_MIN = 20.0
EDGE_MIN = 10.0
STALL_MS = 200.0
FIGURES = ("window_mib", "worker_mib", "files", "threads")

Lines = list[dict[str, Any]]


def read(path: Path) -> Lines:
    """Return the objects of a file with one a line; a last line that was cut is left out."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def made(folder: Path) -> dict[str, Any]:
    """Return the report on what lies in a folder so far."""
    beats, samples, acts = (read(folder / name) for name in ("beats", "samples", "acts"))
    if not samples:
        return {"minutes": 0.0}
    began = samples[0]["at_s"]
    minutes = np.array([(s["at_s"] - began) / 60 for s in samples])
    stalls, closing = _stalls(beats)
    return {
        "minutes": round(float(minutes[-1]), 2),
        "acts": len(acts),
        "acts_by_name": dict(Counter(a["act"] for a in acts).most_common()),
        "slips_of_the_person": sum("wrong" in a for a in acts),
        "growth": {
            name: growth(minutes, np.array([s[name] for s in samples], dtype=float))
            for name in FIGURES
        },
        "new_cases": _after_new_cases(acts, samples),
        "window_core_share": _share(samples),
        "counts": [b for b in beats if b["kind"] == "count"],
        "stalls": {
            "over_100_ms": len(stalls),
            "over_200_ms": sum(s["ms"] > STALL_MS for s in stalls),
            "own_over_200_ms": sum(own_ms(s) > STALL_MS for s in stalls),
            "computing_over_200_ms": sum(s["cpu_ms"] > STALL_MS for s in stalls),
            "by_act": _worst_by_act(stalls),
            "longest_ms": max((s["ms"] for s in stalls), default=0.0),
            "longest_own_ms": max((own_ms(s) for s in stalls), default=0.0),
            "all": stalls,
            "closing_ms": max((s["ms"] for s in closing), default=0.0),
        },
        "minutes_longest_ms": [b["longest_ms"] for b in beats if b["kind"] == "minute"],
        "exceptions": [b for b in beats if b["kind"] == "exception"],
        "qt": [b for b in beats if b["kind"] == "qt"],
        "log": [b for b in beats if b["kind"] == "log"],
        "starts": sum(b["kind"] == "begun" for b in beats),
        "ended": [b for b in beats if b["kind"] == "ended"],
    }


def _stalls(beats: Lines) -> tuple[Lines, Lines]:
    """Return the stalls while there was a window, and those after it was closed for good."""
    closed_s = min((b["at_s"] for b in beats if b["kind"] == "closing"), default=float("inf"))
    stalls = [b for b in beats if b["kind"] == "stall"]
    return (
        [s for s in stalls if s["at_s"] <= closed_s],
        [s for s in stalls if s["at_s"] > closed_s],
    )


def _worst_by_act(stalls: Lines) -> dict[str, list[float]]:
    """Return how often an act held the window up for too long, and the longest time in ms."""
    found: dict[str, list[float]] = {}
    for stall in stalls:
        if own_ms(stall) > STALL_MS:
            name = stall["doing"].partition(" ")[2].partition(":")[0]
            before = found.get(name, [0.0, 0.0])
            found[name] = [before[0] + 1, max(before[1], own_ms(stall))]
    return found


def _acts_that_stalled(found: dict[str, list[float]]) -> str:
    worst = sorted(found.items(), key=lambda pair: -pair[1][0])
    return ", ".join(f"{name} {n:g}× ≤ {ms:.0f} ms" for name, (n, ms) in worst) or "none"


def own_ms(stall: dict[str, Any]) -> float:
    """Return a stall without the time for which others had the core."""
    own: float = stall["ms"] - stall["queued_ms"]
    return round(max(0.0, own), 1)


def growth(minutes: Any, values: Any) -> dict[str, float]:
    """Return the growth after the warm-up: by a line through all, by medians of both ends.

    ``later_percent`` is that of the second half alone: less than the whole's where it levels off.
    """
    last = float(minutes[-1])
    warm = min(WARM_UP_MIN, last / 3)
    edge = min(EDGE_MIN, (last - warm) / 3)
    kept = minutes >= warm
    slope, at_zero = np.polyfit(minutes[kept], values[kept], 1) if kept.sum() > 2 else (0.0, 1.0)
    first, middle = (_held_from(at, edge, minutes, values) for at in (warm, last / 2))
    end = float(np.median(values[minutes >= last - edge]))
    fitted = at_zero + slope * warm
    return {
        "warm_up_min": round(warm, 1),
        "first_median": round(first, 1),
        "last_median": round(end, 1),
        "medians_percent": round(100 * (end / first - 1), 2) if first else 0.0,
        "line_percent": round(100 * slope * (last - warm) / fitted, 2) if fitted else 0.0,
        "later_percent": round(100 * (end / middle - 1), 2) if middle else 0.0,
        "highest": round(float(values.max()), 1),
    }


def _held_from(at: float, edge: float, minutes: Any, values: Any) -> float:
    """Return the median over some minutes from the first sample on that is not before ``at``."""
    begin = minutes[minutes >= at][0]
    return float(np.median(values[(minutes >= begin) & (minutes <= begin + edge)]))


def _after_new_cases(acts: Lines, samples: Lines) -> list[dict[str, float]]:
    """Return what the window held three seconds after each case was begun on an empty desk."""
    found = []
    for before, act in itertools.pairwise(acts):
        if act["results"] == 0 and act["sources"] == 0 and before["sources"] > 0:
            at = act["at_s"]
            held = [s["window_mib"] for s in samples if at <= s["at_s"] <= at + 3]
            if held:
                minute = (at - samples[0]["at_s"]) / 60
                found.append({"minute": round(minute, 1), "mib": round(min(held), 1)})
    return found


def _share(samples: Lines) -> float:
    took = samples[-1]["at_s"] - samples[0]["at_s"]
    used = samples[-1]["cpu_s"] - samples[0]["cpu_s"]
    return round(used / took, 3) if took else 0.0


def table(report: dict[str, Any]) -> str:
    """Return the report as Markdown."""
    lines = ["| measured | figure |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {told} |" for name, told in figures(report))])


def figures(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what was measured, in words."""
    if not report["minutes"]:
        return [("worked", "nothing measured yet")]
    stalls, ended = report["stalls"], report["ended"]
    rows = [
        ("worked", f"{report['minutes']:.1f} min, {report['acts']} acts"),
        ("process of the window", f"started {report['starts']}×, {_ends(ended)}"),
        ("share of a core", f"{100 * report['window_core_share']:.0f} %"),
    ]
    for name, grown in report["growth"].items():
        words = f"{grown['first_median']:g} → {grown['last_median']:g}"
        line = f"{grown['medians_percent']:+.1f} % (line {grown['line_percent']:+.1f} %)"
        line += f"; second half {grown['later_percent']:+.1f} %"
        rows.append((f"{name} after {grown['warm_up_min']:g} min", f"{words}, {line}"))
    rows += [
        ("on an empty desk", _empty_desks(report["new_cases"])),
        ("stalls > 100 / > 200 ms", f"{stalls['over_100_ms']} / {stalls['over_200_ms']}"),
        ("… without waiting for the core", f"{stalls['own_over_200_ms']} > 200 ms"),
        ("… in which the window computed", f"{stalls['computing_over_200_ms']} > 200 ms"),
        ("… by what was done", _acts_that_stalled(stalls["by_act"])),
        ("longest stall", f"{stalls['longest_ms']:g} ms (own {stalls['longest_own_ms']:g} ms)"),
        ("at the close, window hidden", f"{stalls['closing_ms']:g} ms"),
        ("exceptions", str(len(report["exceptions"]))),
        ("warnings of Qt", str(len(report["qt"]))),
        ("errors told in the window", str(sum(b["level"] == "ERROR" for b in report["log"]))),
        ("slips of the person", str(report["slips_of_the_person"])),
    ]
    return rows


def _ends(ended: Lines) -> str:
    return "still running" if not ended else f"ended with code {ended[-1]['code']}"


def _empty_desks(found: list[dict[str, float]]) -> str:
    warm = [f for f in found if f["minute"] >= WARM_UP_MIN] or found
    if not warm:
        return "never"
    return f"{warm[0]['mib']:g} → {warm[-1]['mib']:g} MiB over {len(warm)} new cases"


def save(folder: Path) -> dict[str, Any]:
    """Write the report as JSON, Markdown and HTML, and as a survey for the manual; return it."""
    report = made(folder)
    (folder / "report.json").write_text(json.dumps(report, indent=1))
    rows = [{"measured": name, "figure": told} for name, told in figures(report)]
    survey = {"survey": "soak", "title": "Random work in the window", "rows": rows}
    (folder / "survey.json").write_text(json.dumps(survey, indent=1, ensure_ascii=False))
    (folder / "table.md").write_text(table(report) + "\n")
    (folder / "report.html").write_text(page(report, read(folder / "samples")), encoding="utf-8")
    return report


def page(report: dict[str, Any], samples: Lines) -> str:
    """Return the report as one HTML page with the curves in it."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell.strip())}</td>" for cell in cells) + "</tr>"
        for line in table(report).splitlines()[2:]
        if (cells := line.strip("| ").split(" | "))
    )
    curves = "".join(curve(samples, name) for name in FIGURES) if samples else ""
    return (
        '<!doctype html><meta charset="utf-8"><title>Soak</title>'
        "<style>body{font:15px sans-serif;margin:2em;max-width:60em}td{padding:2px 12px 2px 0}"
        f"</style><h1>Soak of the window</h1><table>{rows}</table>{curves}"
    )


def curve(samples: Lines, name: str, width: int = 900, height: int = 160) -> str:
    """Return one figure over time as SVG, from zero up."""
    began = samples[0]["at_s"]
    length = max(1e-9, samples[-1]["at_s"] - began)
    highest = max(1e-9, *(s[name] for s in samples))
    step = max(1, len(samples) // width)
    points = " ".join(
        f"{width * (s['at_s'] - began) / length:.1f},{height * (1 - s[name] / highest):.1f}"
        for s in samples[::step]
    )
    return (
        f"<h3>{html.escape(name)}: 0 – {highest:.0f} over {length / 60:.0f} min</h3>"
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<polyline fill="none" stroke="#2a6fd6" points="{points}"/></svg>'
    )
