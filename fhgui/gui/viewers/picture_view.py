"""A picture with pixel-true zoom and pan.

What is seen is described relative to the picture (its centre as a share of width and height, the
zoom as a multiple of "fits the view"), so that viewers of a 16 px input and of a 128 px result
show the same part of a face.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from fhgui.core.arrays import Pixels
from fhgui.gui.keys import Place, wish_of
from fhgui.gui.theme import colour
from fhgui.gui.viewers.painting import to_qimage
from fhgui.gui.viewers.reduced import Reduced

ZOOM_STEP = 1.25
LARGEST_SCALE = 128.0
"""Screen pixels a picture pixel."""


@dataclass(frozen=True)
class Look:
    """What part of a picture is seen.

    Parameters
    ----------
    cx, cy : centre of the view as a share of the picture's width and height.
    zoom : scale as a multiple of the one at which the picture just fits.
    """

    cx: float = 0.5
    cy: float = 0.5
    zoom: float = 1.0


@dataclass(frozen=True)
class Sample:
    """The pixel under the cursor.

    Parameters
    ----------
    x, y : column and row.
    rgb : the three raw values.
    value : what a colour of a map stands for; None for pictures.
    words : what else is known of it, instead of the values; empty for nothing.
    """

    x: int
    y: int
    rgb: tuple[int, int, int]
    value: float | None = None
    words: str = ""


class PictureView(QWidget):
    """Shows one picture.

    Signals
    -------
    hovered : the `Sample` under the cursor, or None outside; again when another picture, or
        another part of it, comes under it.
    scale_changed : the picture may be shown larger or smaller now.
    look_changed : the new `Look`, only when the user changed it here.
    clicked : any press of the left button.
    """

    hovered = Signal(object)
    scale_changed = Signal()
    look_changed = Signal(object)
    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(60, 60)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.look = Look()
        self.empty_text = ""
        self._pixels: Pixels | None = None
        self._image: Reduced | None = None
        self._pan_from: QPointF | None = None
        self._under: QPointF | None = None

    @property
    def pixels(self) -> Pixels | None:
        """The picture's own pixels, H×W×3 uint8; None while empty."""
        return self._pixels

    def set_pixels(self, pixels: Pixels | None) -> None:
        """Show a picture (or nothing) without changing what part is seen."""
        if pixels is self._pixels:
            return
        size_wh = self.size_wh
        self._pixels = pixels
        self._image = None  # made when it is painted: hidden views cost nothing
        self.update()
        self._tell_under()
        if self.size_wh != size_wh:
            self.scale_changed.emit()

    def set_look(self, look: Look) -> None:
        """See another part, without telling others."""
        if look != self.look:
            self.look = look
            self._looked()

    def fit(self) -> None:
        """See the whole picture."""
        self._change_look(Look())

    def set_scale(self, scale: float) -> None:
        """Show at so many pixels of the screen a picture pixel, about the same centre."""
        self._zoom_to(scale / self.devicePixelRatioF(), QPointF(self.rect().center()))

    @property
    def size_wh(self) -> tuple[int, int]:
        """Width and height of the picture; 1×1 while empty."""
        return (1, 1) if self._pixels is None else (self._pixels.shape[1], self._pixels.shape[0])

    @property
    def scale(self) -> float:
        """Widget units a picture pixel; `told_scale` counts pixels of the screen."""
        w, h = self.size_wh
        fit = min(self.width() / w, self.height() / h)
        return max(1e-6, fit * self.look.zoom)

    @property
    def told_scale(self) -> float:
        """Pixels of the screen a picture pixel: of a dense screen several are one widget unit."""
        return self.scale * self.devicePixelRatioF()

    @property
    def smooths(self) -> bool:
        """Whether pixels are averaged: below 100 % the nearest ones would leave rows out."""
        return self.told_scale < 1.0

    def target(self) -> QRectF:
        """Return where the whole picture lies, in widget coordinates."""
        (w, h), scale = self.size_wh, self.scale
        left = self.width() / 2 - self.look.cx * w * scale
        top = self.height() / 2 - self.look.cy * h * scale
        return QRectF(left, top, w * scale, h * scale)

    def to_picture(self, at: QPointF) -> tuple[float, float]:
        """Return picture coordinates (pixel centres at integers) of a widget point."""
        target, scale = self.target(), self.scale
        return (at.x() - target.left()) / scale - 0.5, (at.y() - target.top()) / scale - 0.5

    def to_widget(self, x: float, y: float) -> QPointF:
        """Return the widget point of picture coordinates (pixel centres at integers)."""
        target, scale = self.target(), self.scale
        return QPointF(target.left() + (x + 0.5) * scale, target.top() + (y + 0.5) * scale)

    def look_at(self, x: float, y: float, w: float, h: float) -> Look:
        """Return the look in which a rectangle of picture coordinates fills the view."""
        pw, ph = self.size_wh
        fit = min(self.width() / pw, self.height() / ph)
        zoom = min(self.width() / max(w, 1), self.height() / max(h, 1)) / max(fit, 1e-6)
        return Look((x + w / 2) / pw, (y + h / 2) / ph, zoom)

    def painted_pixels(self, pixels: Pixels) -> Pixels:
        """Return what is painted for the picture's own pixels; for subclasses."""
        return pixels

    def paint_over(self, painter: QPainter) -> None:
        """Paint tools over the picture; for subclasses."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint picture and tools; called by Qt."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colour("picture")))
        if self._pixels is not None:
            if self._image is None:
                self._image = Reduced(to_qimage(self.painted_pixels(self._pixels)))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooths)
            image = self._image.at(self.told_scale)
            painter.drawImage(self.target(), image)
            self.paint_over(painter)
        elif self.empty_text:
            painter.setPen(QColor(colour("on_picture")))
            painter.drawText(
                self.rect(), int(Qt.AlignmentFlag.AlignCenter) | 0x1000, self.empty_text
            )
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Zoom about the cursor; called by Qt."""
        steps = event.angleDelta().y() / 120.0
        if self._pixels is not None and steps:
            self._zoom_to(self.scale * ZOOM_STEP**steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Begin to pan; called by Qt."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.clicked.emit()
        self._pan_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Pan, and tell the pixel under the cursor; called by Qt."""
        self._under = event.position()
        self._tell_under()
        if self._pan_from is not None and event.buttons() != Qt.MouseButton.NoButton:
            moved = event.position() - self._pan_from
            self._pan_from = event.position()
            self.pan(moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """End to pan; called by Qt."""
        self._pan_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Fit the picture; called by Qt."""
        self.fit()

    def leaveEvent(self, event: object) -> None:  # noqa: N802  Qt's name
        """Tell that no pixel is under the cursor; called by Qt."""
        self._under = None
        self.hovered.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Keep the same part in view; called by Qt."""
        self.update()
        self.scale_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Zoom by + and −; called by Qt."""
        centre = QPointF(self.rect().center())
        wish = wish_of(Place.PICTURE, event)
        if wish == "zoom_in":
            self._zoom_to(self.scale * ZOOM_STEP, centre)
        elif wish == "zoom_out":
            self._zoom_to(self.scale / ZOOM_STEP, centre)
        else:
            super().keyPressEvent(event)

    def pan(self, moved: QPointF) -> None:
        """Move the picture by so many screen pixels."""
        (w, h), scale = self.size_wh, self.scale
        look = Look(
            min(1.0, max(0.0, self.look.cx - moved.x() / (w * scale))),
            min(1.0, max(0.0, self.look.cy - moved.y() / (h * scale))),
            self.look.zoom,
        )
        self._change_look(look)

    def sample(self, at: QPointF) -> Sample | None:
        """Return the pixel under a widget point."""
        return None if self._pixels is None else self.sample_of(self._pixels, at)

    def sample_of(self, pixels: Pixels, at: QPointF) -> Sample | None:
        """Return the pixel of a picture that fills the same place, under a widget point."""
        target, (h, w) = self.target(), pixels.shape[:2]
        x = math.floor((at.x() - target.left()) / (target.width() / w))
        y = math.floor((at.y() - target.top()) / (target.height() / h))
        if not (0 <= x < w and 0 <= y < h):
            return None
        r, g, b = (int(v) for v in pixels[y, x])
        return Sample(x, y, (r, g, b))

    def _zoom_to(self, scale: float, about: QPointF) -> None:
        (w, h), old = self.size_wh, self.scale
        fit = min(self.width() / w, self.height() / h)
        scale = min(LARGEST_SCALE, max(min(1.0, fit) / 4, scale))
        fixed_x, fixed_y = self.to_picture(about)
        off: QPoint | QPointF = about - QPointF(self.width() / 2, self.height() / 2)
        look = Look(
            (fixed_x + 0.5 - off.x() / scale) / w,
            (fixed_y + 0.5 - off.y() / scale) / h,
            scale / max(fit, 1e-6),
        )
        if scale != old:
            self._change_look(look)

    def _change_look(self, look: Look) -> None:
        if look != self.look:
            self.look = look
            self._looked()
            self.look_changed.emit(look)

    def _looked(self) -> None:
        self.update()
        self._tell_under()
        self.scale_changed.emit()

    def _tell_under(self) -> None:
        if self._under is not None:
            self.hovered.emit(self.sample(self._under))
