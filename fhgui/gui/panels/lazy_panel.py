"""A page of the desk that costs nothing until it is looked at.

The panel itself is there from the start; what it holds is made, and the plotting library imported,
when it is first shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class Page(QWidget):
    """What a lazy panel holds."""

    def refresh(self) -> None:
        """Show what has been told since; called whenever the page comes into sight."""

    def retheme(self) -> None:
        """Take the colours of the theme in force."""

    def shut_down(self) -> None:
        """End what the page does on threads; processes go on."""


P = TypeVar("P", bound=Page)


class LazyPanel(QWidget, Generic[P]):
    """Holds a page once it is wanted.

    Parameters
    ----------
    name, accessible : object name and name for people.
    make : makes the page; imports what it needs itself.
    """

    def __init__(
        self, name: str, accessible: str, make: Callable[[], P], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self._make = make
        self._page: P | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    @property
    def page(self) -> P:
        """What the panel holds; made when it is first asked for."""
        if self._page is None:
            self._page = self._make()
            layout = self.layout()
            if layout is not None:
                layout.addWidget(self._page)
            self._page.show()  # at once: a layout would wait for the event loop
        return self._page

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Show the page; called by Qt."""
        super().showEvent(event)
        if self._page is not None:
            self._page.refresh()
        else:
            QTimer.singleShot(0, self, self._first_look)

    def _first_look(self) -> None:
        """Make the page in one turn of the event loop and fill it in the next."""
        QTimer.singleShot(0, self, self.page.refresh)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        if self._page is not None:
            self._page.retheme()

    def shut_down(self) -> None:
        """End what the page does on threads; processes go on."""
        if self._page is not None:
            self._page.shut_down()
