"""Paints annotations and profile lines over pictures on the screen; no picture holds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from fhgui.core.annotation import XY, Annotation, AnnotationKind, arrow_head
from fhgui.core.method import Outline
from fhgui.session.viewing import Line

INK, HALO, CHOSEN, LINE = "#ffe150", "#141414", "#3d8bfd", "#4fd3e8"
SHADES = ("#ff9f5a", "#5ae0b4", "#c79bff", "#ffe150")
"""Of outlines, in their order."""
HEAD_PX, WORDS_PX, SHOWN_CHARACTERS = 14.0, 11, 28
KNOB_PX = 4.0


def on_widget(share: XY, target: QRectF) -> QPointF:
    """Return the widget point of a share of the picture that lies at ``target``."""
    x, y = share
    return QPointF(target.left() + x * target.width(), target.top() + y * target.height())


def paint_annotations(
    painter: QPainter,
    target: QRectF,
    marks: Sequence[tuple[int, Annotation]],
    chosen: int | None,
) -> None:
    """Paint annotations with their places in the book (shown from 1)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for index, annotation in marks:
        ends = on_widget(annotation.start, target), on_widget(annotation.end, target)
        if index == chosen:
            paint_shape(painter, annotation.kind, ends, CHOSEN, 6)
        else:
            paint_shape(painter, annotation.kind, ends, HALO, 4)
        paint_shape(painter, annotation.kind, ends, INK, 2)
        text = annotation.text
        short = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
        _paint_words(painter, ends[0], f"{index + 1}  {short}".strip(), index == chosen)
    painter.restore()


def paint_shape(
    painter: QPainter,
    kind: AnnotationKind,
    ends: tuple[QPointF, QPointF],
    shade: str,
    width: float,
) -> None:
    """Paint an arrow or a box between two widget points; words alone have no shape."""
    start, end = ends
    pen = QPen(QColor(shade), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if kind is AnnotationKind.ARROW:
        corners = arrow_head((start.x(), start.y()), (end.x(), end.y()), HEAD_PX)
        tip, one, other = (QPointF(x, y) for x, y in corners)
        painter.drawLine(start, (one + other) / 2)
        painter.setBrush(QColor(shade))
        painter.drawPolygon(QPolygonF([tip, one, other]))
    elif kind is AnnotationKind.BOX:
        painter.drawRect(QRectF(start, end).normalized())


def paint_line(painter: QPainter, target: QRectF, line: Line) -> None:
    """Paint the line along which grey levels are read; a ring marks where it begins."""
    start, end = on_widget(line[0], target), on_widget(line[1], target)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for shade, width in ((HALO, 3.5), (LINE, 1.5)):
        painter.setPen(QPen(QColor(shade), width))
        painter.drawLine(start, end)
        painter.drawEllipse(start, KNOB_PX, KNOB_PX)
    painter.restore()


def paint_outlines(
    painter: QPainter,
    to_widget: Callable[[float, float], QPointF],
    outlines: Sequence[Outline],
    *,
    named: bool = True,
) -> None:
    """Paint what a method looked at, each outline in its own colour and with its name.

    Parameters
    ----------
    to_widget : the widget point of a place on the stage's grid.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for outline, shade in zip(outlines, cycle(SHADES), strict=False):
        corners = [to_widget(x, y) for x, y in outline.points.tolist()]
        shape = QPolygonF([*corners, corners[0]] if outline.closed else corners)
        for ink, width in ((HALO, 3.5), (shade, 1.5)):
            painter.setPen(QPen(QColor(ink), width))
            painter.drawPolyline(shape)
    if named:
        for number, (outline, shade) in enumerate(zip(outlines, cycle(SHADES), strict=False)):
            x, y = outline.points[number % len(outline.points)].tolist()  # else names lie in a heap
            if outline.title:
                _paint_words(painter, to_widget(x, y), outline.title, False, shade)
    painter.restore()


def _paint_words(painter: QPainter, at: QPointF, words: str, chosen: bool, ink: str = INK) -> None:
    font = QFont(painter.font())
    font.setPixelSize(WORDS_PX)
    font.setBold(True)
    painter.setFont(font)
    box = QRectF(painter.fontMetrics().boundingRect(words)).adjusted(-4, -2, 4, 2)
    room = QRectF(painter.viewport())
    box.moveTopLeft(at + QPointF(5, 5))
    box.moveLeft(max(0.0, min(box.left(), room.width() - box.width())))
    box.moveTop(max(0.0, min(box.top(), room.height() - box.height())))
    painter.fillRect(box, QColor(CHOSEN if chosen else HALO))
    painter.setPen(QColor("#ffffff" if chosen else ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
