"""The page of the trainings: order one on the left, watch one on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fhgui.gui.panels.lazy_panel import LazyPanel
from fhgui.session.builds import Builds
from fhgui.session.training import Trainings

if TYPE_CHECKING:
    from fhgui.gui.panels.train_page import TrainPage


def train_panel(trainings: Trainings, builds: Builds) -> LazyPanel[TrainPage]:
    """Return the panel; its page is imported when it is first looked at."""

    def make() -> TrainPage:
        from fhgui.gui.panels.train_page import TrainPage

        return TrainPage(trainings, builds)

    return LazyPanel("trainPanel", "Train models", make)
