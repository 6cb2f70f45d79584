"""Bad files, dead workers, cancel and close: one sentence, nothing lost, nothing left running."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLabel

from fhgui.core.face import Box
from fhgui.evidence.hashing import sha256_file
from fhgui.gui.dialogs.export import ExportDialog
from fhgui.gui.window import MainWindow
from fhgui.session import messages as m
from fhgui.session.results import Status
from fhgui.session.viewing import Step

WORK_MS = 120_000
NAMES = [
    "openAction",
    "frameView",
    "frameSlider",
    "cropTool",
    "landmarkEditor",
    "autoAlignButton",
    "methodList",
    "runButton",
    "cancelButton",
    "stageStrip",
    "compareView",
    "blinkButton",
    "wipeSlider",
    "differenceButton",
    "doubtMapSelector",
    "exportButton",
    "modelManager",
    "trainPanel",
    "logView",
]


def test_widgets_have_the_names_that_scripts_rely_on(
    open_window: Callable[..., MainWindow], child: Callable[..., Any]
) -> None:
    window = open_window()
    for name in NAMES:
        assert child(window, name).objectName() == name


def test_an_empty_window_says_how_to_begin(
    open_window: Callable[..., MainWindow], child: Callable[..., Any]
) -> None:
    window = open_window()
    assert window.pages.currentWidget() is window.welcome
    assert not child(window, "runButton").isEnabled()
    assert not child(window, "exportButton").isEnabled()
    assert not window.hub.backend.isRunning()  # no process before there is work


@pytest.mark.usefixtures("users_own_worker")
def test_the_demo_opens(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    child: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    window = open_window()
    looked_at: list[Path] = []
    want = window.hub.peeking.thread_.want
    monkeypatch.setattr(
        window.hub.peeking.thread_, "want", lambda p, i: (looked_at.append(p), want(p, i))
    )
    child(window, "demoButton").click()
    settle(window)
    assert looked_at == [], "nobody but the reader looks at what is only being made"
    work = window.session.current
    assert work is not None
    assert work.frame is not None
    assert work.frame.size_hw == (288, 352)
    qtbot.waitUntil(lambda: work.sha256 == sha256_file(work.path), timeout=WORK_MS)


@pytest.mark.parametrize("content", [None, b"", b"this is no film"])
def test_a_bad_file_becomes_one_sentence(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    child: Callable[..., Any],
    tmp_path: Path,
    content: bytes | None,
) -> None:
    path = tmp_path / "bad.mp4"
    if content is not None:
        path.write_bytes(content)
    window = open_window(path)
    banner = child(window, "bannerText")
    qtbot.waitUntil(banner.isVisible, timeout=WORK_MS)
    assert "bad.mp4" in banner.text()
    assert "Traceback" not in banner.text()
    assert "bad.mp4" in child(window, "logView").toPlainText()
    assert window.session.works == []
    assert window.pages.currentWidget() is window.welcome


def test_files_opened_last_are_offered_again(
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> None:
    settle(open_window(demo_png))
    again = open_window()
    links = [label for label in again.welcome.findChildren(QLabel) if "demo.png" in label.text()]
    assert len(links) == 1
    links[0].linkActivated.emit(str(demo_png))
    settle(again)
    assert again.session.current is not None
    assert again.session.current.path == demo_png


def test_files_can_be_dropped(
    open_window: Callable[..., MainWindow], settle: Callable[[MainWindow], None], demo_png: Path
) -> None:
    window = open_window()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(demo_png))])
    event = QDropEvent(
        QPoint(9, 9),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    settle(window)
    assert window.session.current is not None
    assert window.session.current.path == demo_png


def start_a_run(qtbot: Any, window: MainWindow) -> m.Command:
    """Mark a face, run, and wait until the worker has begun."""
    session = window.session
    session.mark("crop", session.marking.with_box(Box(140, 80, 60, 60)))
    session.choose_methods(("bicubic",))
    session.run()
    result = session.selected
    assert result is not None
    return m.Command(result.job)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_worker_costs_nothing_but_its_job(
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
    session = window.session
    qtbot.waitUntil(lambda: bool(pids), timeout=WORK_MS)
    start_a_run(qtbot, window)
    os.kill(pids[0], signal.SIGKILL)
    qtbot.waitUntil(lambda: not session.busy and len(pids) == 2, timeout=WORK_MS)
    assert session.selected is not None
    assert session.selected.status is Status.COMPLETED
    assert session.selected.run is not None
    assert "computed again" in session.selected.run.record.warnings[0]
    assert any("nothing that was finished is lost" in line.text for line in session.log)
    assert session.marking.box == Box(140, 80, 60, 60)
    start_a_run(qtbot, window)
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    assert session.selected is not None
    assert session.selected.status is Status.COMPLETED


def test_a_cancelled_run_is_over(  # how soon: tests.kills.cancelling
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    child: Callable[..., Any],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    settle(window)
    start_a_run(qtbot, window)
    button = child(window, "cancelButton")
    assert button.isEnabled()
    button.click()
    qtbot.waitUntil(lambda: not window.session.busy, timeout=WORK_MS)
    assert window.session.selected is not None
    assert window.session.selected.status.over


def test_closing_in_the_middle_of_a_run_leaves_nothing_running(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    settle(window)
    start_a_run(qtbot, window)
    window.close_now()
    assert window.hub.backend.isFinished()
    assert window.hub.reader.isFinished()


def test_steps_and_pages_follow_each_other(
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    child: Callable[..., Any],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    settle(window)
    pages = {
        Step.CROP: window.frame_page,
        Step.ALIGN: window.landmarks,
        Step.COMPARE: window.results,
        Step.FRAME: window.frame_page,
    }
    for step, page in pages.items():
        child(window, f"step{step.value}").click()
        assert window.pages.currentWidget() is page
        assert child(window, "cropTool").isChecked() == (step is Step.CROP)


def tell_every_widget() -> None:
    """Put the style sheet on anew in Qt's own way."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    sheet = app.styleSheet()
    app.setStyleSheet("")
    app.setStyleSheet(sheet)


