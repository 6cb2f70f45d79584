"""What the person may do next: each act by its name, how often, when, and by which widgets."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from fhgui.gui.window import MainWindow
from tests.soak.hands import Hands
from tests.soak.materials import Materials


@dataclass
class Desk:
    """Everything that an act may use.

    Attributes
    ----------
    window, hands : what is worked with, and how.
    materials : what can be opened.
    folder : room for cases and exports.
    rng : of the act that goes on.
    number : of the act that goes on.
    """

    window: MainWindow
    hands: Hands
    materials: Materials
    folder: Path
    rng: Random = field(default_factory=Random)
    number: int = 0

    @property
    def session(self):  # type: ignore[no-untyped-def]
        """The session of the window."""
        return self.window.session

    @property
    def has_frame(self) -> bool:
        """Whether a frame is shown."""
        work = self.session.current
        return work is not None and work.frame is not None and work.readable

    @property
    def at_pictures(self) -> bool:
        """Whether the page of the pictures is looked at."""
        return self.window.desk.currentWidget() is self.window.splitter

    def sees(self, page: object) -> bool:
        """Tell whether a page of the pictures is looked at."""
        return self.at_pictures and self.window.pages.currentWidget() is page

    @property
    def results(self) -> int:
        """How many results lie on the desk."""
        works = self.session.works
        return sum(len(face.results) for work in works for face in work.face_works)


Doing = Generator[None, None, "str | None"]
"""An act of several events; the event loop has its turn at every yield."""


@dataclass(frozen=True)
class Act:
    """One thing a person does.

    Attributes
    ----------
    name : in the log.
    weight : how often, against the others.
    possible : whether it can be done now.
    do : does it and returns what is worth telling.
    """

    name: str
    weight: float
    possible: Callable[[Desk], bool]
    do: Callable[[Desk], str | Doing | None]


def always(desk: Desk) -> bool:
    """Tell that an act needs nothing."""
    return True


def on_pictures(desk: Desk) -> bool:
    """Tell whether a source is shown among the pictures."""
    return desk.at_pictures and desk.has_frame


def on_frame(desk: Desk) -> bool:
    """Tell whether the page of frame and crop is looked at."""
    return desk.has_frame and desk.sees(desk.window.frame_page)


def on_points(desk: Desk) -> bool:
    """Tell whether the page of the landmarks is looked at."""
    return desk.has_frame and desk.sees(desk.window.landmarks)


def on_results(desk: Desk) -> bool:
    """Tell whether results are looked at."""
    return desk.sees(desk.window.results) and desk.session.selected is not None


def on_film(desk: Desk) -> bool:
    """Tell whether a film is looked at."""
    return on_pictures(desk) and desk.window.timeline.isVisible()


def clicks(*names: str) -> Callable[[Desk], str]:
    """Return an act that clicks one of some buttons."""

    def click(desk: Desk) -> str:
        name = desk.rng.choice(names)
        desk.hands.click(name)
        return name

    return click
