"""Grey levels along one line in every picture: steps of the input beside curves of the results."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fhgui.gui.keys import Place, wish_of
from fhgui.gui.language import tr
from fhgui.gui.theme import theme_name
from fhgui.gui.viewers.compare_view import CompareView
from fhgui.gui.viewers.picture_cell import Picture
from fhgui.gui.viewers.placing_over import carried_line
from fhgui.gui.viewers.profile_plot import Curve, ProfilePlot
from fhgui.gui.widgets import small
from fhgui.imaging.profiles import line_profile
from fhgui.session.session import Session
from fhgui.session.viewing import CompareMode, Line, Tray

SAMPLES = 512
NUDGE = 0.01
CHANNELS = (("gray", None), ("red", 0), ("green", 1), ("blue", 2))
HINT = "Draw a line on any picture: its grey levels stand here, picture by picture"
CURVES = {
    "dark": ("#e8e8e8", "#4fd3e8", "#f0b23c", "#e07bd0", "#7fd67f", "#ff8a65", "#8fa8ff"),
    "light": ("#202020", "#00809a", "#b87708", "#a2359a", "#1f7d53", "#c8451a", "#3550c8"),
}
"""The input first; told apart by brightness too."""
ACROSS: Line = ((0.0, 0.5), (1.0, 0.5))
DOWN: Line = ((0.5, 0.0), (0.5, 1.0))


class ProfilePanel(QWidget):
    """Observes the pictures of the comparison and the session's profile line."""

    def __init__(
        self, session: Session, compare: CompareView, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("profilePanel")
        self.setAccessibleName(tr("Profile of grey levels along a line"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._session, self._compare = session, compare
        self.plot = ProfilePlot(HINT)
        self.channel = QComboBox()
        self.channel.setObjectName("profileChannel")
        self.channel.setAccessibleName(tr("Channel of the profile"))
        for name, number in CHANNELS:
            self.channel.addItem(name, number)
        self.channel.currentIndexChanged.connect(self.refresh)
        words = small("Drag on a picture. Arrow keys move the line; right button pans.")
        tools = QVBoxLayout()
        tools.addWidget(self.channel)
        turns = QHBoxLayout()
        for name, text, line in (
            ("profileAcross", "Across", ACROSS),
            ("profileDown", "Down", DOWN),
        ):
            button = QPushButton(text)
            button.setObjectName(name)
            button.setToolTip(f"A line {text.lower()} the middle of every picture")
            button.clicked.connect(lambda _, at=line: session.look(profile=at))
            turns.addWidget(button)
        tools.addLayout(turns)
        tools.addWidget(words)
        tools.addStretch(1)
        side = QWidget()
        side.setObjectName("toolRow")
        side.setFixedWidth(170)
        side.setLayout(tools)
        tools.setContentsMargins(0, 2, 0, 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(side)
        layout.addWidget(self.plot, 1)
        for signal in (session.view_changed, session.active_changed, session.results_changed):
            signal.connect(self.refresh)
        session.result_changed.connect(self._changed)

    def pictures(self) -> list[Picture]:
        """Return the pictures that have a curve: all on show but maps of doubt alone."""
        pictures = self._compare.pictures
        return [p for p in pictures if p.pixels is not None and p.top is None]

    def refresh(self, index: int = 0) -> None:
        """Read the line anew in every picture."""
        if not self.isVisible() or self._session.view.tray is not Tray.PROFILE:
            return
        line, shades = self._session.view.profile, CURVES[theme_name()]
        curves = []
        for number, picture in enumerate(self.pictures() if line else ()):
            shade, again = shades[number % len(shades)], number >= len(shades)
            there = carried_line(line or ACROSS, self._compare.pictures[0], picture)
            curves.append(self._curve(picture, there, shade, again, width=1.6 if number else 2.4))
        self.plot.show_curves([c for c in curves if not np.isnan(c.values).all()])

    def _curve(self, picture: Picture, line: Line, shade: str, dashed: bool, width: float) -> Curve:
        assert picture.pixels is not None
        values = line_profile(picture.pixels, *line, SAMPLES, self.channel.currentData())
        return Curve(picture.name or picture.title, shade, values, width, dashed)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Read the line when the panel is shown; called by Qt."""
        super().showEvent(event)
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Move the line by a hundredth of the picture; called by Qt."""
        steps = {
            Qt.Key.Key_Left: (-NUDGE, 0.0),
            Qt.Key.Key_Right: (NUDGE, 0.0),
            Qt.Key.Key_Up: (0.0, -NUDGE),
            Qt.Key.Key_Down: (0.0, NUDGE),
        }
        wish, line = wish_of(Place.PROFILE, event), self._session.view.profile
        if not wish or line is None:
            super().keyPressEvent(event)
            return
        self._session.look(profile=moved(line, *steps[Qt.Key(event.key())]))

    def _changed(self, result: object) -> None:
        if self._session.view.mode is not CompareMode.STAGES:
            self.refresh()


def moved(line: Line, dx: float, dy: float) -> Line:
    """Return a line moved as a whole, as far as it stays on the picture, or back towards it."""
    xs, ys = (line[0][0], line[1][0]), (line[0][1], line[1][1])
    dx = min(max(0.0, 1.0 - max(xs)), max(min(0.0, -min(xs)), dx))
    dy = min(max(0.0, 1.0 - max(ys)), max(min(0.0, -min(ys)), dy))
    return (xs[0] + dx, ys[0] + dy), (xs[1] + dx, ys[1] + dy)
