"""Has films laid out and searched, and keeps what the worker tells of them."""

from __future__ import annotations

from dataclasses import replace

from fhgui.session import messages as m
from fhgui.session.bench import Bench
from fhgui.session.logbook import Level
from fhgui.session.work import Work

THUMBS = 40
"""Small pictures along the time line: as many as fit a wide window."""


def want_film(bench: Bench, work: Work) -> None:
    """Have the time line of a film laid out, once."""
    bench.ask_once(("film",), work, lambda job: m.LayOutFilm(job, work.path, THUMBS))


def find_tracks(bench: Bench) -> None:
    """Have the current film searched for faces over time."""
    work = bench.current
    if work is None or work.count < 2 or bench.busy:
        return
    loop = work.aids.value.loop
    first, last = (0, work.count - 1) if loop is None else (loop.first, loop.last)
    rate = work.info.rate_fps if work.info else None
    job = bench.next_number()
    work.film = replace(work.film, seen={}, tracks=(), search=job)
    bench.ask_as(m.TrackFaces(job, work.path, first, last, rate, work.aids.value.fields), work)
    bench.film_changed.emit()


def take_film(bench: Bench, event: m.Event, work: Work) -> None:
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
        _tell_tracks(bench, work, event)
    elif isinstance(event, m.Done) and event.job == film.search:
        work.film = replace(film, search=None)
    else:
        return
    if work is bench.current:
        bench.film_changed.emit()


def _tell_tracks(bench: Bench, work: Work, event: m.FacesTracked) -> None:
    count = len(event.tracks)
    if count:
        people = "1 face was" if count == 1 else f"{count} faces were"
        bench.note(f"{people} followed through {work.path.name}")
    else:
        bench.note(
            f"no face was found in {len(work.film.seen)} frames of {work.path.name}; "
            "draw a crop around it by hand",
            Level.WARNING,
        )
