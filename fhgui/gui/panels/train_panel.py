"""The page of the trainings: order one on the left, watch one on the right.

The panel itself is there from the start and costs nothing; what it holds is made, and the
plotting library imported, when it is first looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fhgui.session.training import Trainings

if TYPE_CHECKING:
    from fhgui.gui.panels.train_page import TrainPage


class TrainPanel(QWidget):
    """Holds the page once it is wanted."""

    def __init__(self, trainings: Trainings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainPanel")
        self.setAccessibleName("Train models")
        self._trainings = trainings
        self._page: TrainPage | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    @property
    def page(self) -> TrainPage:
        """What the panel holds; made when it is first asked for."""
        if self._page is None:
            from fhgui.gui.panels.train_page import TrainPage

            self._page = TrainPage(self._trainings)
            layout = self.layout()
            if layout is not None:
                layout.addWidget(self._page)
            self._page.show()  # at once: a layout would wait for the event loop
        return self._page

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Show the page; called by Qt."""
        self.page.refresh()
        super().showEvent(event)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        if self._page is not None:
            self._page.retheme()

    def shut_down(self) -> None:
        """End what the page does on threads; trainings go on."""
        if self._page is not None:
            self._page.shut_down()
