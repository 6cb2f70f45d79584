"""What an analyst asks for: one face of one frame, enhanced by one method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from fhgui.core.face import Box, PlacedBy
from fhgui.core.fields import Fields
from fhgui.core.fusion import FrameSpan


class PlacementKind(StrEnum):
    """How the face is found in the frame."""

    AUTO = "auto"
    """Detect in the whole frame and take the best-scored face."""
    BOX = "box"
    """Landmarks are looked for inside the box; without any, the box alone places the face."""
    STRAIGHTEN = "straighten"
    """As ``BOX``; without landmarks, the network STN0 puts the face in the box upright."""
    LANDMARKS = "landmarks"
    """Points given by the analyst: 2 eyes, 5 or 68 points."""
    ALIGNED = "aligned"
    """The frame already is the method's input."""


NOT_FOLLOWED = "was not followed from there to this frame"
"""Ends the note of a placement that was made in another frame; the report looks for it."""


@dataclass(frozen=True)
class Placement:
    """Where the analyst says the face is.

    Parameters
    ----------
    kind : how it is found.
    box : frame pixels; needed for ``BOX`` and ``STRAIGHTEN``.
    landmarks : (x, y) pairs in frame pixels; needed for ``LANDMARKS``.
    placed_by : who or what set the landmarks: analyst, landmark model, optical flow or STN0.
    note : how they (or the box) came about, in words for the record; empty when they were set by
        hand in this frame.
    """

    kind: PlacementKind
    box: Box | None = None
    landmarks: tuple[tuple[float, float], ...] | None = None
    placed_by: PlacedBy = PlacedBy.ANALYST
    note: str = ""


@dataclass(frozen=True)
class EnhanceRequest:
    """One run, before it happens.

    Parameters
    ----------
    source : the evidence file.
    frame_index : frame of a video, from 0.
    method : method id.
    placement : where the face is.
    degradation : operator assumed to have made the input; None for the method's own.
    settings : config fields that differ from the method's defaults.
    seed : feeds all randomness.
    device : ``auto``, ``cpu`` or ``cuda``.
    threads : CPU threads; None for the machine's number of cores.
    override_reason : why a face below the class Perceive is enhanced all the same, in the words
        of the analyst.
    needs_reason : refuse such a face without a reason; else the record says that none was given.
    fields : which of the two fields of every frame are used.
    fuse : frames about the marked one that the input is made of; None for that frame alone.
    after_loss : what became of a first try whose process was lost, for the record; empty for none.
    """

    source: Path
    method: str
    placement: Placement
    frame_index: int = 0
    degradation: str | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    seed: int = 0
    device: str = "auto"
    threads: int | None = None
    override_reason: str = ""
    needs_reason: bool = False
    fields: Fields = Fields.WOVEN
    fuse: FrameSpan | None = None
    after_loss: str = ""
