"""What the keys do while frames of evidence are looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QKeyEvent

from fhgui.gui.keys import Place, wish_of
from fhgui.gui.panels.timeline import Timeline
from fhgui.gui.viewers.frame_page import FramePage
from fhgui.session.session import Session
from fhgui.session.viewing import Step

FAR = 10**9


def film_key(
    page: FramePage, film: Timeline, session: Session, event: QKeyEvent
) -> Callable[[], object] | None:
    """Return what a key stands for on the pages of frame and landmarks; None for nothing."""
    rail = page.rail
    if page.isVisible():
        wish = wish_of(Place.FRAME, event)
        if wish:
            return rail.magnifier.click if wish == "magnifier" else rail.buttons[wish].click
    return _film_wishes(page, film, session).get(wish_of(Place.FILM, event))


def _film_wishes(
    page: FramePage, film: Timeline, session: Session
) -> dict[str, Callable[[], object]]:
    return {
        "frame_back": partial(film.step, -1),
        "frame_on": partial(film.step, 1),
        "ten_back": partial(film.step, -10),
        "ten_on": partial(film.step, 10),
        "first_frame": partial(film.step, -FAR),
        "last_frame": partial(film.step, FAR),
        "key_back": partial(session.aiding.go_to_key_frame, -1),
        "key_on": partial(session.aiding.go_to_key_frame, 1),
        "toggle": film.toggle,
        "play_back": partial(film.play, -1),
        "stop": film.stop,
        "play_on": partial(film.play, 1),
        "mark": session.notes.toggle_mark,
        "mark_back": partial(session.notes.next_mark, -1),
        "mark_on": partial(session.notes.next_mark, 1),
        "loop_from": partial(film.loop_end, True),
        "loop_to": partial(film.loop_end, False),
        "loop_off": session.aiding.clear_loop,
        "repeat": film.repeat.toggle,
        "crop": partial(_toggle_crop, session),
        "clear_crop": page.clear_crop,
    }


def _toggle_crop(session: Session) -> None:
    here = session.view.step is Step.CROP
    session.look(step=Step.FRAME if here else Step.CROP)
