"""Mouse and keys of the person, by the names of widgets and actions."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from fhgui.gui.window import MainWindow

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
FREE = Qt.KeyboardModifier.NoModifier
NOTCH = 120
"""What Qt says of one notch of a wheel."""


Moves = Generator[None, None, None]
"""What takes several events: the event loop has its turn at every yield."""


class Hands:
    """Does to one window what mouse and keys do; nothing waits."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.session = window.session

    def find(self, name: str) -> Any:
        """Return a widget or action that is shown and can be used; None if there is none."""
        for found in self.window.findChildren(QObject, name):
            if isinstance(found, QAction) and found.isEnabled():
                return found
            if isinstance(found, QWidget) and found.isVisible() and found.isEnabled():
                return found
        return None

    def click(self, name: str) -> None:
        """Click a button, or choose an action of a menu."""
        found = self.find(name)
        if isinstance(found, QAction):
            found.trigger()
        elif found is not None:
            self.click_at(found, found.rect().center())

    def click_at(self, widget: QWidget, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
        """Click a place of a widget."""
        QTest.mouseClick(widget, button, FREE, at)

    def key(self, widget: QWidget | None, key: Qt.Key, held: Any = FREE) -> None:
        """Press and release a key."""
        if widget is not None:
            QTest.keyClick(widget, key, held)

    def type(self, field: QLineEdit, text: str) -> None:
        """Replace the text of a field and press Enter."""
        field.setFocus()
        field.setText(text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def drag(self, widget: QWidget, start: QPoint, end: QPoint, button: Any = LEFT) -> Moves:
        """Drag from one place of a widget to another; every move is an event of its own."""
        QTest.mousePress(widget, button, FREE, start)
        for step in range(1, 6):
            yield
            self.move(widget, start + (end - start) * step / 5, button)
        yield
        QTest.mouseRelease(widget, button, FREE, end)

    def move(self, widget: QWidget, at: QPoint, held: Any = Qt.MouseButton.NoButton) -> None:
        """Move the mouse over a widget."""
        place = QPointF(at)
        on_screen = QPointF(widget.mapToGlobal(at))
        moved = QMouseEvent(
            QEvent.Type.MouseMove, place, on_screen, Qt.MouseButton.NoButton, held, FREE
        )
        QApplication.sendEvent(widget, moved)

    def wheel(self, widget: QWidget, at: QPoint, notches: int) -> None:
        """Turn the wheel over a widget."""
        turned = QWheelEvent(
            QPointF(at),
            QPointF(widget.mapToGlobal(at)),
            QPoint(),
            QPoint(0, NOTCH * notches),
            Qt.MouseButton.NoButton,
            FREE,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, turned)

    def drop(self, paths: list[Path]) -> None:
        """Drag files onto the window and let them fall."""
        mime, at, copy = QMimeData(), QPoint(400, 300), Qt.DropAction.CopyAction
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        entered = QDragEnterEvent(at, copy, mime, LEFT, FREE)
        QApplication.sendEvent(self.window, entered)
        dropped = QDropEvent(QPointF(at), copy, mime, LEFT, FREE)
        QApplication.sendEvent(self.window, dropped)
