"""What the keys do while frames of evidence are looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from fhgui.session.viewing import Step

if TYPE_CHECKING:  # it imports this module
    from fhgui.gui.window import MainWindow

Key = Qt.Key
FAR = 10**9


def film_key(window: MainWindow, event: QKeyEvent) -> Callable[[], object] | None:
    """Return what a key stands for on the pages of frame and landmarks; None for nothing."""
    held, key = event.modifiers(), event.key()
    if held & Qt.KeyboardModifier.ControlModifier:
        notes = window.session.notes
        ways = {Key.Key_Left.value: -1, Key.Key_Right.value: 1}
        return partial(notes.next_mark, ways[key]) if key in ways else None
    far = 10 if held & Qt.KeyboardModifier.ShiftModifier else 1
    wishes = _film_wishes(window, far) | _frame_wishes(window)
    if window.frame_page.isVisible():
        wishes |= _inspector_wishes(window)
    return wishes.get(key)


def _film_wishes(window: MainWindow, far: int) -> dict[int, Callable[[], object]]:
    film, aiding = window.timeline, window.session.aiding
    return {
        Key.Key_Left: partial(film.step, -far),
        Key.Key_Right: partial(film.step, far),
        Key.Key_Home: partial(film.step, -FAR),
        Key.Key_End: partial(film.step, FAR),
        Key.Key_PageUp: partial(aiding.go_to_key_frame, -1),
        Key.Key_PageDown: partial(aiding.go_to_key_frame, 1),
        Key.Key_Space: film.toggle,
        Key.Key_J: partial(film.play, -1),
        Key.Key_K: film.stop,
        Key.Key_L: partial(film.play, 1),
        Key.Key_I: partial(film.loop_end, True),
        Key.Key_O: partial(film.loop_end, False),
        Key.Key_X: aiding.clear_loop,
        Key.Key_R: film.repeat.toggle,
    }


def _frame_wishes(window: MainWindow) -> dict[int, Callable[[], object]]:
    session = window.session
    cropping = session.view.step is Step.CROP
    return {
        Key.Key_M: session.notes.toggle_mark,
        Key.Key_C: partial(session.look, step=Step.FRAME if cropping else Step.CROP),
        Key.Key_Delete: window.frame_page.clear_crop,
    }


def _inspector_wishes(window: MainWindow) -> dict[int, Callable[[], object]]:
    rail = window.frame_page.rail
    return {
        Key.Key_A: rail.buttons["adjust"].click,
        Key.Key_H: rail.buttons["histogram"].click,
        Key.Key_T: rail.buttons["faces"].click,
        Key.Key_U: rail.buttons["measure"].click,
        Key.Key_D: rail.buttons["metadata"].click,
        Key.Key_Z: rail.magnifier.click,
    }
