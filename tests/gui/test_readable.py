"""Every page and dialog at the smallest screens: nothing cut, nothing sticking out, all named."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QWidget

from fhgui.core.face import Box
from fhgui.gui.window import MainWindow
from fhgui.session.viewing import CompareMode, DoubtMap, Step, Tray
from tests.helpers import audit
from tests.helpers.media import write_film

WORK_MS = 120_000
SIZES = {"1366x768": (1366, 768), "2560x1440 at 200 %": (1280, 720)}
SETTLE_MS = 60


@pytest.fixture
def film(tmp_path: Path) -> Path:
    from fhgui.imaging.demo import demo_frame

    return write_film(tmp_path / "demo.mp4", [demo_frame()] * 6)


@pytest.fixture
def worked(
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    qtbot: Any,
    film: Path,
) -> MainWindow:
    """Return the window with a result of the demo's face."""
    window = open_window(film)
    settle(window)
    session = window.session
    qtbot.waitUntil(lambda: bool(session.current and session.current.counted), timeout=WORK_MS)
    session.notes.toggle_mark()
    session.mark("crop", session.marking.with_box(Box(146, 66, 52, 60)))
    session.choose_methods(("bicubic",))
    session.run(reason="test")
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    return window


def pages(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Show every page in turn, and yield its name and what is to be read."""
    session = window.session
    for step in (Step.FRAME, Step.CROP, Step.ALIGN):
        window.go_to_step(step)
        yield step.value, window
    window.go_to_step(Step.FRAME)
    for name, button in window.frame_page.rail.buttons.items():
        button.click()
        yield f"inspector {name}", window
    window.go_to_step(Step.COMPARE)
    for mode in CompareMode:
        session.look(mode=mode, doubt=DoubtMap.INVENTED)
        yield f"compare {mode.value}", window
    session.look(mode=CompareMode.GRID)
    for tray in Tray:
        session.look(tray=tray)
        yield f"tray {tray.value}", window
    window.enhance.show_queue.setChecked(True)
    yield "queue", window
    window.enhance.show_queue.setChecked(False)
    window.log_dock.show()
    yield "log", window
    window.log_dock.hide()
    for page in (window.train, window.benchmark, window.models):
        window.show_page(page)
        yield page.objectName(), window


def dialogs(window: MainWindow) -> Iterator[tuple[str, QDialog]]:
    """Open every dialog in turn."""
    window.go_to_step(Step.COMPARE)
    for wish in (window.ask_for_export, window.show_about, window.helping.show):
        wish()
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                yield dialog.objectName(), dialog
                dialog.close()
                dialog.setObjectName("")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_every_page_can_be_read(worked: MainWindow, qtbot: Any, size: tuple[int, int]) -> None:
    worked.resize(*size)
    faults = {}
    for name, shown in pages(worked):
        qtbot.wait(SETTLE_MS)
        found = audit.faults(shown)
        if found:
            faults[name] = found
    assert faults == {}


def test_every_dialog_can_be_read(worked: MainWindow, qtbot: Any) -> None:
    faults, seen = {}, []
    for name, shown in dialogs(worked):
        qtbot.wait(SETTLE_MS)
        seen.append(name)
        assert shown.height() <= 720
        found = audit.faults(shown)
        if found:
            faults[name] = found
    assert faults == {}
    assert seen == ["exportDialog", "aboutDialog", "helpWindow"]


def test_the_page_before_anything_is_open_can_be_read(
    open_window: Callable[..., MainWindow], qtbot: Any
) -> None:
    window = open_window()
    for size in SIZES.values():
        window.resize(*size)
        qtbot.wait(SETTLE_MS)
        assert audit.faults(window) == []


def test_the_audit_sees_a_cut_word_and_a_control_without_a_name(qtbot: Any) -> None:
    from PySide6.QtWidgets import QLabel, QToolButton

    page = QWidget()
    qtbot.addWidget(page)
    page.resize(300, 200)
    label, button, far = QLabel("a long sentence", page), QToolButton(page), QLabel("far", page)
    label.setFixedWidth(30)
    far.move(290, 0)
    button.move(0, 100)
    button.setFocusPolicy(page.focusPolicy().StrongFocus)
    page.show()
    assert [words.partition(": ")[2] for words in audit.cut(page)] == ["a long sentence"]
    assert len(audit.unnamed(page)) == 1
    assert len(audit.clipped(page)) == 1
    label.setFixedWidth(200)
    button.setAccessibleName("Press")
    far.move(200, 0)
    assert audit.faults(page) == []
