"""Closing during a run, files and drives that go away, two windows on one case: nothing is lost."""

import gc
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from PySide6.QtWidgets import QMessageBox

from fhgui.core.face import Box
from fhgui.core.record import Outcome, Record
from fhgui.gui.window import MainWindow
from fhgui.provenance.case_file import filed_record, filed_runs
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.findings import Verdict
from fhgui.session import messages as m
from fhgui.session.results import Result, Status
from fhgui.session.viewing import CompareMode, Step

WORK_MS = 120_000


@pytest.fixture
def begin(qtbot: Any, settle: Callable[[MainWindow], None]) -> Callable[[MainWindow], None]:
    """Return a function that starts a run on the demo's face and waits for its first stage."""

    def begun(window: MainWindow) -> None:
        settle(window)
        run_on_the_face(window, "bicubic")
        qtbot.waitUntil(lambda: bool(selected(window).stages), timeout=WORK_MS)

    return begun


def run_on_the_face(window: MainWindow, method: str) -> None:
    session = window.session
    session.mark("crop", session.marking.with_box(Box(130, 75, 60, 60)))
    session.choose_methods((method,))
    session.run(reason="test")


def selected(window: MainWindow) -> Result:
    """Return the result that is looked at."""
    result = window.session.selected
    assert result is not None
    return result


def record_of(window: MainWindow) -> Record:
    """Return the record of the result that is looked at."""
    run = selected(window).run
    assert run is not None
    return run.record


def dialog_of(window: MainWindow) -> QMessageBox:
    dialog = window.findChild(QMessageBox, "closeDialog")
    assert dialog is not None
    return dialog


def press(dialog: QMessageBox, name: str) -> None:
    next(b for b in dialog.buttons() if b.objectName() == name).click()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot halt a process")
def test_closing_during_a_run_asks_and_can_be_taken_back_or_wait(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    pids: list[int] = []
    window.hub.backend.answered.connect(
        lambda e: pids.append(e.pid) if isinstance(e, m.WorkerReady) else None
    )
    settle(window)
    qtbot.waitUntil(lambda: bool(pids), timeout=WORK_MS)
    os.kill(pids[0], signal.SIGSTOP)  # however fast the machine is, the run is not over
    run_on_the_face(window, "bicubic")
    window.close()
    dialog = dialog_of(window)
    assert dialog.text() == "bicubic is running."
    assert "recorded as cancelled" in dialog.informativeText()
    press(dialog, "goOnButton")
    assert window.isVisible()
    window.close()
    press(dialog_of(window), "closeWhenDoneButton")
    os.kill(pids[0], signal.SIGCONT)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WORK_MS)
    case = window.session.case
    assert case is not None
    assert [filed_record(run).outcome for run in filed_runs(case)] == [Outcome.COMPLETED]
    assert verify(case).verdict is Verdict.EXACT


def test_stopping_at_the_close_records_the_run_as_cancelled(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    settle(window)
    run_on_the_face(window, "dcnn_mnce")
    qtbot.waitUntil(lambda: bool(selected(window).stages), timeout=WORK_MS)
    window.close()
    press(dialog_of(window), "stopAndCloseButton")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WORK_MS)
    case = window.session.case
    assert case is not None
    (run,) = filed_runs(case)
    assert filed_record(run).outcome is Outcome.CANCELLED


def test_closing_waits_for_a_run_that_is_on_its_way_into_the_case(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    begin: Callable[[MainWindow], None],
    child: Callable[..., Any],
    demo_png: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = open_window(demo_png)
    begin(window)
    qtbot.waitUntil(lambda: selected(window).run is not None, timeout=WORK_MS)
    keeping, run = window.session.casework.keeping, selected(window).run
    assert run is not None
    with monkeypatch.context() as patched:
        patched.setattr(window.session, "ask", lambda make: None)  # the worker is busy for long
        keeping.file(run, selected(window).job)
    assert keeping.filing
    window.close()
    assert window.isVisible()
    assert "on its way into the case" in dialog_of(window).text()
    child(window, "closeWhenDoneButton").click()
    assert window.isVisible()
    keeping._filing.clear()
    window.session.casework.changed.emit()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WORK_MS)


