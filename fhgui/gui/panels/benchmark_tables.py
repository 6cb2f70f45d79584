"""The two tables of a benchmark as they are seen: sorted by a click, rows chosen by a click."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from fhgui.evaluation.tables import Column
from fhgui.gui.panels.benchmark_models import ImageModel, TableModel
from fhgui.session.benchmark_result import BenchmarkResult

ROW_PX = 24
HEADER_PX = 11
ROOM_PX, TITLE_ROOM_PX = 4, 14
"""Beside the text of a cell, and of a title."""
NAME_PX = 70
LOWEST_PX = 110
RARE = ("sharpness", "rank_1", "verification")
"""Figures that few tables hold: their columns are hidden where no row has them."""
ASCENDING = Qt.SortOrder.AscendingOrder


class FigureTable(QTableView):
    """A table of figures that is sorted by a click on a column's title."""

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setProperty("kind", "figures")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(LOWEST_PX)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_PX)

    def fit_columns(self) -> None:
        """Make every column as wide as what is in it; Qt would not break titles into lines."""
        model = self.model()
        font = QFont(self.horizontalHeader().font())
        font.setPixelSize(HEADER_PX)
        lines = QFontMetrics(font)
        for column in range(model.columnCount()):
            title = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
            widest = max(lines.horizontalAdvance(line) for line in title.split("\n"))
            self.setColumnWidth(
                column, max(widest + TITLE_ROOM_PX, self.sizeHintForColumn(column) + ROOM_PX)
            )

    def begin_sorting(self) -> None:
        """Let titles be clicked; rows stay in the order they came until one is."""
        self.horizontalHeader().setSortIndicator(-1, ASCENDING)
        self.horizontalHeader().setSortIndicatorClearable(True)
        self.setSortingEnabled(True)


class MethodTable(FigureTable):
    """A row for each method.

    Signals
    -------
    selection_changed : labels of the rows that are chosen, in the order of the table.
    """

    selection_changed = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("benchmarkTable", "Table of the benchmark", parent)
        self.figures = TableModel(self)
        self.setModel(self.figures)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.begin_sorting()
        self.selectionModel().selectionChanged.connect(
            lambda: self.selection_changed.emit(self.chosen)
        )

    @property
    def chosen(self) -> tuple[str, ...]:
        """Labels of the rows that are chosen."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.figures.items[row].label for row in rows)

    def show_table(self, result: BenchmarkResult, shades: Mapping[str, str]) -> None:
        """Show a result; what was chosen stays chosen."""
        before = set(self.chosen)
        self.figures.show_table(result, shades)
        for column, key in self.figures.figure_columns():
            known = any(getattr(row, key) is not None for row in result.rows)
            self.setColumnHidden(column, key in RARE and not known)
        self.fit_columns()
        select = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for at, row in enumerate(self.figures.items):
            if row.label in before:
                self.selectionModel().select(self.figures.index(at, 0), select)

    def full_height(self) -> int:
        """Return the height at which no row is hidden, in pixels."""
        header = self.horizontalHeader().sizeHint().height()
        bar = self.horizontalScrollBar().sizeHint().height()
        return max(LOWEST_PX, header + ROW_PX * len(self.figures.items) + bar + 6)


class ImageTable(FigureTable):
    """A row for each picture.

    Signals
    -------
    picture_chosen : its name; empty when there is none.
    """

    picture_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("benchmarkImageTable", "Scores of single pictures", parent)
        self.scores = ImageModel(self)
        self.setModel(self.scores)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.begin_sorting()
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(NAME_PX)
        self.selectionModel().currentRowChanged.connect(
            lambda: self.picture_chosen.emit(self.chosen)
        )

    @property
    def chosen(self) -> str:
        """The name of the picture that is chosen."""
        row = self.currentIndex().row()
        return self.scores.items[row] if 0 <= row < len(self.scores.items) else ""

    def show_scores(self, result: BenchmarkResult, column: Column) -> None:
        """Show one kind of score; the picture that was chosen stays chosen."""
        before, labels = self.chosen, self.scores.labels
        if result.labels[: len(labels)] != labels:  # while one runs, columns only come
            self.sortByColumn(-1, ASCENDING)
        blocked = self.blockSignals(True)  # the owner shows the picture itself
        self.scores.show_scores(result, column)
        names = self.scores.items
        if names:
            row = names.index(before) if before in names else 0
            self.setCurrentIndex(self.scores.index(row, 0))
        self.blockSignals(blocked)
        self.fit_columns()

    def sort_worst_first(self, label: str) -> None:
        """Put the pictures first that a method restored worst, and choose the worst of all."""
        column = 1 + self.scores.labels.index(label)
        self.sortByColumn(column, ASCENDING)
        self.setCurrentIndex(self.scores.index(0, 0))
        self.scrollToTop()
