"""Recovered transforms as CSV, Markdown and HTML with a plot of found over applied angles."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from html import escape

from fhgui.evaluation.curves import COLOURS, nice_ticks
from fhgui.evaluation.transforms import MOST_PERCENT, WANTED_DEG, Recovery

HEAD = (
    "",
    "faces",
    "median angle error (°)",
    f"{MOST_PERCENT} % below (°)",
    f"within {WANTED_DEG:g}°",
    "median scale error",
    "median shift error (px of the input)",
)
TITLE = "Recovered transforms"
NOTE = (
    "How the protocol turned, scaled and shifted a face, against what the method found; errors are "
    "absolute. Who takes every face as upright errs by {upright:.1f}° in the median."
)
SIDE_PX, LEFT_PX, TOP_PX, BOTTOM_PX, RIGHT_PX = 360, 52, 30, 44, 12
DOT_PX = 2.2


def transforms_csv(found: Sequence[Recovery]) -> bytes:
    """Return ``transforms.csv``: a line for every face of every row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    sides = [f"{name}_{which}" for which in ("applied", "found") for name in
             ("angle_deg", "scale", "shift_x_px", "shift_y_px")]  # fmt: skip
    writer.writerow(["method", "name", *sides])
    for one in found:
        for face in one.faces:
            poses = (face.applied, face.found)
            values = [v for p in poses for v in (p.angle_deg, p.scale, *p.shift_xy_px)]
            writer.writerow([one.label, face.name, *values])
    return text.getvalue().encode()


def transforms_markdown(found: Sequence[Recovery]) -> str:
    """Return the table as GitHub's Markdown; empty without any."""
    if not found:
        return ""
    lines = (HEAD, ["---"] * len(HEAD), *_lines(found))
    return "\n".join(["", f"**{TITLE}**", "", _note(found), "",
                      *(f"| {' | '.join(line)} |" for line in lines)]) + "\n"  # fmt: skip


def transforms_html(found: Sequence[Recovery]) -> str:
    """Return the table and a plot for each row as a section of the page; empty without any."""
    if not found:
        return ""
    head = "".join(f"<th>{escape(title)}</th>" for title in HEAD)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in _lines(found)
    )
    plots = "".join(scatter_svg(one, COLOURS[i % len(COLOURS)]) for i, one in enumerate(found))
    return (
        f"<h2>{TITLE}</h2><p class=faint>{escape(_note(found))}</p><div class=scroll><table>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        f"<div class=curves>{plots}</div>"
    )


def scatter_svg(one: Recovery, colour: str) -> str:
    """Return the found angles over the applied ones as an SVG element, a dot a face."""
    pairs = [(face.applied.angle_deg, face.found.angle_deg) for face in one.faces]
    reach = max(max(abs(a), abs(b)) for a, b in pairs)
    ticks = nice_ticks(-reach, reach)
    low, high = ticks[0], ticks[-1]

    def at(x: float, y: float) -> tuple[float, float]:
        share_x, share_y = ((v - low) / (high - low) for v in (x, y))
        return LEFT_PX + share_x * SIDE_PX, TOP_PX + (1 - share_y) * SIDE_PX

    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT_PX}"/>'
        for x, y in (at(*pair) for pair in pairs)
    )
    width, height = LEFT_PX + SIDE_PX + RIGHT_PX, TOP_PX + SIDE_PX + BOTTOM_PX
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" viewBox="0 0 {width} {height}" '
        f'role="img"><text x="{LEFT_PX}" y="18" class="title">{escape(one.label)}: median error '
        f"{one.median_deg:.1f}°</text>{''.join(_axes(ticks, at))}"
        f'<g fill="{colour}" fill-opacity="0.55">{dots}</g></svg>'
    )


def _axes(
    ticks: Sequence[float], at: Callable[[float, float], tuple[float, float]]
) -> Iterator[str]:
    low, high = ticks[0], ticks[-1]
    for tick in ticks:
        (x, bottom), (_, top) = at(tick, low), at(tick, high)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{bottom:.1f}"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 16:.1f}" class="mid">{tick:g}</text>'
        (left, y), (right, _) = at(low, tick), at(high, tick)
        yield f'<line class="grid" x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{left - 6:.1f}" y="{y + 4:.1f}" class="end">{tick:g}</text>'
    (x1, y1), (x2, y2) = at(low, low), at(high, high)
    style = 'stroke="currentColor" stroke-dasharray="4 4"'
    yield f'<line {style} x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
    middle, below = at((low + high) / 2, low)
    yield (
        f'<text x="{middle:.1f}" y="{below + 34:.1f}" class="mid">angle found over angle applied '
        "(°, clockwise)</text>"
    )


def _note(found: Sequence[Recovery]) -> str:
    return NOTE.format(upright=found[0].upright_deg)


def _lines(found: Sequence[Recovery]) -> Iterator[list[str]]:
    for one in found:
        yield [
            one.label,
            str(len(one.faces)),
            f"{one.median_deg:.1f}",
            f"{one.most_deg:.1f}",
            f"{one.within:.0%}",
            f"{one.median_scale:.3f}",
            f"{one.median_shift_px:.2f}",
        ]
