"""The points as numbers: each can be typed, and shows how far it is off the template."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from fhgui.gui.language import tr
from fhgui.gui.theme import colour
from fhgui.gui.viewers.point_names import names_of
from fhgui.session.fitting import FitFacts
from fhgui.session.marking import PointList

OFF = 2
"""The column of the distances."""


class PointTable(QTableWidget):
    """Coordinates in frame pixels.

    Signals
    -------
    typed : row, column (0 for x) and the number that was typed.
    row_chosen : the row, or None.
    """

    typed = Signal(int, int, float)
    row_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self.setObjectName("pointTable")
        self.setAccessibleName(tr("Coordinates of the points"))
        self.setHorizontalHeaderLabels(["x px", "y px", "off px"])
        header = self.horizontalHeaderItem(OFF)
        if header is not None:
            header.setToolTip(tr("Distance from where the fitted template has this point"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setDefaultSectionSize(24)
        self.setFixedWidth(276)
        self._filling = False
        self._points: PointList = ()
        self.cellChanged.connect(self._changed)
        self.itemSelectionChanged.connect(self._selected)

    def fill(self, points: PointList, facts: FitFacts | None) -> None:
        """Show points and how far each is off."""
        self._filling = True
        self._points = points
        if self.rowCount() != len(points):
            self.setRowCount(len(points))
            self.setVerticalHeaderLabels(list(names_of(len(points))))
        for row, point in enumerate(points):
            for column, value in enumerate(point):
                self._cell(row, column).setText(f"{value:.2f}")
            self._fill_off(row, facts)
        self._filling = False

    def choose(self, row: int | None) -> None:
        """Select a row without telling others."""
        self._filling = True
        if row is None:
            self.clearSelection()
            self.setCurrentCell(-1, -1)
        elif row != self.currentRow():
            self.selectRow(row)
        self._filling = False

    def _fill_off(self, row: int, facts: FitFacts | None) -> None:
        item = self._cell(row, OFF)
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
        fitted = facts is not None and facts.fitted[row]
        item.setText("–" if facts is None else f"{facts.off_px[row]:.2f}")
        item.setForeground(QColor(colour("text" if fitted else "faint")))
        item.setToolTip("the fit uses this point" if fitted else "the fit does not use this point")

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            self.setItem(row, column, item)
        return item

    def _changed(self, row: int, column: int) -> None:
        if self._filling or column == OFF or row >= len(self._points):
            return
        item = self._cell(row, column)
        try:
            value = float(item.text().replace(",", "."))
        except ValueError:
            value = self._points[row][column]
        self._filling = True
        item.setText(f"{self._points[row][column]:.2f}")  # until it is taken
        self._filling = False
        self.typed.emit(row, column, value)

    def _selected(self) -> None:
        if not self._filling:
            row = self.currentRow()
            self.row_chosen.emit(row if row >= 0 else None)
