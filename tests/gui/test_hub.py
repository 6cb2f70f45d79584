"""How events of the worker reach the session: in order, and never so many that the window waits."""

from collections.abc import Callable
from typing import Any

import pytest

from fhgui.gui import hub
from fhgui.gui.window import MainWindow
from fhgui.session import messages as m


def test_a_flood_of_events_is_taken_in_turns(
    open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    window = open_window()
    taken: list[int] = []
    turns: list[int] = []
    session = window.session
    monkeypatch.setattr(session, "handle", lambda event: taken.append(event.job))
    monkeypatch.setattr(hub, "TURN_S", 0.0)
    window.hub._turn.timeout.connect(lambda: turns.append(len(taken)))
    for job in (7, 8, 9):
        window.hub.backend.answered.emit(m.Cancelled(job))
    qtbot.waitUntil(lambda: len(taken) == 3)
    assert taken == [7, 8, 9]
    assert turns == [1, 2, 3]
