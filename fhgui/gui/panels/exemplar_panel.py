"""Which exemplars of the gallery a place of the selected result is from, window by window."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.contributions import Traced
from fhgui.core.glimpse import glimpse_of
from fhgui.gui.keys import Place as Keys
from fhgui.gui.keys import wish_of
from fhgui.gui.language import tr
from fhgui.gui.panels.exemplar_list import EXEMPLAR_ROLE, SourceList, picture_of
from fhgui.gui.widgets import set_icon, small
from fhgui.provenance.sources import again_words, whose_words
from fhgui.session.origins import Place
from fhgui.session.results import Result
from fhgui.session.session import Session
from fhgui.session.tracing import SHOWN, ask_again
from fhgui.session.viewing import ExemplarMap, Tray

PLACE_PX = 84
SIDE_PX = (230, 330)
"""Width of the words: where there is little room, and at most."""
FAR_PX = 10
MAPS = {
    ExemplarMap.NONE: "no map",
    ExemplarMap.LEADING: "who counts most",
    ExemplarMap.COUNT: "as how many count",
    ExemplarMap.CHOSEN: "the chosen exemplar",
}
TIPS = {
    ExemplarMap.NONE: "No map over the result",
    ExemplarMap.LEADING: "The exemplar with the largest share at each pixel: the sixteen with the "
    "largest shares in the face have a colour each",
    ExemplarMap.COUNT: "As how many exemplars with equal shares would count at each pixel: dark "
    "where few make the detail, bright where many do",
    ExemplarMap.CHOSEN: "The share of the exemplar that is chosen in the row, over the whole face",
}
HINT = (
    "Click a place of the result, or drag over it, to see whose windows it is mixed of "
    "(the right button pans)."
)
MEANS = "A share is that of all weights at the pixel; it says nothing about who somebody is."
WAITING = "The run is being made again with the files of its record …"
RUNNING = "Known once the run has ended."


class ExemplarPanel(QWidget):
    """Observes the session's place, and what its selected result was traced to."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exemplarPanel")
        self.setAccessibleName(tr("Exemplars that the detail is from"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._session = session
        self.maps = QComboBox()
        self.maps.setObjectName("exemplarMap")
        self.maps.setAccessibleName(tr("Map of exemplars over the result"))
        for at, (kind, words) in enumerate(MAPS.items()):
            self.maps.addItem(tr(words), kind.value)
            self.maps.setItemData(at, tr(TIPS[kind]), Qt.ItemDataRole.ToolTipRole)
        self.maps.activated.connect(
            lambda at: session.look(exemplars=ExemplarMap(self.maps.itemData(at)))
        )
        self.again = QPushButton(tr("Try again"))
        self.again.setObjectName("traceAgainButton")
        self.again.setToolTip(tr("Ask once more which exemplars the result is from"))
        set_icon(self.again, "refresh")
        self.again.clicked.connect(lambda: ask_again(session))
        self.told = small()
        self.place, self.where = QLabel(), small(wrap=False)
        self.place.setFixedSize(PLACE_PX, PLACE_PX)
        self.place.setObjectName("exemplarPlace")
        self.list = SourceList()
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self._lay_out()
        for signal in (session.view_changed, session.active_changed, session.results_changed):
            signal.connect(self.refresh)
        session.result_changed.connect(self._changed)

    def _lay_out(self) -> None:
        side = QWidget()
        side.setObjectName("toolRow")
        side.setMinimumWidth(SIDE_PX[0])
        side.setMaximumWidth(SIDE_PX[1])
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 2, 0, 0)
        left.setSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self.maps)
        row.addWidget(self.again)
        row.addStretch(1)
        left.addLayout(row)
        left.addWidget(self.told)
        left.addStretch(1)
        self._at = QWidget()
        self._at.setObjectName("toolRow")
        middle = QVBoxLayout(self._at)
        middle.setContentsMargins(0, 4, 0, 0)
        middle.setSpacing(3)
        middle.addWidget(self.place)
        middle.addWidget(self.where)
        middle.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(side, 1)
        layout.addWidget(self._at)
        layout.addWidget(self.list, 3)

    def refresh(self) -> None:
        """Show what is known of the selected result; costs nothing while the panel is hidden."""
        if not self.isVisible() or self._session.view.tray is not Tray.EXEMPLARS:
            return
        result, view = self._session.selected, self._session.view
        traced = None if result is None else result.origins.traced
        place = None if result is None else result.origins.place
        with QSignalBlocker(self.maps):
            self.maps.setCurrentIndex(self.maps.findData(view.exemplars.value))
        self.maps.setToolTip(tr(TIPS[view.exemplars]))
        self.maps.setVisible(traced is not None)
        self.again.setVisible(_may_come(result))
        words = _words(result)
        self.told.setText(words)
        self.told.setToolTip(words if traced is None else f"{words}\n{MEANS}")
        self.list.show_place(place, SHOWN)
        self.list.choose(view.exemplar)
        self.list.setVisible(traced is not None)
        self._show_place(result, traced, place)

    def _show_place(
        self, result: Result | None, traced: Traced | None, place: Place | None
    ) -> None:
        there = traced is not None and place is not None and result is not None
        self._at.setVisible(there)
        if traced is None or place is None:
            return
        found = traced.contributions
        shown = glimpse_of(traced.result, place.at_xy, found.patch_px)
        self.place.setPixmap(picture_of(shown, PLACE_PX))
        x, y = place.at_xy
        self.where.setText(f"at {x}, {y}")
        self.where.setToolTip(_place_words(traced, place))
        self.place.setToolTip(_place_words(traced, place))

    def _changed(self, result: Result) -> None:
        if result.job == self._session.selected_job:
            self.refresh()

    def _choose(self, item: QListWidgetItem) -> None:
        exemplar = item.data(EXEMPLAR_ROLE)
        again = self._session.view.exemplar == exemplar
        shown = ExemplarMap.NONE if again else ExemplarMap.CHOSEN
        self._session.look(exemplar=None if again else exemplar, exemplars=shown)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Catch up; called by Qt."""
        super().showEvent(event)
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Look at another place by the arrow keys; called by Qt."""
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        wish, result = wish_of(Keys.EXEMPLARS, event), self._session.selected
        traced = None if result is None else result.origins.traced
        if not wish or traced is None:
            super().keyPressEvent(event)
            return
        height, width = traced.contributions.size_hw
        far = FAR_PX if wish == "move_far" else 1
        dx, dy = (far * step for step in steps[Qt.Key(event.key())])
        place = self._session.view.place
        x, y = (width // 2, height // 2) if place is None else (place[0] + dx, place[1] + dy)
        at = min(max(0, x), width - 1), min(max(0, y), height - 1)
        self._session.look(place=at)


def _may_come(result: Result | None) -> bool:
    """Tell whether asking again may help: something stood in the way that can be put right."""
    if result is None or result.run is None:
        return False
    return bool(result.origins.why_not) and bool(result.run.record.gallery)


def _words(result: Result | None) -> str:
    """Return what is known of a result's exemplars, or why nothing is."""
    if result is None:
        return ""
    origins = result.origins
    if origins.why_not:
        return f"{origins.why_not[:1].upper()}{origins.why_not[1:]}."
    if origins.traced is None:
        return WAITING if origins.asked else RUNNING
    whose = whose_words(origins.traced)
    if origins.place is None:
        return f"{HINT}\n{whose} {again_words(origins.traced)}"
    if origins.place.unread:
        return origins.place.unread
    return f"{_place_words(origins.traced, origins.place)}\n{whose}"


def _place_words(traced: Traced, place: Place) -> str:
    x, y = place.at_xy
    spread, sources = traced.contributions.spread, place.sources
    largest = sources[0].share if sources else 0.0
    return (
        f"At {x}, {y} {len(sources)} exemplars count, as {spread.count[y, x]:.0f} equal ones "
        f"would; the largest share is {largest:.1%}."
    )
