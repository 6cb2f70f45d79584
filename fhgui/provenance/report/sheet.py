"""The comparison sheet: input and every method's result at equal scale, doubt maps below."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from fhgui.core.doubt import INTERVAL, LEGENDS, DoubtKind, DoubtMaps
from fhgui.core.method import Origin, Stage
from fhgui.provenance.doubting import doubt_of
from fhgui.provenance.report.fonts import picture_font
from fhgui.provenance.report.pictures import (
    DOUBT_PEAK,
    EXPECTED_PEAK,
    colour_map,
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
    f"Below the results: invented contrast, 0 (black) to {DOUBT_PEAK:.0f} grey levels (bright): "
    "what the input does not fix under the assumed degradation. It does not say whether the "
    "invention is right."
)
EXPECTED_LEGEND = (
    f"Last row: the expected error, 0 (black) to {EXPECTED_PEAK:.0f} grey levels (bright), of the "
    f"methods that estimate it: {LEGENDS[DoubtKind.EXPECTED].shows} "
    f"{LEGENDS[DoubtKind.EXPECTED].promises_not}"
)


@dataclass(frozen=True, eq=False)
class _Cell:
    title: str
    note: str
    picture: Image.Image
    badge: tuple[int, int, int] | None = None


def comparison_png(runs: Sequence[Run], singles: Sequence[Run] = ()) -> bytes:
    """Return the sheet of completed runs on one face as PNG bytes.

    Parameters
    ----------
    runs : completed runs on the same face; one column each, after the input's.
    singles : of runs on fused frames, the same on the marked frame alone; a row of their own.
    """
    first = runs[0]
    fused = first.record.fusion
    given = "Input" if fused is None else f"Input, {len(fused.used)} frames fused"
    top: list[_Cell | None] = [_stage_cell(given, first.stages[0])]
    below: list[_Cell | None] = [_frame_cell(first)]
    doubts = [doubt_of(run) for run in runs]
    for run, doubt in zip(runs, doubts, strict=True):
        top.append(_stage_cell(run.record.method, run.result))
        below.append(_doubt_cell(doubt))
    rows, words = [top, *_single_row(singles), below], [LEGEND]
    if any(doubt.expected is not None for doubt in doubts):
        rows.append([None, *map(_expected_cell, doubts)])
        words.append(EXPECTED_LEGEND)
    buffer = io.BytesIO()
    _draw(rows, (*words, _caption(first))).save(buffer, "PNG")
    return buffer.getvalue()


def _single_row(singles: Sequence[Run]) -> list[list[_Cell | None]]:
    """Return the row of results on one frame alone; none without any."""
    if not singles:
        return []
    index = singles[0].record.frame.index if singles[0].record.frame else 0
    cells = [_stage_cell(f"Frame {index} alone", singles[0].stages[0])]
    return [[*cells, *(_stage_cell(f"{s.record.method}, alone", s.result) for s in singles)]]


def _stage_cell(name: str, stage: Stage) -> _Cell:
    h, w = stage.pixels.shape[:2]
    note = f"{w}×{h} px · {stage.origin.value}"
    return _Cell(name, note, enlarged(stage.pixels, CELL_PX), BADGES[stage.origin])


def _doubt_cell(doubt: DoubtMaps) -> _Cell:
    note = f"{doubt.fixed_words} of the energy fixed by evidence"
    title = f"re-degraded {doubt.redegradation_db:.1f} dB"
    return _Cell(title, note, enlarged(colour_map(doubt.invented), CELL_PX))


def _expected_cell(doubt: DoubtMaps) -> _Cell:
    if doubt.expected is None:
        return _Cell("no expected error", doubt.expected_note, Image.new("RGB", (1, 1), PAPER))
    note = f"median ± {np.median(doubt.expected):.1f} grey levels, {INTERVAL:.0%} interval"
    picture = enlarged(colour_map(doubt.expected, EXPECTED_PEAK), CELL_PX)
    return _Cell("expected error", note, picture)


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


def _draw(rows: Sequence[Sequence[_Cell | None]], words: Sequence[str]) -> Image.Image:
    width = len(rows[0]) * (CELL_PX + MARGIN_PX) + MARGIN_PX
    row_px = HEADER_PX + CELL_PX + MARGIN_PX
    lines = [
        *((line, INK) for line in _wrapped(STATEMENT, width)),
        *((line, FAINT) for text in words for line in _wrapped(text, width)),
    ]
    height = len(rows) * row_px + MARGIN_PX + len(lines) * LINE_PX + MARGIN_PX
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            corner = (MARGIN_PX + column * (CELL_PX + MARGIN_PX), MARGIN_PX + row * row_px)
            if cell is not None:
                _draw_cell(sheet, draw, cell, corner)
    for number, (line, colour) in enumerate(lines):
        y = len(rows) * row_px + MARGIN_PX + number * LINE_PX
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
