"""The tour that the window must stand: how long its event loop stands still, what it keeps."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSettings

from fhgui.core.face import Box
from fhgui.gui.dialogs.export import ExportDialog
from fhgui.imaging.demo import demo_frame
from fhgui.session.viewing import Step
from tests.benchmarks.test_event_loop import Watchdog
from tests.helpers.media import write_film

LONGEST_MS = 120_000
FILM_FRAMES = 60
PLAYED_S = 2.0
OPENED_FRAMES = 500
WARM_FRAMES = 60
KEPT_MIB = 40
"""Caches of frames and thumbnails may fill; 500 CIF frames alone would be 145 MiB."""


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """The demo, the camera moving, so that no frame is like another."""
    moved = [np.roll(demo_frame(), 3 * n, axis=1) for n in range(FILM_FRAMES)]
    return write_film(tmp_path / "tour.mp4", moved)


@pytest.fixture
def window(qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The window with nothing open."""
    from fhgui.gui.app import create_window

    monkeypatch.setenv("FHGUI_CASES", str(tmp_path / "cases"))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "s"))
    _, made = create_window([])
    made.resize(1366, 768)
    yield made
    made.close_now()


def test_longest_stall_of_open_play_run_and_export(
    benchmark: Any, qtbot: Any, window: Any, film: Path, tmp_path: Path
) -> None:
    session, stalls = window.session, {}

    def wait(done: Callable[[], bool]) -> None:
        qtbot.waitUntil(done, timeout=LONGEST_MS)

    def stage(name: str, do: Callable[[], object], done: Callable[[], bool]) -> None:
        watchdog = Watchdog()
        do()
        wait(done)
        qtbot.wait(300)  # what follows the answer: thumbnails, tables, figures
        watchdog.stop()
        stalls[f"{name}_ms"] = round(1000 * watchdog.longest_s, 1)

    def tour() -> None:
        stage("open", lambda: window.open_all([str(film)]), lambda: _is_known(session))
        started = time.perf_counter()
        stage(
            "play",
            lambda: window.timeline.play(1),
            lambda: time.perf_counter() - started > PLAYED_S,
        )
        window.timeline.stop()
        for step in (Step.CROP, Step.ALIGN):
            stage(step.value.lower(), lambda s=step: window.go_to_step(s), lambda: True)
        session.mark("crop", session.marking.with_box(Box(146, 66, 52, 60)))
        stage("points", window.landmarks.find_points, lambda: not session.busy)
        session.choose_methods(("bicubic", "srcnn", "lcr"))
        stage("run", lambda: session.run(reason="tour"), lambda: not session.busy)
        window.ask_for_export()
        dialog = window.findChild(ExportDialog)
        dialog.folder.setText(str(tmp_path / "out"))
        dialog.repeat.setChecked(False)
        stage("export", dialog.ok.click, lambda: not session.busy)

    benchmark.pedantic(tour, rounds=1)
    benchmark.extra_info.update(stalls)
    print("longest stalls:", stalls)
    assert (tmp_path / "out" / "report.pdf").is_file()


def _is_known(session: Any) -> bool:
    work = session.current
    return bool(work and work.frame and work.counted and work.sha256 and not session.busy)


def test_memory_after_500_opened_frames(
    benchmark: Any, qtbot: Any, window: Any, film: Path
) -> None:
    session, kept = window.session, []
    window.open_all([str(film)])
    qtbot.waitUntil(lambda: _is_known(session), timeout=LONGEST_MS)

    def go(index: int) -> None:
        session.seek(index)
        qtbot.waitUntil(lambda: session.current.frame.index == index, timeout=LONGEST_MS)

    def open_frames() -> None:
        for count in range(OPENED_FRAMES + WARM_FRAMES):
            if count == WARM_FRAMES:
                kept.append(resident_mib())
            go((7 * count) % FILM_FRAMES)
        kept.append(resident_mib())

    benchmark.pedantic(open_frames, rounds=1)
    grown = kept[1] - kept[0]
    benchmark.extra_info["grown_mib"] = round(grown, 1)
    print(f"resident {kept[0]:.0f} MiB, after {OPENED_FRAMES} more frames {kept[1]:.0f} MiB")
    assert grown < KEPT_MIB


def resident_mib() -> float:
    """Return the memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20
