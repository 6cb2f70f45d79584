"""The worker files what it did, also when the window goes away in the middle of it."""

import multiprocessing
from pathlib import Path
from threading import Thread

import pytest

from fhgui.core.record import Outcome
from fhgui.provenance.case import is_locked
from fhgui.provenance.case_file import filed_record, filed_runs
from fhgui.provenance.custody import read_entries
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.session import messages as m
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
