"""Input and results side by side, wiped, blinked or subtracted, always with linked zoom."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from fhgui.gui.viewers.cell_grid import CellGrid
from fhgui.gui.viewers.compare_tools import CompareTools
from fhgui.gui.viewers.painting import difference
from fhgui.gui.viewers.picture_cell import Picture
from fhgui.gui.viewers.picture_view import Look, PictureView, Sample
from fhgui.gui.viewers.pictures import doubt_words, pictures_of
from fhgui.gui.viewers.wipe_view import WipeView
from fhgui.gui.widgets import small
from fhgui.session.results import Result
from fhgui.session.session import Session
from fhgui.session.viewing import CompareMode, DoubtMap

BLINK_MS = 600
EMPTY = (
    "No results yet\n\nMark a face (Crop, Align), choose methods on the right, and press Run.\n"
    "The input and every result will stand here side by side."
)


class CompareView(QWidget):
    """The comparison of one face's results.

    Signals
    -------
    hovered : the `Sample` under the cursor, or None.
    """

    hovered = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareView")
        self.setAccessibleName("Comparison of results")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._session = session
        self.pictures: list[Picture] = []
        self.blinked = 0
        self._blink_mode = False
        self.tools = CompareTools(session)
        self.grid = CellGrid()
        self.single = CellGrid()
        self.wipe = WipeView()
        self.empty = QLabel(EMPTY)
        self.empty.setObjectName("muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for widget in (self.empty, self.grid, self.single, self.wipe):
            self._stack.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.addWidget(self.tools)
        layout.addWidget(self._stack, 1)
        self.legend = small()
        self.legend.setObjectName("doubtLegend")
        self.legend.setAccessibleName("What the map of doubt shows and does not promise")
        self.legend.setTextFormat(Qt.TextFormat.PlainText)
        layout.addWidget(self.legend)
        self._timer = QTimer(self)
        self._timer.setInterval(BLINK_MS)
        self._timer.timeout.connect(self.blink_next)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        session = self._session
        for signal in (session.view_changed, session.active_changed, session.results_changed):
            signal.connect(self.refresh)
        session.result_changed.connect(self._result_changed)
        self.tools.fit.clicked.connect(self.fit)
        self.grid.chosen.connect(self._choose)
        for grid in (self.grid, self.single):
            grid.hovered.connect(self._hover_cell)
            grid.look_changed.connect(self._look_changed)
        self.wipe.hovered.connect(self.hovered)
        self.wipe.look_changed.connect(self._look_changed)

    @property
    def blinking(self) -> bool:
        """Whether pictures follow each other by themselves."""
        return self._timer.isActive()

    @property
    def views(self) -> list[PictureView]:
        """The picture views on show."""
        mode = self._session.view.mode
        if mode is CompareMode.WIPE:
            return [self.wipe]
        return [
            cell.view for cell in (self.grid if mode is CompareMode.GRID else self.single).cells
        ]

    def refresh(self) -> None:
        """Show the session's active face."""
        work, view = self._session.current, self._session.view
        face = work.active_face if work else None
        doubt = view.doubt if view.mode is CompareMode.GRID else DoubtMap.NONE
        self.pictures = [] if face is None else pictures_of(face, self._session.selected, doubt)
        self.tools.set_pictures(self.pictures)
        words = doubt_words(face, self._session.selected, doubt)
        self.legend.setText(words)
        self.legend.setVisible(bool(words))
        self.grid.linked = view.linked
        self._run_timer(view.mode is CompareMode.BLINK and face is not None)
        if face is None:
            self._stack.setCurrentWidget(self.empty)
        elif view.mode is CompareMode.GRID:
            self._show_grid()
        elif view.mode is CompareMode.WIPE:
            self._show_wipe()
        else:
            self._show_single(view.mode)
        self._tell_scale()

    def _show_grid(self) -> None:
        self._stack.setCurrentWidget(self.grid)
        self.grid.set_pictures(self.pictures)
        jobs = [p.job for p in self.pictures]
        job = self._session.selected_job
        self.grid.set_active(jobs.index(job) if job in jobs else None)

    def _show_wipe(self) -> None:
        self._stack.setCurrentWidget(self.wipe)
        a, b = self._pair()
        self.wipe.set_pixels(b.pixels)
        self.wipe.set_over(a.pixels, (a.title, b.title))
        self.wipe.set_edge(self._session.view.wipe)

    def _show_single(self, mode: CompareMode) -> None:
        self._stack.setCurrentWidget(self.single)
        if mode is CompareMode.BLINK:
            self.blinked %= len(self.pictures)
            self.single.set_pictures([self.pictures[self.blinked]])
            return
        a, b = self._pair()
        gain = self._session.view.gain
        pixels = None
        if a.pixels is not None and b.pixels is not None:
            pixels = difference(a.pixels, b.pixels, gain)
        title = f"|A − B| × {gain}:  {a.title}  −  {b.title}"
        self.single.set_pictures([Picture(title, pixels, empty="nothing to compare yet")])

    def _pair(self) -> tuple[Picture, Picture]:
        last = len(self.pictures) - 1
        view = self._session.view
        return self.pictures[min(view.left, last)], self.pictures[min(view.right, last)]

    def _result_changed(self, result: Result) -> None:
        self.refresh()

    def _choose(self, index: int) -> None:
        work = self._session.current
        job = self.pictures[index].job if index < len(self.pictures) else None
        if work is not None and work.active is not None and job is not None:
            self._session.select(work.active, job)

    def _run_timer(self, on: bool) -> None:
        """Start when blink mode begins and stop when it ends; a pause in between is kept."""
        if on and not self._blink_mode:
            self._timer.start()
        elif not on:
            self._timer.stop()
        self._blink_mode = on

    def blink_next(self) -> None:
        """Show the next picture in blink mode."""
        if self._session.view.mode is CompareMode.BLINK and self.pictures:
            self.blinked = (self.blinked + 1) % len(self.pictures)
            self._show_single(CompareMode.BLINK)

    def show_number(self, number: int) -> None:
        """Show picture 1, 2, …: in blink mode alone, in the grid as the active one, else as B."""
        index = number - 1
        if index >= len(self.pictures):
            return
        mode = self._session.view.mode
        if mode is CompareMode.BLINK:
            self._timer.stop()
            self.blinked = index
            self._show_single(mode)
        elif mode is CompareMode.GRID:
            self._choose(index)
        else:
            self._session.look(right=index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Blink by Space and number keys; called by Qt."""
        key = event.key()
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and not event.modifiers():
            self.show_number(key - Qt.Key.Key_0)
        elif key == Qt.Key.Key_Space:
            self._space()
        else:
            super().keyPressEvent(event)

    def _space(self) -> None:
        if self._session.view.mode is not CompareMode.BLINK:
            self._session.look(mode=CompareMode.BLINK)
        elif self._timer.isActive():
            self._timer.stop()
        else:
            self.blink_next()

    def fit(self) -> None:
        """See the whole pictures again."""
        self._look_changed(Look())

    def _look_changed(self, look: Look) -> None:
        if self._session.view.linked or len(self.views) == 1:
            for grid in (self.grid, self.single):
                grid.set_look(look)
            self.wipe.set_look(look)
        self._tell_scale()

    def _tell_scale(self) -> None:
        filled = [view for view in self.views if view.pixels is not None]
        scale = f"{min(v.scale for v in filled):.0%}" if filled and self.pictures else "–"
        self.tools.scale.setText(f"{scale} · nearest")

    def _hover_cell(self, index: int, sample: Sample | None) -> None:
        """Tell the pixel under the cursor; on a map, the value that its colour stands for."""
        mode = self._session.view.mode
        there = mode is CompareMode.GRID and index < len(self.pictures)  # cells go a moment later
        values = self.pictures[index].values if there else None
        if sample is not None and values is not None:
            sample = replace(sample, value=float(values[sample.y, sample.x]))
        self.hovered.emit(sample)
