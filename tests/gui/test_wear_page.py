"""The page on camera and storage: estimates about the frame, and one of its fields alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from fhgui.core.fields import Fields
from fhgui.gui.window import MainWindow
from fhgui.imaging.demo import demo_frame
from fhgui.imaging.interlacing import one_field

WORK_MS = 120_000


@pytest.fixture
def grab(tmp_path: Path) -> Path:
    """A frame grab with two fields."""
    frame = demo_frame().copy()
    frame[1::2] = np.roll(frame[1::2], 8, axis=1)
    Image.fromarray(frame).save(tmp_path / "grab.png")
    return tmp_path / "grab.png"


def test_fields_are_told_and_one_alone_is_shown(
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    child: Callable[..., Any],
    grab: Path,
    qtbot: Any,
) -> None:
    window = open_window(grab)
    settle(window)
    stored = np.asarray(Image.open(grab))
    qtbot.keyClick(window.frame_page.view, Qt.Key.Key_W)
    page = child(window, "wearPage")
    assert page.isVisible()

    def told() -> str:
        found = page.findChild(object, "wear-Fields")
        return found.text() if found is not None else ""

    qtbot.waitUntil(lambda: told().startswith("two fields"), timeout=WORK_MS)
    choice = child(window, "fieldsChoice")
    choice.setCurrentIndex(1)
    choice.activated.emit(1)
    work: Any = window.session.current
    qtbot.waitUntil(lambda: work.frame.fields is Fields.UPPER, timeout=WORK_MS)
    assert np.array_equal(work.frame.pixels, one_field(stored, Fields.UPPER))
    qtbot.waitUntil(lambda: told() == "no fields to be seen", timeout=WORK_MS)
    window.session.undo()
    qtbot.waitUntil(lambda: work.frame.fields is Fields.WOVEN, timeout=WORK_MS)
    assert np.array_equal(work.frame.pixels, stored)
    assert choice.currentIndex() == 0
