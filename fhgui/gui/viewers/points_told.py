"""How the points came about and how well they fit, in one line."""

from __future__ import annotations

from fhgui.core.face import PlacedBy, spread_words
from fhgui.session.fitting import FitFacts
from fhgui.session.marking import Marking

PLACED = {
    PlacedBy.AUTO: "found automatically",
    PlacedBy.SNAPPED: "snapped to the landmark model, which sees a face anywhere",
    PlacedBy.TRACKED: "carried over",
    PlacedBy.ANALYST: "set by the analyst",
    PlacedBy.NETWORK: "put upright by STN0, nobody saw these points",
    PlacedBy.BOX: "crop only: no points yet",
    PlacedBy.ALIGNED: "frame used as it is",
}
SEPARATOR = "  ·  "
FEW_AGREE = 0.5
"""Share of the agreeing places below which carried points want a close look: in the films that
carrying was measured on, points were off by 9.6 % of the eye distance below, 3.8 % above."""


def told_words(marking: Marking, facts: FitFacts | None) -> str:
    """Return what is to be said about a marking."""
    if not (marking.box or marking.points or marking.aligned):
        return "no crop yet: draw one, click the eyes by hand (P), or search the frame (Ctrl+L)"
    words = [PLACED[marking.placed_by]]
    carried = marking.carried
    if carried is not None:
        words[0] += (
            f" from frame {carried.anchor_frame} by optical flow, {carried.agreed:.0%} of the "
            "places agree"
        )
        if carried.agreed < FEW_AGREE:
            words[0] += ": look closely"
    if marking.points is not None and marking.score is not None:
        words[0] += f", {marking.found_by.scale} {marking.score:.2f}"
    if marking.points is not None and marking.spread_px is not None:
        words.append(spread_words(marking.spread_px))
    if marking.points is not None:
        words.append("no similarity fits these points" if facts is None else facts.residual())
    return SEPARATOR.join(words)
