"""The coverage of expected errors as CSV, Markdown and HTML."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from html import escape

from fhgui.core.doubt import INTERVAL, LEVELS
from fhgui.evaluation.coverage import Coverage, Tenth

HEAD = (
    "",
    "half width (grey levels)",
    "pixels",
    "mean error",
    *(f"inside the {level:.0%} interval" for level in LEVELS),
)
NOTE = (
    f"Shares of pixels whose true luma lies within the expected error; tenths are by the half "
    f"width of the {INTERVAL:.0%} interval, from the safest pixels to the most doubtful."
)


def coverage_csv(found: Sequence[Coverage]) -> bytes:
    """Return ``coverage.csv``: a line for all pixels and one for each tenth, for every row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    levels = [f"coverage_{100 * level:.0f}" for level in LEVELS]
    writer.writerow(["method", "tenth", "least", "most", "pixels", "mean_error", *levels])
    for one in found:
        ends = (one.tenths[0].least, one.tenths[-1].most)
        writer.writerow([one.label, "all", *ends, one.pixels, one.mean_error, *one.coverage])
        for number, tenth in enumerate(one.tenths, 1):
            values = (tenth.least, tenth.most, tenth.pixels, tenth.mean_error, *tenth.coverage)
            writer.writerow([one.label, number, *values])
    return text.getvalue().encode()


def coverage_markdown(found: Sequence[Coverage]) -> str:
    """Return the tables as GitHub's Markdown; empty without any."""
    if not found:
        return ""
    parts = ["", "**Coverage of the expected error**", "", NOTE]
    for one in found:
        parts += ["", f"`{one.label}`: {_sentence(one)}", ""]
        parts += [f"| {' | '.join(line)} |" for line in (HEAD, ["---"] * len(HEAD), *_lines(one))]
    return "\n".join(parts) + "\n"


def coverage_html(found: Sequence[Coverage]) -> str:
    """Return the tables as a section of the page; empty without any."""
    if not found:
        return ""
    parts = [f"<h2>Coverage of the expected error</h2><p class=faint>{escape(NOTE)}</p>"]
    for one in found:
        head = "".join(f"<th>{escape(title)}</th>" for title in HEAD)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>"
            for line in _lines(one)
        )
        parts.append(
            f"<p><b>{escape(one.label)}</b>: {escape(_sentence(one))}</p><div class=scroll>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )
    return "".join(parts)


def _sentence(one: Coverage) -> str:
    share = one.coverage[LEVELS.index(INTERVAL)]
    return (
        f"the {INTERVAL:.0%} interval holds {share:.1%} of {one.pixels:,} pixels of {one.faces} "
        f"faces; on 90 % of the faces it holds {one.face_low:.1%} to {one.face_high:.1%} of "
        f"theirs; its median half width is {one.median_half_width:.1f} grey levels"
    )


def _lines(one: Coverage) -> Iterator[list[str]]:
    ends = (one.tenths[0].least, one.tenths[-1].most)
    yield _line("all", ends, Tenth(*ends, one.pixels, one.mean_error, one.coverage))
    for number, tenth in enumerate(one.tenths, 1):
        yield _line(f"tenth {number}", (tenth.least, tenth.most), tenth)


def _line(name: str, ends: tuple[float, float], tenth: Tenth) -> list[str]:
    return [
        name,
        f"{ends[0]:.1f}–{ends[1]:.1f}",
        f"{tenth.pixels:,}",
        f"{tenth.mean_error:.2f}",
        *(f"{share:.1%}" for share in tenth.coverage),
    ]
