"""Loop, ruler and scale: undone like everything else and kept in the case."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhgui.core.film import FilmTimes
from fhgui.core.frame import Frame
from fhgui.session import messages as m
from fhgui.session.aids import Aids, Loop
from fhgui.session.desk import desk_json, desk_of, read_desk
from fhgui.session.film import find_tracks
from fhgui.session.film_facts import FilmFacts
from fhgui.session.film_job import lay_out, places, small
from fhgui.session.logbook import Level
from fhgui.session.session import Session
from tests.helpers.media import write_video

PATH = Path("/evidence/film.mp4")


@pytest.fixture
def session() -> Session:
    made = Session(lambda command: None)
    work = made.open(PATH)
    work.count = 50
    made.frame_decoded(PATH, Frame(np.zeros((4, 6, 3), np.uint8)))
    return made


def test_a_line_of_known_length_turns_pixels_into_millimetres(session: Session) -> None:
    aiding = session.aiding
    aiding.calibrate(100.0)
    assert aiding.aids.calibration is None
    assert session.log[-1].level is Level.WARNING
    for end in (2.0, 3.0):
        aiding.measure((0.0, 0.0), (end, 4.0), drag=1)
    assert aiding.aids.ruler is not None
    assert aiding.aids.ruler.length_px == 5.0
    aiding.calibrate(100.0)
    assert aiding.aids.calibration is not None
    assert aiding.aids.calibration.mm_per_px == 20.0
    session.undo()
    assert aiding.aids.calibration is None
    session.undo()  # the whole drag is one step
    assert aiding.aids == Aids()
    session.redo()
    session.redo()
    assert aiding.aids.calibration is not None


@given(st.lists(st.tuples(st.integers(0, 49), st.booleans()), max_size=8))
def test_a_loop_always_has_its_ends_in_order(ends: list[tuple[int, bool]]) -> None:
    aids = Aids()
    for index, is_first in ends:
        aids = aids.with_loop_end(index, is_first, 50)
        assert aids.loop is not None
        assert 0 <= aids.loop.first <= aids.loop.last < 50
        assert index in (aids.loop.first, aids.loop.last)


def test_the_case_keeps_them_and_older_desks_have_none(session: Session) -> None:
    session.aiding.set_loop_end(is_first=False)
    session.aiding.measure((1.5, 2.0), (7.0, 2.0), drag=1)
    session.aiding.calibrate(33.0)
    kept = json.loads(json.dumps(desk_json(desk_of(session.works, session.current))))
    assert read_desk(kept).sources[0].aids == session.aiding.aids
    del kept["sources"][0]["aids"]
    assert read_desk(kept).sources[0].aids == Aids()


def test_key_frames_are_gone_to_in_turn(session: Session) -> None:
    work = session.current
    assert work is not None
    times = FilmTimes(np.arange(50) / 25, (0, 20, 40), stored=True)
    session.aiding.go_to_key_frame(1)
    assert work.frame_index == 0  # not known yet
    work.film = FilmFacts(times=times)
    seen = []
    for direction in (1, 1, 1, -1, -1, -1):
        session.aiding.go_to_key_frame(direction)
        seen.append(work.frame_index)
    assert seen == [20, 40, 40, 20, 0, 0]


@given(st.integers(0, 500), st.integers(0, 60), st.sets(st.integers(0, 499)))
def test_small_pictures_lie_along_the_whole_film(count: int, wanted: int, keys: set[int]) -> None:
    inside = tuple(sorted(k for k in keys if k < count))
    found = places(count, wanted, FilmTimes(np.arange(count) / 25.0, inside, stored=True))
    assert len(found) == len(set(found)) <= wanted
    assert all(0 <= index < count for index in found)
    if found and not inside:
        step = max(1.0, count / wanted)
        assert np.all(np.diff((0, *found, count - 1)) <= step + 1)


def test_the_worker_lays_out_a_film(tmp_path: Path) -> None:
    path = write_video(tmp_path / "film.mp4", frames=30)
    told: list[m.Event] = []
    lay_out(m.LayOutFilm(7, path, 10), told.append, lambda: None)
    timed, *thumbs = told
    assert isinstance(timed, m.FilmTimed)
    assert timed.times is not None
    assert timed.times.times_s == pytest.approx(np.arange(30) / 25)
    assert len(thumbs) == 10
    assert all(isinstance(t, m.ThumbMade) and t.pixels.shape == (54, 81, 3) for t in thumbs)


def test_a_small_picture_keeps_the_mean() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (540, 960, 3), dtype=np.uint8)
    reduced = small(pixels)
    assert reduced.shape == (54, 96, 3)
    assert float(reduced.mean()) == pytest.approx(float(pixels.mean()), abs=0.5)


def test_a_loop_that_was_set_is_what_is_searched() -> None:
    asked: list[m.Command] = []
    watched = Session(asked.append)
    work = watched.open(PATH)
    work.count = 50
    watched.frame_decoded(PATH, Frame(np.zeros((4, 6, 3), np.uint8)))
    watched.aiding.set_aids("loop", Aids(loop=Loop(5, 9)))
    find_tracks(watched)
    command = next(c for c in asked if isinstance(c, m.TrackFaces))
    assert (command.first, command.last) == (5, 9)
    assert watched.busy
