"""Input and results side by side, wiped, blinked or subtracted, always with linked zoom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from fhgui.gui.keys import Place, wish_of
from fhgui.gui.language import tr
from fhgui.gui.threads.laying import Laid, Laying, LayingThread
from fhgui.gui.viewers.cell_grid import CellGrid
from fhgui.gui.viewers.compare_tools import CompareTools
from fhgui.gui.viewers.marked_view import MarkedView
from fhgui.gui.viewers.marking_up import annotate, show_marks
from fhgui.gui.viewers.pairing import BEING_LAID, Pairing
from fhgui.gui.viewers.picture_cell import Picture, PictureCell
from fhgui.gui.viewers.picture_view import Look, Sample
from fhgui.gui.viewers.pictures import doubt_words, pictures_of, value_at
from fhgui.gui.viewers.placing_over import carried_line, pick_place, sample_words, with_exemplars
from fhgui.gui.viewers.stage_rows import StageRows
from fhgui.gui.viewers.wipe_view import WipeView
from fhgui.gui.widgets import small
from fhgui.session.logbook import Level
from fhgui.session.results import Result
from fhgui.session.session import Session
from fhgui.session.viewing import CompareMode, DoubtMap, Line, Tray

BLINK_MS = 600
SMOOTHED = "Pixels of the screen a pixel of the picture; below 100% pixels are smoothed"
LEGEND_LINES = 5
"""The tooltip has all of it where they do not suffice."""
MODE_KEYS = {mode.value: mode for mode in CompareMode}
TRAY_KEYS = {tray.value: tray for tray in Tray if tray is not Tray.STAGES}
"""Pressed again they go back to the stages."""
EMPTY = (
    "No results yet\n\nMark a face (Crop, Align), choose methods on the right, and press Run.\n"
    "The input and every result will stand here side by side."
)


class CompareView(QWidget):
    """The comparison of one face's results.

    Signals
    -------
    hovered : the `Sample` under the cursor, or None.
    scale_changed : pictures may be shown larger or smaller now.
    """

    hovered = Signal(object)
    scale_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareView")
        self.setAccessibleName(tr("Comparison of results"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._session = session
        self.pictures: list[Picture] = []
        self.blinked = 0
        self._blink_mode = False
        self._pairing, self._laying = Pairing(), LayingThread(self)
        self._laying.made.connect(self._take_laid, Qt.ConnectionType.QueuedConnection)
        self.tools = CompareTools(session)
        self.grid = CellGrid()
        self.single = CellGrid()
        self.wipe = WipeView()
        self.rows = StageRows(session)
        self.empty = QLabel(EMPTY)
        self.empty.setObjectName("muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        for widget in (self.empty, self.grid, self.single, self.wipe, self.rows):
            self._stack.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.addWidget(self.tools)
        layout.addWidget(self._stack, 1)
        self.legend = small()
        self.legend.setObjectName("doubtLegend")
        self.legend.setAccessibleName(tr("What the map of doubt shows and does not promise"))
        self.legend.setTextFormat(Qt.TextFormat.PlainText)
        self.legend.ensurePolished()
        self.legend.setMaximumHeight(LEGEND_LINES * self.legend.fontMetrics().lineSpacing() + 2)
        self.legend.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.legend)
        self._timer = QTimer(self)
        self._timer.setInterval(BLINK_MS)
        self._timer.timeout.connect(self.blink_next)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        session = self._session
        for signal in (
            session.view_changed,
            session.active_changed,
            session.results_changed,
            session.annotations.changed,
        ):
            signal.connect(self.refresh)
        session.result_changed.connect(self._result_changed)
        self.tools.fit.clicked.connect(self.fit)
        self.grid.chosen.connect(self._choose)
        for grid in (self.grid, self.single):
            grid.hovered.connect(self._hover_cell)
            grid.look_changed.connect(self._look_changed)
            grid.scale_changed.connect(self._tell_scale)
            grid.drawn.connect(self._drawn)
            grid.picked.connect(lambda mark: session.look(mark=mark, tray=Tray.MARKS))
        self.wipe.drawn.connect(self._drawn_on_wipe)
        self.wipe.edge_moved.connect(lambda edge: session.look(wipe=edge))
        self.wipe.hovered.connect(self.hovered)
        self.wipe.look_changed.connect(self._look_changed)
        self.wipe.scale_changed.connect(self._tell_scale)

    @property
    def blinking(self) -> bool:
        """Whether pictures follow each other by themselves."""
        return self._timer.isActive()

    @property
    def views(self) -> list[MarkedView]:
        """The picture views on show."""
        mode = self._session.view.mode
        if mode is CompareMode.WIPE:
            return [self.wipe]
        if mode is CompareMode.STAGES:
            return []
        return [
            cell.view for cell in (self.grid if mode is CompareMode.GRID else self.single).cells
        ]

    @property
    def shown(self) -> list[Picture]:
        """The pictures in `views`, in their order; of a wipe the right one."""
        if self._session.view.mode is CompareMode.WIPE:
            return [self._pair()[1]] if self.pictures else []
        return [cell.picture for cell in self._cells()]

    def _cells(self) -> list[PictureCell]:
        mode = self._session.view.mode
        if mode in (CompareMode.WIPE, CompareMode.STAGES):
            return []
        return (self.grid if mode is CompareMode.GRID else self.single).cells

    def refresh(self) -> None:
        """Show the session's active face."""
        work, view = self._session.current, self._session.view
        face = work.active_face if work else None
        selected = self._session.selected
        plain = view.mode not in (CompareMode.GRID, CompareMode.BLINK)
        if plain or (view.mode is CompareMode.BLINK and not view.over):
            view = replace(view, doubt=DoubtMap.NONE)
        pictures = [] if face is None else pictures_of(face, selected, view)
        self.pictures = with_exemplars(pictures, selected, view)
        self.tools.set_pictures(self.pictures)
        words = doubt_words(face, selected, view.doubt)
        self.legend.setText(words)
        self.legend.setToolTip(words)
        self.legend.setVisible(bool(words))
        self.grid.linked = view.linked
        self._run_timer(view.mode is CompareMode.BLINK and face is not None)
        if face is None:
            self._stack.setCurrentWidget(self.empty)
        else:
            self._show(view.mode)
            self._show_marks()
        self._let_go()
        self._tell_scale()

    def _let_go(self) -> None:
        """Let go of the pictures that are not on show: else they stay as long as the window."""
        shown = self._stack.currentWidget()
        for holder in (self.grid, self.single, self.wipe, self.rows):
            if holder is not shown:
                holder.let_go()
        if shown not in (self.single, self.wipe):
            self._pairing.forget()

    def _show_marks(self) -> None:
        work = self._session.current
        face = work.active_face if work else None
        if face is not None:
            show_marks(self._session, face, self.views, self.shown, self.pictures)

    def _show(self, mode: CompareMode) -> None:
        if mode is CompareMode.GRID:
            self._show_grid()
        elif mode is CompareMode.WIPE:
            self._show_wipe()
        elif mode is CompareMode.STAGES:
            self._stack.setCurrentWidget(self.rows)
            self.rows.refresh()
        else:
            self._show_single(mode)

    def _show_grid(self) -> None:
        self._stack.setCurrentWidget(self.grid)
        self.grid.set_pictures(self.pictures)
        jobs = [p.job for p in self.pictures]
        job = self._session.selected_job
        self.grid.set_active(jobs.index(job) if job in jobs else None)

    def _show_wipe(self) -> None:
        self._stack.setCurrentWidget(self.wipe)
        a, b = self._pair()
        a = replace(a, over=None)  # a wipe shows no map of doubt over its pictures
        self.wipe.set_pixels(b.pixels)
        if not self._is_laid(a, b):
            self.wipe.set_left(None, (f"{a.title} · {BEING_LAID}", b.title))
        else:
            laid = self._pairing.in_place(a, b)
            self.wipe.set_left(laid.pixels, (laid.title, b.title))
        self.wipe.set_edge(self._session.view.wipe)

    def _show_single(self, mode: CompareMode) -> None:
        self._stack.setCurrentWidget(self.single)
        blinking = mode is CompareMode.BLINK
        if blinking:
            self.blinked %= len(self.pictures)
            a, b = self.pictures[self.blinked], self.pictures[0]
        else:
            a, b = self._pair()
        if not self._is_laid(a, b):
            shown = Picture(a.title, None, empty=BEING_LAID)
        elif blinking:
            shown = self._pairing.in_place(a, b)
        else:
            shown = self._pairing.difference(a, b, self._session.view.gain)
        self.single.set_pictures([shown])

    def _is_laid(self, a: Picture, b: Picture) -> bool:
        """Tell whether A can be laid over B at once; else a thread is asked to."""
        wanted = self._pairing.wanted(a, b)
        if wanted is not None:
            self._laying.want(wanted)
        return wanted is None

    def _take_laid(self, laying: Laying, laid: Laid) -> None:
        self._pairing.take(laying, laid)
        self.refresh()

    def shut_down(self) -> None:
        """End the thread that lays pictures over each other."""
        self._laying.shut_down()

    def _pair(self) -> tuple[Picture, Picture]:
        last = len(self.pictures) - 1
        view = self._session.view
        return self.pictures[min(view.left, last)], self.pictures[min(view.right, last)]

    def _result_changed(self, result: Result) -> None:
        self.refresh()

    def _drawn(self, index: int, line: Line, going_on: bool) -> None:
        """Take a line that was drawn on a picture: of the profile, a place, or an annotation."""
        shown = self.shown
        if self._session.view.tray is Tray.PROFILE:
            if index < len(shown):
                line = carried_line(line, shown[index], self.pictures[0])
            self._session.look(profile=line)
        elif self._session.view.tray is Tray.EXEMPLARS:
            if index < len(shown):
                pick_place(self._session, self.pictures, shown[index], line[1])
        elif going_on:
            self._timer.stop()  # the picture that is drawn on stays until it has its annotation
        elif index < len(shown):
            annotate(self._session, shown[index], line)

    def _drawn_on_wipe(self, line: Line, going_on: bool) -> None:
        """Take a line that was drawn on B; on A only what is of both, a profile or a place."""
        if self._session.view.tray is not Tray.MARKS or not self.wipe.begins_left(line):
            self._drawn(0, line, going_on)
        elif not going_on:
            words = "in a wipe, annotations belong to B: begin right of the edge"
            self._session.note(words, Level.WARNING)

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
            self._blink_to((self.blinked + 1) % len(self.pictures))

    def _blink_to(self, index: int) -> None:
        self.blinked = index
        self._show_single(CompareMode.BLINK)
        self._show_marks()

    def show_number(self, number: int) -> None:
        """Show picture 1, 2, …: in blink mode alone, in the grid as the active one, else as B."""
        index = number - 1
        if index >= len(self.pictures):
            return
        mode = self._session.view.mode
        if mode is CompareMode.BLINK:
            self._timer.stop()
            self._blink_to(index)
        elif mode is CompareMode.GRID:
            self._choose(index)
        else:
            self._session.look(right=index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Blink by Space and number keys; called by Qt."""
        wish = wish_of(Place.COMPARE, event)
        if wish == "number":
            self.show_number(event.key() - Qt.Key.Key_0)
        elif wish == "space":
            self._space()
        else:
            super().keyPressEvent(event)

    def wish(self, event: QKeyEvent) -> Callable[[], object] | None:
        """Return what a key stands for wherever the focus is on the page."""
        session, view, wish = self._session, self._session.view, wish_of(Place.COMPARE, event)
        if wish in MODE_KEYS:
            return lambda: session.look(mode=MODE_KEYS[wish])
        if wish in TRAY_KEYS:
            tray = Tray.STAGES if view.tray is TRAY_KEYS[wish] else TRAY_KEYS[wish]
            return lambda: session.look(tray=tray, drawing=None)
        if wish == "outlines":
            return lambda: session.look(outlines=not view.outlines)
        return (lambda: session.look(over=not view.over)) if wish == "over" else None

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
        scales = sorted(round(100 * v.told_scale) for v in filled) if self.pictures else []
        ends = dict.fromkeys((*scales[:1], *scales[-1:]))
        smoothed = {view.smooths for view in filled}
        how = "" if len(smoothed) > 1 else " · smoothed" if True in smoothed else " · nearest"
        self.tools.scale.setText(f"{'–'.join(map(str, ends))}%{how}" if ends else "–")
        self.tools.scale.setToolTip(SMOOTHED)
        self.scale_changed.emit()

    def _hover_cell(self, index: int, sample: Sample | None) -> None:
        """Tell the pixel under the cursor; on a map, the value that its colour stands for."""
        cells = self._cells()
        if sample is not None and index < len(cells):  # cells go a moment later
            sample = self._told(cells[index].picture, sample)
        self.hovered.emit(sample)

    def _told(self, picture: Picture, sample: Sample) -> Sample:
        """Return a sample with what a map, or the exemplars, say of it."""
        if picture.job is not None and picture.job == self._session.selected_job:
            words = sample_words(self._session, self.pictures, picture, sample)
            if words:
                return replace(sample, words=words)
        return replace(sample, value=value_at(picture, sample))
