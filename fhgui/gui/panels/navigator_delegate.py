"""Paints the rows of the case: a picture, a name, a second line; and lets names be edited."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fhgui.gui.language import tr
from fhgui.gui.panels.navigator_rows import Kind, Row
from fhgui.gui.theme import colour, icon

THUMB_PX = 34
ROW_PX = THUMB_PX + 10
HEADING_PX = 27
SIGN_PX = 14
ROW_ROLE = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex

ICONS = {
    Kind.SOURCE: "file-image-outline",
    Kind.MARK: "flag-outline",
    Kind.CROP: "crop",
    Kind.FACE: "face-recognition",
    Kind.RESULT: "image-outline",
    Kind.EXPORT: "file-document-outline",
    Kind.DELETED: "delete-restore",
}


def row_of(index: Index) -> Row | None:
    """Return the row at an index."""
    row: Row | None = index.data(ROW_ROLE)
    return row


class RowDelegate(QStyledItemDelegate):
    """Paints rows and edits their names.

    Signals
    -------
    renamed : the row, and the name typed.
    """

    renamed = QtSignal(object, str)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802  Qt's name
        """Return the size of a row; called by Qt."""
        row = row_of(index)
        heading = row is not None and row.kind is Kind.HEADING
        return QSize(120, HEADING_PX if heading else ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row; called by Qt."""
        row = row_of(index)
        if row is None:
            return
        painter.save()
        if row.kind is Kind.HEADING:
            _paint_heading(painter, option.rect, row.title)
        else:
            self._paint_row(painter, option, index, row)
        painter.restore()

    def _paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, row: Row
    ) -> None:
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect.adjusted(-200, 0, 0, 0), QColor(colour("chosen")))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(QRect(0, rect.top(), 2, rect.height()), QColor(colour("accent")))
        _paint_picture(painter, rect, row, index.data(Qt.ItemDataRole.DecorationRole))
        right = self._paint_signs(painter, option, index, row)
        text = rect.adjusted(THUMB_PX + 8, 5, 0, -4)
        text.setRight(right - 4)
        painter.setPen(QColor(colour("muted" if row.kind is Kind.DELETED else "text")))
        metrics = painter.fontMetrics()
        title = metrics.elidedText(row.title, Qt.TextElideMode.ElideMiddle, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignTop, title)
        painter.setFont(_small(painter.font()))
        painter.setPen(QColor(colour(row.tone)))
        end = Qt.TextElideMode.ElideRight
        second = painter.fontMetrics().elidedText(row.second, end, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignBottom, second)

    def _paint_signs(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, row: Row
    ) -> int:
        """Paint what stands at the right end; return where it begins."""
        at = option.rect.right() - 4
        names = []
        if row.rows:
            view = option.widget
            expanded = view is None or view.isExpanded(index)  # type: ignore[attr-defined]  # a tree
            names.append("chevron-down" if expanded else "chevron-right")
        if row.note:
            names.append("note-text-outline")
        for name in names:
            at -= SIGN_PX
            place = QRect(at, option.rect.top() + 6, SIGN_PX, SIGN_PX)
            icon(name, "muted").paint(painter, place)
        return int(at)

    def createEditor(  # noqa: N802  Qt's name
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        """Return the field that a name is typed in; called by Qt."""
        field = QLineEdit(parent)
        field.setObjectName("renameField")
        field.setAccessibleName(tr("Name"))
        row = row_of(index)
        field.setPlaceholderText("" if row is None else row.given)
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802  Qt's name
        """Begin with the name there is; called by Qt."""
        row = row_of(index)
        if isinstance(editor, QLineEdit) and row is not None:
            editor.setText(row.title)
            editor.selectAll()

    def setModelData(  # noqa: N802  Qt's name
        self, editor: QWidget, model: QAbstractItemModel, index: Index
    ) -> None:
        """Tell of the name typed; called by Qt."""
        row = row_of(index)
        if isinstance(editor, QLineEdit) and row is not None:
            self.renamed.emit(row, editor.text())

    def updateEditorGeometry(  # noqa: N802  Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Lay the field over the name; called by Qt."""
        rect: QRect = option.rect
        height = editor.sizeHint().height()
        top = rect.top() + (rect.height() - height) // 2
        left = rect.left() + THUMB_PX + 4
        editor.setGeometry(QRect(left, top, rect.right() - left - 4, height))


def _paint_heading(painter: QPainter, rect: QRect, text: str) -> None:
    font = _small(painter.font())
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(colour("muted")))
    place = rect.adjusted(4, 0, 0, -5)
    painter.drawText(place, Qt.AlignmentFlag.AlignBottom, text.upper())


def _paint_picture(painter: QPainter, rect: QRect, row: Row, picture: QPixmap | None) -> None:
    place = QRect(rect.left(), rect.top() + 5, THUMB_PX, THUMB_PX)
    if picture is not None:
        painter.drawPixmap(place, picture)
    else:
        painter.fillRect(place, QColor(colour("card")))
        sign: QIcon = icon(ICONS[row.kind], "faint")
        sign.paint(painter, place.adjusted(8, 8, -8, -8))
    if row.kind is Kind.MARK:
        painter.fillRect(QRect(place.left(), place.top(), 10, 10), QColor(colour("amber")))
        icon("flag", "line").paint(painter, QRect(place.left() + 1, place.top() + 1, 8, 8))


def _small(font: QFont) -> QFont:
    smaller = QFont(font)
    smaller.setPixelSize(11)
    return smaller
