"""Points on the enlarged crop: dragged, nudged, typed, or found automatically."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.face import PlacedBy
from fhgui.core.method import MethodInfo
from fhgui.gui.viewers.picture_view import PictureView
from fhgui.gui.viewers.point_view import PointView
from fhgui.gui.widgets import tool_button
from fhgui.methods import registry
from fhgui.session import placement
from fhgui.session.marking import POINT_COUNTS, Marking
from fhgui.session.session import Session

NAMES = {
    2: ("left eye", "right eye"),
    5: ("left eye", "right eye", "nose tip", "mouth left", "mouth right"),
}
PLACED = {
    PlacedBy.AUTO: "found automatically",
    PlacedBy.ANALYST: "set by the analyst",
    PlacedBy.BOX: "crop only: no points yet",
    PlacedBy.ALIGNED: "frame used as it is",
}


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
        self.setAccessibleName("Landmark editor")
        self._session = session
        self._filling = False
        self._shown: tuple[object, object] = (None, None)
        self.view = PointView()
        self.preview = PictureView()
        self.preview.setFixedSize(132, 132)
        self.preview.setAccessibleName("Input of the method")
        self.preview.empty_text = "no input yet"
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.addWidget(self._make_tools())
        row = QHBoxLayout()
        row.addWidget(self.view, 1)
        row.addLayout(self._make_side())
        layout.addLayout(row, 1)
        self.told = QLabel()
        self.told.setObjectName("residual")
        layout.addWidget(self.told)
        self._connect()
        self.refresh()

    @property
    def info(self) -> MethodInfo:
        """The method whose template is used: the first chosen one."""
        return registry.info((self._session.methods or registry.method_ids())[0])

    def _make_tools(self) -> QWidget:
        row = QWidget()
        row.setObjectName("toolRow")
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(QLabel("Points"))
        self.counts = QButtonGroup(self)
        for count in POINT_COUNTS:
            button = QToolButton()
            button.setText(str(count))
            button.setCheckable(True)
            button.setObjectName(f"points{count}")
            button.setAccessibleName(f"{count} points")
            button.setToolTip(f"Set {count} points, starting from the template or from more points")
            self.counts.addButton(button, count)
            layout.addWidget(button)
        layout.addSpacing(8)
        self.auto = tool_button(
            "autoAlignButton", "auto-fix", "Auto", "Find the points automatically (Ctrl+L)"
        )
        self.undo = tool_button("undoButton", "undo", "", "Undo (Ctrl+Z)")
        self.redo = tool_button("redoButton", "redo", "", "Redo (Ctrl+Shift+Z)")
        self.clear = tool_button("clearPointsButton", "close", "Clear", "Take all points away")
        self.template = QCheckBox("Template overlay")
        self.template.setObjectName("templateOverlay")
        self.template.setChecked(True)
        self.template.setToolTip("Show where the fitted template lies")
        for widget in (self.auto, self.undo, self.redo, self.clear, self.template):
            layout.addWidget(widget)
        layout.addStretch(1)
        return row

    def _make_side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        self.table = QTableWidget(0, 2)
        self.table.setObjectName("pointTable")
        self.table.setAccessibleName("Coordinates of the points")
        self.table.setHorizontalHeaderLabels(["x px", "y px"])
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.setFixedWidth(226)
        caption = QLabel("What the method takes in")
        caption.setObjectName("muted")
        self.preview_note = QLabel()
        self.preview_note.setObjectName("muted")
        side.addWidget(self.table, 1)
        side.addWidget(caption)
        side.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignLeft)
        side.addWidget(self.preview_note)
        return side

    def _connect(self) -> None:
        session = self._session
        self.view.hovered.connect(self.hovered)
        self.view.point_moved.connect(self._move)
        self.view.point_chosen.connect(self.table.selectRow)
        self.table.cellChanged.connect(self._typed)
        self.table.itemSelectionChanged.connect(self._row_chosen)
        self.counts.idClicked.connect(self._set_count)
        self.auto.clicked.connect(self.find_points)
        self.undo.clicked.connect(session.undo)
        self.redo.clicked.connect(session.redo)
        self.clear.clicked.connect(
            lambda: session.mark("clear points", session.marking.with_points(None))
        )
        self.template.toggled.connect(self.refresh)
        for signal in (session.marking_changed, session.frame_changed, session.methods_changed):
            signal.connect(self.refresh)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Catch up with the session; called by Qt."""
        super().showEvent(event)
        self.refresh()

    def find_points(self) -> None:
        """Look for the points automatically, inside the crop if there is one."""
        marking = self._session.marking
        within = marking.box
        if marking.found is not None and marking.found.kind == "auto":
            within = None
        self._session.find_faces(within)

    def look_at_crop(self) -> None:
        """See the crop with some room about it."""
        self.view.look_at_crop()

    def refresh(self) -> None:
        """Show the session's marking; a hidden editor waits until it is shown."""
        if not self.isVisible():
            return
        work, marking = self._session.current, self._session.marking
        frame = work.frame if work else None
        alignment = None if marking.aligned else placement.alignment_of(marking, self.info)
        self.view.set_pixels(frame.pixels if frame else None)
        points = marking.points or ()
        lines = None
        if alignment is not None and self.template.isChecked():
            lines = placement.overlay(alignment, self.info)
        self.view.set_marks(points, lines, marking.box)
        if (frame is not None and work, marking.box) != self._shown:
            self._shown = (frame is not None and work, marking.box)
            self.view.look_at_crop()
        self._fill_table(marking)
        self._tell(marking, None if alignment is None else alignment.rms_px)
        if frame is None or alignment is None:
            self.preview.set_pixels(None)
        else:
            self.preview.set_pixels(placement.method_input(frame.pixels, alignment, self.info))
        h, w = self.info.input_hw
        self.preview_note.setText(f"{w}×{h} px, nearest")

    def _tell(self, marking: Marking, rms_px: float | None) -> None:
        words = PLACED[marking.placed_by]
        if marking.points is not None and marking.score is not None:
            words += f", score {marking.score:.2f}"
        if marking.points is not None:
            words += (
                "  ·  no similarity fits these points"
                if rms_px is None
                else f"  ·  residual {rms_px:.2f} px"
            )
        self.told.setText(words if marking.box or marking.points else "no crop yet")
        for count in POINT_COUNTS:
            button = self.counts.button(count)
            button.setEnabled(bool(marking.box or marking.points))
        self._check_count(len(marking.points or ()))
        history = self._session.current.markings if self._session.current else None
        self.undo.setEnabled(bool(history and history.undo_label))
        self.redo.setEnabled(bool(history and history.redo_label))
        self.undo.setToolTip(f"Undo {history.undo_label if history else ''} (Ctrl+Z)")
        self.redo.setToolTip(f"Redo {history.redo_label if history else ''} (Ctrl+Shift+Z)")
        self.auto.setEnabled(self._session.current is not None)
        self.clear.setEnabled(marking.points is not None)

    def _check_count(self, count: int) -> None:
        self.counts.setExclusive(False)
        for button in self.counts.buttons():
            button.setChecked(self.counts.id(button) == count)
        self.counts.setExclusive(True)

    def _fill_table(self, marking: Marking) -> None:
        points = marking.points or ()
        self._filling = True
        if self.table.rowCount() != len(points):
            self.table.setRowCount(len(points))
            names = NAMES.get(len(points), tuple(str(i + 1) for i in range(len(points))))
            self.table.setVerticalHeaderLabels([str(n) for n in names])
        for row, point in enumerate(points):
            for column, value in enumerate(point):
                item = self.table.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    self.table.setItem(row, column, item)
                item.setText(f"{value:.2f}")
        self._filling = False

    def _move(self, index: int, x: float, y: float, change: int) -> None:
        marking = self._session.marking
        if marking.points is not None and index < len(marking.points):
            label = f"move point {index + 1}"
            self._session.mark(label, marking.with_point(index, (x, y)), merge=f"move-{change}")

    def _typed(self, row: int, column: int) -> None:
        marking = self._session.marking
        item = self.table.item(row, column)
        if self._filling or item is None or marking.points is None:
            return
        x, y = marking.points[row]
        try:
            value = float(item.text().replace(",", "."))
        except ValueError:
            self._fill_table(marking)
            return
        x, y = self.view.clamped(value if column == 0 else x, value if column == 1 else y)
        self._session.mark(f"type point {row + 1}", marking.with_point(row, (x, y)))
        self._fill_table(self._session.marking)

    def _row_chosen(self) -> None:
        row = self.table.currentRow()
        self.view.choose(row if row >= 0 else None)

    def _set_count(self, count: int) -> None:
        marking = self._session.marking
        points = marking.points
        if points is not None and len(points) > count:
            points = placement.fewer_points(points, count)
        elif points is None or len(points) < count:
            points = self._laid_out(marking, count)
        if points is not None:
            self._session.mark(f"{count} points", marking.with_points(points))
        self._check_count(len(self._session.marking.points or ()))

    def _laid_out(self, marking: Marking, count: int) -> tuple[tuple[float, float], ...] | None:
        """Return template points where the fewer points (or the crop) say that the face is."""
        alignment = placement.alignment_of(marking, self.info)
        if alignment is None:
            return None
        return placement.as_points(placement.overlay(alignment, self.info, count))
