"""The windows that a place of a result is mixed of: small pictures, largest share first."""

from __future__ import annotations

from pathlib import PurePosixPath

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fhgui.core.contributions import Source
from fhgui.core.glimpse import Glimpse
from fhgui.gui.language import tr
from fhgui.gui.theme import colour
from fhgui.gui.viewers.mark_painting import HALO, INK
from fhgui.gui.viewers.painting import to_qimage
from fhgui.session.origins import Place

SIDE_PX = 58
ITEM = QSize(92, 106)
LINE_PX = 13
LINES_ROLE, EXEMPLAR_ROLE = (Qt.ItemDataRole.UserRole + n for n in (1, 2))
MIRRORED = "↔"


def picture_of(glimpse: Glimpse, side_px: int) -> QPixmap:
    """Return a glimpse as a square picture, with its window outlined and its pixel marked."""
    whole = QPixmap.fromImage(to_qimage(glimpse.pixels))
    keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    shown = whole.scaled(side_px, side_px, keep, smooth)
    scale = side_px / glimpse.pixels.shape[1]
    box = glimpse.box
    painter = QPainter(shown)
    frame = QRectF(box.x * scale, box.y * scale, box.w * scale, box.h * scale)
    x, y = ((v + 0.5) * scale for v in glimpse.at_xy)
    for ink, width in ((HALO, 3.0), (INK, 1.0)):
        painter.setPen(QPen(QColor(ink), width))
        painter.drawRect(frame)
        painter.drawRect(QRectF(x - 1, y - 1, 2, 2))
    painter.end()
    return shown


def source_words(source: Source) -> str:
    """Return everything that is known of a source, a line each."""
    box, (x, y) = source.box, source.at_xy
    mirrored = ", of its mirror picture" if source.mirrored else ""
    return (
        f"{source.name}\nexemplar {source.exemplar} of the gallery, from 0\n"
        f"share {source.share:.1%}, weight {source.weight:+.3f}, windows {source.windows}\n"
        f"the window that counts most: {box.w}×{box.h} px at {box.x}, {box.y}{mirrored}\n"
        f"its pixel {x}, {y} lies on the place"
    )


class SourceDelegate(QStyledItemDelegate):
    """Paints a window, its share, and whose it is."""

    def sizeHint(  # noqa: N802  Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the size of an item; called by Qt."""
        return ITEM

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint an item; called by Qt."""
        painter.save()
        rect, picture = QRectF(option.rect), index.data(Qt.ItemDataRole.DecorationRole)
        square = QRectF(rect.center().x() - SIDE_PX / 2, rect.top() + 4, SIDE_PX, SIDE_PX)
        if isinstance(picture, QPixmap):
            painter.drawPixmap(square.topLeft(), picture)
        else:
            painter.fillRect(square, QColor(colour("raised")))
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(colour("accent")), 2))
            painter.drawRect(square.adjusted(-2, -2, 2, 2))
        font = QFont(painter.font())
        for line, words in enumerate(index.data(LINES_ROLE)):
            font.setPixelSize(10 if line else 11)
            font.setBold(not line)
            painter.setFont(font)
            painter.setPen(QColor(colour("muted" if line else "text")))
            room = QRectF(rect.left() + 2, square.bottom() + 3, rect.width() - 4, LINE_PX)
            room.translate(0, line * LINE_PX)
            middle = Qt.TextElideMode.ElideMiddle
            shown = QFontMetricsF(font).elidedText(words, middle, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)
        painter.restore()


class SourceList(QListWidget):
    """The row; an item that is clicked is the exemplar that is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exemplarList")
        self.setAccessibleName(tr("Exemplars that the place is mixed of"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setItemDelegate(SourceDelegate(self))
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown: Place | None = None

    def show_place(self, place: Place | None, most: int) -> None:
        """Show the first sources of a place; None for nothing."""
        if place is self._shown:
            return
        self._shown = place
        self.clear()
        for number, source in enumerate(place.sources[:most] if place else ()):
            name = PurePosixPath(source.name).name
            item = QListWidgetItem(name)
            share = f"{source.share:.1%} {MIRRORED * source.mirrored}".strip()
            item.setData(LINES_ROLE, (share, f"at {source.box.x}, {source.box.y}", name))
            item.setData(EXEMPLAR_ROLE, source.exemplar)
            item.setToolTip(source_words(source))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, source_words(source))
            if place is not None and number < len(place.glimpses):
                picture = picture_of(place.glimpses[number], SIDE_PX)
                item.setData(Qt.ItemDataRole.DecorationRole, picture)
            self.addItem(item)

    def choose(self, exemplar: int | None) -> None:
        """Select the item of an exemplar, without telling others, and without going to it."""
        blocked, bar = self.blockSignals(True), self.horizontalScrollBar()
        seen = bar.value()
        rows = (r for r in range(self.count()) if self.item(r).data(EXEMPLAR_ROLE) == exemplar)
        self.setCurrentRow(next(rows, -1))
        bar.setValue(seen)
        self.blockSignals(blocked)
