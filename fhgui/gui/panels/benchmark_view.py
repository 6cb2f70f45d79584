"""One benchmark: its table above, and below the curves or the single pictures."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fhgui.evaluation.tables import COLUMNS, Column
from fhgui.gui.language import tr
from fhgui.gui.panels.benchmark_curves import ScoreCurves, shades_of
from fhgui.gui.panels.benchmark_images import BenchmarkImages
from fhgui.gui.panels.benchmark_tables import MethodTable
from fhgui.gui.panels.benchmark_words import no_rows, row_words, situation
from fhgui.gui.panels.order_form import named
from fhgui.gui.panels.run_view import RunView
from fhgui.gui.widgets import tool_button
from fhgui.session.benchmark_result import REPORT, BenchmarkResult
from fhgui.session.benchmark_run import BenchmarkRun, BenchmarkStatus

OF_PICTURES = tuple(
    c for c in COLUMNS if c.key not in ("undetected", "rank_1", "verification", "seconds_per_face")
)
"""Scores that single pictures have."""
LARGEST_TABLE = 0.45
"""Share of the height; a longer table scrolls until the splitter is moved."""


class BenchmarkView(RunView):
    """Shows the benchmark that is chosen.

    Signals
    -------
    cancel_wanted, forget_wanted : a button was pressed.
    hovered : the `Sample` under the cursor in a picture, or None.
    """

    cancel_wanted = Signal()
    forget_wanted = Signal()
    report_wanted = Signal()
    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("benchmark", parent)
        self._run: BenchmarkRun | None = None
        self._status: BenchmarkStatus | None = None
        self._shown: BenchmarkResult | None = None
        self._make_buttons()
        self.table = MethodTable()
        self.curves, self.images = ScoreCurves(), BenchmarkImages()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.curves)
        self.pages.addWidget(self.images)
        self.below = QWidget()
        layout = QVBoxLayout(self.below)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._make_tools())
        layout.addWidget(self.pages, 1)
        self.none = QLabel()
        self.none.setObjectName("muted")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        upper = QStackedWidget()
        upper.addWidget(self.none)
        upper.addWidget(self.table)
        self._upper = upper
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(8)
        self.split.addWidget(upper)
        self.split.addWidget(self.below)
        self.split.setStretchFactor(1, 1)
        self._split_moved = False
        self.column.addWidget(self.split, 1)
        self._connect()

    def _make_buttons(self) -> None:
        self.cancel = self.add_button(
            "benchmarkCancelButton", "Cancel", "stop", self.cancel_wanted, "End it; nothing is kept"
        )
        self.report = self.add_button(
            "benchmarkReportButton",
            "Report",
            "file-chart-outline",
            self.report_wanted,
            "Open report.html: tables, curves and samples in one file",
        )
        self.forget = self.add_button(
            "benchmarkForgetButton",
            "",
            "playlist-remove",
            self.forget_wanted,
            "Take it off this list; its folder stays",
        )

    def _make_tools(self) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setSpacing(6)
        group = QButtonGroup(self)
        self.page_buttons = (
            tool_button(
                "benchmarkCurvesButton",
                "chart-bell-curve-cumulative",
                "Curves",
                "Share of faces above a score",
                checkable=True,
            ),
            tool_button(
                "benchmarkImagesButton",
                "image-multiple-outline",
                "Pictures",
                "Every picture with its scores and results",
                checkable=True,
            ),
        )
        for number, button in enumerate(self.page_buttons):
            group.addButton(button, number)
            tools.addWidget(button)
        self.page_buttons[0].setChecked(True)
        group.idClicked.connect(self.pages.setCurrentIndex)
        tools.addStretch(1)
        tools.addWidget(QLabel(tr("Score")))
        self.score = named(QComboBox(), "benchmarkScore", "Score of curves and pictures")
        self.score.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        tools.addWidget(self.score)
        return tools

    def _connect(self) -> None:
        self.score.currentIndexChanged.connect(self._show_scores)
        self.split.splitterMoved.connect(self._split_was_moved)
        self.report_wanted.connect(self._open_report)
        self.table.selection_changed.connect(self.images.show_only)
        self.images.hovered.connect(self.hovered)

    def _split_was_moved(self) -> None:
        self._split_moved = True

    def show_run(self, run: BenchmarkRun) -> None:
        """Show all there is to know about a benchmark."""
        self.show_head(
            row_words(run), 1.0 if run.status is BenchmarkStatus.FINISHED else run.story.fraction
        )
        self.progress.setVisible(run.status.alive)
        self.cancel.setVisible(run.status.alive)
        self.cancel.setEnabled(run.status is not BenchmarkStatus.CANCELLING)
        self.report.setVisible((run.folder / REPORT).is_file())
        self.forget.setVisible(not run.status.alive)
        bad = run.status in (BenchmarkStatus.FAILED, BenchmarkStatus.INTERRUPTED)
        self.say(situation(run), "error" if bad else "info")
        result = run.result()
        self.none.setText(no_rows(run))
        self._upper.setCurrentIndex(1 if result.rows else 0)
        if result != self._shown or run.status is not self._status:
            self._show_result(result, anew=run is not self._run)
        self._run, self._status = run, run.status

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self.curves.retheme()
        if self._shown is not None:
            self._show_result(self._shown, anew=False)

    @property
    def column_shown(self) -> Column:
        """The score chosen."""
        key = self.score.currentData()
        return next((c for c in OF_PICTURES if c.key == key), OF_PICTURES[0])

    def _show_result(self, result: BenchmarkResult, anew: bool) -> None:
        first = self._shown is None or anew
        self._shown = result
        self.below.setVisible(bool(result.labels))
        self._offer_scores(result)
        self.table.show_table(result, shades_of(result.labels))
        if first:
            self._split_moved = False
        if not self._split_moved:
            table = min(self.table.full_height(), round(LARGEST_TABLE * self.height()))
            self.split.setSizes([table, self.height() - table])
        self._show_scores()

    def _offer_scores(self, result: BenchmarkResult) -> None:
        """Offer the scores that some picture has; the chosen one stays chosen."""
        there = [c for c in OF_PICTURES if any(result.values(r, c.key) for r in result.labels)]
        if [self.score.itemData(at) for at in range(self.score.count())] == [c.key for c in there]:
            return
        before = self.score.currentData()
        blocked = self.score.blockSignals(True)
        self.score.clear()
        for column in there:
            self.score.addItem(column.title, column.key)
        self.score.setCurrentIndex(max(0, self.score.findData(before)))
        self.score.blockSignals(blocked)
        self.score.setEnabled(bool(there))

    def _show_scores(self) -> None:
        result = self._shown
        if result is None:
            return
        column = self.column_shown
        self.curves.show_scores(result, column, shades_of(result.labels))
        self.images.show_result(result, column)

    def _open_report(self) -> None:
        if self._run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._run.folder / REPORT)))
