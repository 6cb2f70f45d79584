"""What the silence of a worker means, by a clock that the test turns."""

from threading import Event

import pytest

from fhgui.session.pulse import Beat, Hearing, Patience, Pulse, Vigil

PATIENCE = Patience(silent_s=20, hung_s=120)


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def wait(vigil: Vigil, clock: Clock, seconds: float, busy: bool = True) -> list[Hearing]:
    """Wait as the backend does, in small parts; return what was heard."""
    told = []
    until_s = clock.now_s + seconds
    while clock.now_s < until_s:
        clock.now_s += max(0.1, vigil.wait_s(busy, until_s - clock.now_s))
        told.append(vigil.judge(busy))
    return [h for h in told if h is not Hearing.WELL]


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_silence_is_told_once_and_ends_as_a_hang(clock: Clock) -> None:
    vigil = Vigil(PATIENCE, clock)
    assert wait(vigil, clock, 19) == []
    assert wait(vigil, clock, 90) == [Hearing.SILENT]
    assert wait(vigil, clock, 12)[:1] == [Hearing.HUNG]


def test_one_word_is_enough(clock: Clock) -> None:
    vigil = Vigil(PATIENCE, clock)
    wait(vigil, clock, 60)
    assert vigil.heard()
    assert wait(vigil, clock, 19) == []
    assert wait(vigil, clock, 5) == [Hearing.SILENT]


def test_more_work_makes_a_silent_worker_no_better(clock: Clock) -> None:
    vigil = Vigil(PATIENCE, clock)
    wait(vigil, clock, 3600, busy=False)
    vigil.given()
    told = []
    for _ in range(13):
        told += wait(vigil, clock, 10)
        vigil.given()
    assert told[:2] == [Hearing.SILENT, Hearing.HUNG]


def test_a_worker_without_work_may_be_silent(clock: Clock) -> None:
    vigil = Vigil(PATIENCE, clock)
    assert wait(vigil, clock, 3600, busy=False) == []
    assert wait(vigil, clock, 10) == []


def test_a_new_process_has_time_until_its_first_word(clock: Clock) -> None:
    vigil = Vigil(PATIENCE, clock)
    vigil.starts()
    assert wait(vigil, clock, 60) == []
    assert wait(vigil, clock, 70)[:1] == [Hearing.HUNG]
    vigil.heard()
    assert wait(vigil, clock, 25) == [Hearing.SILENT]


def test_a_machine_that_slept_blames_nobody(clock: Clock) -> None:
    vigil = Vigil(PATIENCE, clock)
    vigil.wait_s(busy=True, longest_s=3600)
    clock.now_s += 8 * 3600
    assert vigil.judge(busy=True) is Hearing.WELL
    assert wait(vigil, clock, 19) == []


def test_a_pulse_beats_until_its_pipe_is_closed() -> None:
    beats = []

    def send(event: object) -> None:
        beats.append(event)
        if len(beats) == 3:
            raise BrokenPipeError

    pulse = Pulse(send, every_s=0.001)
    pulse.start()
    pulse._thread.join(5)
    assert beats == [Beat(0)] * 3


def test_a_beat_that_finds_no_memory_is_left_out() -> None:
    sent, enough = 0, Event()

    def send(event: Beat) -> None:
        nonlocal sent
        sent += 1
        if sent == 1:
            raise MemoryError
        enough.set()

    pulse = Pulse(send, every_s=0.01)  # type: ignore[arg-type]  # it sends nothing else
    pulse.start()
    assert enough.wait(60)
    pulse.stop()
