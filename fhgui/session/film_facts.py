"""What the worker told of a film: its time line, small pictures along it, faces over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fhgui.core.arrays import Pixels
from fhgui.core.face import DetectedFace
from fhgui.core.film import FilmTimes
from fhgui.core.track import FaceTrack


@dataclass(frozen=True, eq=False)
class FilmFacts:
    """What is known of a film so far.

    Parameters
    ----------
    times : when every frame is shown; None until known, or where packets do not tell.
    thumbs : small pictures, H×W×3 uint8, by the frame they show.
    seen : faces found by the search over time, by frame; frames without any are there too.
    tracks : the people of the last search, best first.
    search : number of the job that searches now; None while none does.
    """

    times: FilmTimes | None = None
    thumbs: Mapping[int, Pixels] = field(default_factory=dict)
    seen: Mapping[int, tuple[DetectedFace, ...]] = field(default_factory=dict)
    tracks: tuple[FaceTrack, ...] = ()
    search: int | None = None
