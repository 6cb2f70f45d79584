"""The original beside the result: one picture that goes with every exported result."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

from fhgui.core.dossier import Exhibit
from fhgui.core.text import visible
from fhgui.provenance.fusing import input_origin
from fhgui.provenance.labelling import labelled
from fhgui.provenance.report.fonts import picture_font
from fhgui.provenance.report.pictures import draw_input, enlarged
from fhgui.provenance.report.words import STATEMENTS, frame_text, shortened

CELL_PX = 512
MARGIN_PX, TITLE_PX, LINE_PX = 16, 44, 18
PAPER, INK, FAINT = (255, 255, 255), (20, 20, 20), (100, 100, 100)
LEVEL = 6
"""PNG compression: higher levels take twice the time for some hundredths of the size."""


def beside_png(exhibit: Exhibit, *, label: bool) -> bytes:
    """Return the original and the result side by side, at equal scale, as a PNG.

    Of several frames fused, the original is the marked one.

    Parameters
    ----------
    exhibit : if its source is gone or changed, the recorded input alone stands for the original,
        and the picture says so.
    label : whether the result carries the burned-in label.
    """
    cells = [*_originals(exhibit), _result(exhibit, label)]
    lines = _caption(exhibit, len(cells))
    width = len(cells) * (CELL_PX + MARGIN_PX) + MARGIN_PX
    below = max(picture.height for _, _, picture in cells)
    height = MARGIN_PX + TITLE_PX + below + MARGIN_PX + len(lines) * LINE_PX + MARGIN_PX
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, (title, note, picture) in enumerate(cells):
        x = MARGIN_PX + number * (CELL_PX + MARGIN_PX)
        draw.text((x, MARGIN_PX - 4), title, fill=INK, font=picture_font(16, heavy=True))
        draw.text((x, MARGIN_PX + 18), note, fill=FAINT, font=picture_font(13))
        sheet.paste(picture, (x, MARGIN_PX + TITLE_PX))
    for number, line in enumerate(lines):
        y = MARGIN_PX + TITLE_PX + below + MARGIN_PX + number * LINE_PX
        draw.text((MARGIN_PX, y), line, fill=FAINT, font=picture_font(13))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", compress_level=LEVEL)
    return buffer.getvalue()


def _originals(exhibit: Exhibit) -> list[tuple[str, str, Image.Image]]:
    h, w = exhibit.face.shape[:2]
    gone = "" if exhibit.context else "; the original file is not here or was changed"
    fusion = exhibit.record.fusion
    title = "Input" if fusion is None else f"Input, fused from {len(fusion.used)} frames"
    note = f"{w}×{h} px, {input_origin(fusion).value}{gone}"
    face = (title, note, enlarged(exhibit.face, CELL_PX))
    if exhibit.context is None:
        return [face]
    frame_h, frame_w = exhibit.context.frame_hw
    picture = enlarged(exhibit.context.pixels, CELL_PX)
    alignment = exhibit.record.alignment
    if alignment is not None:
        draw_input(picture, exhibit.context, np.array(alignment.matrix), (h, w))
    return [("The original", f"part of a frame of {frame_w}×{frame_h} px", picture), face]


def _result(exhibit: Exhibit, label: bool) -> tuple[str, str, Image.Image]:
    result = exhibit.result
    h, w = result.pixels.shape[:2]
    shown = enlarged(result.pixels, CELL_PX)
    if label:
        shown = Image.fromarray(labelled(np.asarray(shown)))
    return f"Enhanced by {exhibit.record.method}", f"{w}×{h} px, {result.origin.value}", shown


def _caption(exhibit: Exhibit, cells: int) -> list[str]:
    record = exhibit.record
    source = f"{visible(shortened(record.evidence.name, 60))}, frame {frame_text(record)}"
    digests = [f"Source SHA-256 {record.evidence.sha256}", f"Record {record.id}"]
    words = [source, *digests, STATEMENTS[0], STATEMENTS[1], STATEMENTS[2]]
    room = cells * (CELL_PX + MARGIN_PX) - MARGIN_PX
    return [line for text in words for line in _wrapped(text, room)]


def _wrapped(text: str, room_px: int) -> list[str]:
    font, lines = picture_font(13), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > room_px:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
