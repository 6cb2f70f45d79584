"""The slider of the time line: small pictures, key frames, marks, loop, and faces over time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QSlider, QToolTip, QWidget

from fhgui.gui.theme import colour
from fhgui.gui.viewers.painting import to_qimage
from fhgui.session.aids import Loop
from fhgui.session.film_facts import FilmFacts

FLAGS_PX, THUMBS_PX, KEYS_PX, LANE_PX = 9, 38, 5, 4
MOST_LANES = 3
MARGIN_PX = 6
TILE_PX = 62
TRACK_COLOURS = ("#53b98a", "#5a9cff", "#d477d8", "#e0823d", "#c9c14a", "#55c5d0")
"""One a track, by its number; they differ in lightness too."""


def track_colour(number: int) -> QColor:
    """Return the colour of a track, the same everywhere."""
    return QColor(TRACK_COLOURS[(number - 1) % len(TRACK_COLOURS)])


class FilmStrip(QSlider):
    """A slider over the frames of a film that jumps to where it is clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("frameSlider")
        self.setAccessibleName("Frame")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.words: Callable[[int], str] = str
        self._film = FilmFacts()
        self._marks: tuple[int, ...] = ()
        self._loop: Loop | None = None
        self._images: dict[int, QImage] = {}
        self._keys = np.zeros(0)
        self._tiles: tuple[object, QPixmap] | None = None

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for every lane; called by Qt."""
        return QSize(400, FLAGS_PX + THUMBS_PX + KEYS_PX + self._lanes * LANE_PX + 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the least size; called by Qt."""
        return QSize(80, self.sizeHint().height())

    def show_film(self, film: FilmFacts, marks: tuple[int, ...], loop: Loop | None) -> None:
        """Show other facts about the film."""
        if film.thumbs is not self._film.thumbs:
            self._tiles = None
            new = {n: p for n, p in film.thumbs.items() if n not in self._images}
            if not set(self._images) <= set(film.thumbs):
                self._images, new = {}, dict(film.thumbs)
            self._images |= {n: to_qimage(p) for n, p in new.items()}
        if film.times is not self._film.times:
            self._keys = np.array(() if film.times is None else film.times.keys, dtype=np.float64)
        lanes = self._lanes
        self._film, self._marks, self._loop = film, marks, loop
        if lanes != self._lanes:
            self.updateGeometry()
        self.update()

    @property
    def _lanes(self) -> int:
        return min(MOST_LANES, len(self._film.tracks))

    @property
    def tiles(self) -> int:
        """How many small pictures are there to be shown."""
        return len(self._images)

    def x_of(self, index: float) -> float:
        """Return where a frame lies, in widget pixels."""
        span = max(1, self.maximum() - self.minimum())
        return MARGIN_PX + (index - self.minimum()) / span * (self.width() - 2 * MARGIN_PX)

    def index_at(self, x: float) -> int:
        """Return the frame that lies at a place."""
        share = (x - MARGIN_PX) / max(1, self.width() - 2 * MARGIN_PX)
        span = self.maximum() - self.minimum()
        return self.minimum() + round(min(1.0, max(0.0, share)) * span)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Jump to the place clicked, a mark if one is there, then drag; called by Qt."""
        if event.button() == Qt.MouseButton.LeftButton and self.isEnabled():
            self.setSliderDown(True)
            self.setValue(self._near_mark(event.position()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Drag; called by Qt."""
        if self.isSliderDown():
            self.setValue(self.index_at(event.position().x()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """End to drag; called by Qt."""
        self.setSliderDown(False)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Say in the tooltip what lies under the cursor; called by Qt."""
        if isinstance(event, QHelpEvent) and self.isEnabled():
            index = self._near_mark(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.words(index), self)
            return True
        return super().event(event)

    def _near_mark(self, at: QPointF) -> int:
        if at.y() <= FLAGS_PX + 2:
            near = min(self._marks, key=lambda m: abs(self.x_of(m) - at.x()), default=None)
            if near is not None and abs(self.x_of(near) - at.x()) <= 6:
                return near
        return self.index_at(at.x())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint every lane and the place; called by Qt."""
        painter = QPainter(self)
        thumbs = QRect(MARGIN_PX, FLAGS_PX, self.width() - 2 * MARGIN_PX, THUMBS_PX)
        painter.fillRect(thumbs, QColor(colour("field")))
        if self.isEnabled():
            painter.drawPixmap(thumbs, self._thumbs(thumbs))
            self._paint_loop(painter, thumbs)
            self._paint_keys(painter, thumbs.bottom() + 2)
            self._paint_tracks(painter, thumbs.bottom() + 1 + KEYS_PX)
            self._paint_marks(painter)
            self._paint_place(painter)
        painter.end()

    def _thumbs(self, area: QRect) -> QPixmap:
        """Return the small pictures side by side, made once for a width and a film."""
        ratio = self.devicePixelRatioF()
        key = (area.size(), self.minimum(), self.maximum(), ratio, colour("field"))
        if self._tiles is None or self._tiles[0] != key:
            pixmap = QPixmap((QSizeF(area.size()) * ratio).toSize().expandedTo(QSize(1, 1)))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(QColor(colour("field")))
            painter = QPainter(pixmap)
            painter.translate(-area.topLeft())
            self._paint_thumbs(painter, area)
            painter.end()
            self._tiles = (key, pixmap)
        return self._tiles[1]

    def _paint_thumbs(self, painter: QPainter, area: QRect) -> None:
        if not self._images:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        first = next(iter(self._images.values()))
        width = THUMBS_PX * first.width() / first.height()
        tiles = max(1, round(area.width() / width))
        wide = area.width() / tiles
        known = sorted(self._images)
        for tile in range(tiles):
            place = self.index_at(area.left() + (tile + 0.5) * wide)
            image = self._images[min(known, key=lambda n: abs(n - place))]
            rect = QRectF(area.left() + tile * wide, area.top(), wide - 1, THUMBS_PX)
            cut = (wide - 1) / THUMBS_PX * image.height()
            source = QRectF((image.width() - cut) / 2, 0, cut, image.height())
            painter.drawImage(rect, image, source)

    def _paint_loop(self, painter: QPainter, area: QRect) -> None:
        if self._loop is None:
            return
        left, right = self.x_of(self._loop.first), self.x_of(self._loop.last)
        shade = QColor(0, 0, 0, 150)
        painter.fillRect(QRectF(area.left(), area.top(), left - area.left(), THUMBS_PX), shade)
        painter.fillRect(QRectF(right, area.top(), area.right() + 1 - right, THUMBS_PX), shade)
        painter.setPen(QPen(QColor(colour("accent")), 2))
        for x, way in ((left, 4), (right, -4)):
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            for y in (area.top() + 1, area.bottom()):
                painter.drawLine(QPointF(x, y), QPointF(x + way, y))

    def _paint_keys(self, painter: QPainter, top: int) -> None:
        span = max(1, self.maximum() - self.minimum())
        shares = (self._keys - self.minimum()) / span
        places = np.unique(np.round(MARGIN_PX + shares * (self.width() - 2 * MARGIN_PX)))
        painter.setPen(QPen(QColor(colour("muted")), 1))
        for x in places.astype(int).tolist():  # one a pixel at most, however many frames there are
            painter.drawLine(x, top, x, top + KEYS_PX - 2)

    def _paint_tracks(self, painter: QPainter, top: int) -> None:
        for lane, track in enumerate(self._film.tracks[:MOST_LANES]):
            y = top + lane * LANE_PX + 1.5
            pen = QPen(track_colour(track.number), 2.5)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            first, last = self.x_of(track.first), self.x_of(track.last)
            painter.drawLine(QPointF(first, y), QPointF(max(last, first + 1), y))

    def _paint_marks(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(0, 0, 0, 120), 1))
        painter.setBrush(QColor(colour("amber")))
        for mark in self._marks:
            x = self.x_of(mark)
            corners = [(x - 4, 0.5), (x + 4, 0.5), (x + 4, 6), (x, FLAGS_PX + 1), (x - 4, 6)]
            painter.drawPolygon(QPolygonF([QPointF(*c) for c in corners]))

    def _paint_place(self, painter: QPainter) -> None:
        x = self.x_of(self.value())
        accent = QColor(colour("accent"))
        bottom = FLAGS_PX + THUMBS_PX + KEYS_PX
        painter.setPen(QPen(QColor(0, 0, 0, 170), 4))
        painter.drawLine(QPointF(x, FLAGS_PX), QPointF(x, bottom))
        painter.setPen(QPen(accent, 2))
        painter.drawLine(QPointF(x, FLAGS_PX - 2), QPointF(x, bottom))
        painter.setBrush(accent)
        painter.setPen(Qt.PenStyle.NoPen)
        corners = [(x - 5, bottom + 1), (x + 5, bottom + 1), (x, bottom - 5)]
        painter.drawPolygon(QPolygonF([QPointF(*c) for c in corners]))
