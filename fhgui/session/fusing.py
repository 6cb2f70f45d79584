"""How many frames the next runs are made of, and which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fhgui.core.fusion import FrameSpan, span_around
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind

if TYPE_CHECKING:  # it imports this module's user
    from fhgui.session.work import Work

ALONE = 1
"""Number of frames that stands for the marked frame alone."""

MOST_FRAMES = 64
"""As `fhgui.alignment.fusing`, which the window does not import."""


def can_fuse(work: Work | None) -> bool:
    """Tell whether there are other frames than the one that is shown."""
    return work is not None and work.count > 1


def spans(
    work: Work, place: Placement, frame_index: int, frames: int
) -> tuple[FrameSpan | None, ...]:
    """Return what each method is run on: the marked frame alone and, if asked for, several fused.

    The frame alone is always among them, so that its result stands beside the fused one.

    Parameters
    ----------
    frames : how many are to be fused; `ALONE` for none.
    """
    if frames <= ALONE or not can_fuse(work) or place.kind is PlacementKind.ALIGNED:
        return (None,)
    return None, span_around(frame_index, frames, work.count)


def fuse_words(request: EnhanceRequest) -> str:
    """Return how many frames a run is made of, in a few words; empty for one."""
    return "" if request.fuse is None else f"{request.fuse.count} frames"
