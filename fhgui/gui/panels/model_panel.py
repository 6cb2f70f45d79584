"""The page of the models: every file, its card, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fhgui.gui.panels.lazy_panel import LazyPanel
from fhgui.session.session import Session

if TYPE_CHECKING:
    from fhgui.gui.panels.model_page import ModelPage


def model_panel(session: Session) -> LazyPanel[ModelPage]:
    """Return the panel; its page is made when it is first looked at."""

    def make() -> ModelPage:
        from fhgui.gui.panels.model_page import ModelPage

        return ModelPage(session)

    return LazyPanel("modelManager", "Models", make)
