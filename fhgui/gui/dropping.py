"""Files, folders and cases dragged onto the window: what will happen is said before they fall."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from fhgui.core.text import visible
from fhgui.gui.hub import Hub
from fhgui.gui.theme import colour, icon
from fhgui.provenance.case_file import is_case
from fhgui.session.logbook import Level


class DropSheet(QWidget):
    """Lies over the window while something is dragged over it, and says what a drop does."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dropSheet")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.text = ""
        self.hide()

    def say(self, text: str) -> None:
        """Cover the window and say what a drop does."""
        self.text = text
        self.setAccessibleName(text)
        parent = self.parentWidget()
        self.setGeometry(QRect() if parent is None else parent.rect())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the sheet; called by Qt."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QColor(colour("window"))
        shade.setAlpha(215)
        painter.fillRect(self.rect(), shade)
        painter.setPen(QPen(QColor(colour("accent")), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(24, 24, -24, -24), 12, 12)
        middle = self.rect().center()
        icon("tray-arrow-down", "accent").paint(painter, middle.x() - 24, middle.y() - 70, 48, 48)
        font = painter.font()
        font.setPixelSize(18)
        painter.setFont(font)
        painter.setPen(QColor(colour("text")))
        place = QRect(40, middle.y() - 10, self.width() - 80, 80)
        painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, self.text)
        painter.end()


class Dropping(QObject):
    """Takes what is dropped on the window."""

    def __init__(self, window: QWidget, hub: Hub) -> None:
        super().__init__(window)
        self._hub = hub
        self.sheet = DropSheet(window)

    def enter(self, event: QDragEnterEvent) -> None:
        """Say what a drop would do."""
        paths = local_paths(event)
        if paths:
            self.sheet.say(promise(paths))
            event.acceptProposedAction()

    def leave(self) -> None:
        """Say nothing any more."""
        self.sheet.hide()

    def drop(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self.sheet.hide()
        paths = local_paths(event)
        cases = [path for path in paths if is_case(path)]
        session = self._hub.session
        if len(event.mimeData().urls()) > len(paths):
            words = "what lies on another machine or the web is not opened; save a copy first"
            session.note(words, Level.WARNING)
        if cases and len(paths) > 1:
            words = f"only the case {visible(cases[0].name, 100)} is opened; drop the rest after it"
            session.note(words, Level.WARNING)
        for path in cases[:1] or paths:
            self._hub.open(path)
        event.acceptProposedAction()


def local_paths(event: QDropEvent) -> list[Path]:
    """Return the files and folders of this machine that are dragged."""
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def promise(paths: list[Path]) -> str:
    """Return what dropping these does, in a few words."""
    case = next((path for path in paths if is_case(path)), None)
    if case is not None:
        return f"Open the case {visible(case.name, 80)}"
    if len(paths) == 1:
        name = visible(paths[0].name, 80)
        return f"Open every picture and video in {name}" if paths[0].is_dir() else f"Open {name}"
    return f"Open {len(paths)} files and folders"