def test_another_theme_looks_as_if_every_widget_had_been_told(
    qtbot: Any, open_window: Callable[..., MainWindow], child: Callable[..., Any]
) -> None:
    window = open_window()
    window.set_theme("light")
    qtbot.waitUntil(window.updatesEnabled)
    for page, panel in (("trainAction", window.train), ("modelsAction", window.models)):
        child(window, page).trigger()
        panel.page.refresh()  # made in later turns of the event loop
        qtbot.waitUntil(lambda: not window.session.models.asked, timeout=WORK_MS)
        qtbot.wait(50)
        quietly = window.grab().toImage()
        tell_every_widget()
        qtbot.wait(50)
        assert window.grab().toImage() == quietly, page


def test_a_dialog_that_is_open_takes_another_theme_as_if_it_had_been_told(
    qtbot: Any, open_window: Callable[..., MainWindow], demo_png: Path
) -> None:
    flash = QApplication.cursorFlashTime()
    QApplication.setCursorFlashTime(0)  # a caret that blinks is another picture
    window = open_window()
    dialog = ExportDialog(window.session, demo_png.parent, window)
    dialog.show()
    for name in ("light", "dark", "light"):
        window.set_theme(name)
        qtbot.waitUntil(window.updatesEnabled)
    qtbot.wait(50)
    quietly = dialog.grab().toImage()
    tell_every_widget()
    qtbot.wait(50)
    told = dialog.grab().toImage()
    QApplication.setCursorFlashTime(flash)
    assert told == quietly


def test_both_themes_reach_every_widget(qtbot: Any, open_window: Callable[..., MainWindow]) -> None:
    window = open_window()
    shades = []
    for name in ("light", "dark"):
        window.set_theme(name)
        qtbot.waitUntil(window.updatesEnabled)
        shades.append(window.grab().toImage().pixelColor(700, 700).lightness())
    light, dark = shades
    assert light > 200
    assert dark < 80
