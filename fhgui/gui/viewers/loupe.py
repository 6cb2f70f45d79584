"""The magnifier, the values of pixels, and the scale bar, painted over a frame."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from fhgui.core.arrays import Pixels
from fhgui.gui.theme import colour
from fhgui.gui.viewers.painting import to_qimage
from fhgui.session.aids import Calibration

LOUPE_PIXELS = 15
"""Frame pixels a side of the magnifier; odd, so that one is in the middle."""

LOUPE_SCALE = 12
VALUES_SCALE = 44.0
"""Screen pixels a frame pixel from which its values are written into it."""

BAR_PX = 140.0
"""About how long the scale bar is on the screen."""


def paint_loupe(
    painter: QPainter, room: QRectF, pixels: Pixels, shown: Pixels, at: QPointF, xy: tuple[int, int]
) -> None:
    """Paint the pixels about one, enlarged, beside the cursor.

    Parameters
    ----------
    room : the view; the magnifier stays inside.
    pixels, shown : the frame as it was decoded, and as it is shown, H×W×3.
    at : the cursor, screen pixels.
    xy : the pixel under it.
    """
    side = LOUPE_PIXELS * LOUPE_SCALE
    box = _beside(room, at, side, side + 18)
    x, y = xy
    half = LOUPE_PIXELS // 2
    h, w = pixels.shape[:2]
    top, bottom = max(0, y - half), min(h, y + half + 1)
    left, right = max(0, x - half), min(w, x + half + 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.fillRect(box, QColor("#000000"))
    target = QRectF(
        box.left() + (left - x + half) * LOUPE_SCALE,
        box.top() + (top - y + half) * LOUPE_SCALE,
        (right - left) * LOUPE_SCALE,
        (bottom - top) * LOUPE_SCALE,
    )
    painter.drawImage(target, to_qimage(shown[top:bottom, left:right]))
    middle = QRectF(0, 0, LOUPE_SCALE, LOUPE_SCALE)
    middle.moveTopLeft(box.topLeft() + QPointF(half, half) * LOUPE_SCALE)
    painter.setPen(QPen(QColor("#000000"), 3))
    painter.drawRect(middle)
    painter.setPen(QPen(QColor(colour("amber")), 1))
    painter.drawRect(middle)
    r, g, b = (int(v) for v in pixels[y, x])
    _write(painter, QRectF(box.left(), box.bottom() - 18, side, 18), f"{x}, {y}:  {r} {g} {b}")
    painter.setPen(QPen(QColor(colour("accent")), 1.5))
    painter.drawRect(box)
    painter.restore()


def paint_values(painter: QPainter, room: QRectF, target: QRectF, pixels: Pixels) -> None:
    """Write the values of every pixel that is seen into it, if they have room.

    Parameters
    ----------
    target : where the whole picture lies, screen pixels.
    """
    h, w = pixels.shape[:2]
    scale = target.width() / w
    if scale < VALUES_SCALE:
        return
    first_x, last_x = _seen(room.left(), room.right(), target.left(), scale, w)
    first_y, last_y = _seen(room.top(), room.bottom(), target.top(), scale, h)
    painter.save()
    font = QFont()
    font.setPixelSize(max(9, min(13, round(scale / 4.6))))
    painter.setFont(font)
    for y in range(first_y, last_y):
        for x in range(first_x, last_x):
            r, g, b = (int(v) for v in pixels[y, x])
            bright = 0.299 * r + 0.587 * g + 0.114 * b > 127
            painter.setPen(QColor("#000000" if bright else "#ffffff"))
            cell = QRectF(target.left() + x * scale, target.top() + y * scale, scale, scale)
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, f"{r}\n{g}\n{b}")
    painter.restore()


def paint_scale_bar(
    painter: QPainter, room: QRectF, scale: float, known: Calibration | None
) -> None:
    """Paint a bar of a round length, in millimetres once there is a line of known length.

    Parameters
    ----------
    scale : screen pixels a frame pixel.
    """
    unit = "px" if known is None else "mm"
    per_unit = scale if known is None else scale / known.mm_per_px
    length = round_length(BAR_PX / per_unit)
    wide = length * per_unit
    if known is None and length < 1:
        return
    left, bottom = room.left() + 16, room.bottom() - 14
    painter.save()
    for pen in (QPen(QColor(0, 0, 0, 190), 5), QPen(QColor("#ffffff"), 2)):
        painter.setPen(pen)
        painter.drawLine(QPointF(left, bottom), QPointF(left + wide, bottom))
        for x in (left, left + wide):
            painter.drawLine(QPointF(x, bottom - 5), QPointF(x, bottom + 3))
    words = f"{length:g} {unit}"
    text = QRectF(left, bottom - 24, max(wide, 90), 16)
    _write(painter, text, words, Qt.AlignmentFlag.AlignLeft)
    painter.restore()


def round_length(most: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is not above a length."""
    power = 1.0
    while power > most:
        power /= 10
    while power * 10 <= most:
        power *= 10
    return max(step * power for step in (1, 2, 5) if step * power <= most)


def paint_note(painter: QPainter, room: QRectF, text: str) -> None:
    """Paint words on an amber edge at the top left, over any picture."""
    metrics = painter.fontMetrics()
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()) - 40)
    box = QRectF(room.left() + 8, room.top() + 8, metrics.horizontalAdvance(text) + 22, 24)
    painter.save()
    painter.fillRect(box, QColor(0, 0, 0, 190))
    painter.fillRect(QRectF(box.left(), box.top(), 4, box.height()), QColor("#f0b23c"))
    painter.setPen(QColor("#f3dcae"))
    painter.drawText(box.adjusted(12, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


def _write(
    painter: QPainter,
    box: QRectF,
    text: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
) -> None:
    """Write white words on a shade."""
    flags = int(align | Qt.AlignmentFlag.AlignVCenter)
    inked = painter.boundingRect(box, flags, text).adjusted(-4, 0, 4, 0)
    painter.fillRect(inked, QColor(0, 0, 0, 170))
    painter.setPen(QColor("#ffffff"))
    painter.drawText(box, flags, text)


def _beside(room: QRectF, at: QPointF, wide: float, high: float) -> QRectF:
    left = at.x() + 24 if at.x() + 24 + wide <= room.right() else at.x() - 24 - wide
    top = at.y() + 24 if at.y() + 24 + high <= room.bottom() else at.y() - 24 - high
    left = min(max(left, room.left()), room.right() - wide)
    top = min(max(top, room.top()), room.bottom() - high)
    return QRectF(left, top, wide, high)


def _seen(low: float, high: float, origin: float, scale: float, count: int) -> tuple[int, int]:
    return max(0, int((low - origin) / scale)), min(count, int((high - origin) / scale) + 1)
