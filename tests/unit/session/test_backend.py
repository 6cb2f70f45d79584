"""The worker process is fed, cancelled and replaced; every job ends exactly once."""

import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from fhgui.session import backend
from fhgui.session import messages as m
from fhgui.session import point_jobs as pj
from fhgui.session.backend import STARTS_IN_A_ROW, Backend
from fhgui.session.endings import how_it_ended
from fhgui.session.pulse import PATIENCE, Patience
from tests.helpers import fake_workers
from tests.helpers.cases import a_run

HANG = m.FindFaces(1, Path("frame.png"), 0, None)


class Running:
    """A backend on a thread of its own, with its events in a queue."""

    def __init__(self, target: Callable[[Connection], None], patience: Patience) -> None:
        self.events: Queue[m.Event] = Queue()
        self.backend = Backend(self.events.put, target, cancel_grace_s=0.5, patience=patience)
        self.thread = Thread(target=self.backend.run, name="backend under test")
        self.thread.start()

    def until(self, last: m.Event | type[m.Event], seconds: float = 20) -> list[m.Event]:
        """Return the events up to one that equals ``last`` or is of that kind."""
        seen: list[m.Event] = []
        deadline = time.monotonic() + seconds
        while not seen or not (seen[-1] == last or type(seen[-1]) is last):
            try:
                seen.append(self.events.get(timeout=max(0.01, deadline - time.monotonic())))
            except Empty:
                pytest.fail(f"no {last} within {seconds} s, only {seen}")
        return seen

    def stop(self) -> None:
        self.backend.stop()
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    target, patience = getattr(request, "param", (fake_workers.obedient, PATIENCE))
    made = Running(target, patience)
    yield made
    made.stop()


def test_jobs_run_one_after_the_other(running: Running) -> None:
    for job in (1, 2, 3):
        running.backend.submit(m.OpenCase(job, Path(), create=False))
    seen = running.until(m.Done(3))
    told = [(type(e).__name__, e.job) for e in seen[1:]]
    assert told == [(kind, job) for job in (1, 2, 3) for kind in ("Started", "Done")]


def test_a_dead_worker_is_replaced_and_only_its_job_is_lost(running: Running) -> None:
    running.backend.submit(m.Warm(1, ()))
    running.backend.submit(m.OpenCase(2, Path(), create=False))
    seen = running.until(m.Done(2))
    failed = [e for e in seen if isinstance(e, m.JobLost)]
    assert failed == [
        m.JobLost(1, "the worker process ended unexpectedly (exit code 9); run it again")
    ]
    lost = [e for e in seen if isinstance(e, m.WorkerLost)]
    assert len(lost) == 1
    assert "started again" in lost[0].sentence
    pids = [e.pid for e in seen if isinstance(e, m.WorkerReady)]
    assert len(set(pids)) == 2
    assert [e.job for e in seen if isinstance(e, m.Done)] == [1, 2]


def test_a_lost_run_is_filed_before_the_next_job_begins(running: Running) -> None:
    running.backend.submit(m.Warm(1, ()))
    running.backend.submit(m.OpenCase(2, Path(), create=False))
    running.until(m.Done(1))
    running.backend.submit(m.FileRun(3, Path(), 1, a_run()))
    seen = running.until(m.Done(2))
    assert [e.job for e in seen if isinstance(e, m.Started)] == [3, 2]


def test_a_job_that_listens_is_cancelled_without_killing_the_worker(running: Running) -> None:
    running.backend.submit(m.CompareFace(1, 0, ()))
    running.until(m.Started(1))
    running.backend.cancel()
    seen = running.until(m.Done(1))
    assert m.Cancelled(1) in seen
    running.backend.submit(m.OpenCase(2, Path(), create=False))
    assert not any(isinstance(e, m.WorkerReady) for e in running.until(m.Done(2)))


