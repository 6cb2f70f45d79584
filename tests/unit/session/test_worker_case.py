"""The worker files what it did, also when the window goes away in the middle of it."""

import errno
import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from fhgui.core.errors import OutputError
from fhgui.core.record import Outcome
from fhgui.provenance import durable
from fhgui.provenance.case import Case, is_locked
from fhgui.provenance.case_file import filed_record, filed_runs
from fhgui.provenance.custody import read_entries
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.findings import Verdict
from fhgui.session import messages as m
from fhgui.session.case_holder import CaseHolder
from fhgui.session.worker import Worker

EYES = Placement(PlacementKind.LANDMARKS, landmarks=((150.25, 120.0), (163.0, 121.5)))


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FHGUI_CASES", str(tmp_path / "cases"))
    return tmp_path / "cases" / "automatic.fhcase"


def last_entry(case: Path) -> str:
    return read_entries(case / "log.jsonl")[-1].what


def test_a_run_is_in_the_case_before_the_window_hears_of_it(case: Path, demo_png: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    thread = Thread(target=Worker(theirs).run)
    thread.start()
    ours.send(m.HashSource(1, demo_png, case))
    ours.send(m.Enhance(2, EnhanceRequest(demo_png, "bicubic", EYES), case))
    event: object = None
    while not isinstance(event, m.RunDone):
        assert ours.poll(60)
        event = ours.recv()
    (run,) = filed_runs(case)
    assert filed_record(run) == event.run.record
    assert is_locked(case)
    ours.send(m.Quit(0))
    thread.join(60)
    assert not is_locked(case)
    assert last_entry(case) == "case closed"
    sources = [e for e in read_entries(case / "log.jsonl") if e.what == "source opened"]
    assert [s.details["sha256"] for s in sources] == [event.run.record.evidence.sha256]
    ours.close()


def test_a_window_that_goes_away_leaves_a_cancelled_run_and_an_open_case(
    case: Path, demo_png: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = multiprocessing.Pipe()
    worker = Worker(theirs)
    send = worker._send

    def gone(event: m.Event) -> None:
        if isinstance(event, m.StageDone):
            ours.close()
        send(event)

    monkeypatch.setattr(worker, "_send", gone)
    thread = Thread(target=worker.run)
    ours.send(m.Enhance(1, EnhanceRequest(demo_png, "bicubic", EYES), case))
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    (run,) = filed_runs(case)
    record = filed_record(run)
    assert record.outcome is Outcome.CANCELLED
    assert record.error == "the window ended while this run went on"
    assert last_entry(case) == "run cancelled"  # not closed: the next window offers it
    assert not is_locked(case)


@pytest.fixture
def ours() -> Iterator[Connection]:
    """The window's end of the pipe to a worker."""
    ours, theirs = multiprocessing.Pipe()
    thread = Thread(target=Worker(theirs).run)
    thread.start()
    yield ours
    ours.send(m.Quit(0))
    thread.join(60)
    ours.close()


def asked(ours: Connection, command: m.Command) -> list[Any]:
    """Return what is told of a job until it is done."""
    ours.send(command)
    told: list[Any] = []
    while m.Done(command.job) not in told:
        assert ours.poll(60), told
        told.append(ours.recv())
    return [event for event in told if event.job == command.job]


def kinds(told: list[Any]) -> list[str]:
    return [type(event).__name__ for event in told]


def enhance(job: int, source: Path, case: Path, seed: int = 0) -> m.Enhance:
    return m.Enhance(job, EnhanceRequest(source, "bicubic", EYES, seed=seed), case)


def test_a_digest_that_comes_late_does_not_open_the_case_that_was_left(
    ours: Connection, case: Path, demo_png: Path, tmp_path: Path
) -> None:
    asked(ours, m.HashSource(1, demo_png, case))
    other = tmp_path / "other.fhcase"
    asked(ours, m.OpenCase(2, other, create=True))
    before = (case / "log.jsonl").read_bytes()
    assert "Hashed" in kinds(asked(ours, m.HashSource(3, demo_png, case)))
    assert (case / "log.jsonl").read_bytes() == before
    assert is_locked(other)
    assert not is_locked(case)
    assert last_entry(other) != "case closed"
    asked(ours, m.OpenCase(4, case, create=False))  # worked in again: its digest counts again
    asked(ours, m.HashSource(5, demo_png, case))
    assert last_entry(case) == "source opened"


def test_no_other_case_is_opened_while_one_is_written_to(tmp_path: Path) -> None:
    holder, one, other = CaseHolder(), tmp_path / "one.fhcase", tmp_path / "other.fhcase"
    for path in (other, one):
        holder.open(path, create=True)
    got = Event()

    def get() -> None:
        holder.get(other)
        got.set()

    thread = Thread(target=get)
    with holder.using():
        thread.start()
        assert holder.get(one).path == one
        assert not got.wait(0.3)
        assert is_locked(one)
    assert got.wait(60)
    thread.join(60)
    assert is_locked(other)
    assert not is_locked(one)
    holder.close()


def test_a_case_that_was_let_go_cannot_be_written_to(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "one.fhcase")
    case.close()
    for write in (lambda: case.note("a", "b"), lambda: case.keep_desk({})):
        with pytest.raises(OutputError, match="not open any more"):
            write()


def test_a_run_that_did_not_fit_is_filed_before_another_one_begins(
    ours: Connection, case: Path, demo_png: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = True
    write = Case._write_pictures

    def refused(self: Case, name: str, run: Run) -> dict[str, str]:
        if full:
            raise OutputError(f"cannot be written ({errno.ENOSPC})", path=self.path)
        return write(self, name, run)

    monkeypatch.setattr(Case, "_write_pictures", refused)
    told = asked(ours, enhance(1, demo_png, case))
    held = next(event.run for event in told if isinstance(event, m.Unfiled))
    refused_too = kinds(asked(ours, enhance(2, demo_png, case, seed=2)))
    assert "Failed" in refused_too
    assert "RunDone" not in refused_too
    assert "Failed" in kinds(asked(ours, m.FileRun(3, case, 1, held)))
    full = False
    assert "RunDone" in kinds(asked(ours, enhance(4, demo_png, case, seed=4)))
    filed = [filed_record(run) for run in filed_runs(case)]
    assert [(r.outcome, r.seed) for r in filed] == [(Outcome.COMPLETED, 0), (Outcome.COMPLETED, 4)]
    (now,) = (e for e in asked(ours, m.FileRun(5, case, 1, held)) if isinstance(e, m.RunFiled))
    assert now.run.record == filed[0]
    assert "RunFiled" not in kinds(asked(ours, m.FileRun(6, case, 1, held))), "filed once"
    assert len(filed_runs(case)) == 2
    asked(ours, m.OpenCase(7, case.with_name("another.fhcase"), create=True))
    assert verify(case).verdict is Verdict.EXACT


def test_a_copy_takes_the_run_and_the_digest_that_the_case_did_not(
    ours: Connection, case: Path, demo_png: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = case.with_name("copy.fhcase")
    with monkeypatch.context() as patched:
        patched.setattr(Case, "_write_pictures", _no_room)
        asked(ours, enhance(1, demo_png, case))
    asked(ours, m.SaveCaseAs(2, case, copy))
    asked(ours, m.HashSource(3, demo_png, case))  # asked for before it was saved elsewhere
    assert last_entry(copy) == "source opened"
    assert "RunDone" in kinds(asked(ours, enhance(4, demo_png, copy, seed=4)))
    filed = [filed_record(run) for run in filed_runs(copy)]
    assert [(r.outcome, r.seed) for r in filed] == [(Outcome.COMPLETED, 0), (Outcome.COMPLETED, 4)]
    assert filed_runs(case) == ()


def test_what_cannot_be_begun_is_told_and_the_worker_goes_on(case: Path, demo_png: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    worker = Worker(theirs)

    class Full:
        def submit(self, *_: object) -> None:
            raise RuntimeError("can't start new thread")

        def shutdown(self, **_: object) -> None: ...

    worker._beside[m.Lane.READING] = Full()  # type: ignore[assignment]  # of a pool all it asks
    thread = Thread(target=worker.run)
    thread.start()
    assert "Failed" in kinds(asked(ours, m.HashSource(1, demo_png, case)))
    assert "RunDone" in kinds(asked(ours, enhance(2, demo_png, case)))
    ours.send(m.Quit(0))
    thread.join(60)
    ours.close()


def test_what_cannot_be_read_from_the_pipe_ends_the_worker_as_one_that_was_left(
    case: Path, demo_png: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = multiprocessing.Pipe()
    worker = Worker(theirs)
    monkeypatch.setattr(worker, "_take", lambda command: 1 / 0)
    thread = Thread(target=worker.run)
    thread.start()
    ours.send(m.HashSource(1, demo_png, case))
    thread.join(60)
    assert not thread.is_alive()
    assert "could not be read (ZeroDivisionError)" in worker._left_alone
    ours.close()


def test_a_finished_run_is_filed_though_its_start_was_taken_for_a_lost_one(
    ours: Connection, case: Path, demo_png: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Case, "_write_pictures", _no_room)
        told = asked(ours, enhance(1, demo_png, case))
    held = next(event.run for event in told if isinstance(event, m.Unfiled))
    asked(ours, m.OpenCase(2, case.with_name("another.fhcase"), create=True))
    asked(ours, m.OpenCase(3, case, create=False))  # recorded as interrupted
    assert "RunFiled" in kinds(asked(ours, m.FileRun(4, case, 1, held)))
    assert "RunFiled" not in kinds(asked(ours, m.FileRun(5, case, 1, held)))
    found = [filed_record(run).outcome for run in filed_runs(case)]
    assert found == [Outcome.FAILED, Outcome.COMPLETED]


def _no_room(self: Case, name: str, run: Run) -> dict[str, str]:
    raise OutputError("cannot be written", path=self.path)


def test_a_case_on_a_full_disk_is_saved_elsewhere(
    ours: Connection, case: Path, demo_png: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(ours, enhance(1, demo_png, case))
    append, write = durable.append, durable.write_atomic
    monkeypatch.setattr(durable, "append", lambda path, data: _or_full(append, case, path, data))
    monkeypatch.setattr(durable, "write_atomic", lambda p, d: _or_full(write, case, p, d))
    failed = asked(ours, enhance(2, demo_png, case, seed=2))
    assert "Failed" in kinds(failed) or "Unfiled" in kinds(failed)
    for job in (10, 11):
        assert "Failed" in kinds(asked(ours, m.KeepDesk(job, case, {})))
    copy = case.parent.parent / "elsewhere" / "copy.fhcase"
    assert "CaseOpened" in kinds(asked(ours, m.SaveCaseAs(3, case, copy)))
    assert "RunDone" in kinds(asked(ours, enhance(4, demo_png, copy, seed=4)))
    seeds = [filed_record(run).seed for run in filed_runs(copy)]
    assert seeds[0] == 0
    assert seeds[-1] == 4


def _or_full(write: Any, case: Path, path: Path, data: bytes) -> None:
    if path.is_relative_to(case):
        raise OSError(errno.ENOSPC, "No space left on device")
    write(path, data)


def test_what_is_asked_of_a_case_that_was_saved_elsewhere_is_done_there(
    ours: Connection, case: Path, demo_png: Path
) -> None:
    asked(ours, enhance(1, demo_png, case))
    copy = case.with_name("copy.fhcase")
    asked(ours, m.SaveCaseAs(2, case, copy))
    asked(ours, enhance(3, demo_png, case, seed=3))  # the window had not heard of it yet
    assert [filed_record(run).seed for run in filed_runs(copy)] == [0, 3]
    assert [filed_record(run).seed for run in filed_runs(case)] == [0]
    asked(ours, m.OpenCase(4, case, create=False))  # opened by name it is itself again
    asked(ours, enhance(5, demo_png, case, seed=5))
    assert [filed_record(run).seed for run in filed_runs(case)] == [0, 5]


def test_a_frame_is_not_sent_with_every_run(ours: Connection, case: Path, demo_png: Path) -> None:
    (done,) = (e for e in asked(ours, enhance(1, demo_png, case)) if isinstance(e, m.RunDone))
    assert done.run.frame is None
    assert done.run.face is not None
