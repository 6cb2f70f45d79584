"""The sample sheet: some faces, each with its input, every row's result, and the truth."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont

from fhgui import paths
from fhgui.core.arrays import Pixels
from fhgui.evaluation.pictures import Pair

FACES = 6
MOST_COLUMNS = 12
CELL_PX, MARGIN_PX, HEADER_PX = 144, 8, 26
PAPER, INK, FAINT = (255, 255, 255), (20, 20, 20), (110, 110, 110)


def shown_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the faces of the sheet: spread evenly over the names."""
    count = min(FACES, len(names))
    return tuple(names[i * len(names) // count] for i in range(count))


def sheet_png(
    title: str, pairs: Sequence[Pair], results: Mapping[str, Mapping[str, Pixels]]
) -> bytes:
    """Return the sheet as PNG bytes.

    Parameters
    ----------
    pairs : the faces, one a line.
    results : label → name → H×W×3 uint8; of more than `MOST_COLUMNS` labels the first are shown.
    """
    labels = list(results)[:MOST_COLUMNS]
    columns = ["input", *labels, "truth"]
    width = MARGIN_PX + len(columns) * (CELL_PX + MARGIN_PX)
    height = 2 * HEADER_PX + len(pairs) * (CELL_PX + MARGIN_PX) + MARGIN_PX
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN_PX, 6), title, fill=FAINT, font=_font(12))
    for column, name in enumerate(columns):
        draw.text((_left(column), HEADER_PX + 4), _fitting(name), fill=INK, font=_font(13))
    for line, pair in enumerate(pairs):
        cells = [pair.input, *(results[label].get(pair.name) for label in labels), pair.truth]
        top = 2 * HEADER_PX + line * (CELL_PX + MARGIN_PX)
        for column, pixels in enumerate(cells):
            if pixels is not None:
                sheet.paste(_cell(pixels), (_left(column), top))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _cell(pixels: Pixels) -> Image.Image:
    """Return a picture that fits a cell: inputs with their pixels visible."""
    height, width = pixels.shape[:2]
    share = CELL_PX / max(height, width)
    how = Image.Resampling.NEAREST if share > 2 else Image.Resampling.LANCZOS
    size = max(1, round(width * share)), max(1, round(height * share))
    return Image.fromarray(pixels).resize(size, how)


def _left(column: int) -> int:
    return MARGIN_PX + column * (CELL_PX + MARGIN_PX)


def _fitting(text: str) -> str:
    font = _font(13)
    while font.getlength(text) > CELL_PX:
        text = text[:-2] + "…"
    return text


def _font(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(paths.resource("fonts/DejaVuSans.ttf")), size_px)
