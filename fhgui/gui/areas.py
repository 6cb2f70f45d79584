"""Goes from one part of the window to the next by keys: case, pictures, film, methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from fhgui.session.viewing import Step

if TYPE_CHECKING:  # it imports this module
    from fhgui.gui.window import MainWindow


class Areas(QObject):
    """The parts of the window and, in each, the control that a key leads to."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def go(self, direction: int, _checked: bool = False) -> None:
        """Give the focus to the next part that is shown, or to the one before."""
        shown = [(part, target) for part, target in self._parts() if target.isVisible()]
        if not shown:
            return
        focus = QApplication.focusWidget()
        here = next((n for n, (part, _) in enumerate(shown) if _holds(part, focus)), None)
        if here is None:
            here = -1 if direction > 0 else len(shown)
        _, target = shown[(here + direction) % len(shown)]
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _parts(self) -> list[tuple[QWidget, QWidget]]:
        """Return every part with the control in it that takes the focus."""
        window = self._window
        page = window.desk.currentWidget() or window
        if page is not window.splitter:
            return [(window.steps, window.steps.buttons[Step.OPEN]), (page, _first_control(page))]
        shown = window.pages.currentWidget() or window
        picture = window.compare if shown is window.results else window.view
        return [
            (window.steps, window.steps.buttons[window.session.view.step]),
            (window.navigator, window.navigator.tree),
            (window.pages, picture or _first_control(shown)),
            (window.timeline, window.timeline.slider),
            (window.enhance, window.enhance.methods),
        ]


def _first_control(page: QWidget) -> QWidget:
    """Return the first control of a page that Tab would lead to."""
    at = page.nextInFocusChain()
    while at is not None and at is not page:
        tab = at.focusPolicy() & Qt.FocusPolicy.TabFocus
        if page.isAncestorOf(at) and at.isVisible() and at.isEnabled() and tab:
            return at
        at = at.nextInFocusChain()
    return page


def _holds(part: QWidget, focus: QWidget | None) -> bool:
    return focus is not None and (part is focus or part.isAncestorOf(focus))
