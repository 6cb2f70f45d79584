"""A click on a result of fsgn shows whose windows it is mixed of; without detail it says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt

from fhgui.alignment.laying import Grid
from fhgui.alignment.similarity import onto_grid
from fhgui.gui.panels.exemplar_list import LINES_ROLE
from fhgui.gui.viewers.picture_view import Sample
from fhgui.gui.viewers.placing_over import sample_words
from fhgui.gui.window import MainWindow
from fhgui.session.marking import Marking
from fhgui.session.viewing import ExemplarMap, Step, Tray
from tests.helpers.exemplars import GALLERY, low_face, write_models

WORK_MS = 120_000


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture
def enhanced(
    qtbot: Any,
    models: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
) -> Callable[..., MainWindow]:
    """Return a function that opens the window and runs fsgn, whose worker finds the models."""
    monkeypatch.setenv("FHGUI_MODELS", str(models))
    Image.fromarray(low_face().pixels).save(tmp_path / "low.png")

    def opened(**settings: object) -> MainWindow:
        window = open_window(tmp_path / "low.png")
        settle(window)
        session = window.session
        session.mark("as it is", Marking(aligned=True))
        chosen = {"mode": "sr", "gallery": GALLERY, "neighbours": 3, **settings}
        session.ordering.set("fsgn", chosen)
        session.choose_methods(["fsgn"])
        session.run("a test")
        qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
        (result,) = session.exportable()
        session.select(1, result.job)
        session.look(step=Step.COMPARE)
        return window

    return opened


def click(qtbot: Any, window: MainWindow, number: int, x: float, y: float) -> None:
    """Click a share of picture 1, 2, …"""
    view = window.compare.grid.cells[number - 1].view
    target = view.target()
    at = QPoint(int(target.left() + x * target.width()), int(target.top() + y * target.height()))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)


def test_a_click_tells_whose_windows_a_place_is_mixed_of(
    qtbot: Any, enhanced: Callable[..., MainWindow], child: Callable[..., Any]
) -> None:
    window = enhanced(detail=True)
    session, panel = window.session, window.tray.exemplars
    qtbot.mouseClick(child(window, "trayExemplars"), Qt.MouseButton.LeftButton)
    result = session.selected
    assert result is not None
    assert "being made again" in panel.told.text()
    qtbot.waitUntil(lambda: "bit for bit" in panel.told.text(), timeout=WORK_MS)
    click(qtbot, window, 2, 0.5, 0.5)
    place = session.view.place
    assert place is not None
    assert np.allclose(place, (120, 160), atol=2)
    items = child(window, "exemplarList")

    def pictured() -> bool:
        first = items.item(0)
        return first is not None and first.data(Qt.ItemDataRole.DecorationRole) is not None

    qtbot.waitUntil(pictured, timeout=WORK_MS)
    share, where, name = items.item(0).data(LINES_ROLE)
    assert name == "2.png"  # the face itself is in the gallery
    assert share.endswith("%")
    assert where.startswith("at ")
    assert "20×20 px" in items.item(0).toolTip()
    assert f"At {place[0]}, {place[1]}" in panel.told.text()
    assert not panel.place.pixmap().isNull()
    qtbot.keyClick(panel, Qt.Key.Key_Right)
    assert session.view.place == (place[0] + 1, place[1])
    click(qtbot, window, 1, 0.25, 0.25)  # the input shows the same face
    assert np.allclose(session.view.place or (0, 0), (60, 80), atol=3)
    assert session.selected_job == result.job
    # the same place on a picture of another crop: the right half, half as fine
    pictures = window.compare.pictures
    grid = pictures[1].grid
    assert grid is not None
    right = Grid(onto_grid(grid.matrix, 0.5) - [[0, 0, 60], [0, 0, 0]], (160, 60))
    other = replace(pictures[1], pixels=np.zeros((160, 60, 3), np.uint8), grid=right)
    own, moved = Sample(141, 161, (0, 0, 0)), Sample(10, 80, (0, 0, 0))
    words = [
        sample_words(session, pictures, on, at) for on, at in ((pictures[1], own), (other, moved))
    ]
    assert "equal ones" in words[0]
    assert words[0] == words[1]
    left = replace(other, grid=Grid(right.matrix + np.array([[0, 0, 120], [0, 0, 0]]), (160, 60)))
    assert sample_words(session, pictures, left, moved) == "", "beyond the result"


def test_maps_lie_over_the_result_and_an_exemplar_is_chosen(
    qtbot: Any, enhanced: Callable[..., MainWindow], child: Callable[..., Any]
) -> None:
    window = enhanced(detail=True)
    session, items = window.session, child(window, "exemplarList")
    qtbot.keyClick(window.compare, Qt.Key.Key_E)
    assert session.view.tray is Tray.EXEMPLARS
    qtbot.waitUntil(
        lambda: session.selected is not None and session.selected.origins.traced is not None,
        timeout=WORK_MS,
    )
    maps = child(window, "exemplarMap")
    for kind in (ExemplarMap.LEADING, ExemplarMap.COUNT):
        maps.setCurrentIndex(maps.findData(kind.value))
        maps.activated.emit(maps.currentIndex())
        over = window.compare.pictures[1].over
        assert over is not None
        assert over.shape == (320, 240, 4)
        assert over[..., 3].any()
    click(qtbot, window, 2, 0.4, 0.4)
    qtbot.waitUntil(lambda: items.count() > 1, timeout=WORK_MS)
    at = items.visualItemRect(items.item(1)).center()
    qtbot.mouseClick(items.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert session.view.exemplars is ExemplarMap.CHOSEN
    origins = session.selected.origins if session.selected else None
    assert origins is not None
    assert origins.place is not None
    assert session.view.exemplar == origins.place.sources[1].exemplar
    qtbot.mouseMove(window.compare.grid.cells[1].view, QPoint(60, 60))
    qtbot.waitUntil(lambda: "equal ones" in window.status.values.text(), timeout=WORK_MS)
    qtbot.keyClick(window.compare, Qt.Key.Key_E)
    assert session.view.tray is Tray.STAGES
    assert window.compare.pictures[1].over is None


def test_without_a_detail_layer_the_panel_says_so(
    qtbot: Any, enhanced: Callable[..., MainWindow], child: Callable[..., Any]
) -> None:
    window = enhanced()
    assert not child(window, "trayExemplars").isHidden()
    qtbot.mouseClick(child(window, "trayExemplars"), Qt.MouseButton.LeftButton)
    panel = window.tray.exemplars
    assert panel.told.text().startswith("There is no detail layer here")
    assert "without any person's photograph" in panel.told.text()
    assert panel.again.isHidden()
    click(qtbot, window, 2, 0.5, 0.5)
    assert window.session.view.place is None
