"""Playing by the film's own clock, with a clock that only goes on when a test says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fhgui.core.film import FilmTimes
from fhgui.core.frame import Frame
from fhgui.evidence.source_info import SourceInfo
from fhgui.session.file_state import GONE
from fhgui.session.places import clock_words, place_of, time_code
from fhgui.session.session import Session
from fhgui.session.transport import FASTEST, Transport

PATH = Path("/evidence/film.mp4")
INFO = SourceInfo(
    "film.mp4", 9, "video", "mp4", "h264", 6, 4, 100, True, 25.0, "1/90", 4.0, 8, False, (), ()
)
PIXELS = np.zeros((4, 6, 3), np.uint8)


class Cinema:
    """A session with a film of 100 frames at 25 a second, and a decoder that is always ready."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.session = Session(lambda command: None)
        self.work = self.session.open(PATH)
        self.session.source_opened(PATH, INFO)
        self.transport = Transport(self.session, lambda: self.now_s)
        self.shown: list[int] = []
        self.damaged: set[int] = set()
        self.decode()

    def decode(self) -> None:
        if self.work.frame_index in self.damaged:
            self.session.source_failed(PATH, "damaged", self.work.frame_index)
        elif self.work.frame is None or self.work.frame.index != self.work.frame_index:
            self.session.frame_decoded(PATH, Frame(PIXELS, self.work.frame_index))
            self.shown.append(self.work.frame_index)

    def pass_time(self, seconds: float, step_s: float = 0.008, ready: bool = True) -> None:
        for _ in range(round(seconds / step_s)):
            self.now_s += step_s
            self.transport.tick()
            if ready:
                self.decode()


@pytest.fixture
def cinema() -> Cinema:
    return Cinema()


def test_a_second_of_film_takes_a_second_and_no_frame_is_left_out(cinema: Cinema) -> None:
    cinema.transport.toggle()
    cinema.pass_time(1.0)
    assert cinema.work.frame_index == pytest.approx(25, abs=1)
    assert cinema.shown == list(range(cinema.work.frame_index + 1))
    cinema.transport.toggle()
    cinema.pass_time(1.0)
    assert cinema.work.frame_index == pytest.approx(25, abs=1)
    assert not cinema.transport.playing


def test_damaged_frames_do_not_hold_the_film_up(cinema: Cinema) -> None:
    cinema.damaged = {7, 8, 20}
    cinema.transport.toggle()
    cinema.pass_time(1.0)
    at = cinema.work.frame_index
    assert at == pytest.approx(25, abs=1)
    assert cinema.shown == [n for n in range(at + 1) if n not in cinema.damaged]
    cinema.work.trouble = GONE
    cinema.pass_time(0.1)
    assert not cinema.transport.playing


def test_time_stamps_decide_where_the_rate_varies(cinema: Cinema) -> None:
    times = np.concatenate([np.arange(50) * 0.02, 1.0 + np.arange(50) * 0.1])
    cinema.work.film = replace(cinema.work.film, times=FilmTimes(times, (0,), stored=True))
    cinema.transport.toggle()
    cinema.pass_time(0.5)
    assert cinema.work.frame_index == pytest.approx(25, abs=1)
    cinema.pass_time(1.5)
    assert cinema.work.frame_index == pytest.approx(60, abs=1)


def test_each_press_doubles_and_the_other_key_turns_round(cinema: Cinema) -> None:
    transport, session = cinema.transport, cinema.session
    session.seek(90)
    cinema.decode()
    for _ in range(5):
        transport.press(-1)
    assert transport.speed == FASTEST
    transport.press(1)
    assert (transport.speed, transport.direction) == (1.0, 1)
    transport.press(-1)
    cinema.pass_time(1.0)
    assert cinema.work.frame_index == pytest.approx(65, abs=1)


def test_the_loop_is_played_over_and_over_and_the_end_stops_without_one(cinema: Cinema) -> None:
    session, transport = cinema.session, cinema.transport
    for index, is_first in ((10, True), (14, False)):
        session.seek(index)
        session.aiding.set_loop_end(is_first)
    transport.set_repeats(True)
    cinema.decode()
    cinema.shown.clear()
    transport.toggle()
    cinema.pass_time(0.6)
    assert cinema.shown[:12] == [10, 11, 12, 13, 14, 10, 11, 12, 13, 14, 10, 11]
    session.aiding.clear_loop()
    transport.set_repeats(False)
    cinema.pass_time(5.0)
    assert cinema.work.frame_index == 99
    assert not transport.playing


def test_a_slow_decoder_is_waited_for_and_the_film_says_so(cinema: Cinema) -> None:
    cinema.transport.toggle()
    cinema.pass_time(0.05)
    asked = cinema.work.frame_index
    cinema.pass_time(2.0, ready=False)
    assert cinema.work.frame_index == asked + 1
    assert cinema.transport.late
    cinema.decode()
    cinema.pass_time(0.2)
    assert cinema.work.frame_index < asked + 20


def test_the_analyst_may_go_elsewhere_while_it_plays(cinema: Cinema) -> None:
    cinema.transport.toggle()
    cinema.pass_time(0.2)
    cinema.session.seek(60)
    cinema.decode()
    cinema.pass_time(0.4)
    assert cinema.work.frame_index == pytest.approx(70, abs=1)


@pytest.mark.parametrize("index", [0, 1, 24, 25, 99])
def test_words_of_a_place_lead_back_to_it(cinema: Cinema, index: int) -> None:
    assert place_of(time_code(index, 25.0), cinema.work) == index
    assert place_of(clock_words(index / 25), cinema.work) == index


@pytest.mark.parametrize("rate_fps", [30_000 / 1001, 30.0, 24_000 / 1001])
def test_a_time_as_it_is_shown_leads_to_its_frame_at_every_rate(rate_fps: float) -> None:
    work = Cinema().work
    assert work.info is not None
    work.info = replace(work.info, rate_fps=rate_fps)
    for index in range(90):
        assert place_of(clock_words(index / rate_fps), work) == index


def test_what_is_no_place() -> None:
    work = Cinema().work
    assert place_of("noon", work) is None
    assert place_of("", work) is None
    assert place_of("9999", work) == 99
    assert clock_words(3599.9996) == "01:00:00.000"
    assert time_code(30 * 3600, 29.97) == "01:00:00:00"
