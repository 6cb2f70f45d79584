"""The comparison sheet: input and every method's result at equal scale, doubt maps below."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from fhgui.core.arrays import AnyArray, Pixels
from fhgui.core.method import Origin, Stage
from fhgui.evaluation.doubt import DoubtMaps, doubt_maps
from fhgui.provenance.report.fonts import picture_font
from fhgui.provenance.run import Run

CELL_PX = 320
MARGIN_PX = 16
HEADER_PX = 44
LEGEND_PX = 76
DOUBT_PEAK = 64.0
"""Grey levels at which a doubt map is brightest."""

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
    pixels: Pixels
    badge: tuple[int, int, int] | None = None


def comparison_png(runs: Sequence[Run]) -> bytes:
    """Return the sheet of completed runs on one face as PNG bytes.

    Parameters
    ----------
    runs : completed runs on the same face; one column each, after the input's.
    """
    first = runs[0]
    top, below = [_stage_cell("Input", first.stages[0])], [_empty_cell()]
    for run in runs:
        top.append(_stage_cell(run.record.method, run.result))
        below.append(_doubt_cell(doubt_of(run)))
    buffer = io.BytesIO()
    _draw(top, below, _caption(first)).save(buffer, "PNG")
    return buffer.getvalue()


def doubt_of(run: Run) -> DoubtMaps:
    """Return the doubt maps of a completed run."""
    return doubt_maps(run.result.pixels, run.stages[0].pixels, run.record.degradation)


def colour_map(values: AnyArray, peak: float = DOUBT_PEAK) -> Pixels:
    """Return an H×W map as H×W×3 uint8: black at 0 to bright at ``peak`` (inferno)."""
    grey = np.clip(values * (255.0 / peak), 0, 255).astype(np.uint8)
    return np.asarray(
        cv2.cvtColor(cv2.applyColorMap(grey, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    )


def enlarged(pixels: Pixels, size_px: int) -> Image.Image:
    """Return the picture at nearest-neighbour scale, its longer side ``size_px``."""
    h, w = pixels.shape[:2]
    factor = size_px / max(h, w)
    size = (max(1, round(w * factor)), max(1, round(h * factor)))
    return Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST)


def _stage_cell(name: str, stage: Stage) -> _Cell:
    h, w = stage.pixels.shape[:2]
    note = f"{w}×{h} px · {stage.origin.value}"
    return _Cell(name, note, stage.pixels, BADGES[stage.origin])


def _doubt_cell(doubt: DoubtMaps) -> _Cell:
    note = f"{doubt.fixed_share:.0%} of the energy fixed by evidence"
    title = f"re-degraded {doubt.redegradation_db:.1f} dB"
    return _Cell(title, note, colour_map(doubt.invented))


def _empty_cell() -> _Cell:
    return _Cell("", "", np.full((1, 1, 3), 255, np.uint8))


def _caption(run: Run) -> str:
    evidence = run.record.evidence
    index = run.record.frame.index if run.record.frame else 0
    return f"{evidence.name} · frame {index} · SHA-256 {evidence.sha256}"


def _draw(top: list[_Cell], below: list[_Cell], caption: str) -> Image.Image:
    width = len(top) * (CELL_PX + MARGIN_PX) + MARGIN_PX
    row_px = HEADER_PX + CELL_PX + MARGIN_PX
    sheet = Image.new("RGB", (width, 2 * row_px + MARGIN_PX + LEGEND_PX), PAPER)
    draw = ImageDraw.Draw(sheet)
    for row, cells in enumerate((top, below)):
        for column, cell in enumerate(cells):
            corner = (MARGIN_PX + column * (CELL_PX + MARGIN_PX), MARGIN_PX + row * row_px)
            _draw_cell(sheet, draw, cell, corner)
    lines = (STATEMENT, *_wrapped(LEGEND, width), caption)
    y = 2 * row_px + MARGIN_PX // 2
    for line in lines:
        draw.text(
            (MARGIN_PX, y), line, fill=INK if line is STATEMENT else FAINT, font=picture_font(12)
        )
        y += 17
    return sheet


def _draw_cell(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, cell: _Cell, corner: tuple[int, int]
) -> None:
    x, y = corner
    draw.text((x, y), cell.title, fill=INK, font=picture_font(15, heavy=True))
    draw.text((x, y + 21), cell.note, fill=cell.badge or FAINT, font=picture_font(12))
    sheet.paste(enlarged(cell.pixels, CELL_PX), (x, y + HEADER_PX - 4))


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
