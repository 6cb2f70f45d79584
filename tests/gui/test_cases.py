"""The window in its case: everything is filed, saved under a name, found again after a crash."""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog

from fhgui import paths
from fhgui.core.face import Box
from fhgui.core.record import Outcome
from fhgui.gui.asking import ask_for_file, ask_for_folder
from fhgui.gui.window import MainWindow
from fhgui.provenance.case import Case, is_locked
from fhgui.provenance.case_file import filed_record, filed_runs
from fhgui.provenance.custody import read_entries
from fhgui.provenance.verification.dispatch import verify
from fhgui.provenance.verification.findings import Verdict
from fhgui.session import messages as m
from fhgui.session.logbook import Level
from fhgui.session.results import Status
from tests.helpers.cases import a_run

WORK_MS = 120_000


@pytest.fixture
def run_in(qtbot: Any, settle: Callable[[MainWindow], None]) -> Callable[[MainWindow], None]:
    """Return a function that marks the face of the demo and runs a method on it."""

    def done(window: MainWindow) -> None:
        settle(window)
        session = window.session
        session.mark("crop", session.marking.with_box(Box(130, 75, 60, 60)))
        session.choose_methods(("bicubic",))
        session.run()
        qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)

    return done


def answer(window: MainWindow, name: str, path: Path) -> None:
    """Choose a path in an open file dialog."""
    dialog = window.findChild(QFileDialog, name)
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.close()


def test_a_window_without_a_case_works_in_one_of_its_own(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    run_in: Callable[[MainWindow], None],
    child: Callable[..., Any],
    demo_png: Path,
    tmp_path: Path,
) -> None:
    window = open_window(demo_png)
    run_in(window)
    case = window.session.case
    assert case is not None
    assert case.parent == paths.user_cases()
    (run,) = filed_runs(case)
    result = window.session.selected
    assert result is not None
    assert result.run is not None
    assert filed_record(run) == result.run.record
    assert window.windowTitle() == "demo.png — Unnamed case[*] — fhgui"
    assert window.isWindowModified()

    child(window, "saveCaseAction").trigger()
    answer(window, "newCaseDialog", tmp_path / "Robbery 7")
    named = tmp_path / "Robbery 7.fhcase"
    qtbot.waitUntil(lambda: window.session.case == named, timeout=WORK_MS)
    assert window.windowTitle() == "demo.png — Robbery 7[*] — fhgui"
    assert not window.isWindowModified()
    window.session.mark("crop", window.session.marking.with_box(Box(131, 75, 60, 60)))
    assert window.isWindowModified()
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=WORK_MS)
    run_in(window)
    assert len(filed_runs(named)) == 2
    window.close()
    assert not is_locked(named)
    assert verify(named).verdict is Verdict.EXACT
    whats = [e.what for e in read_entries(named / "log.jsonl")]
    assert whats[-1] == "case closed"
    assert "source opened" in whats

    again = open_window(named)
    qtbot.waitUntil(lambda: len(again.session.exportable()) == 1, timeout=WORK_MS)
    shown = again.session.selected
    assert shown is not None
    assert np.array_equal(shown.stages[-1].pixels, result.stages[-1].pixels)
    assert again.pages.currentWidget() is again.results
    assert len(again.session.works[0].face_works) == 1  # twice the same place, the same face
    qtbot.waitUntil(lambda: again.session.selected.doubt is not None, timeout=WORK_MS)
    assert again.session.marking.box == Box(130, 75, 60, 60)
    assert again.windowTitle() == "demo.png — Robbery 7[*] — fhgui"


def test_a_case_is_begun_and_another_opened_from_the_menu(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    run_in: Callable[[MainWindow], None],
    child: Callable[..., Any],
    demo_png: Path,
    tmp_path: Path,
) -> None:
    other = Case.create(tmp_path / "other.fhcase")
    other.add_run(a_run())
    window = open_window(demo_png)
    run_in(window)
    child(window, "newCaseAction").trigger()
    answer(window, "newCaseDialog", tmp_path / "new.fhcase")
    qtbot.waitUntil(lambda: window.session.case == tmp_path / "new.fhcase", timeout=WORK_MS)
    assert window.session.works == []
    assert window.pages.currentWidget() is window.welcome

    child(window, "openCaseAction").trigger()
    answer(window, "openCaseDialog", other.path)
    banner = child(window, "bannerText")
    qtbot.waitUntil(lambda: "worked on by another fhgui" in banner.text(), timeout=WORK_MS)
    assert window.session.case == tmp_path / "new.fhcase"
    other.close()
    child(window, "openCaseAction").trigger()
    answer(window, "openCaseDialog", other.path)
    qtbot.waitUntil(lambda: window.session.case == other.path, timeout=WORK_MS)
    (result,) = window.session.exportable()
    assert result.name == "bicubic"

    menu = child(window, "recentCases")
    menu.aboutToShow.emit()
    assert [a.text() for a in menu.actions()][:2] == ["other.fhcase", "new.fhcase"]
    menu.actions()[1].trigger()
    qtbot.waitUntil(lambda: window.session.case == tmp_path / "new.fhcase", timeout=WORK_MS)
    assert window.session.works == []


