"""What the program does beside opening its window."""

import gc
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from fhgui.gui import app as starting


def test_the_collector_passes_over_what_stays_once_it_is_all_there(
    qtbot: Any, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen: list[int] = []
    monkeypatch.setattr(starting, "SETTLED_MS", 50)
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(1))
    starting.spare_what_stays(qapp)
    assert not frozen
    qtbot.waitUntil(lambda: frozen == [1])
