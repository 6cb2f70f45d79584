"""The frame view with its tools: crop by drag or by numbers, finding faces, zoom."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from fhgui.core.face import Box
from fhgui.gui.viewers import crop_tool
from fhgui.gui.viewers.frame_view import FrameView
from fhgui.gui.widgets import tool_button
from fhgui.session.session import Session

ROOM_ABOUT_FACE = 1.5
"""A face that was clicked is searched again in a crop so many times as large as its box."""


class FramePage(QWidget):
    """Frame and crop steps of the workflow.

    Signals
    -------
    hovered : the `Sample` under the cursor, or None.
    """

    hovered = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("centrePage")
        self._session = session
        self.view = FrameView()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.addWidget(self._make_tools())
        layout.addWidget(self.view, 1)
        self._connect()
        self.refresh()

    def _make_tools(self) -> QWidget:
        row = QWidget()
        row.setObjectName("toolRow")
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        self.crop = tool_button(
            "cropTool", "crop", "Crop", "Draw a rectangle around a face (C)", checkable=True
        )
        self.faces = tool_button(
            "findFacesButton", "face-recognition", "Find faces", "Find faces in this frame (Ctrl+F)"
        )
        layout.addWidget(self.crop)
        layout.addWidget(self.faces)
        layout.addSpacing(10)
        self.numbers: dict[str, QSpinBox] = {}
        for name, words in (("x", "left"), ("y", "top"), ("w", "width"), ("h", "height")):
            spin = QSpinBox()
            spin.setObjectName(f"crop{name.upper()}")
            spin.setAccessibleName(f"Crop {words} in pixels")
            spin.setToolTip(f"Crop {words}, frame pixels")
            spin.setRange(0, 100_000)
            spin.setFixedWidth(62)
            spin.setKeyboardTracking(False)
            spin.valueChanged.connect(self._typed)
            self.numbers[name] = spin
            layout.addWidget(QLabel(name))
            layout.addWidget(spin)
        self.clear = tool_button("clearCropButton", "close", "", "Take the crop away (Del)")
        layout.addWidget(self.clear)
        layout.addStretch(1)
        self.fit = tool_button("fitButton", "fit-to-screen-outline", "", "Whole frame (Ctrl+0)")
        self.actual = tool_button("actualButton", "numeric-1-box-outline", "", "100 % (Ctrl+1)")
        layout.addWidget(self.fit)
        layout.addWidget(self.actual)
        return row

    def _connect(self) -> None:
        session = self._session
        self.crop.toggled.connect(self.view.set_cropping)
        self.faces.clicked.connect(lambda _checked: session.find_faces())
        self.clear.clicked.connect(self.clear_crop)
        self.fit.clicked.connect(self.view.fit)
        self.actual.clicked.connect(lambda: self.view.set_scale(1.0))
        self.view.hovered.connect(self.hovered)
        self.view.box_dragged.connect(self._dragged)
        self.view.face_chosen.connect(self._face_chosen)
        for signal in (session.frame_changed, session.marking_changed, session.faces_changed):
            signal.connect(self.refresh)

    def refresh(self) -> None:
        """Show the session's frame and marking."""
        work, marking = self._session.current, self._session.marking
        frame = work.frame if work else None
        self.view.set_pixels(frame.pixels if frame else None)
        self.view.empty_text = "decoding …" if work else ""
        here = work is not None and frame is not None and work.faces_frame == frame.index
        faces = work.faces if work is not None and here else ()
        self.view.set_marks(marking.box, marking.points or (), faces)
        for widget in (self.crop, self.faces):
            widget.setEnabled(frame is not None)
        self.clear.setEnabled(marking.box is not None)
        self._fill_numbers(marking.box)

    def clear_crop(self) -> None:
        """Take crop and points away."""
        self._session.mark("clear the crop", self._session.marking.with_box(None))

    def _fill_numbers(self, box: Box | None) -> None:
        w, h = self.view.size_wh
        limits = {"x": w - 1, "y": h - 1, "w": w, "h": h}
        for name, spin in self.numbers.items():
            with QSignalBlocker(spin):
                spin.setEnabled(self.view.pixels is not None)
                spin.setMaximum(max(0, limits[name]))
                spin.setSpecialValueText("–" if box is None else "")
                spin.setValue(0 if box is None else getattr(box, name))

    def _typed(self) -> None:
        x, y, w, h = (self.numbers[n].value() for n in "xywh")
        if w < 1 or h < 1:
            return  # the box is complete once both sides are given
        box = crop_tool.inside(Box(x, y, w, h), self.view.size_wh)
        self._session.mark("type the crop", self._session.marking.with_box(box))

    def _dragged(self, box: Box, drag: int) -> None:
        marking = self._session.marking.with_box(box)
        self._session.mark("draw the crop", marking, merge=f"drag-{drag}")

    def _face_chosen(self, index: int) -> None:
        work = self._session.current
        if work is not None and not self._session.busy:
            box = work.faces[index].box
            within = crop_tool.expanded(box, ROOM_ABOUT_FACE, self.view.size_wh)
            self._session.find_faces(within)
