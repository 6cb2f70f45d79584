"""The model manager: every file and its card; check, add, replace, remove; words where it fails."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent

from fhgui import paths
from fhgui.gui.window import MainWindow
from fhgui.methods import registry
from fhgui.session.model_jobs import Verdict
from tests.helpers.models import tiny_srcnn

WORK_MS = 120_000
NAME = "srcnn/network"
Child = Callable[..., Any]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def manager(
    own: Path, qtbot: Any, open_window: Callable[..., MainWindow]
) -> Callable[[], MainWindow]:
    """Return a function that opens the window on the model manager, its cards read."""

    def opened() -> MainWindow:
        window = open_window()
        window.actions_.models.trigger()
        qtbot.waitUntil(lambda: bool(window.session.models.rows), timeout=WORK_MS)
        rest(qtbot, window)
        return window

    return opened


def rest(qtbot: Any, window: MainWindow) -> None:
    """Wait until the worker has done all that it was asked about models."""
    models = window.session.models
    qtbot.waitUntil(lambda: not models.doing and not models.asked, timeout=WORK_MS)


def column(window: MainWindow, child: Child, at: int) -> list[str]:
    table = child(window, "modelTable")
    return [table.item(row, at).text() for row in range(table.rowCount())]


def choose(window: MainWindow, child: Child, own: bool) -> None:
    """Look at the network of srcnn: the user's own or the program's."""
    models = window.session.models
    rows = [(r.name, r.own) for r in models.rows]
    child(window, "modelTable").selectRow(rows.index((f"{NAME}.safetensors", own)))


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    event = QDropEvent(QPoint(9, 9), Qt.DropAction.CopyAction, mime, left, none)
    window.models.page.dropEvent(event)


def test_every_file_is_listed_once_with_its_card_and_checked(
    qtbot: Any, manager: Callable[[], MainWindow], child: Child
) -> None:
    window = manager()
    names = column(window, child, 0)
    needed = {n for m in registry.method_ids() for _, n in registry.info(m).assets}
    assert len(names) == len(set(names))
    assert {str(Path(n).with_suffix("")) for n in needed} <= set(names)
    assert set(column(window, child, 4)) == {"not checked yet"}
    choose(window, child, own=False)
    card = child(window, "modelCard").toPlainText()
    assert "SRCNN 9-5-5" in card
    assert "CelebA: non-commercial research purposes only" in card
    assert "23.706" in card  # measured on the protocol
    child(window, "checkModelsButton").click()
    assert not child(window, "checkModelsButton").isEnabled()
    rest(qtbot, window)
    assert {row.verdict for row in window.session.models.rows} == {Verdict.MATCHES}
    assert "all match their cards" in window.models.page.summary.text()
    assert not child(window, "removeModelButton").isEnabled()  # came with the program


def test_a_model_is_dropped_replaced_on_request_and_removed(
    qtbot: Any, manager: Callable[[], MainWindow], child: Child, own: Path, tmp_path: Path
) -> None:
    window = manager()
    first, second = tiny_srcnn(tmp_path / "a", 1), tiny_srcnn(tmp_path / "b", 2)
    target = own / f"{NAME}.safetensors"
    drop(window, first)
    rest(qtbot, window)
    assert target.read_bytes() == first.read_bytes()
    assert "was added" in child(window, "modelsTold").text()
    choose(window, child, own=False)
    assert column(window, child, 4)[window.models.page.table.currentRow()] == (
        "your own goes before it"
    )

    window.models.page.add_file(second)
    qtbot.waitUntil(lambda: window.findChild(object, "replaceModelButton") is not None)
    assert target.read_bytes() == first.read_bytes()
    child(window, "replaceModelButton").click()
    rest(qtbot, window)
    assert target.read_bytes() == second.read_bytes()

    choose(window, child, own=True)
    child(window, "removeModelButton").click()
    assert str(target) in child(window, "removeModelQuestion").text()
    assert target.is_file()  # asked first
    child(window, "reallyRemoveModelButton").click()
    rest(qtbot, window)
    assert not target.exists()
    assert second.is_file()
    assert paths.model_file(f"{NAME}.safetensors") is not None  # the program's own


def test_a_damaged_file_and_one_that_does_not_fit_are_named(
    qtbot: Any, manager: Callable[[], MainWindow], child: Child, own: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_srcnn(tmp_path / "a").parent, own / "srcnn")
    (own / "srcnn" / "weights.safetensors").rename(own / f"{NAME}.safetensors")
    window = manager()
    choose(window, child, own=True)
    assert "has no card" in column(window, child, 4)
    child(window, "checkModelsButton").click()
    rest(qtbot, window)
    choose(window, child, own=True)
    assert "names no digest" in child(window, "modelCard").toPlainText()
    assert "1 missing or damaged" in window.models.page.summary.text()
    window.models.page.add_file(tmp_path / "gone.safetensors")
    rest(qtbot, window)
    told = child(window, "modelsTold")
    assert "there is no such file" in told.text()
    assert told.property("level") == "error"
