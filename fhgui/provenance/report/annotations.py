"""What the examiner points out on an exhibit, drawn over copies that only the report holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PIL import Image, ImageDraw

from fhgui.core.annotation import XY, Annotation, AnnotationKind, arrow_head
from fhgui.core.dossier import Exhibit
from fhgui.core.method import Origin, Stage
from fhgui.core.text import visible
from fhgui.provenance.report.blocks import Block, Figure, Gallery, Grid, Heading, Paragraph, Tone
from fhgui.provenance.report.fonts import picture_font
from fhgui.provenance.report.pictures import enlarged
from fhgui.provenance.report.sheet import BADGES
from fhgui.provenance.report.words import LABEL, shortened

SIZE_PX = 720
"""Longer side of a picture that is drawn on."""
INK, HALO = (255, 225, 80), (20, 20, 20)
LINE_PX, HEAD_PX, FONT_PX, LABEL_CHARACTERS = 4, 26, 22, 26
NOTE = (
    "Arrows, boxes and words were drawn by the examiner on copies made for this report. They are "
    "in no exported picture, in no stage and in no record, and they state what the examiner "
    "points out, not what any method found."
)

Numbered = tuple[int, Annotation]


def annotated(exhibit: Exhibit) -> Iterator[Block]:
    """Yield the annotated stages of an exhibit and a table of what stands there, if any."""
    numbered = list(enumerate(exhibit.annotations, start=1))
    shown = [(stage, [n for n in numbered if n[1].stage == stage.name]) for stage in exhibit.stages]
    shown = [(stage, marks) for stage, marks in shown if marks]
    if not shown:
        return
    yield Heading("Annotations of the examiner", 3)
    yield Gallery(tuple(_figure(stage, marks) for stage, marks in shown), 2)
    rows = [_row(stage, mark) for stage, marks in shown for mark in marks]
    yield Grid(("No.", "On", "What", "From", "To", "Words"), tuple(rows), (4, 17, 8, 12, 12, 47))
    yield Paragraph(f"{NOTE} From and to: column and row in pixels of that picture.", Tone.NOTE)


def draw_annotations(picture: Image.Image, marks: Sequence[Numbered]) -> None:
    """Draw numbered annotations on a picture; light lines with a dark edge on any ground."""
    for number, annotation in marks:
        start, end = _at(annotation.start, picture), _at(annotation.end, picture)
        for colour, width in ((HALO, LINE_PX + 4), (INK, LINE_PX)):
            _draw_shape(picture, annotation.kind, (start, end), colour, width)
        _draw_words(picture, start, f"{number}  {visible(annotation.text, LABEL_CHARACTERS)}")


def _figure(stage: Stage, marks: Sequence[Numbered]) -> Figure:
    def make() -> Image.Image:
        picture = enlarged(stage.pixels, SIZE_PX)
        draw_annotations(picture, marks)
        return picture

    label = "" if stage.origin is Origin.MEASURED else LABEL
    title = f"{visible(stage.title, 40)}, annotated"
    return Figure(title, make, badge=(stage.origin.value, BADGES[stage.origin]), label=label)


def _row(stage: Stage, mark: Numbered) -> tuple[str, ...]:
    number, annotation = mark
    h, w = stage.pixels.shape[:2]

    def place(at: XY) -> str:
        return f"{at[0] * w - 0.5:.1f}, {at[1] * h - 0.5:.1f}"

    alone = annotation.kind is AnnotationKind.TEXT
    return (
        str(number),
        visible(stage.title, 40),
        annotation.kind.value,
        place(annotation.start),
        "" if alone else place(annotation.end),
        visible(shortened(annotation.text, 500), 500) or "–",
    )


def _at(share: XY, picture: Image.Image) -> XY:
    return share[0] * picture.width, share[1] * picture.height


def _draw_shape(
    picture: Image.Image,
    kind: AnnotationKind,
    ends: tuple[XY, XY],
    colour: tuple[int, int, int],
    width_px: int,
) -> None:
    draw, (start, end) = ImageDraw.Draw(picture), ends
    if kind is AnnotationKind.ARROW:
        head = arrow_head(start, end, HEAD_PX)
        neck = ((head[1][0] + head[2][0]) / 2, (head[1][1] + head[2][1]) / 2)
        draw.line((start, neck), fill=colour, width=width_px)
        draw.polygon(head, fill=colour, outline=colour, width=width_px - LINE_PX + 1)
    elif kind is AnnotationKind.BOX:
        (x0, y0), (x1, y1) = start, end
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        draw.rectangle(box, outline=colour, width=width_px)


def _draw_words(picture: Image.Image, at: XY, words: str) -> None:
    """Draw words beside a place, inside the picture."""
    draw, font = ImageDraw.Draw(picture), picture_font(FONT_PX, heavy=True)
    words = words.strip()
    left, top, right, bottom = draw.textbbox((0, 0), words, font)
    x = min(max(2.0, at[0] + 8), max(2.0, picture.width - (right - left) - 10))
    y = min(max(2.0, at[1] + 8), max(2.0, picture.height - (bottom - top) - 12))
    room = (x - 5, y - 4, x + right - left + 5, y + bottom - top + 6)
    draw.rectangle(room, fill=HALO)
    draw.text((x - left, y - top), words, INK, font)
