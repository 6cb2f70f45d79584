"""A window for each test, closed afterwards, with settings of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QObject, QSettings

from fhgui.gui import settings
from fhgui.gui.app import create_window
from fhgui.gui.window import MainWindow
from fhgui.imaging.demo import demo_frame
from fhgui.session.logbook import Level
from tests.helpers import warm_workers
from tests.helpers.comparing import Bench
from tests.helpers.played_worker import Made

WORK_MS = 120_000
"""The longest that a run on a slow machine may take."""


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FHGUI_CASES", str(tmp_path / "cases"))
    monkeypatch.setenv("FHGUI_PRESETS", str(tmp_path / "presets.json"))
    folder = str(tmp_path / "settings")
    settings.forget()
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)


@pytest.fixture(autouse=True)
def _workers_start_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    warm_workers.use(monkeypatch)


@pytest.fixture
def users_own_worker(_workers_start_at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start every worker anew, as the program does."""
    warm_workers.use_the_users_own(monkeypatch)


@pytest.fixture
def open_window(qapp: Any) -> Iterator[Callable[..., MainWindow]]:
    """Return a function that opens the window on files; every window is closed at the end."""
    windows: list[MainWindow] = []

    def opened(*paths: Path) -> MainWindow:
        _, window = create_window([str(p) for p in paths])
        windows.append(window)
        window.resize(1366, 768)
        return window

    yield opened
    for window in windows:
        window.close_now()
        window.deleteLater()


@pytest.fixture
def child(qtbot: Any) -> Callable[..., Any]:
    """Return a function that finds a widget or action by its object name."""

    def found(window: QObject, name: str) -> Any:
        widget = window.findChild(QObject, name)
        assert widget is not None, f"there is no {name}"
        return widget

    return found


@pytest.fixture
def settle(qtbot: Any) -> Callable[[MainWindow], None]:
    """Return a function that waits until a window has its frame and nothing goes on."""

    def settled(window: MainWindow) -> None:
        session = window.session

        def at_rest() -> bool:
            errors = [str(line) for line in session.log if line.level is Level.ERROR]
            assert errors == []
            work = session.current
            if work is None or work.frame is None:
                return False
            return work.frame.index == work.frame_index and not session.busy

        qtbot.waitUntil(at_rest, timeout=WORK_MS)

    return settled


@pytest.fixture(scope="module")
def compared_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("comparing") / "demo.png"
    Image.fromarray(demo_frame()).save(path)
    return path


@pytest.fixture(scope="module")
def compared_made() -> Made:
    """Runs on the source, made once for all tests."""
    return {}


@pytest.fixture
def bench(qtbot: Any, compared_source: Path, compared_made: Made) -> Iterator[Bench]:
    on_desk = Bench(qtbot, compared_source, compared_made)
    yield on_desk
    on_desk.window.close()
