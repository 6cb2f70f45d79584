"""What the benchmark panel holds: the form, the list of benchmarks, and the one looked at."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from fhgui.core.errors import FhguiError
from fhgui.gui import settings
from fhgui.gui.asking import ask_for_folder
from fhgui.gui.language import tr
from fhgui.gui.panels.benchmark_form import BenchmarkForm
from fhgui.gui.panels.benchmark_view import BenchmarkView
from fhgui.gui.panels.benchmark_words import row_words
from fhgui.gui.panels.run_list import RunList
from fhgui.gui.panels.run_page import RunPage
from fhgui.gui.widgets import set_icon
from fhgui.session.benchmark_run import BenchmarkRun
from fhgui.session.benchmarks import Benchmarks

EMPTY = """<h2>Measure methods on a test set</h2>
<p>1. Choose a protocol: which faces, how they are made small, what is measured.<br>
<span style="color:{muted}">Figures of different protocols are never in one table.</span></p>
<p>2. Tick methods and choose the folder or zip of high-resolution test pictures.<br>
<span style="color:{muted}">They are read only; the low-resolution inputs are made by the
protocol. A small number of faces shows soon where it leads.</span></p>
<p>3. Start. The table, the curves and every single picture appear here.<br>
<span style="color:{muted}">It goes on when this window is closed. An earlier benchmark is opened
below, or by dropping its folder here.</span></p>"""


class BenchmarkPage(RunPage):
    """Observes the benchmarks and passes wishes on to them.

    Signals
    -------
    hovered : the `Sample` under the cursor in a picture, or None.
    """

    hovered = Signal(object)

    def __init__(self, benchmarks: Benchmarks, parent: QWidget | None = None) -> None:
        self.form, self.view = BenchmarkForm(), BenchmarkView()
        self._benchmarks = benchmarks
        super().__init__(
            "benchmark",
            benchmarks,
            benchmarks.start,
            self.form,
            RunList("benchmarkRuns", "Benchmarks", row_words),
            self.view,
            EMPTY,
            parent,
        )
        self.open = QPushButton(tr("Open an earlier benchmark …"))
        self.open.setObjectName("benchmarkOpenButton")
        set_icon(self.open, "folder-open-outline")
        self.open.clicked.connect(self._ask_for_folder)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 12, 10)
        foot.addWidget(self.open)
        self.side_column.addLayout(foot)
        self.form.open_wanted.connect(self.open_folder)
        self.view.cancel_wanted.connect(lambda: self._do(benchmarks.cancel))
        self.view.forget_wanted.connect(lambda: self._do(benchmarks.forget))
        self.view.hovered.connect(self.hovered)

    def refresh(self) -> None:
        """Show what has been told since, and whether folders are still there."""
        self.form.show_methods()
        self._benchmarks.look_again()
        super().refresh()

    def show_run(self, run: BenchmarkRun) -> None:
        """Show the benchmark that is chosen."""
        self.view.show_run(run)

    def open_folder(self, folder: Path) -> None:
        """Open an earlier benchmark and look at it, or say why that is none."""
        try:
            run = self._benchmarks.open(folder)
        except FhguiError as error:
            self.form.show_error(error.sentence())
            return
        self.form.show_error("")
        self.list.choose(run)

    def _ask_for_folder(self) -> None:
        folder = settings.benchmark_folder()
        ask_for_folder(self, "Folder of a benchmark", self.open_folder, folder=folder)
