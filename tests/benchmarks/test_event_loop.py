"""How long the window's event loop stands still while a method runs."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt, QTimer

from fhgui.core.face import Box
from fhgui.session.models import available_methods

TICK_MS = 5
RUN_S = 120


class Watchdog(QTimer):
    """Ticks on the window's thread and remembers the longest gap between two ticks."""

    def __init__(self) -> None:
        super().__init__()
        self.setTimerType(Qt.TimerType.PreciseTimer)
        self.setInterval(TICK_MS)
        self.timeout.connect(self._tick)
        self._last = time.perf_counter()
        self.longest_s = 0.0
        self.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest_s = max(self.longest_s, now - self._last - TICK_MS / 1000)
        self._last = now


@pytest.fixture
def window(qtbot: Any, demo_png: Path, tmp_path: Path) -> Iterator[Any]:
    """The window with a marked face, its methods chosen."""
    from fhgui.gui.app import create_window

    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "s"))
    _, made = create_window([str(demo_png)])
    session = made.session
    qtbot.waitUntil(lambda: bool(session.current.frame and session.current.sha256), timeout=30_000)
    session.mark("crop", session.marking.with_box(Box(160, 85, 40, 40)))
    session.choose_methods(available_methods())
    yield made
    made.close()


def test_longest_stall_while_methods_run(benchmark: Any, qtbot: Any, window: Any) -> None:
    session = window.session
    watchdog = Watchdog()

    def run() -> None:
        session.run()
        qtbot.waitUntil(lambda: not session.busy, timeout=RUN_S * 1000)

    benchmark.pedantic(run, rounds=3)
    watchdog.stop()
    benchmark.extra_info["longest_stall_ms"] = round(1000 * watchdog.longest_s, 1)
    assert all(r.run is not None for face in session.current.face_works for r in face.results)
