"""One picture of the comparison: a header that says what it is, and the picture."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from fhgui.alignment.laying import Grid
from fhgui.core.arrays import AnyArray, Pixels
from fhgui.core.method import Origin, Outline
from fhgui.gui.theme import colour
from fhgui.gui.viewers.marked_view import MarkedView
from fhgui.gui.widgets import Badge, Elided
from fhgui.imaging.heat import inferno_table

HEADER_ROOM_PX, HEADER_GAP_PX = 30, 8
"""Beside the words of a header, and between them."""
LEAST_CHARACTERS = 6
"""Of a title that must be seen: its number and how its name begins."""
LEGEND_PX, SHORT_LEGEND_PX = 124, 72
"""Width of a map's colour scale, and where there is little room."""
LEAST_PX = 24
"""The least height of a picture, in a low window with the log open."""
REDEGRADATION = (
    "Re-degradation check: how well the result fits the input when it is degraded again. "
    "Necessary, not sufficient: a high figure does not say that the face is right."
)


@dataclass(frozen=True, eq=False)
class Picture:
    """What a cell shows.

    Parameters
    ----------
    title : e.g. ``2  DCNN+MNCE``.
    pixels : H×W×3 uint8; None while there is nothing yet.
    origin : evidence or invention; None for maps.
    note : right end of the header, e.g. ``41.2 dB``. note_tip : what it means.
    job : the run it belongs to; None for the input.
    top : largest value of a map's colour scale; None for pictures.
    values : h×w values that the colours of a map stand for, 0–255, on a grid of its own; None
        where no map is shown.
    name : for lists, e.g. ``2  DCNN+MNCE``; empty where the title is short enough.
    stage : name of the stage it is, for annotations; empty for what is no stage.
    over : H×W×4 uint8 map of doubt that lies over it, on a grid of its own; ``over_top`` : its
        largest value.
    grid : where its pixels lie in the frame; None where nobody knows.
    outlines : what the method looked at in this stage, over the picture.
    empty : what to say while there are no pixels.
    """

    title: str
    pixels: Pixels | None
    origin: Origin | None = None
    note: str = ""
    note_tip: str = REDEGRADATION
    job: int | None = None
    top: float | None = None
    values: AnyArray | None = None
    empty: str = ""
    name: str = ""
    stage: str = ""
    over: Pixels | None = None
    over_top: float | None = None
    grid: Grid | None = None
    outlines: tuple[Outline, ...] = ()


class Legend(QWidget):
    """The colour scale of a map, from 0 to its largest value in grey levels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(LEGEND_PX, 18)
        self._top = 1.0

    def set_top(self, top: float) -> None:
        """Show another largest value."""
        self._top = top
        self.setToolTip(f"Grey levels of 255, from 0 (black) to {top:.0f} (yellow) and above")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the scale; called by Qt."""
        painter = QPainter(self)
        left, width = 14, self.width() - 42
        table = inferno_table()
        for x in range(width):
            r, g, b = table[x * 255 // (width - 1)]
            painter.fillRect(left + x, 5, 1, 8, QColor(int(r), int(g), int(b)))
        painter.setPen(QColor(colour("muted")))
        text = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(0, 0, 12, 18, text, "0")
        painter.drawText(left + width + 5, 0, 24, 18, text, f"{self._top:.0f}")
        painter.end()


class PictureCell(QFrame):
    """A header over a `MarkedView`.

    Signals
    -------
    chosen : the cell was clicked.
    """

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pictureCell")
        self.picture = Picture("", None)
        self.view = MarkedView()
        self.view.setMinimumHeight(LEAST_PX)
        self.view.clicked.connect(self.chosen)
        self._header = QWidget()
        self._header.setObjectName("pictureHeader")
        self._header.setFixedHeight(26)
        row = QHBoxLayout(self._header)
        row.setContentsMargins(8, 0, 8, 0)
        self._title, self._badge, self._note = Elided(""), Badge(), QLabel()
        self._title.setObjectName("pictureTitle")  # not small, not grey
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._note.setObjectName("muted")
        self._legend = Legend()
        row.addWidget(self._title, 1)
        row.addWidget(self._badge)
        row.addWidget(self._note)
        row.addWidget(self._legend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self.view, 1)

    def set_picture(self, picture: Picture) -> None:
        """Show another picture."""
        self.picture = picture
        self.view.empty_text = picture.empty
        self.view.set_pixels(picture.pixels)
        self.view.set_over(picture.over)
        self.view.setAccessibleName(picture.title)
        self._title.setText(picture.title)
        self._title.setToolTip(picture.title)
        self._badge.set_origin(picture.origin)
        self._note.setText(picture.note)
        self._note.setToolTip(picture.note_tip)
        self._note.setVisible(bool(picture.note) and picture.top is None)
        self._legend.setVisible(picture.top is not None)
        if picture.top is not None:
            self._legend.set_top(picture.top)
        self._fit_header()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Shorten the badge where the title would be cut; called by Qt."""
        super().resizeEvent(event)
        self._fit_header()

    def _fit_header(self) -> None:
        """Shorten the badge where the title finds no room, then leave the note out."""
        metrics = self._title.fontMetrics()
        title = metrics.horizontalAdvance(self.picture.title) + HEADER_ROOM_PX
        self._note.setVisible(bool(self.picture.note) and self.picture.top is None)
        beside = 0
        if not self._note.isHidden():
            beside = self._note.sizeHint().width() + HEADER_GAP_PX
        if not self._legend.isHidden():
            short = title + LEGEND_PX > self.width()
            self._legend.setFixedWidth(SHORT_LEGEND_PX if short else LEGEND_PX)
            beside += self._legend.width() + HEADER_GAP_PX
        self._badge.set_short(title + self._badge.full_width + beside > self.width())
        least = metrics.horizontalAdvance(self.picture.title[:LEAST_CHARACTERS]) + HEADER_ROOM_PX
        if least + self._badge.sizeHint().width() + beside > self.width():
            self._note.hide()

    def set_active(self, active: bool) -> None:
        """Draw the frame of the picture that strip and panel are about."""
        if self.property("active") != active:
            self.setProperty("active", active)
            self.style().unpolish(self)
            self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Choose the cell by its header; called by Qt."""
        self.chosen.emit()
        super().mousePressEvent(event)
