"""Reads a window as an eye and as a screen reader would: words cut off, controls without a name."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QScrollBar,
    QSizeGrip,
    QSplitterHandle,
    QTabBar,
    QToolButton,
    QWidget,
)

ICON_ONLY = Qt.ToolButtonStyle.ToolButtonIconOnly
SLACK_PX = 1
"""Fonts are measured in fractions of a pixel, widgets in whole ones."""


def faults(root: QWidget) -> list[str]:
    """Return all that cannot be read, once what was said this moment has got its room."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    return cut(root) + clipped(root) + unnamed(root)


def unnamed(root: QWidget) -> list[str]:
    """Return every visible control that takes the focus but tells a screen reader no name."""
    return [_path(w) for w in _shown(root) if _takes_focus(w) and not _spoken(w)]


def cut(root: QWidget) -> list[str]:
    """Return every visible text that is wider or higher than the widget it stands in.

    A text that a widget shortens itself counts unless its tooltip tells all of it.
    """
    found = []
    for widget in _shown(root):
        words = _cut_words(widget)
        if words:
            found.append(f"{_path(widget)}: {words}")
    return found


def clipped(root: QWidget) -> list[str]:
    """Return every visible widget that sticks out of its parent, scrolled contents left out."""
    return [_path(w) for w in _shown(root) if _sticks_out(w)]


def _shown(root: QWidget) -> Iterator[QWidget]:
    for widget in (root, *root.findChildren(QWidget)):
        if widget.isVisible() and widget.window() is root.window():
            yield widget


def _takes_focus(widget: QWidget) -> bool:
    decoration = (QScrollBar, QSplitterHandle, QSizeGrip, QHeaderView)
    inner = widget.parentWidget()
    edits = isinstance(widget, QLineEdit) and widget.objectName().startswith("qt_")
    if isinstance(widget, decoration) or edits:
        return False  # its owner is what is named
    if isinstance(inner, QAbstractItemView) and widget is inner.viewport():
        return False
    policy = widget.focusPolicy()
    scrolls = isinstance(widget, QScrollArea) and policy == Qt.FocusPolicy.StrongFocus
    return policy != Qt.FocusPolicy.NoFocus and not scrolls


def _spoken(widget: QWidget) -> str:
    if isinstance(widget, QAbstractButton):
        words = widget.accessibleName() or widget.text()
        return words.strip() if any(c.isalnum() for c in words) else ""
    told = QAccessible.queryAccessibleInterface(widget)
    return "" if told is None else told.text(QAccessible.Text.Name).strip()


def _cut_words(widget: QWidget) -> str:
    found = ""
    if isinstance(widget, QLabel):
        found = _cut_label(widget)
    elif isinstance(widget, QAbstractButton):
        found = _cut_button(widget)
    elif isinstance(widget, QComboBox):
        found = _cut_choice(widget)
    elif isinstance(widget, QLineEdit):
        found = _cut_line(widget)
    elif isinstance(widget, QTabBar):
        found = ", ".join(_cut_tabs(widget))
    elif isinstance(widget, QHeaderView):
        found = ", ".join(_cut_heads(widget))
    return found


def _cut_button(button: QAbstractButton) -> str:
    bare = isinstance(button, QToolButton) and button.toolButtonStyle() == ICON_ONLY
    short = button.width() + SLACK_PX < button.minimumSizeHint().width()
    return button.text() if short and not bare else ""


def _cut_label(label: QLabel) -> str:
    text = label.text()
    if not text or label.toolTip().lower().startswith(
        text.lower()
    ):  # it shortens itself and tells the rest
        return ""
    room = label.contentsRect()
    if "<" in text and label.textFormat() != Qt.TextFormat.PlainText:
        document = QTextDocument()
        document.setDefaultFont(label.font())
        document.setDocumentMargin(0)
        document.setHtml(text)
        if label.wordWrap():
            document.setTextWidth(room.width())
        size = document.size()
        too_wide = size.width() > room.width() + 2 * SLACK_PX
        return text if too_wide or size.height() > room.height() + 4 else ""
    flags = int(label.alignment().value)
    if label.wordWrap():
        flags |= int(Qt.TextFlag.TextWordWrap.value)
    needed = label.fontMetrics().boundingRect(room.adjusted(0, 0, 0, 9999), flags, text)
    too_wide = needed.width() > room.width() + SLACK_PX
    return text if too_wide or needed.height() > room.height() + 3 else ""


def _cut_choice(combo: QComboBox) -> str:
    text = combo.currentText()
    room = combo.width() - 34  # border, arrow and padding of the style sheet
    return text if combo.fontMetrics().horizontalAdvance(text) > room + 6 else ""


def _cut_line(line: QLineEdit) -> str:
    hint = line.placeholderText()
    wide = line.fontMetrics().horizontalAdvance(hint) > line.width() - 12
    return hint if hint and not line.text() and wide else ""


def _cut_tabs(bar: QTabBar) -> list[str]:
    return [
        bar.tabText(at)
        for at in range(bar.count())
        if bar.tabRect(at).width() < bar.fontMetrics().horizontalAdvance(bar.tabText(at))
    ]


def _cut_heads(head: QHeaderView) -> list[str]:
    model = head.model()
    if model is None or head.orientation() != Qt.Orientation.Horizontal:
        return []
    words = [str(model.headerData(at, head.orientation()) or "") for at in range(head.count())]
    return [
        word
        for at, word in enumerate(words)
        if not head.isSectionHidden(at)
        and head.fontMetrics().horizontalAdvance(word) + 4 > head.sectionSize(at)
    ]


def _sticks_out(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or widget.objectName().startswith("qt_"):
        return False
    if widget.width() * widget.height() == 0:
        return False
    holder = parent.parentWidget()
    scrolled = isinstance(holder, QAbstractScrollArea) and holder.viewport() is parent
    if scrolled or isinstance(parent, QComboBox | QAbstractScrollArea):
        return False
    corner = widget.mapTo(parent, QPoint(0, 0))
    room = parent.rect().adjusted(-SLACK_PX, -SLACK_PX, SLACK_PX, SLACK_PX)
    return not room.contains(widget.rect().translated(corner))


def _path(widget: QWidget) -> str:
    """Return a widget's place: the names or kinds of it and of three above it."""
    names: list[str] = []
    at: QWidget | None = widget
    while at is not None and len(names) < 4:
        names.append(at.objectName() or type(at).__name__)
        at = at.parentWidget()
    return " < ".join(names)
