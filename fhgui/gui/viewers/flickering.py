"""Which two pictures of a face the flicker shows: crop and aligned, last change, frame before."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple, TypeGuard
from weakref import ReferenceType, ref

from PySide6.QtCore import Qt

from fhgui.core.arrays import Pixels
from fhgui.core.face import FaceAlignment
from fhgui.core.method import MethodInfo
from fhgui.gui.threads.inputs import Cut, InputThread
from fhgui.gui.viewers.align_tools import LookTools
from fhgui.gui.viewers.flicker_view import FlickerView, Side
from fhgui.session import fitting, placement
from fhgui.session.marking import Marking
from fhgui.session.session import Session
from fhgui.session.work import Work

LATELY = 4
"""Faces that are kept as they were laid on the template: of two changes, both sides."""

WHY_NOT = {
    "crop": "Set points first: then the crop is compared with the aligned face",
    "change": "Change a point first: then the face is compared with what it was",
    "frame": "Carry the points to another frame first (N): then the two are compared",
}


BEING_LAID = "The faces are being laid on the template …"


class _Kept(NamedTuple):
    """The face as it lay on the template in the frame that it was carried from.

    Parameters
    ----------
    work : whose frame it was; not held: all of its results hang on it.
    marking : of that frame.
    """

    work: ReferenceType[Work]
    marking: Marking
    frame_index: int
    cut: Cut


class Flickering:
    """Gives the flicker view what it shows.

    Parameters
    ----------
    tools : which of the comparisons is wanted, and whether any.
    """

    def __init__(self, session: Session, tools: LookTools) -> None:
        self._session, self._tools = session, tools
        self.view = FlickerView()
        self._kept: _Kept | None = None
        self._lately: deque[tuple[Cut, Pixels]] = deque(maxlen=LATELY)
        self._now: tuple[Pixels | None, FaceAlignment | None, MethodInfo] | None = None
        self._thread = InputThread(self.view)
        self._thread.made.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def shut_down(self) -> None:
        """End the thread."""
        self._thread.shut_down()

    def refresh(
        self, pixels: Pixels | None, alignment: FaceAlignment | None, info: MethodInfo
    ) -> None:
        """Take in what is shown now; pictures are made only while they are looked at."""
        self._now = (pixels, alignment, info)
        if pixels is None:  # whole frames are in what was cut lately
            self._lately.clear()
            self._kept = None
        if not self._tools.flicker.isChecked():
            return
        kind = str(self._tools.which.currentData())
        before = None
        if pixels is not None and alignment is not None and alignment.landmarks is not None:
            before = self._before(kind, pixels, alignment, info)
        if pixels is None or alignment is None or before is None:
            self.view.set_sides(None, None, WHY_NOT[kind])
            return
        earlier = self._laid(before[0])
        now = None if earlier is None else self._laid(Cut(pixels, alignment, info, on_output=True))
        if earlier is None or now is None:
            self.view.set_sides(None, None, BEING_LAID)
            return
        template = fitting.template_on_output(info) if self._tools.template.isChecked() else None
        sides = Side(earlier, before[1]), Side(now, self._words_now(kind))
        self.view.set_sides(sides, template, "")

    def keep_frame(self) -> None:
        """Keep the face as it is now, to compare it with the frame that it is carried to."""
        work = self._session.current
        if self._now is None or work is None:
            return
        pixels, alignment, info = self._now
        if pixels is not None and alignment is not None:
            cut = Cut(pixels, alignment, info, on_output=True)
            self._kept = _Kept(ref(work), self._session.marked, work.shown_index, cut)

    def _before(
        self, kind: str, pixels: Pixels, alignment: FaceAlignment, info: MethodInfo
    ) -> tuple[Cut, str] | None:
        """Return the earlier of both faces and its words; None if there is none."""
        marking, work = self._session.marking, self._session.current
        earlier = None if work is None else work.markings.previous
        if kind == "crop":
            plain = fitting.upright(marking, alignment, info)
            what = "the crop, not turned" if marking.box else "the same place, not turned"
            return Cut(pixels, plain, info, on_output=True), what
        if kind == "frame":
            kept = self._kept
            return None if not self._came_from(kept) else (kept.cut, f"frame {kept.frame_index}")
        if earlier is None or earlier.aligned:
            return None
        placed = placement.alignment_of(earlier, info)
        if placed is None:
            return None
        return Cut(pixels, placed, info, on_output=True), "before the last change"

    def _came_from(self, kept: _Kept | None) -> TypeGuard[_Kept]:
        """Tell whether the points were carried from what is kept: not of another film or change."""
        work, carried = self._session.current, self._session.marking.carried
        if kept is None or work is None or carried is None or kept.work() is not work:
            return False
        return kept.frame_index == carried.came_from and kept.marking == work.markings.previous

    def _laid(self, cut: Cut) -> Pixels | None:
        """Return a face on the template; None if it is large, and comes when it is laid."""
        for known, face in self._lately:
            if cut.is_like(known):
                return face
        if cut.is_large:
            self._thread.want(cut)
            return None
        self._lately.append((cut, cut.made()))
        return self._lately[-1][1]

    def _take(self, cut: Cut, face: Pixels) -> None:
        self._lately.append((cut, face))
        if self._now is not None:
            self.refresh(*self._now)

    def _words_now(self, kind: str) -> str:
        work = self._session.current
        if kind == "frame" and work is not None:
            return f"frame {work.shown_index}"
        return "aligned by the points" if kind == "crop" else "as it is now"
