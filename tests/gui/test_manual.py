"""The manual is opened in the browser; a checkout without one builds it first."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton

from fhgui import paths
from fhgui.gui.help.help_window import HelpWindow
from fhgui.gui.window import MainWindow
from fhgui.session.logbook import Level

WRITES = "import pathlib; pathlib.Path({page!r}).write_text('manual')"
FAILS = "print('No module named mkdocs'); raise SystemExit(1)"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []

    def note(url: QUrl) -> bool:
        seen.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    return seen


def with_manual(
    monkeypatch: pytest.MonkeyPatch, page: Path, builder: Path | None = None, text: str = ""
) -> None:
    if builder is not None:
        builder.write_text(text)
    monkeypatch.setattr(paths, "manual", lambda: page)
    monkeypatch.setattr(paths, "manual_builder", lambda: builder)


def warnings_of(window: MainWindow) -> list[str]:
    return [line.text for line in window.session.log if line.level is Level.WARNING]


def test_help_opens_the_manual(
    open_window: Callable[..., MainWindow],
    opened: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = tmp_path / "index.html"
    page.write_text("manual")
    with_manual(monkeypatch, page)
    window = open_window()
    window.helping.show()
    (shown,) = window.findChildren(HelpWindow)
    button = shown.findChild(QPushButton, "openManual")
    assert button is not None
    button.click()
    assert opened == [str(page)]
    shown.close()


def test_a_checkout_builds_the_manual_then_opens_it(
    open_window: Callable[..., MainWindow],
    opened: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot,
) -> None:
    page = tmp_path / "index.html"
    with_manual(monkeypatch, page, tmp_path / "b.py", WRITES.format(page=str(page)))
    window = open_window()
    window.helping.manual.show()
    window.helping.manual.show()
    qtbot.waitUntil(lambda: bool(opened), timeout=20_000)
    assert opened == [str(page)]
    assert warnings_of(window) == []


def test_what_cannot_be_opened_is_said(
    open_window: Callable[..., MainWindow],
    opened: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot,
) -> None:
    page = tmp_path / "index.html"
    window = open_window()
    with_manual(monkeypatch, page)
    window.helping.manual.show()
    assert "install the program again" in warnings_of(window)[-1]
    with_manual(monkeypatch, page, tmp_path / "b.py", FAILS)
    window.helping.manual.show()
    qtbot.waitUntil(lambda: "mkdocs" in warnings_of(window)[-1], timeout=20_000)
    page.write_text("manual")
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    window.helping.manual.show()
    assert str(page) in warnings_of(window)[-1]
    assert opened == []
