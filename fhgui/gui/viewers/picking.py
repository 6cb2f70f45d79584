"""Points set one after the other by clicking where they are, without a crop or a search."""

from __future__ import annotations

from fhgui.gui.viewers.point_names import name_of
from fhgui.session.marking import PointList


class Picking:
    """What was clicked so far, and what is wanted next.

    Parameters
    ----------
    count : 2 or 5 points.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.points: PointList = ()

    @property
    def done(self) -> bool:
        """Whether all points are there."""
        return len(self.points) == self.count

    def add(self, x: float, y: float) -> None:
        """Take the next point, frame pixels."""
        if not self.done:
            self.points = (*self.points, (x, y))

    def take_back(self) -> None:
        """Forget the newest point."""
        self.points = self.points[:-1]

    def prompt(self) -> str:
        """Return what to click next."""
        name = name_of(len(self.points), self.count)
        side = " (on the picture's left)" if "left" in name else ""
        back = "  ·  Backspace takes one back" if self.points else ""
        number = f"{len(self.points) + 1} of {self.count}"
        return f"Click the {name}{side}  ·  {number}{back}  ·  Esc ends"