def test_a_job_that_does_not_listen_is_ended_with_its_process(running: Running) -> None:
    running.backend.submit(HANG)
    running.backend.submit(m.OpenCase(2, Path(), create=False))
    running.until(m.Started(1))
    running.backend.cancel()
    seen = running.until(m.Done(1))
    seen += [] if m.Done(2) in seen else running.until(m.Done(2))
    assert {e.job for e in seen if isinstance(e, m.Cancelled)} == {1, 2}
    running.backend.submit(m.OpenCase(3, Path(), create=False))
    seen += running.until(m.Done(3))
    assert any(isinstance(e, m.WorkerReady) for e in seen), "another process took its place"


def test_a_cancelled_job_beside_is_not_begun_again_by_the_next_process(running: Running) -> None:
    beside = pj.CarryPoints(2, Path(), pj.FramePoints(0, ()), pj.FramePoints(0, ()), 1)
    running.backend.submit(HANG)
    running.until(m.Started(1))
    running.backend.submit(beside)
    running.backend.cancel()
    seen = running.until(m.Done(2))
    running.backend.submit(m.OpenCase(3, Path(), create=False))
    seen += running.until(m.Done(3))
    assert {e.job for e in seen if isinstance(e, m.Cancelled)} == {1, 2}
    assert m.Started(2) not in seen


def test_stopping_in_the_middle_of_a_job_does_not_wait_for_it(running: Running) -> None:
    running.backend.submit(HANG)
    running.until(m.Started(1))
    running.stop()
    running.backend.submit(HANG)  # too late: nothing happens, nothing breaks


@pytest.mark.parametrize("running", [(fake_workers.stillborn, PATIENCE)], indirect=True)
def test_a_worker_that_cannot_start_is_given_up_with_one_sentence(running: Running) -> None:
    running.backend.submit(m.OpenCase(1, Path(), create=False))
    seen = running.until(m.Done(1))
    lost = [e for e in seen if isinstance(e, m.WorkerLost)]
    while len(lost) < STARTS_IN_A_ROW:
        lost += [e for e in running.until(m.WorkerLost) if isinstance(e, m.WorkerLost)]
    assert "fhgui doctor" in lost[-1].sentence
    running.backend.submit(m.OpenCase(2, Path(), create=False))
    seen = running.until(m.Done(2))
    assert any(isinstance(e, m.Failed) for e in seen)


@pytest.mark.parametrize("running", [(fake_workers.talkative, PATIENCE)], indirect=True)
def test_both_sides_may_say_more_than_a_pipe_holds(running: Running) -> None:
    long = Path("x" * fake_workers.MORE_THAN_A_PIPE_HOLDS)
    for job in range(1, 9):
        running.backend.submit(m.HashSource(job, long))
    seen = running.until(m.Done(8))
    assert [e.job for e in seen if isinstance(e, m.Done)] == list(range(1, 9))


def test_only_the_named_job_is_cancelled(running: Running) -> None:
    for job in (1, 2, 3):
        running.backend.submit(
            m.CompareFace(1, 0, ()) if job == 1 else m.OpenCase(job, Path(), False)
        )
    running.until(m.Started(1))
    running.backend.cancel([2])
    seen = running.until(m.Done(2))
    assert m.Cancelled(2) in seen
    running.backend.cancel([1])
    seen = running.until(m.Done(3))
    assert {e.job for e in seen if isinstance(e, m.Cancelled)} == {1}
    assert not any(isinstance(e, m.WorkerReady) for e in seen)


def test_points_on_their_way_to_another_frame_can_be_stopped(running: Running) -> None:
    eyes = pj.FramePoints(0, ((1.0, 1.0), (9.0, 1.0)))
    running.backend.submit(pj.CarryPoints(4, Path("film.mp4"), eyes, eyes, 500))
    running.until(m.Started(4))
    running.backend.cancel([4])
    told = [type(e).__name__ for e in running.until(m.Done(4), seconds=2)]
    assert told == ["Cancelled", "Done"]


def test_what_ran_beside_a_lost_job_is_done_again_in_its_order(running: Running) -> None:
    running.backend.submit(HANG)
    running.until(m.Started(1))
    for job in (2, 3, 4):
        running.backend.submit(m.KeepDesk(job, Path(), {}))
    running.backend.cancel([1])
    seen = running.until(m.Done(4))
    assert [e.job for e in seen if isinstance(e, m.Started)] == [2, 3, 4]


