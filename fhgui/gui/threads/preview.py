"""The thread that makes what is only looked at: adjusted frames and their histograms.

Only the newest wish is carried out: a slider that is dragged asks for many.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from fhgui.core.arrays import AnyArray, Pixels
from fhgui.core.face import Box
from fhgui.gui.threads.serving import ServingThread
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


class PreviewThread(ServingThread[Wish]):
    """Makes previews.

    Signals
    -------
    made : a `Preview`.
    """

    made = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("fhgui-preview", parent)

    def want(self, wish: Wish) -> None:
        """Ask for a preview; one that has not begun is forgotten for it."""
        self._ask(wish, forget=lambda _: True)

    def _serve(self, wish: Wish) -> None:
        self.made.emit(carried_out(wish))


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
