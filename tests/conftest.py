"""Fixtures of every test, and the watch for what a test leaves running."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


def _has_screen() -> bool:
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


if not _has_screen():
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings, QStandardPaths  # noqa: E402  after Qt's platform is chosen

from tests.helpers.leaks import LeakWatch  # noqa: E402


@pytest.fixture(autouse=True)
def _no_leaks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves threads, Qt threads, Qt timers or child processes running."""
    watch = LeakWatch(monkeypatch)
    yield
    left = watch.left_running()
    if left:
        pytest.fail("left running: " + "; ".join(left), pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def _users_own_settings_untouched(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what the window remembers in a folder of the tests."""
    folder = str(tmp_path_factory.mktemp("settings"))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
    QStandardPaths.setTestModeEnabled(True)
    os.environ["FHGUI_CASES"] = str(tmp_path_factory.mktemp("cases"))
    os.environ["FHGUI_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of real pictures; they are never part of the project."""
    named = os.environ.get("FHGUI_DATA")
    folder = Path(named) if named else CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}: set FHGUI_DATA to their folder")
    return folder


@pytest.fixture
def demo_png(tmp_path: Path) -> Path:
    """Return the path of the demo frame, written as a PNG."""
    from PIL import Image

    from fhgui.imaging.demo import demo_frame

    path = tmp_path / "demo.png"
    Image.fromarray(demo_frame()).save(path)
    return path