def test_a_cancel_drops_nothing_that_saves_work(running: Running) -> None:
    running.backend.submit(HANG)
    running.backend.submit(m.SaveCaseAs(2, Path(), Path()))
    running.backend.submit(m.FindFaces(3, Path("b.png"), 0, None))
    running.until(m.Started(1))
    running.backend.cancel()
    seen = running.until(m.Done(2))
    assert m.Cancelled(1) in seen
    assert m.Cancelled(3) in seen
    assert m.Cancelled(2) not in seen
    assert m.Started(2) in seen


def test_a_cancel_while_the_process_starts_drops_no_notes(running: Running) -> None:
    running.backend.submit(m.KeepDesk(1, Path(), {}))
    running.backend.cancel()
    seen = running.until(m.Done(1))
    assert m.Cancelled(1) not in seen
    assert m.Started(1) in seen


QUICK = Patience(silent_s=0.4, hung_s=1.2)


@pytest.mark.parametrize("running", [(fake_workers.obedient, QUICK)], indirect=True)
def test_a_worker_that_hangs_is_told_of_then_replaced(running: Running) -> None:
    running.backend.submit(HANG)
    running.backend.submit(m.OpenCase(2, Path(), create=False))
    seen = running.until(m.Done(2))
    kinds = [type(e) for e in seen if isinstance(e, m.WorkerSilent | m.JobLost | m.WorkerLost)]
    assert kinds == [m.WorkerSilent, m.JobLost, m.WorkerLost]
    lost = next(e for e in seen if isinstance(e, m.JobLost))
    assert (lost.job, lost.sentence.count("did not answer any more")) == (1, 1)


@pytest.mark.parametrize("running", [(fake_workers.dozing, Patience(0.4, 60))], indirect=True)
def test_that_a_silent_worker_speaks_again_is_told(running: Running) -> None:
    running.backend.submit(m.FindFaces(1, Path("frame.png"), 0, None))
    kinds = [type(e) for e in running.until(m.Done(1))]
    assert kinds[-3:] == [m.WorkerSilent, m.WorkerHeard, m.Done]


@pytest.mark.parametrize("running", [(fake_workers.beating, QUICK)], indirect=True)
def test_a_long_stage_of_a_worker_that_beats_is_not_taken_for_a_hang(running: Running) -> None:
    running.backend.submit(m.FindFaces(1, Path("frame.png"), 0, None))
    seen = running.until(m.Done(1))
    assert not any(isinstance(e, m.WorkerSilent | m.WorkerLost) for e in seen)
    assert not any(type(e).__name__ == "Beat" for e in seen)


def test_a_process_that_cannot_be_started_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(process: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    real = backend.CONTEXT.Process.start
    monkeypatch.setattr(backend.CONTEXT.Process, "start", refuse)
    running = Running(fake_workers.obedient, PATIENCE)
    try:
        running.backend.submit(m.OpenCase(1, Path(), create=False))
        seen = running.until(m.Done(1))
        sentences = [e.sentence for e in seen if isinstance(e, m.WorkerLost | m.Failed)]
        assert all("cannot be started; run 'fhgui doctor'" in told for told in sentences)
        assert any(isinstance(e, m.Failed) for e in seen)
        monkeypatch.setattr(backend.CONTEXT.Process, "start", real)
        running.backend.submit(m.OpenCase(2, Path(), create=False))
        assert not any(isinstance(e, m.Failed) for e in running.until(m.Done(2)))
    finally:
        running.stop()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-9, "was ended by the system, as happens when the memory is used up"),
        (-11, "crashed (signal 11)"),
        (3, "ended unexpectedly (exit code 3)"),
        (None, "ended unexpectedly"),
    ],
)
def test_the_exit_code_of_a_worker_in_words(code: int | None, words: str) -> None:
    assert how_it_ended(code) == words
