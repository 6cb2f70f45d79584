"""The thread that makes what is only looked at: adjusted frames and their histograms.

Only the newest wish is carried out: a slider that is dragged asks for many.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Condition

from PySide6.QtCore import QObject, QThread, Signal

from fhgui.core.arrays import AnyArray, Pixels
from fhgui.core.face import Box
from fhgui.imaging.adjusting import Adjustment, adjusted, histogram


@dataclass(frozen=True, eq=False)
class Wish:
    """What is wanted of a frame.

    Parameters
    ----------
    pixels : the frame, H×W×3 uint8; nobody changes it.
    adjustment : how it is to be shown.
    counted : whether its histogram is wanted too.
    within : the part of it that is counted; None for all.
    """

    pixels: Pixels
    adjustment: Adjustment
    counted: bool
    within: Box | None

    def is_like(self, other: Wish | None) -> bool:
        """Tell whether another wish asks for the same."""
        return (
            other is not None
            and self.pixels is other.pixels
            and (self.adjustment, self.counted, self.within)
            == (other.adjustment, other.counted, other.within)
        )


@dataclass(frozen=True, eq=False)
class Preview:
    """What came of a `Wish`; ``counts`` are 4×256, of the frame as it was decoded."""

    wish: Wish
    shown: Pixels
    counts: AnyArray | None


class PreviewThread(QThread):
    """Makes previews.

    Signals
    -------
    made : a `Preview`.
    """

    made = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fhgui-preview")
        self._changed = Condition()
        self._wanted: Wish | None = None
        self._stopping = False

    def want(self, wish: Wish) -> None:
        """Ask for a preview; one that has not begun is forgotten for it."""
        with self._changed:
            self._wanted = wish
            self._changed.notify()
        if not self.isRunning() and not self._stopping:
            self.start()

    def shut_down(self) -> None:
        """End the thread; returns when it is gone."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self.isRunning():
            self.wait()

    def run(self) -> None:
        """Serve until `shut_down`; called by Qt."""
        while (wish := self._next()) is not None:
            self.made.emit(carried_out(wish))

    def _next(self) -> Wish | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wanted or self._stopping)
            wish, self._wanted = self._wanted, None
            return None if self._stopping else wish


def carried_out(wish: Wish) -> Preview:
    """Return what a wish asks for."""
    counts = None
    if wish.counted:
        box = wish.within
        part = wish.pixels
        if box is not None:
            part = part[box.y : box.y + box.h, box.x : box.x + box.w]
        counts = histogram(part)
    return Preview(wish, adjusted(wish.pixels, wish.adjustment), counts)
