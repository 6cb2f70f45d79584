"""Points on the enlarged crop: clicked, dragged, nudged, typed, snapped, found, carried over."""

from __future__ import annotations

from collections.abc import Callable
from weakref import ref

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from fhgui.core.arrays import Pixels
from fhgui.core.face import FaceAlignment
from fhgui.core.method import MethodInfo
from fhgui.gui.keys import Place, wish_of
from fhgui.gui.language import tr
from fhgui.gui.threads.inputs import Cut, InputThread
from fhgui.gui.viewers.align_tools import LookTools, PointTools
from fhgui.gui.viewers.carry_hint import CarryHint
from fhgui.gui.viewers.flickering import Flickering
from fhgui.gui.viewers.picture_view import PictureView
from fhgui.gui.viewers.point_table import PointTable
from fhgui.gui.viewers.point_view import PointView
from fhgui.gui.viewers.points_told import told_words
from fhgui.methods import registry
from fhgui.session import messages as m
from fhgui.session import placement, pointing
from fhgui.session import point_jobs as pj
from fhgui.session.fitting import FitFacts, facts_of
from fhgui.session.marking import POINT_COUNTS, Carried, Marking, PointList
from fhgui.session.session import Session


class LandmarkEditor(QWidget):
    """Edits the points of the session's marking.

    Signals
    -------
    hovered : the `Sample` under the cursor, or None.
    """

    hovered = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("landmarkEditor")
        self.setAccessibleName(tr("Landmark editor"))
        self._session = session
        self._shown: tuple[object, ...] = ()
        self._picked_in: tuple[object, ...] = ()
        self._carried: tuple[Carried | None, PointList] = (None, ())
        self.view = PointView()
        self.tools, self.looks = PointTools(), LookTools(session)
        self.table = PointTable()
        self.hint = CarryHint(session)
        self.flicker = Flickering(session, self.looks)
        self._inputs = InputThread(self)
        self._inputs.made.connect(self._take_input, Qt.ConnectionType.QueuedConnection)
        self._cut: Cut | None = None
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.flicker.view)
        self.told, self.facts = QLabel(), QLabel()
        self.told.setObjectName("residual")
        self.told.setWordWrap(True)
        self.facts.setObjectName("muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.addWidget(self.tools)
        layout.addWidget(self.looks)
        layout.addWidget(self.hint)
        row = QHBoxLayout()
        row.addWidget(self.stack, 1)
        row.addLayout(self._make_side())
        layout.addLayout(row, 1)
        layout.addWidget(self.told)
        layout.addWidget(self.facts)
        self._connect()
        self.refresh()

    @property
    def info(self) -> MethodInfo:
        """The method whose template is used: the first chosen one."""
        return registry.info((self._session.methods or registry.method_ids())[0])

    def _make_side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        self.preview = PictureView()
        self.preview.setFixedSize(132, 132)
        self.preview.setObjectName("inputPreview")
        self.preview.setAccessibleName(tr("Input of the method"))
        self.preview.empty_text = "no input yet"
        caption = QLabel(tr("What the method takes in"))
        caption.setObjectName("muted")
        self.preview_note = QLabel()
        self.preview_note.setObjectName("muted")
        side.addWidget(self.table, 1)
        side.addWidget(caption)
        side.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignLeft)
        side.addWidget(self.preview_note)
        return side

    def _connect(self) -> None:
        session, tools, looks, view = self._session, self.tools, self.looks, self.view
        for picture in (view, self.flicker.view):
            picture.hovered.connect(self.hovered)
        view.point_moved.connect(self._move)
        view.all_moved.connect(self._move_all)
        view.point_dropped.connect(self._dropped)
        view.picked.connect(self._picked)
        view.point_chosen.connect(self.table.choose)
        view.picking_ended.connect(lambda: tools.by_hand.setChecked(False))
        self.table.typed.connect(self._typed)
        self.table.row_chosen.connect(view.choose)
        tools.counts.idClicked.connect(self._set_count)
        tools.by_hand.clicked.connect(self._pick)
        tools.auto.clicked.connect(self.find_points)
        tools.upright.clicked.connect(self.straighten)
        tools.snap.clicked.connect(lambda: pointing.snap(session))
        tools.undo.clicked.connect(session.undo)
        tools.redo.clicked.connect(session.redo)
        tools.clear.clicked.connect(
            lambda: session.mark("clear points", session.marking.with_points(None))
        )
        looks.on.clicked.connect(lambda: self.carry(1))
        looks.back.clicked.connect(lambda: self.carry(-1))
        looks.template.toggled.connect(self.refresh)
        looks.residuals.toggled.connect(self.refresh)
        looks.flicker.toggled.connect(self._flicker)
        looks.which.currentIndexChanged.connect(self.refresh)
        for signal in (
            session.marking_changed,
            session.frame_changed,
            session.methods_changed,
            session.busy_changed,
        ):
            signal.connect(self.refresh)

    # ---- Qt's events ----------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Catch up with the session; called by Qt."""
        super().showEvent(event)
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Do what a key stands for here; called by Qt."""
        wishes: dict[str, Callable[[], object]] = {
            "by_hand": self.tools.by_hand.click,
            "snap": self.tools.snap.click,
            "snap_chosen": self._snap_chosen,
            "magnet": self.tools.magnet.toggle,
            "carry_on": self.looks.on.click,
            "carry_back": self.looks.back.click,
            "carry_here": self.hint.carry,
            "template": self.looks.template.toggle,
            "residuals": self.looks.residuals.toggle,
            "flicker": self.looks.flicker.toggle,
        }
        wish = wishes.get(wish_of(Place.ALIGN, event))
        if wish is None:
            super().keyPressEvent(event)
        else:
            wish()

    # ---- what the session looks like --------------------------------------------------------

    def refresh(self) -> None:
        """Show the session's marking; a hidden editor waits until it is shown, holding nothing."""
        work, marking = self._session.current, self._session.marking
        frame = work.frame if work else None
        if not self.isVisible():
            self.view.set_pixels(None)
            self._show_input(None)
            if frame is None:
                self.flicker.refresh(None, None, self.info)
            return
        pixels = frame.pixels if frame else None
        alignment = None if marking.aligned else placement.alignment_of(marking, self.info)
        facts = None if alignment is None else facts_of(alignment, self.info)
        self.view.set_pixels(pixels)
        self._show_marks(marking, alignment, facts)
        self._follow(marking, frame is not None)
        self.table.fill(marking.points or (), facts)
        self._tell(marking, facts)
        held = None if pixels is None or alignment is None else (pixels, alignment)
        self._show_input(None if held is None else Cut(*held, self.info))
        h, w = self.info.input_hw
        self.preview_note.setText(f"{w}×{h} px, nearest")
        self.flicker.refresh(pixels, alignment, self.info)

    def _show_input(self, cut: Cut | None) -> None:
        """Show the input of the method: at once, or as soon as a large face is cut."""
        if cut is not None and cut.is_like(self._cut):
            return
        self._cut = cut
        if cut is None:
            self.preview.set_pixels(None)
        elif cut.is_large:
            self._inputs.want(cut)
        else:
            self.preview.set_pixels(cut.made())

    def _take_input(self, cut: Cut, pixels: Pixels) -> None:
        if cut is self._cut:
            self.preview.set_pixels(pixels)

    def shut_down(self) -> None:
        """End the threads that cut faces."""
        self._inputs.shut_down()
        self.flicker.shut_down()

    def _follow(self, marking: Marking, has_frame: bool) -> None:
        """Look at a new face; keep the zoom on one that was carried to another frame."""
        points, before = marking.points or (), self._carried[1]
        work = self._session.current
        # not the work itself: all of its results would stay as long as no other is shown
        whose = None if work is None or not has_frame else ref(work)
        shown = (whose, len(points) > 0 or marking.box)
        carried = self._session.marked.carried
        picking, frame_shown = self.view.picking, (whose, work.shown_index if work else None)
        if picking is not None and picking.points and frame_shown != self._picked_in:
            self.view.pick(None)  # half of its points are of another picture
        self._picked_in = frame_shown
        if shown != self._shown:
            self.view.look_at_crop()
        elif carried != self._carried[0] and len(points) == len(before) > 0:
            dx, dy = np.mean(points, axis=0) - np.mean(before, axis=0)
            self.view.move_look(float(dx), float(dy))
        self._shown, self._carried = shown, (carried, points)

    def _show_marks(
        self, marking: Marking, alignment: FaceAlignment | None, facts: FitFacts | None
    ) -> None:
        lines = None
        if alignment is not None and self.looks.template.isChecked():
            lines = placement.overlay(alignment, self.info)
        off = facts.targets if facts is not None and self.looks.residuals.isChecked() else None
        self.view.set_marks(marking.points or (), lines, marking.box, off)

    def _tell(self, marking: Marking, facts: FitFacts | None) -> None:
        tools, looks, session = self.tools, self.looks, self._session
        moving = session.doing(*pj.POINT_JOBS)
        self.told.setText(told_words(marking, facts))
        self.facts.setText("" if facts is None else facts.words())
        has_frame = session.current is not None and session.current.frame is not None
        marked = bool(marking.box or marking.points)
        film = session.current is not None and session.current.is_film
        for widget in (looks.carry_words, looks.back, looks.on):
            widget.setVisible(film)
        for count in POINT_COUNTS:
            tools.counts.button(count).setEnabled(marked or (has_frame and count != 68))
        tools.check_count(self._count(marking))
        undoing = session.undoing
        tools.undo.setEnabled(bool(undoing.undo_label))
        tools.redo.setEnabled(bool(undoing.redo_label))
        tools.undo.setToolTip(f"Undo {undoing.undo_label} (Ctrl+Z)".replace("  ", " "))
        tools.redo.setToolTip(f"Redo {undoing.redo_label} (Ctrl+Shift+Z)".replace("  ", " "))
        tools.by_hand.setEnabled(has_frame)
        tools.auto.setEnabled(has_frame and not session.doing(m.FindFaces))
        tools.snap.setEnabled(marked and not moving)
        tools.upright.setEnabled(has_frame and marking.box is not None and not moving)
        tools.clear.setEnabled(marking.points is not None)
        for button in (looks.back, looks.on):
            button.setEnabled(film and marked and not moving)
        self.hint.refresh()

    def _count(self, marking: Marking) -> int:
        picking = self.view.picking
        return len(marking.points or ()) if picking is None else picking.count

    def _flicker(self, on: bool) -> None:
        """Show the face before and after in turns, or the points again."""
        self.stack.setCurrentWidget(self.flicker.view if on else self.view)
        self.refresh()
        if on:
            self.flicker.view.start()
        (self.flicker.view if on else self.view).setFocus()

    # ---- wishes of the user -----------------------------------------------------------------

    def look_at_crop(self) -> None:
        """See the crop with some room about it."""
        self.view.look_at_crop()

    def find_points(self) -> None:
        """Look for the points automatically, inside the crop if there is one."""
        marking = self._session.marking
        within = marking.box
        if marking.found is not None and marking.found.kind == "auto":
            within = None
        self._session.find_faces(within)

    def straighten(self) -> None:
        """Have the face in the crop put upright without landmarks, unless points move already."""
        if not self._session.doing(*pj.POINT_JOBS):
            pointing.straighten(self._session)

    def carry(self, frames: int) -> None:
        """Carry crop and points so many frames on from the one they were set in."""
        start = pointing.points_of(self._session)
        if start is not None and not self._session.doing(*pj.POINT_JOBS):
            self.flicker.keep_frame()
            pointing.carry(self._session, start.frame_index + frames)

    def _pick(self, on: bool) -> None:
        """Have points clicked one after the other: as many as there are, or two."""
        if self.looks.flicker.isChecked():
            self.looks.flicker.setChecked(False)
        count = len(self._session.marking.points or ())
        self.view.pick((5 if count == 5 else 2) if on else None)
        self.view.setFocus()
        self.refresh()

    def _picked(self, points: PointList) -> None:
        marking = self._session.marking
        outside = marking.box is not None and not all(
            marking.box.x <= x <= marking.box.x + marking.box.w
            and marking.box.y <= y <= marking.box.y + marking.box.h
            for x, y in points
        )
        kept = Marking() if outside else marking  # the crop is another face's
        self._session.mark(f"set {len(points)} points by hand", kept.with_points(points))
        QTimer.singleShot(0, self.view.look_at_crop)

    def _snap_chosen(self) -> None:
        if self.view.chosen is not None and self.tools.snap.isEnabled():
            pointing.snap(self._session, self.view.chosen)

    def _dropped(self, index: int) -> None:
        if self.tools.magnet.isChecked() and not self._session.doing(*pj.POINT_JOBS):
            pointing.snap(self._session, index)

    def _move(self, index: int, x: float, y: float, change: int) -> None:
        marking = self._session.marking
        if marking.points is not None and index < len(marking.points):
            label = f"move point {index + 1}"
            self._session.mark(label, marking.with_point(index, (x, y)), merge=f"move-{change}")

    def _move_all(self, dx: float, dy: float, change: int) -> None:
        marking = self._session.marking
        if marking.points is not None:
            # as a whole: points beyond the frame's edge keep their places among the others
            moved = marking.with_points(tuple((x + dx, y + dy) for x, y in marking.points))
            self._session.mark("move all points", moved, merge=f"move-{change}")

    def _typed(self, row: int, column: int, value: float) -> None:
        marking = self._session.marking
        if marking.points is None:
            return
        x, y = marking.points[row]
        inside = self.view.clamped(value, value)[column]
        point = (inside, y) if column == 0 else (x, inside)
        self._session.mark(f"type point {row + 1}", marking.with_point(row, point))

    def _set_count(self, count: int) -> None:
        marking = self._session.marking
        points = marking.points
        if self.view.picking is not None or (points is None and marking.box is None):
            self.tools.by_hand.setChecked(True)
            self.view.pick(min(count, 5))
            self.view.setFocus()
            self.refresh()
            return
        if points is not None and len(points) > count:
            points = placement.fewer_points(points, count)
        elif points is None or len(points) < count:
            points = self._laid_out(marking, count)
        if points is not None:
            self._session.mark(f"{count} points", marking.with_points(points))
        self.tools.check_count(len(self._session.marking.points or ()))

    def _laid_out(self, marking: Marking, count: int) -> PointList | None:
        """Return template points where the fewer points (or the crop) say that the face is."""
        alignment = placement.alignment_of(marking, self.info)
        if alignment is None:
            return None
        return placement.as_points(placement.overlay(alignment, self.info, count))
