"""The frame view with its tools: crop by drag or by numbers, faces, zoom, and the inspector."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from fhgui.core.face import Box
from fhgui.core.frame import Frame
from fhgui.core.track import Sighting
from fhgui.gui.inspector.inspector import Inspector, Rail
from fhgui.gui.panels.film_strip import track_colour
from fhgui.gui.panels.frames_field import FramesField
from fhgui.gui.threads.preview import Preview, PreviewThread, Wish
from fhgui.gui.viewers import crop_tool
from fhgui.gui.viewers.frame_view import FrameView, Tools, TrackBox
from fhgui.gui.widgets import tool_button
from fhgui.session.messages import FindFaces
from fhgui.session.session import Session
from fhgui.session.viewing import Step
from fhgui.session.work import Work

ROOM_ABOUT_FACE = 1.5
"""A face that was clicked is searched again in a crop so many times as large as its box."""


class FramePage(QWidget):
    """Frame and crop steps of the workflow.

    Signals
    -------
    hovered : the `Sample` under the cursor, or None.
    """

    hovered = Signal(object)

    def __init__(
        self, session: Session, previews: PreviewThread, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("centrePage")
        self._session = session
        self._previews = previews
        self._looked_at: Work | None = None
        self._wished: Wish | None = None
        self._filled: object = None
        self.view = FrameView()
        self.rail, self.inspector = Rail(), Inspector(session)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.addWidget(self._make_tools())
        beside = QHBoxLayout()
        beside.setSpacing(6)
        beside.addWidget(self.view, 1)
        beside.addWidget(self.inspector)
        beside.addWidget(self.rail)
        layout.addLayout(beside, 1)
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
        layout.addSpacing(4)
        self.numbers: dict[str, QSpinBox] = {}
        for name, words in (("x", "left"), ("y", "top"), ("w", "width"), ("h", "height")):
            spin = QSpinBox()
            spin.setObjectName(f"crop{name.upper()}")
            spin.setAccessibleName(f"Crop {words} in pixels")
            spin.setToolTip(f"Crop {words}, frame pixels")
            spin.setRange(0, 100_000)
            spin.setFixedWidth(54)
            spin.setKeyboardTracking(False)
            spin.valueChanged.connect(self._typed)
            self.numbers[name] = spin
            layout.addWidget(QLabel(name))
            layout.addWidget(spin)
        self.clear = tool_button("clearCropButton", "close", "", "Take the crop away (Del)")
        layout.addWidget(self.clear)
        layout.addWidget(FramesField(self._session))
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
        self.view.ruler_dragged.connect(session.aiding.measure)
        self.rail.chosen.connect(self._open_page)
        self.rail.magnifier.toggled.connect(lambda on: session.look(magnifier=on))
        self._previews.made.connect(self._take_preview, Qt.ConnectionType.QueuedConnection)
        for signal in (
            session.frame_changed,
            session.marking_changed,
            session.faces_changed,
            session.aids_changed,
            session.film_changed,
            session.view_changed,
        ):
            signal.connect(self.refresh)

    def refresh(self) -> None:
        """Show the session's frame and marking."""
        work, marking = self._session.current, self._session.marking
        frame = work.frame if work else None
        self._show_frame(work, frame)
        self.view.empty_text = "decoding …" if work else ""
        here = work is not None and frame is not None and work.faces_frame == frame.index
        faces = work.faces if work is not None and here else ()
        self.view.set_marks(marking.box, marking.points or (), faces)
        self.view.set_tracks(() if here or work is None else _track_boxes(work, frame))
        self._show_tools()
        for widget in (self.crop, self.faces):
            widget.setEnabled(frame is not None)
        self.clear.setEnabled(marking.box is not None)
        self._fill_numbers(marking.box, frame)

    def _show_frame(self, work: Work | None, frame: Frame | None) -> None:
        """Show a frame at once if it is shown as it is, else when its preview is there."""
        view = self._session.view
        counted = self.rail.name == "histogram"
        if work is not self._looked_at or frame is None:
            self._looked_at, self._wished = work, None
            self.view.show_frame(None)
        if frame is None:
            self.inspector.histogram.show_counts(None, None)
            return
        if view.adjustment.is_neutral:
            self.view.show_frame(frame.pixels)
        if not view.adjustment.is_neutral or counted:
            self._wish(frame, counted)

    def _wish(self, frame: Frame, counted: bool) -> None:
        view, box = self._session.view, self._session.marking.box
        h, w = frame.size_hw
        within = None if box is None else crop_tool.inside(box, (w, h))
        wish = Wish(frame.pixels, view.adjustment, counted, within)
        if not wish.is_like(self._wished):
            self._wished = wish
            self._previews.want(wish)

    def _take_preview(self, preview: Preview) -> None:
        work, wish = self._session.current, preview.wish
        frame = None if work is None else work.frame
        if frame is None or frame.pixels is not wish.pixels:
            return
        if preview.counts is not None:
            self.inspector.histogram.show_counts(preview.counts, wish.within)
        if wish.adjustment == self._session.view.adjustment:
            as_it_is = wish.adjustment.is_neutral
            self.view.show_frame(wish.pixels, None if as_it_is else preview.shown)

    def _show_tools(self) -> None:
        session = self._session
        view, aids, work = session.view, session.aiding.aids, session.current
        measuring = self.rail.name == "measure"
        here = work is not None and aids.ruler is not None
        shown = here and work is not None and aids.ruler.frame_index == work.frame_index  # type: ignore[union-attr]  # here says so
        words = view.adjustment.words()
        self.view.set_tools(
            Tools(
                measuring=measuring and view.step is not Step.CROP,
                magnifier=view.magnifier,
                scale_bar=measuring or aids.calibration is not None,
                ruler=aids.ruler if shown else None,
                known=aids.calibration,
                note=f"View only, data unchanged: {words}" if words else "",
            )
        )
        with QSignalBlocker(self.rail.magnifier):
            self.rail.magnifier.setChecked(view.magnifier)

    def _open_page(self, name: str) -> None:
        self.inspector.open(name)
        if name == "measure" and self._session.view.step is Step.CROP:
            self._session.look(step=Step.FRAME)
        self._wished = None
        self.refresh()

    def clear_crop(self) -> None:
        """Take crop and points away."""
        self._session.mark("clear the crop", self._session.marking.with_box(None))

    def _fill_numbers(self, box: Box | None, frame: Frame | None) -> None:
        h, w = (1, 1) if frame is None else frame.size_hw
        filled = (box, w, h, frame is None)
        if filled == self._filled:
            return
        self._filled = filled
        limits = {"x": w - 1, "y": h - 1, "w": w, "h": h}
        for name, spin in self.numbers.items():
            with QSignalBlocker(spin):
                spin.setEnabled(frame is not None)
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

    def _face_chosen(self, box: Box) -> None:
        if not self._session.doing(FindFaces):  # one press of a double click is enough
            within = crop_tool.expanded(box, ROOM_ABOUT_FACE, self.view.size_wh)
            self._session.find_faces(within)


def _track_boxes(work: Work, frame: Frame | None) -> tuple[TrackBox, ...]:
    """Return where the followed faces are in a frame."""
    boxes = []
    for track in work.film.tracks if frame is not None else ():
        box = track.box_at(frame.index) if frame is not None else None
        if box is not None and frame is not None:
            sighting = track.sighting(frame.index)
            shade = track_colour(track.number).name()
            said = f"face {track.number} · " + _seen_words(
                box, sighting, searched=frame.index in work.film.seen
            )
            boxes.append(TrackBox(box, said, sighting is not None, shade))
    return tuple(boxes)


def _seen_words(box: Box, sighting: Sighting | None, searched: bool) -> str:
    if sighting is None:
        why = "not found here" if searched else "frame not searched"
        return f"{box.w}×{box.h} px · carried: {why}"
    return replace(sighting.face, box=box).words
