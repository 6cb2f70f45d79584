"""How many pictures a second six linked viewers of 4K frames show while the user pans and zooms."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from fhgui.gui.viewers.cell_grid import CellGrid
from fhgui.gui.viewers.picture_cell import Picture
from fhgui.gui.viewers.picture_view import Look

UHD_HW = (2160, 3840)
VIEWERS = 6
STEPS = 30
"""Of one gesture; a round is one gesture, so 30 pictures a second are 1 s a round."""


@pytest.fixture(scope="module")
def frames() -> list[Picture]:
    """Six different frames: noise on blocks, so that no row is like another."""
    random = np.random.default_rng(0)
    made = []
    for number in range(VIEWERS):
        blocks = random.integers(30, 220, (UHD_HW[0] // 16, UHD_HW[1] // 16, 3), np.uint8)
        pixels = blocks.repeat(16, axis=0).repeat(16, axis=1)
        pixels += random.integers(0, 30, UHD_HW, np.uint8)[..., None]
        made.append(Picture(f"{number + 1}", pixels))
    return made


@pytest.fixture
def grid(qapp: Any, frames: list[Picture]) -> Iterator[CellGrid]:
    grid = CellGrid()
    grid.resize(1920, 1080)
    grid.set_pictures(frames)
    grid.show()
    qapp.processEvents()
    yield grid
    grid.hide()
    grid.deleteLater()


@pytest.mark.parametrize("zoom", [1.0, 2.5, 12.0], ids=["fit", "in part", "pixels"])
def test_pan_six_4k_viewers(benchmark: Any, qapp: Any, grid: CellGrid, zoom: float) -> None:
    first = grid.cells[0].view

    def gesture() -> None:
        grid.set_look(Look(0.4, 0.4, zoom))
        for step in range(STEPS):
            first.pan(QPointF(-3.0 if step < STEPS / 2 else 3.0, -2.0))
            qapp.processEvents()

    benchmark.pedantic(gesture, rounds=3, warmup_rounds=1)
    assert len({cell.view.look for cell in grid.cells}) == 1


def test_zoom_six_4k_viewers(benchmark: Any, qapp: Any, grid: CellGrid) -> None:
    first = grid.cells[0].view
    centre = QPointF(first.rect().center())

    def gesture() -> None:
        grid.set_look(Look())
        for step in range(STEPS):
            turned = QPoint(0, 40 if step < STEPS / 2 else -40)
            no = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
            event = QWheelEvent(
                centre, centre, QPoint(), turned, *no, Qt.ScrollPhase.NoScrollPhase, False
            )
            qapp.sendEvent(first, event)
            qapp.processEvents()

    benchmark.pedantic(gesture, rounds=3, warmup_rounds=1)
    assert len({cell.view.look for cell in grid.cells}) == 1
