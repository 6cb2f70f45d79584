"""Single pictures of a benchmark: their scores, and truth, input and results side by side."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.method import Origin
from fhgui.evaluation.tables import Column
from fhgui.gui.panels.benchmark_tables import ImageTable
from fhgui.gui.viewers.cell_grid import CellGrid
from fhgui.gui.viewers.picture_cell import Picture
from fhgui.gui.viewers.picture_view import Look
from fhgui.gui.widgets import Elided, tool_button
from fhgui.methods import registry
from fhgui.session.benchmark_result import (
    INPUT,
    TRUTH,
    BenchmarkResult,
    read_picture,
)

LEFT_PX = 380


class BenchmarkImages(QWidget):
    """Shows the pictures of a result.

    Signals
    -------
    hovered : the `Sample` under the cursor, or None.
    """

    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: BenchmarkResult | None = None
        self._column: Column | None = None
        self._only: tuple[str, ...] = ()
        self.table = ImageTable()
        self.grid = CellGrid()
        self.grid.setObjectName("benchmarkViewers")
        self.none = QLabel()
        self.none.setObjectName("muted")
        self.none.setWordWrap(True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.none)
        self._stack.addWidget(self.grid)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(8)
        split.addWidget(self._make_left())
        split.addWidget(self._make_right())
        split.setStretchFactor(1, 1)
        split.setSizes([LEFT_PX, 2 * LEFT_PX])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        self.table.picture_chosen.connect(lambda _: self._show_pictures())
        self.worst.clicked.connect(self._sort_worst_first)
        self.grid.hovered.connect(lambda _, sample: self.hovered.emit(sample))

    def _make_left(self) -> QWidget:
        self.worst = tool_button(
            "benchmarkWorstButton", "sort-ascending", "Worst first", "Worst pictures first"
        )
        self.judged = Elided("")
        top = QHBoxLayout()
        top.addWidget(self.worst)
        top.addWidget(self.judged, 1)
        return _column(top, self.table)

    def _make_right(self) -> QWidget:
        self.told = Elided("")
        self.link = tool_button(
            "benchmarkLinkButton", "link-variant", "", "Share zoom and pan between viewers", True
        )
        self.link.setChecked(True)
        self.link.toggled.connect(self._set_linked)
        self.fit = tool_button("benchmarkFitButton", "fit-to-screen-outline", "", "Fit")
        self.fit.clicked.connect(lambda: self.grid.set_look(Look()))
        top = QHBoxLayout()
        top.addWidget(self.told, 1)
        top.addWidget(self.link)
        top.addWidget(self.fit)
        return _column(top, self._stack)

    def show_result(self, result: BenchmarkResult, column: Column) -> None:
        """Show the scores of a result; the picture that was chosen stays chosen."""
        self._result, self._column = result, column
        self.table.show_scores(result, column)
        self._show_judged()
        self._show_pictures()

    def show_only(self, labels: tuple[str, ...]) -> None:
        """Show the results of some rows only; none means all."""
        self._only = labels
        self._show_judged()
        self._show_pictures()

    @property
    def shown_labels(self) -> tuple[str, ...]:
        """The rows whose results are shown."""
        labels = () if self._result is None else self._result.labels
        return tuple(label for label in labels if label in self._only) or labels

    @property
    def judge(self) -> str | None:
        """The row that pictures are sorted by: the first that is chosen and does restore."""
        generative = [label for label in self.shown_labels if self._origin(label) != INTERPOLATED]
        return next(iter(generative or self.shown_labels), None)

    def _show_judged(self) -> None:
        judge = self.judge
        self.worst.setEnabled(judge is not None)
        self.judged.setText("" if judge is None else f"by {judge}")
        self.judged.update()

    def _sort_worst_first(self) -> None:
        if self.judge is not None:
            self.table.sort_worst_first(self.judge)

    def _set_linked(self, on: bool) -> None:
        self.grid.linked = on
        if on and self.grid.cells:
            self.grid.set_look(self.grid.cells[0].view.look)

    def _show_pictures(self) -> None:
        result, name = self._result, self.table.chosen
        if result is None:
            return
        some = bool(set(self._only) & set(result.labels))
        which = "the rows chosen above" if some else "all rows; choose some above to see only those"
        self.told.setText(f"{name} · {which}" if name else "")
        self.told.update()
        why_none = _why_none(result, name)
        self.none.setText(why_none)
        self._stack.setCurrentIndex(0 if why_none else 1)
        self.grid.set_pictures([] if why_none else self._pictures(result, name))

    def _pictures(self, result: BenchmarkResult, name: str) -> list[Picture]:
        wanted: list[tuple[str, str, Origin | None]] = [
            (TRUTH, "Truth", None),
            (INPUT, "Input", Origin.MEASURED),
            *((label, label, self._origin(label)) for label in self.shown_labels),
        ]
        return [self._picture(result, f, name, title, origin) for f, title, origin in wanted]

    def _picture(
        self, result: BenchmarkResult, folder: str, name: str, title: str, origin: Origin | None
    ) -> Picture:
        pixels = read_picture(result.picture_file(folder, name))
        if pixels is not None and folder in (TRUTH, INPUT):
            title += f" {pixels.shape[1]}×{pixels.shape[0]}"
        score = None if self._column is None else result.score(folder, name, self._column.key)
        note = "" if score is None or self._column is None else self._column.write(score)
        tip = "" if self._column is None else self._column.title
        return Picture(title, pixels, origin, note, tip, empty="not there")

    def _origin(self, label: str) -> Origin | None:
        """Return where the pixels of a row come from; None for released pictures."""
        rows = () if self._result is None else self._result.rows
        method = next((row.method for row in rows if row.label == label), label)
        if method not in registry.method_ids():
            return None
        return Origin.SYNTHESISED if registry.info(method).generative else INTERPOLATED


INTERPOLATED = Origin.INTERPOLATED


def _why_none(result: BenchmarkResult, name: str) -> str:
    """Return why there are no pictures to show; empty if there are."""
    if not name:
        return "The pictures come with their scores."
    if not result.complete:
        return "Pictures are written when a benchmark has finished."
    if not result.folder.is_dir():
        return "The folder with the pictures is not where it was."
    if not result.has_pictures:
        return "This benchmark was made without --save-images: its folder holds no pictures."
    return ""


def _column(top: QHBoxLayout, below: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    top.setSpacing(6)
    layout.addLayout(top)
    layout.addWidget(below, 1)
    return page