def test_a_drive_that_goes_away_in_mid_run_costs_nothing(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    begin: Callable[[MainWindow], None],
    settle: Callable[[MainWindow], None],
    child: Callable[..., Any],
    demo_png: Path,
    tmp_path: Path,
) -> None:
    drive, away = tmp_path / "drive", tmp_path / "away"
    drive.mkdir()
    window = open_window(demo_png)
    settle(window)
    session = window.session
    session.casework.save_as(drive / "Robbery")
    case = drive / "Robbery.fhcase"
    qtbot.waitUntil(lambda: session.case == case, timeout=WORK_MS)
    begin(window)
    drive.rename(away)
    session.notes.toggle_mark()
    session.casework.keep_desk()
    keeping = session.casework.keeping
    qtbot.waitUntil(lambda: not session.busy and bool(keeping.trouble), timeout=WORK_MS)
    assert "not there any more; plug its drive in again" in child(window, "bannerText").text()
    assert "nothing is lost" in child(window, "bannerText").text()
    assert window.isWindowModified()
    assert window.navigator.head.facts.text() == "not saved: cannot be written"
    if keeping.unfiled:
        window.close()
        assert "not in the case yet" in dialog_of(window).text()
        press(dialog_of(window), "goOnButton")
    away.rename(drive)
    child(window, "saveCaseAction").trigger()
    qtbot.waitUntil(lambda: not session.casework.unsaved, timeout=WORK_MS)
    assert [filed_record(run).outcome for run in filed_runs(case)] == [Outcome.COMPLETED]
    window.close()
    assert not window.isVisible()
    assert verify(case).verdict is Verdict.EXACT


def test_a_case_whose_drive_never_comes_back_is_saved_from_the_window(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    begin: Callable[[MainWindow], None],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
    tmp_path: Path,
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    window = open_window(demo_png)
    settle(window)
    session = window.session
    session.casework.save_as(drive / "Robbery")
    qtbot.waitUntil(lambda: session.case == drive / "Robbery.fhcase", timeout=WORK_MS)
    begin(window)
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    record = record_of(window)
    drive.rename(tmp_path / "lost")
    session.casework.save_as(tmp_path / "Rescued")
    rescued = tmp_path / "Rescued.fhcase"
    qtbot.waitUntil(lambda: session.case == rescued, timeout=WORK_MS)
    (run,) = filed_runs(rescued)
    assert filed_record(run) == record
    window.close()
    assert verify(rescued).verdict is Verdict.EXACT


def test_a_source_deleted_under_the_case_keeps_its_place_and_results(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    begin: Callable[[MainWindow], None],
    child: Callable[..., Any],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    begin(window)
    session = window.session
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    work = session.works[0]
    away = demo_png.with_name("elsewhere.bin")
    demo_png.rename(away)
    qtbot.waitUntil(lambda: bool(work.trouble), timeout=WORK_MS)
    assert "is not there any more; its results stay" in child(window, "bannerText").text()
    assert selected(window).status is Status.COMPLETED
    session.mark("crop", session.marking.with_box(Box(120, 70, 60, 60)))
    session.run(reason="test")
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    assert selected(window).status is Status.FAILED
    assert "no such file" in selected(window).message
    away.rename(demo_png)
    qtbot.waitUntil(lambda: not work.trouble, timeout=WORK_MS)
    assert "is there again, unchanged" in child(window, "bannerText").text()


def test_a_second_window_on_a_case_is_told_who_works_in_it(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    child: Callable[..., Any],
    demo_png: Path,
    tmp_path: Path,
) -> None:
    first = open_window(demo_png)
    settle(first)
    first.session.casework.save_as(tmp_path / "Robbery")
    case = tmp_path / "Robbery.fhcase"
    qtbot.waitUntil(lambda: first.session.case == case, timeout=WORK_MS)
    second = open_window(case)
    banner = child(second, "bannerText")
    qtbot.waitUntil(lambda: "worked on by another fhgui" in banner.text(), timeout=WORK_MS)
    assert "close the case there first" in banner.text()
    assert second.session.case != case
    first.session.notes.toggle_mark()
    qtbot.waitUntil(lambda: not first.session.casework.unsaved, timeout=WORK_MS)
    first.close()
    second.session.casework.open(case)
    qtbot.waitUntil(lambda: second.session.case == case, timeout=WORK_MS)
    assert [mark.frame_index for mark in second.session.notes.value.marks] == [0]
    (work,) = second.session.works
    qtbot.waitUntil(lambda: work.frame is not None, timeout=WORK_MS)


def test_an_empty_desk_holds_nothing_of_the_case_that_was_left(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
    tmp_path: Path,
) -> None:
    window = open_window(demo_png)
    window.show()
    settle(window)
    session = window.session
    run_on_the_face(window, "bicubic")
    qtbot.waitUntil(lambda: selected(window).run is not None, timeout=WORK_MS)
    for step in Step:
        session.look(step=step)
        qtbot.wait(30)
    for mode in (*CompareMode, CompareMode.GRID):
        session.look(mode=mode)
        qtbot.wait(30)
    frame = session.current.frame if session.current else None
    held = [ref(frame), ref(selected(window).run), *map(ref, selected(window).stages)]
    del frame
    settle(window)
    session.casework.new(tmp_path / "second.fhcase")
    qtbot.waitUntil(lambda: not session.works)

    def is_let_go() -> None:
        gc.collect()
        assert [held_by() for held_by in held if held_by() is not None] == []

    qtbot.waitUntil(is_let_go, timeout=10_000)
