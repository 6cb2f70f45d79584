"""Which two pictures of a face the flicker shows: crop and aligned, last change, frame before."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.core.face import FaceAlignment
from fhgui.core.method import MethodInfo
from fhgui.gui.viewers.align_tools import LookTools
from fhgui.gui.viewers.flicker_view import FlickerView, Side
from fhgui.session import fitting, placement
from fhgui.session.session import Session

LATELY = 4
"""Faces that are kept as they were laid on the template: of two changes, both sides."""

WHY_NOT = {
    "crop": "Set points first: then the crop is compared with the aligned face",
    "change": "Change a point first: then the face is compared with what it was",
    "frame": "Carry the points to another frame first (N): then the two are compared",
}


@dataclass(frozen=True, eq=False)
class _Kept:
    """The face as it lay on the template in the frame that it was carried from."""

    frame_index: int
    pixels: Pixels


@dataclass(frozen=True, eq=False)
class _Laid:
    """A face on the template, and what it was made of."""

    pixels: Pixels
    alignment: FaceAlignment
    info: MethodInfo
    face: Pixels

    def is_of(self, pixels: Pixels, alignment: FaceAlignment, info: MethodInfo) -> bool:
        same = self.pixels is pixels and self.info is info
        return same and np.array_equal(self.alignment.matrix, alignment.matrix)


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
        self._lately: deque[_Laid] = deque(maxlen=LATELY)
        self._now: tuple[Pixels | None, FaceAlignment | None, MethodInfo] | None = None

    def refresh(
        self, pixels: Pixels | None, alignment: FaceAlignment | None, info: MethodInfo
    ) -> None:
        """Take in what is shown now; pictures are made only while they are looked at."""
        self._now = (pixels, alignment, info)
        if not self._tools.flicker.isChecked():
            return
        kind = str(self._tools.which.currentData())
        sides = None
        if pixels is not None and alignment is not None and alignment.landmarks is not None:
            before = self._before(kind, pixels, alignment, info)
            now = self._laid(pixels, alignment, info)
            sides = None if before is None else (before, Side(now, self._words_now(kind)))
        template = None
        if sides is not None and self._tools.template.isChecked():
            template = fitting.template_on_output(info)
        self.view.set_sides(sides, template, WHY_NOT[kind])

    def keep_frame(self) -> None:
        """Keep the face as it is now, to compare it with the frame that it is carried to."""
        work = self._session.current
        if self._now is None or work is None:
            return
        pixels, alignment, info = self._now
        if pixels is not None and alignment is not None:
            self._kept = _Kept(work.shown_index, self._laid(pixels, alignment, info))

    def _before(
        self, kind: str, pixels: Pixels, alignment: FaceAlignment, info: MethodInfo
    ) -> Side | None:
        marking = self._session.marking
        if kind == "crop":
            plain = fitting.upright(marking, alignment, info)
            what = "the crop, not turned" if marking.box else "the same place, not turned"
            return Side(self._laid(pixels, plain, info), what)
        if kind == "frame":
            carried, kept = marking.carried, self._kept
            if carried is None or kept is None or kept.frame_index != carried.came_from:
                return None
            return Side(kept.pixels, f"frame {kept.frame_index}")
        work = self._session.current
        earlier = None if work is None else work.markings.previous
        if earlier is None or earlier.aligned:
            return None
        placed = placement.alignment_of(earlier, info)
        if placed is None:
            return None
        return Side(self._laid(pixels, placed, info), "before the last change")

    def _laid(self, pixels: Pixels, alignment: FaceAlignment, info: MethodInfo) -> Pixels:
        """Return a face on the template; the last ones are kept, as little changes between two."""
        for laid in self._lately:
            if laid.is_of(pixels, alignment, info):
                return laid.face
        face = fitting.on_template(pixels, alignment, info)
        self._lately.append(_Laid(pixels, alignment, info, face))
        return face

    def _words_now(self, kind: str) -> str:
        work = self._session.current
        if kind == "frame" and work is not None:
            return f"frame {work.shown_index}"
        return "aligned by the points" if kind == "crop" else "as it is now"
