"""Arrows, boxes and words that the examiner puts on pictures; the report alone shows them."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.annotation import LONGEST_TEXT, Annotation, AnnotationKind
from fhgui.gui.keys import Place, wish_of
from fhgui.gui.language import tr
from fhgui.gui.viewers.compare_view import CompareView
from fhgui.gui.viewers.marking_up import annotate
from fhgui.gui.widgets import small, tool_button
from fhgui.session.annotating import on_face
from fhgui.session.results import FaceWork
from fhgui.session.session import Session
from fhgui.session.viewing import Line

TOOLS = (
    (AnnotationKind.ARROW, "arrowTool", "arrow-top-right", "Arrow"),
    (AnnotationKind.BOX, "boxTool", "rectangle-outline", "Box"),
    (AnnotationKind.TEXT, "textTool", "format-text", "Words"),
)
MIDDLE: Line = ((0.35, 0.35), (0.5, 0.5))
NUDGE = 0.01
ONLY_THERE = "They live in this case and its reports; no picture and no record holds them."


class MarksPanel(QWidget):
    """The annotations on the active face: a list, the words of the chosen one, the tools."""

    def __init__(
        self, session: Session, compare: CompareView, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("marksPanel")
        self._session, self._compare = session, compare
        self._shown: list[int] = []
        self._moves = 0
        self.list = MarkList(self)
        self.words = QLineEdit()
        self.words.setObjectName("markWords")
        self.words.setAccessibleName(tr("Words of the annotation"))
        self.words.setPlaceholderText(tr("What is to be seen here? (printed in the report)"))
        self.words.setMaxLength(LONGEST_TEXT)
        self.words.editingFinished.connect(self._say)
        self.list.currentRowChanged.connect(self._choose)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._make_tools())
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.words)
        right.addWidget(self.list, 1)
        layout.addLayout(right, 1)
        for signal in (
            session.view_changed,
            session.active_changed,
            session.results_changed,
            session.annotations.changed,
        ):
            signal.connect(self.refresh)
        self.refresh()

    def _make_tools(self) -> QWidget:
        box = QWidget()
        box.setObjectName("toolRow")
        box.setFixedWidth(316)
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setSpacing(4)
        self.tools = {}
        for column, (kind, name, picture, text) in enumerate(TOOLS):
            tip = f"Draw: {text.lower()} on any picture (right button pans)"
            button = tool_button(name, picture, text, tip, checkable=True)
            button.clicked.connect(lambda on, k=kind: self._session.look(drawing=k if on else None))
            self.tools[kind] = button
            grid.addWidget(button, 0, column)
        self.place = tool_button(
            "placeMarkButton", "plus", "Add in the middle", "Add without the mouse (Ins)"
        )
        self.place.clicked.connect(self.add_in_the_middle)
        self.delete = tool_button(
            "deleteMarkButton", "trash-can-outline", "Delete", "Delete the annotation (Del)"
        )
        self.delete.clicked.connect(self.remove)
        grid.addWidget(self.place, 1, 0, 1, 2)
        grid.addWidget(self.delete, 1, 2)
        grid.addWidget(small(ONLY_THERE), 2, 0, 1, 3)
        grid.setRowStretch(3, 1)
        return box

    @property
    def chosen(self) -> int | None:
        """Place of the chosen annotation in the session's book, if it is on this face."""
        mark = self._session.view.mark
        return mark if mark in self._shown else None

    def refresh(self) -> None:
        """Show the annotations on the active face."""
        work, view = self._session.current, self._session.view
        face = None if work is None else work.active_face
        found = () if face is None else on_face(self._session.annotations.value, face)
        self._shown = [index for index, _ in found]
        for kind, button in self.tools.items():
            button.setChecked(view.drawing is kind)
        with QSignalBlocker(self.list):
            self.list.clear()
            for index, annotation in found:
                self.list.addItem(_item(index, annotation, face))
            chosen = self.chosen
            self.list.setCurrentRow(-1 if chosen is None else self._shown.index(chosen))
        self._show_words(chosen)
        self.delete.setEnabled(chosen is not None)
        self.words.setEnabled(chosen is not None)

    def _show_words(self, chosen: int | None) -> None:
        text = "" if chosen is None else self._session.annotations.value[chosen].text
        before = self.words.property("mark")
        is_new = chosen is not None and not text and before != chosen
        if self.words.isModified() and before is not None:
            if before == chosen:
                return  # they are being typed
            self._say()
        self.words.setProperty("mark", chosen)
        if self.words.text().strip() != text:
            self.words.setText(text)
        if is_new and self.isVisible():
            self.words.setEnabled(True)
            self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_in_the_middle(self) -> None:
        """Add an annotation of the chosen kind (an arrow by default) without a mouse."""
        if self._session.view.drawing is None:
            self._session.look(drawing=AnnotationKind.ARROW)
        job = self._session.selected_job
        pictures = [p for p in self._compare.pictures if p.job == job and p.stage]
        if pictures:
            annotate(self._session, pictures[0], MIDDLE)

    def remove(self) -> None:
        """Delete the chosen annotation; undo brings it back."""
        chosen = self.chosen
        if chosen is not None:
            self.words.setModified(False)  # its words go with it
            self._session.annotations.remove(chosen)
            self._session.look(mark=None)

    def nudge(self, dx: float, dy: float, tip_only: bool) -> None:
        """Move the chosen annotation, or its end alone; moves in a row are one step to undo."""
        chosen = self.chosen
        if chosen is None:
            return
        mark = self._session.annotations.value[chosen]
        end = (mark.end[0] + dx, mark.end[1] + dy)
        start = mark.start if tip_only else (mark.start[0] + dx, mark.start[1] + dy)
        self._session.annotations.move(chosen, start, end, merge=f"nudge {chosen}")

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._shown):
            self._session.look(mark=self._shown[row])

    def _say(self) -> None:
        mark, text = self.words.property("mark"), self.words.text()
        self.words.setModified(False)
        if mark in self._shown:
            self._session.annotations.say(mark, text)


