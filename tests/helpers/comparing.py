"""Comparison and tray of a session with results, and what an analyst does with them."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fhgui.gui.panels.compare_tray import CompareTray
from fhgui.gui.viewers.compare_view import CompareView
from fhgui.gui.viewers.marked_view import MarkedView
from tests.helpers.played_worker import Made, PlayedWorker

EYES = ((150.25, 120.0), (163.0, 121.5))


class Bench:
    """Comparison and tray of a session with results, and what an analyst does with them."""

    def __init__(self, qtbot: Any, source: Path, made: Made) -> None:
        self.qtbot = qtbot
        self.worker = PlayedWorker(source, made)
        self.session = self.worker.session
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.view = CompareView(self.session)
        self.tray = CompareTray(self.session, self.view)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.tray)
        self.window.resize(1000, 760)
        self.worker.enhance("bicubic", "vdsr", points=EYES)
        self.session.select(1, self.session.exportable()[0].job)
        self.window.show()
        qtbot.waitExposed(self.window)

    def the(self, name: str) -> Any:
        found = self.window.findChild(QWidget, name)
        assert found is not None, f"there is no {name}"
        return found

    def click(self, name: str) -> None:
        self.qtbot.mouseClick(self.the(name), Qt.MouseButton.LeftButton)

    def cell(self, number: int) -> MarkedView:
        """Return the viewer of picture 1, 2, …"""
        return self.view.grid.cells[number - 1].view

    def drag(self, view: QWidget, start: QPointF, end: QPointF) -> None:
        a, b = start.toPoint(), end.toPoint()
        self.qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=a)
        for step in range(1, 4):
            self.qtbot.mouseMove(view, QPoint(a + (b - a) * step / 3))
        self.qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=b)

    def at(self, view: MarkedView, x: float, y: float) -> QPointF:
        """Return the widget point of a share of the picture."""
        target = view.target()
        return QPointF(target.left() + x * target.width(), target.top() + y * target.height())

    def seen(self, view: QWidget, point: QPointF) -> tuple[int, ...]:
        """Return the colour that is painted at a point."""
        colour = view.grab().toImage().pixelColor(point.toPoint())
        return colour.red(), colour.green(), colour.blue()


def is_painted(seen: tuple[int, ...], name: str, tolerance: int = 32) -> bool:
    """Tell whether a colour is the named one, but for smooth edges."""
    return max(abs(a - b) for a, b in zip(seen, rgb(name), strict=True)) <= tolerance


def is_drawn(bench: Bench, view: QWidget, point: QPointF, name: str) -> bool:
    """Tell whether a thin line of a colour passes a point within two pixels."""
    around = (point + QPointF(0.0, step) for step in (0, -1, 1, -2, 2))
    return any(is_painted(bench.seen(view, near), name, 48) for near in around)


def rgb(name: str) -> tuple[int, ...]:
    colour = QColor(name)
    return colour.red(), colour.green(), colour.blue()
