"""What the worker told of a film: its time line, small pictures along it, faces over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fhgui.core.arrays import Pixels
from fhgui.core.face import DetectedFace
from fhgui.core.film import FilmTimes
from fhgui.core.track import FaceTrack
from fhgui.session import messages as m
from fhgui.session.logbook import Level

if TYPE_CHECKING:  # they import this module
    from fhgui.session.session import Session
    from fhgui.session.work import Work

THUMBS = 40
"""Small pictures along the time line: as many as fit a wide window."""


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


def want_film(session: Session, work: Work) -> None:
    """Have the time line of a film laid out, once."""
    session.ask_once(("film",), work, lambda job: m.LayOutFilm(job, work.path, THUMBS))


def find_tracks(session: Session) -> None:
    """Have the current film searched for faces over time."""
    work = session.current
    if work is None or work.count < 2 or session.busy:
        return
    loop = work.aids.value.loop
    first, last = (0, work.count - 1) if loop is None else (loop.first, loop.last)
    rate = work.info.rate_fps if work.info else None
    job = session.next_number()
    work.film = replace(work.film, seen={}, tracks=(), search=job)
    session.ask_as(m.TrackFaces(job, work.path, first, last, rate, work.aids.value.fields), work)
    session.film_changed.emit()


def take_film(session: Session, event: m.Event, command: m.Command, work: Work) -> None:
    """Take in what the worker says of a film."""
    film = work.film
    if isinstance(event, m.FilmTimed):
        work.film = replace(film, times=event.times)
    elif isinstance(event, m.ThumbMade):
        work.film = replace(film, thumbs={**film.thumbs, event.frame_index: event.pixels})
    elif isinstance(event, m.FacesSeen):
        work.film = replace(film, seen={**film.seen, event.frame_index: event.faces})
    elif isinstance(event, m.FacesTracked):
        work.film = replace(film, tracks=event.tracks)
        _tell_tracks(session, work, event)
    elif isinstance(event, m.Done) and event.job == film.search:
        work.film = replace(film, search=None)
    else:
        return
    if work is session.current:
        session.film_changed.emit()


def _tell_tracks(session: Session, work: Work, event: m.FacesTracked) -> None:
    count = len(event.tracks)
    if count:
        people = "1 face was" if count == 1 else f"{count} faces were"
        session.note(f"{people} followed through {work.path.name}")
    else:
        session.note(
            f"no face was found in {len(work.film.seen)} frames of {work.path.name}; "
            "draw a crop around it by hand",
            Level.WARNING,
        )