class MarkList(QListWidget):
    """The annotations by number; Del deletes, Alt and arrows move, with Shift the end alone."""

    def __init__(self, panel: MarksPanel) -> None:
        super().__init__()
        self.setObjectName("markList")
        self.setAccessibleName(tr("Annotations on this face"))
        self.setToolTip(tr("Del deletes; Alt with arrow keys moves, Alt Shift the end alone"))
        self._panel = panel
        self._empty = QLabel(tr("No annotation yet: choose a tool and draw on a picture"), self)
        self._empty.setObjectName("muted")
        self._empty.move(8, 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Delete or move the chosen annotation; called by Qt."""
        steps = {
            Qt.Key.Key_Left: (-NUDGE, 0.0),
            Qt.Key.Key_Right: (NUDGE, 0.0),
            Qt.Key.Key_Up: (0.0, -NUDGE),
            Qt.Key.Key_Down: (0.0, NUDGE),
        }
        wish = wish_of(Place.MARKS, event)
        if wish == "delete":
            self._panel.remove()
        elif wish == "insert":
            self._panel.add_in_the_middle()
        elif wish in ("move", "move_end"):
            self._panel.nudge(*steps[Qt.Key(event.key())], wish == "move_end")
        else:
            super().keyPressEvent(event)

    def addItem(self, item: QListWidgetItem | str) -> None:  # noqa: N802
        """Add an annotation; Qt's name."""
        super().addItem(item)
        self._empty.hide()

    def clear(self) -> None:
        """Forget all of them."""
        super().clear()
        self._empty.show()


def _item(index: int, annotation: Annotation, face: FaceWork | None) -> QListWidgetItem:
    results = () if face is None else face.results
    runs = {r.run.record.id: r.label for r in results if r.run is not None}
    where = runs.get(annotation.record, "?")
    stage = "the input" if annotation.stage == "input" else f"{where}, {annotation.stage}"
    words = annotation.text or "no words yet"
    item = QListWidgetItem(f"{index + 1}  {annotation.kind.value} on {stage}: {words}")
    item.setToolTip(item.text())
    return item
