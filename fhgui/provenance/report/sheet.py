"""The comparison sheet: input and every method's result at equal scale, doubt maps below."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from fhgui.core.method import Origin, Stage
from fhgui.evaluation.doubt import DoubtMaps
from fhgui.provenance.report.fonts import picture_font
from fhgui.provenance.report.pictures import (
    DOUBT_PEAK,
    colour_map,
    doubt_of,
    enlarged,
    face_in_frame,
)
from fhgui.provenance.run import Run

CELL_PX = 320
MARGIN_PX = 16
HEADER_PX = 44
LINE_PX = 17
PAPER, INK, FAINT = (255, 255, 255), (20, 20, 20), (100, 100, 100)
BADGES = {
    Origin.MEASURED: (22, 101, 72),
    Origin.INTERPOLATED: (36, 74, 140),
    Origin.SYNTHESISED: (150, 82, 8),
}
STATEMENT = (
    "Presented as enhanced images. Added detail comes from other people's faces. "
    "Comparison must use the original."
)
LEGEND = (
    f"Lower row: invented energy, 0 (black) to {DOUBT_PEAK:.0f} grey levels (bright): what the "
    "input does not fix under the assumed degradation. It does not say whether the invention is "
    "right."
)


@dataclass(frozen=True, eq=False)
class _Cell:
    title: str
    note: str
    picture: Image.Image
    badge: tuple[int, int, int] | None = None


def comparison_png(runs: Sequence[Run]) -> bytes:
    """Return the sheet of completed runs on one face as PNG bytes.

    Parameters
    ----------
    runs : completed runs on the same face; one column each, after the input's.
    """
    first = runs[0]
    top, below = [_stage_cell("Input", first.stages[0])], [_frame_cell(first)]
    for run in runs:
        top.append(_stage_cell(run.record.method, run.result))
        below.append(_doubt_cell(doubt_of(run)))
    buffer = io.BytesIO()
    _draw(top, below, _caption(first)).save(buffer, "PNG")
    return buffer.getvalue()


def _stage_cell(name: str, stage: Stage) -> _Cell:
    h, w = stage.pixels.shape[:2]
    note = f"{w}×{h} px · {stage.origin.value}"
    return _Cell(name, note, enlarged(stage.pixels, CELL_PX), BADGES[stage.origin])


def _doubt_cell(doubt: DoubtMaps) -> _Cell:
    note = f"{doubt.fixed_share:.0%} of the energy fixed by evidence"
    title = f"re-degraded {doubt.redegradation_db:.1f} dB"
    return _Cell(title, note, enlarged(colour_map(doubt.invented), CELL_PX))


def _frame_cell(run: Run) -> _Cell:
    assert run.frame is not None
    h, w = run.frame.size_hw
    note = f"{w}×{h} px · the original"
    return _Cell(f"Frame {run.frame.index}", note, face_in_frame(run, CELL_PX))


def _caption(run: Run) -> str:
    evidence = run.record.evidence
    index = run.record.frame.index if run.record.frame else 0
    return (
        f"{evidence.name} · frame {index} · SHA-256 {evidence.sha256[:32]} {evidence.sha256[32:]}"
    )


def _draw(top: list[_Cell], below: list[_Cell], caption: str) -> Image.Image:
    width = len(top) * (CELL_PX + MARGIN_PX) + MARGIN_PX
    row_px = HEADER_PX + CELL_PX + MARGIN_PX
    lines = [
        *((line, INK) for line in _wrapped(STATEMENT, width)),
        *((line, FAINT) for line in (*_wrapped(LEGEND, width), *_wrapped(caption, width))),
    ]
    height = 2 * row_px + MARGIN_PX + len(lines) * LINE_PX + MARGIN_PX
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    for row, cells in enumerate((top, below)):
        for column, cell in enumerate(cells):
            corner = (MARGIN_PX + column * (CELL_PX + MARGIN_PX), MARGIN_PX + row * row_px)
            _draw_cell(sheet, draw, cell, corner)
    for number, (line, colour) in enumerate(lines):
        y = 2 * row_px + MARGIN_PX + number * LINE_PX
        draw.text((MARGIN_PX, y), line, fill=colour, font=picture_font(12))
    return sheet


def _draw_cell(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, cell: _Cell, corner: tuple[int, int]
) -> None:
    x, y = corner
    draw.text((x, y), cell.title, fill=INK, font=picture_font(15, heavy=True))
    draw.text((x, y + 21), cell.note, fill=cell.badge or FAINT, font=picture_font(12))
    sheet.paste(cell.picture, (x, y + HEADER_PX - 4))


def _wrapped(text: str, width_px: int) -> list[str]:
    """Break a line into as many as the sheet's width needs."""
    font, lines = picture_font(12), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > width_px - 2 * MARGIN_PX:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
