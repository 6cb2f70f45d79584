"""Cumulative score distributions: the share of faces whose score exceeds x (paper 000, figure 9).

A method is better where its curve lies farther to the right; a mean hides how many faces fail.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH_PX, HEIGHT_PX = 560, 340
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 52, 12, 30, 44
TICKS = 6
COLOURS = (
    *("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"),
    *("#56b4e9", "#7f3c8d", "#666666", "#a5aa00", "#8b4513"),
)
"""Told apart by the colour-blind too (Okabe and Ito), then some more."""
DASHES = ("", "7 3", "2 3", "9 3 2 3")
"""Of every further ten curves."""


def curves_svg(title: str, unit: str, scores: Mapping[str, Sequence[float]]) -> str:
    """Return the curves of one metric as an SVG element.

    Parameters
    ----------
    scores : label → the scores of its pictures; labels without any are left out.
    """
    known = {label: sorted(values) for label, values in scores.items() if values}
    if not known:
        return ""
    low = min(values[0] for values in known.values())
    high = max(values[-1] for values in known.values())
    ticks = nice_ticks(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])
    parts = [*_axes(title, unit, ticks, low, high)]
    for number, (label, values) in enumerate(known.items()):
        parts.append(_curve(number, label, values, low, high))
    legend_px = 18 * len(known)
    size = f'width="{WIDTH_PX}" viewBox="0 0 {WIDTH_PX} {HEIGHT_PX + legend_px}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">{"".join(parts)}</svg>'


def nice_ticks(low: float, high: float) -> list[float]:
    """Return some `TICKS` round numbers around low … high."""
    span = max(high - low, 1e-6)
    step = 10 ** math.floor(math.log10(span / TICKS))
    step *= next(m for m in (1, 2, 5, 10) if span / (step * m) <= TICKS)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(i * step, 10) for i in range(first, last + 1)]


def _curve(number: int, label: str, values: Sequence[float], low: float, high: float) -> str:
    count = len(values)
    points = [_point(low, 1.0, low, high)]
    for i, value in enumerate(values):  # a step down at each score
        points.append(_point(value, (count - i) / count, low, high))
        points.append(_point(value, (count - i - 1) / count, low, high))
    colour, dash = COLOURS[number % len(COLOURS)], DASHES[number // len(COLOURS) % len(DASHES)]
    style = f'fill="none" stroke="{colour}" stroke-width="1.8" stroke-dasharray="{dash}"'
    y = HEIGHT_PX + 18 * number + 4
    return (
        f'<polyline {style} points="{" ".join(points)}"><title>{escape(label)}</title></polyline>'
        f'<line {style} x1="{LEFT_PX}" x2="{LEFT_PX + 28}" y1="{y}" y2="{y}"/>'
        f'<text x="{LEFT_PX + 36}" y="{y + 4}">{escape(label)}</text>'
    )


def _axes(title: str, unit: str, ticks: Sequence[float], low: float, high: float) -> list[str]:
    bottom, right = HEIGHT_PX - BOTTOM_PX, WIDTH_PX - RIGHT_PX
    parts = [
        f'<text x="{LEFT_PX}" y="18" class="title">Share of faces whose {escape(title)} '
        "exceeds x</text>"
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = _y(share)
        parts.append(f'<line class="grid" x1="{LEFT_PX}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT_PX - 6}" y="{y + 4:.1f}" class="end">{share:.0%}</text>')
    for tick in ticks:
        x = _x(tick, low, high)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP_PX}" y2="{bottom}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" class="mid">{tick:g}</text>')
    middle = (LEFT_PX + right) / 2
    named = f"{escape(title)} ({escape(unit)})" if unit else escape(title)
    parts.append(f'<text x="{middle}" y="{bottom + 34}" class="mid">{named}</text>')
    return parts


def _point(score: float, share: float, low: float, high: float) -> str:
    return f"{_x(score, low, high):.1f},{_y(share):.1f}"


def _x(score: float, low: float, high: float) -> float:
    return LEFT_PX + (score - low) / max(high - low, 1e-9) * (WIDTH_PX - RIGHT_PX - LEFT_PX)


def _y(share: float) -> float:
    return HEIGHT_PX - BOTTOM_PX - share * (HEIGHT_PX - BOTTOM_PX - TOP_PX)
