"""What the keys do while frames of evidence are looked at."""

from __future__ import annotations

from collections.abc import Callable
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
    held = event.modifiers()
    shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
    control = bool(held & Qt.KeyboardModifier.ControlModifier)
    film, session = window.timeline, window.session
    if control:
        return {
            Key.Key_Left: lambda: session.notes.next_mark(-1),
            Key.Key_Right: lambda: session.notes.next_mark(1),
        }.get(Key(event.key()))
    far, page = (10 if shift else 1), window.frame_page
    wishes: dict[int, Callable[[], object]] = {
        Key.Key_Left: lambda: film.step(-far),
        Key.Key_Right: lambda: film.step(far),
        Key.Key_Home: lambda: film.step(-FAR),
        Key.Key_End: lambda: film.step(FAR),
        Key.Key_PageUp: lambda: session.aiding.go_to_key_frame(-1),
        Key.Key_PageDown: lambda: session.aiding.go_to_key_frame(1),
        Key.Key_Space: film.toggle,
        Key.Key_J: lambda: film.play(-1),
        Key.Key_K: film.stop,
        Key.Key_L: lambda: film.play(1),
        Key.Key_M: session.notes.toggle_mark,
        Key.Key_I: lambda: film.loop_end(True),
        Key.Key_O: lambda: film.loop_end(False),
        Key.Key_X: session.aiding.clear_loop,
        Key.Key_R: film.repeat.toggle,
        Key.Key_C: lambda: session.look(
            step=Step.FRAME if session.view.step is Step.CROP else Step.CROP
        ),
        Key.Key_Delete: page.clear_crop,
    }
    if page.isVisible():
        wishes |= {
            Key.Key_Z: page.rail.magnifier.click,
            Key.Key_A: page.rail.buttons["adjust"].click,
            Key.Key_H: page.rail.buttons["histogram"].click,
            Key.Key_T: page.rail.buttons["faces"].click,
            Key.Key_D: page.rail.buttons["metadata"].click,
            Key.Key_U: page.rail.buttons["measure"].click,
        }
    return wishes.get(event.key())
