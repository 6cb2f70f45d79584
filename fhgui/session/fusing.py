"""How many frames the next runs are made of, and which."""

from __future__ import annotations

from fhgui.core.fusion import FrameSpan, span_around
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind

ALONE = 1
"""Number of frames that stands for the marked frame alone."""

MOST_FRAMES = 64
"""As `fhgui.alignment.fusing`, which the window does not import."""


def spans(
    count: int, place: Placement, frame_index: int, frames: int
) -> tuple[FrameSpan | None, ...]:
    """Return what each method is run on: the marked frame alone and, if asked for, several fused.

    The frame alone is always among them, so that its result stands beside the fused one.

    Parameters
    ----------
    count : how many frames the source has.
    frames : how many are to be fused; `ALONE` for none.
    """
    if frames <= ALONE or count < 2 or place.kind is PlacementKind.ALIGNED:
        return (None,)
    return None, span_around(frame_index, frames, count)


def fuse_words(request: EnhanceRequest) -> str:
    """Return how many frames a run is made of, in a few words; empty for one."""
    return "" if request.fuse is None else f"{request.fuse.count} frames"
