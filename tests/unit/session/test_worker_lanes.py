"""What the worker does beside the run: nothing that a person waits for is behind a long film."""

import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest

from fhgui.core.face import Box
from fhgui.session import messages as m
from fhgui.session import point_jobs as pj
from fhgui.session import worker as worker_module
from fhgui.session.worker import BESIDE, Worker

FILM = Path("film.mp4")


@pytest.fixture
def read() -> Iterator[Event]:
    """What the worker's reading of whole files waits for."""
    done = Event()
    yield done
    done.set()


@pytest.fixture
def ours(read: Event) -> Iterator[Connection]:
    ours, theirs = multiprocessing.Pipe()
    worker = Worker(theirs)
    worker._handlers[m.CountFrames] = lambda _: read.wait(60)
    worker._handlers[pj.StraightenFace] = worker._handlers[m.KeepDesk] = lambda _: None
    thread = Thread(target=worker.run)
    thread.start()
    yield ours
    read.set()
    ours.send(m.Quit(0))
    thread.join(60)
    ours.close()


def ended(ours: Connection, count: int) -> list[int]:
    found: list[int] = []
    while len(found) < count:
        assert ours.poll(20), f"only {found} ended"
        event = ours.recv()
        found += [event.job] if isinstance(event, m.Done) else []
    return found


def test_long_films_hold_up_neither_the_hand_nor_the_case(ours: Connection, read: Event) -> None:
    films = BESIDE[m.Lane.READING] + 1
    for job in range(1, films + 1):
        ours.send(m.CountFrames(job, FILM))
    ours.send(pj.StraightenFace(10, FILM, 0, Box(0, 0, 16, 16)))
    ours.send(m.KeepDesk(11, FILM, {}))
    assert sorted(ended(ours, 2)) == [10, 11]
    read.set()
    assert sorted(ended(ours, films)) == list(range(1, films + 1))


def test_a_job_of_the_hand_that_still_waits_can_be_cancelled(ours: Connection) -> None:
    ours.send(m.Cancel(10))
    ours.send(pj.StraightenFace(10, FILM, 0, Box(0, 0, 16, 16)))
    kinds: list[type[m.Event]] = []
    while not kinds or kinds[-1] is not m.Done:
        assert ours.poll(20)
        event = ours.recv()
        kinds += [type(event)] if event.job == 10 else []
    assert kinds == [m.Started, m.Cancelled, m.Done]


def test_a_worker_without_work_gives_memory_back_once(
    ours: Connection, read: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    monkeypatch.setattr(worker_module, "give_back_what_is_kept", lambda: given.append(1))
    monkeypatch.setattr(worker_module, "IDLE_S", 0.01)
    ours.send(m.Warm(1, ()))
    ended(ours, 1)
    sleep(0.3)
    assert len(given) == 1, "after the work, and not while there is none"
    ours.send(m.CountFrames(2, FILM))
    sleep(0.1)
    assert len(given) == 1
    read.set()
    ended(ours, 1)
    sleep(0.3)
    assert len(given) == 2, "also after what was done beside"