def test_a_newer_case_is_one_sentence(
    qtbot: Any, open_window: Callable[..., MainWindow], child: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "newer.fhcase"
    Case.create(path).close()
    value = {**json.loads((path / "case.json").read_bytes()), "schema": 7, "surprise": 1}
    (path / "case.json").write_text(json.dumps(value))
    window = open_window(path)
    banner = child(window, "bannerText")
    qtbot.waitUntil(lambda: "newer version" in banner.text(), timeout=WORK_MS)
    assert window.session.case is not None
    assert window.session.case.parent == paths.user_cases()


def test_names_that_look_like_markup_are_shown_as_they_are(
    qtbot: Any, open_window: Callable[..., MainWindow], child: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "<b>bold<b> & <i>x\n\u202egnp.png"
    path.write_bytes(b"")
    window = open_window(path)
    banner = child(window, "bannerText")
    qtbot.waitUntil(banner.isVisible, timeout=WORK_MS)
    assert "<b>bold<b> & <i>x" in banner.text()
    assert "\u202e" not in banner.text()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_run_whose_process_was_killed_is_filed(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    run_in: Callable[[MainWindow], None],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    session, pids = window.session, []
    window.hub.backend.answered.connect(
        lambda e: pids.append(e.pid) if isinstance(e, m.WorkerReady) else None
    )
    run_in(window)
    session.choose_methods(("dcnn_mnce",))  # it takes long enough to be killed in its midst
    session.run()
    qtbot.waitUntil(lambda: bool(session.selected.stages), timeout=WORK_MS)
    os.kill(pids[0], signal.SIGKILL)
    case = session.case
    assert case is not None
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    qtbot.waitUntil(lambda: session.selected.run is not None, timeout=WORK_MS)
    qtbot.waitUntil(lambda: not session.casework.keeping.pending, timeout=WORK_MS)
    assert session.selected.status is Status.COMPLETED  # at the second try
    started = [e for e in read_entries(case / "log.jsonl") if e.what == "run started"]
    assert len(filed_runs(case)) == len(started) == 3
    outcomes = [filed_record(run).outcome for run in filed_runs(case)]
    assert outcomes == [Outcome.COMPLETED, Outcome.FAILED, Outcome.COMPLETED]
    assert verify(case).verdict is Verdict.EXACT


def test_after_a_crash_the_case_is_offered_and_shown_again(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    child: Callable[..., Any],
) -> None:
    left = Case.create(paths.user_cases() / "2026-01-02 03.04.05.fhcase", automatic=True)
    left.add_run(a_run())
    left.close(clean=False)
    window = open_window()
    offer = child(window, "caseOffer")
    qtbot.waitUntil(offer.isVisible, timeout=WORK_MS)
    at = read_entries(left.path / "log.jsonl")[-1].at_utc
    words = child(window, "caseOfferText").text()
    assert words.startswith(f"Restore the case of {datetime.fromisoformat(at).astimezone():%H:%M}?")
    assert "1 run" in words
    child(window, "reopenCaseButton").click()
    qtbot.waitUntil(lambda: window.session.case == left.path, timeout=WORK_MS)
    assert len(window.session.exportable()) == 1
    assert not offer.isVisible()
    assert window.isWindowModified()  # it has no name yet
    window.close()
    again = open_window()
    qtbot.wait(200)
    assert not child(again, "caseOffer").isVisible()


def test_a_declined_offer_is_not_made_again(
    qtbot: Any, open_window: Callable[..., MainWindow], child: Callable[..., Any]
) -> None:
    left = Case.create(paths.user_cases() / "2026-01-02 03.04.05.fhcase", automatic=True)
    left.add_run(a_run())
    left.close(clean=False)
    window = open_window()
    qtbot.waitUntil(child(window, "caseOffer").isVisible, timeout=WORK_MS)
    child(window, "declineCaseButton").click()
    again = open_window()
    qtbot.wait(200)
    assert not child(again, "caseOffer").isVisible()
    assert [filed_record(run).outcome for run in left.runs] == [Outcome.COMPLETED]


def test_a_case_that_cannot_be_written_fails_the_run_and_says_so(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    run_in: Callable[[MainWindow], None],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "taken").write_text("a file where the folder of cases should be")
    monkeypatch.setenv("FHGUI_CASES", str(tmp_path / "taken"))
    window = open_window(demo_png)
    session = window.session
    work = session.current
    assert work is not None
    qtbot.waitUntil(lambda: work.frame is not None, timeout=WORK_MS)
    session.mark("crop", session.marking.with_box(Box(130, 75, 60, 60)))
    session.choose_methods(("bicubic",))
    session.run()
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    assert session.selected is not None
    assert "cannot be written" in session.selected.message
    assert any(line.level is Level.ERROR for line in session.log)


def test_one_dialog_asks_every_question(
    open_window: Callable[..., MainWindow], demo_png: Path, tmp_path: Path
) -> None:
    window, taken = open_window(), []
    for number in range(3):
        ask_for_file(window, "A file", lambda path, n=number: taken.append((n, path)), name="one")
        answer(window, "one", demo_png)
    ask_for_folder(window, "A folder", taken.append, name="two")
    dialog = window.findChild(QFileDialog, "two")
    assert dialog.fileMode() is QFileDialog.FileMode.Directory
    dialog.reject()
    assert taken == [(0, demo_png), (1, demo_png), (2, demo_png)]
    assert len(window.findChildren(QFileDialog)) == 1  # each one would leave memory behind
