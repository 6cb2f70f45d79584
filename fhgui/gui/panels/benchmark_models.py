"""The two tables of a benchmark as Qt models: a row for each method, and a row for each picture.

Sorted here and not by a proxy: a thousand pictures are sorted by one call of Python's sort.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from fhgui.evaluation.rows import Row
from fhgui.evaluation.tables import COLUMNS, Column
from fhgui.gui.panels.benchmark_words import KINDS, NOT_AVAILABLE, about_row
from fhgui.gui.theme import colour
from fhgui.session.benchmark_result import PUBLISHED, BenchmarkResult

Index: TypeAlias = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NOWHERE = QModelIndex()
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
DOT_PX = 10
SMALL_PX = 10

T = TypeVar("T")


class SortedModel(QAbstractTableModel, Generic[T]):
    """Rows that are sorted by a column; values that are not available are always last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.items: list[T] = []
        self._given: tuple[T, ...] = ()
        self._by: tuple[int, Qt.SortOrder] | None = None

    def key(self, item: T, column: int) -> Any:
        """Return what a row is sorted by, smallest first; None if that is not available."""
        raise NotImplementedError

    def show_items(self, items: Sequence[T]) -> None:
        """Show other rows, sorted as before."""
        self.beginResetModel()
        self._given = tuple(items)
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; −1 is the order in which the rows came. Called by Qt."""
        self.layoutAboutToBeChanged.emit()
        before = {id(item): at for at, item in enumerate(self.items)}
        self._by = None if column < 0 else (column, order)
        self._arrange()
        moved = {before[id(item)]: at for at, item in enumerate(self.items)}
        for index in self.persistentIndexList():
            self.changePersistentIndex(index, self.index(moved[index.row()], index.column()))
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """Return the number of rows; called by Qt."""
        return 0 if parent.isValid() else len(self.items)

    def _arrange(self) -> None:
        self.items = list(self._given)
        if self._by is None:
            return
        column, order = self._by
        known = [item for item in self.items if self.key(item, column) is not None]
        unknown = [item for item in self.items if self.key(item, column) is None]
        known.sort(
            key=lambda item: self.key(item, column),
            reverse=order is Qt.SortOrder.DescendingOrder,
        )
        self.items = [*known, *unknown]


LABEL, KIND, PICTURES = range(3)
"""Columns before those with figures."""
FIXED = ("Row", "Kind", "Pictures")


class TableModel(SortedModel[Row]):
    """The table of a benchmark: a row for each method, its means in the columns."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shades: Mapping[str, str] = {}
        self._best: dict[str, float] = {}

    def show_table(self, result: BenchmarkResult, shades: Mapping[str, str]) -> None:
        """Show a result.

        Parameters
        ----------
        shades : colour of each row with a curve, by label.
        """
        self.shades = shades
        scored = [row for row in result.rows if row.kind != PUBLISHED]
        self._best = {
            column.key: best for column in COLUMNS if (best := _best(scored, column)) is not None
        }
        self.show_items(result.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """Return the number of columns; called by Qt."""
        return 0 if parent.isValid() else len(FIXED) + len(COLUMNS)

    def headerData(  # noqa: N802  Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> object:
        """Return a title with its unit; called by Qt."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return RIGHT if section >= PICTURES else LEFT
        if role != Role.DisplayRole:
            return None
        if section < len(FIXED):
            return FIXED[section]
        return two_lines(COLUMNS[section - len(FIXED)].title)

    def figure_columns(self) -> tuple[tuple[int, str], ...]:
        """Return the columns with figures: number, and the row's field."""
        return tuple((number, c.key) for number, c in enumerate(COLUMNS, len(FIXED)))

    def key(self, item: Row, column: int) -> Any:
        """Return what a row is sorted by: figures best first."""
        if column < len(FIXED):
            return (item.label.lower(), item.kind, -item.n)[column]
        figure = COLUMNS[column - len(FIXED)]
        return _badness(getattr(item, figure.key), figure)

    def is_best(self, index: Index) -> bool:
        """Tell whether a figure is the best of those that were scored on these pictures."""
        if index.column() < len(FIXED):
            return False
        key = COLUMNS[index.column() - len(FIXED)].key
        row = self.items[index.row()]
        value = getattr(row, key)
        return row.kind != PUBLISHED and value is not None and value == self._best.get(key)

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """Return a cell; called by Qt."""
        row = self.items[index.row()]
        answers: dict[int, Callable[[], object]] = {
            Role.DisplayRole: lambda: _cell(row, index.column()),
            Role.ToolTipRole: lambda: self._tip(index, row),
            Role.TextAlignmentRole: lambda: RIGHT if index.column() >= PICTURES else None,
            Role.DecorationRole: lambda: self._dot(index, row),
            Role.FontRole: lambda: self._font(index, row),
            Role.ForegroundRole: lambda: self._tone(index, row),
        }
        return answers[role]() if role in answers else None

    def _tip(self, index: Index, row: Row) -> str:
        best = "best of those scored on these pictures\n" if self.is_best(index) else ""
        return best + about_row(row)

    def _dot(self, index: Index, row: Row) -> object:
        shade = self.shades.get(row.label)
        return dot(shade) if index.column() == LABEL and shade else None

    def _font(self, index: Index, row: Row) -> QFont:
        font = QFont()
        font.setBold(self.is_best(index))
        font.setItalic(row.kind != "measured")
        if _cell(row, index.column()) == NOT_AVAILABLE:
            font.setPixelSize(SMALL_PX)
        return font

    def _tone(self, index: Index, row: Row) -> QColor:
        if _cell(row, index.column()) == NOT_AVAILABLE:
            return QColor(colour("faint"))
        if self.is_best(index):
            return QColor(colour("green"))
        tones = {"measured": "text", "reference": "amber"}
        return QColor(colour(tones.get(row.kind, "muted")))


class ImageModel(SortedModel[str]):
    """One score of every picture: a row for each picture, a column for each method."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._result: BenchmarkResult | None = None
        self._column = COLUMNS[0]

    @property
    def labels(self) -> tuple[str, ...]:
        """The methods, in the order of the columns."""
        return () if self._result is None else self._result.labels

    def show_scores(self, result: BenchmarkResult, column: Column) -> None:
        """Show one kind of score."""
        self.beginResetModel()
        self._result, self._column = result, column
        self._given = result.names
        if self._by is not None and self._by[0] > len(result.labels):
            self._by = None
        self._arrange()
        self.endResetModel()

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802  Qt's name
        """Return the number of columns; called by Qt."""
        return 0 if parent.isValid() else 1 + len(self.labels)

    def headerData(  # noqa: N802  Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> object:
        """Return the name of a method; called by Qt."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.ToolTipRole:
            return "" if section == 0 else f"{self._column.title}; a click sorts worst first"
        if role == Role.TextAlignmentRole:
            return RIGHT if section else LEFT
        if role == Role.DisplayRole:
            return "Picture" if section == 0 else self.labels[section - 1]
        return None

    def score(self, name: str, column: int) -> float | None:
        """Return the score in a column."""
        if self._result is None:
            return None
        label = self.labels[column - 1]
        return self._result.score(label, name, self._column.key)

    def key(self, item: str, column: int) -> Any:
        """Return what a row is sorted by: scores worst first."""
        if column == 0:
            return item
        badness = _badness(self.score(item, column), self._column)
        return None if badness is None else -badness

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """Return a cell; called by Qt."""
        name, column = self.items[index.row()], index.column()
        if column == 0:
            return name if role in (Role.DisplayRole, Role.ToolTipRole) else None
        score = self.score(name, column)
        if role == Role.DisplayRole:
            return NOT_AVAILABLE if score is None else self._column.write(score)
        if role == Role.TextAlignmentRole:
            return RIGHT
        if role == Role.ForegroundRole and score is None:
            return QColor(colour("faint"))
        return None


def two_lines(title: str) -> str:
    """Return a column's title with its unit below it."""
    return title.replace(" (", "\n(").replace(" per face", "\nper face").replace("PCA ", "PCA\n")


def dot(shade: str) -> QPixmap:
    """Return a dot in the colour of a curve."""
    made = QPixmap(DOT_PX, DOT_PX)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(shade))
    painter.drawEllipse(1, 1, DOT_PX - 2, DOT_PX - 2)
    painter.end()
    return made


def _cell(row: Row, column: int) -> str:
    if column < len(FIXED):
        pictures = f"{row.n}, {row.missing} missing" if row.missing else str(row.n)
        return (row.label, KINDS.get(row.kind, row.kind), pictures)[column]
    figure = COLUMNS[column - len(FIXED)]
    value = getattr(row, figure.key)
    return NOT_AVAILABLE if value is None else figure.write(value)


def _badness(value: float | None, column: Column) -> float | None:
    return None if value is None else column.badness(value)


def _best(rows: Sequence[Row], column: Column) -> float | None:
    values = [v for row in rows if (v := getattr(row, column.key)) is not None]
    if len(set(values)) < 2:  # nothing to be better than
        return None
    return float(min(values, key=column.badness))
