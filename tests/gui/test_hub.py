"""How events of the worker reach the session: in order, and never so many that the window waits."""

from collections.abc import Callable
from pathlib import Path
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


def test_an_empty_desk_lets_go_of_the_last_film(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    settle(window)
    reader = window.hub.reader
    assert reader._opened is not None
    window.session.clear()
    qtbot.waitUntil(lambda: reader._opened is None)
    window.open_all([str(demo_png)])
    settle(window)
    assert reader._opened is not None
