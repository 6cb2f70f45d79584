"""The rail at the right of a frame and the page that it opens."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from fhgui.gui.inspector.adjust_page import AdjustPage
from fhgui.gui.inspector.faces_page import FacesPage
from fhgui.gui.inspector.histogram_page import HistogramPage
from fhgui.gui.inspector.measure_page import MeasurePage
from fhgui.gui.inspector.metadata_page import MetadataPage
from fhgui.gui.inspector.wear_page import WearPage
from fhgui.gui.widgets import section, tool_button
from fhgui.session.session import Session

WIDTH_PX = 236
PAGES = (
    (
        "adjust",
        "tune-variant",
        "View adjustments",
        "How frames are shown, not what they are (A)",
    ),
    ("histogram", "chart-histogram", "Histogram", "Histogram of the frame or the crop (H)"),
    ("faces", "account-multiple-outline", "Faces over time", "Faces over time (T)"),
    ("measure", "ruler", "Ruler and scale", "Ruler and scale bar (U)"),
    (
        "wear",
        "camera-outline",
        "Camera and storage",
        "Noise, compression, fields: what was done to the frame (W)",
    ),
    ("metadata", "information-outline", "Metadata", "Every fact about source and frame (D)"),
)


class Rail(QWidget):
    """A column of buttons, of which one at most is down.

    Signals
    -------
    chosen : the name of the page that is wanted; empty for none.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspectorRail")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.buttons: dict[str, QToolButton] = {}
        for name, icon_name, _, tip in PAGES:
            button = tool_button(f"{name}Button", icon_name, "", tip, checkable=True)
            button.clicked.connect(lambda on, n=name: self.choose(n if on else ""))
            self.buttons[name] = button
            layout.addWidget(button)
        self.magnifier = tool_button(
            "magnifierButton", "magnify-plus-outline", "", "Magnifier (Z)", checkable=True
        )
        layout.addWidget(self.magnifier)
        layout.addStretch(1)

    @property
    def name(self) -> str:
        """The page that is open; empty for none."""
        return next((n for n, b in self.buttons.items() if b.isChecked()), "")

    def choose(self, name: str) -> None:
        """Open a page, or none."""
        for other, button in self.buttons.items():
            button.setChecked(other == name)
        self.chosen.emit(name)


class Inspector(QWidget):
    """The page that the rail opened, under its title."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH_PX)
        self.adjust, self.histogram = AdjustPage(session), HistogramPage()
        self.faces, self.measure = FacesPage(session), MeasurePage(session)
        self.wear, self.metadata = WearPage(session), MetadataPage(session)
        self.pages = QStackedWidget()
        self._scrolled: dict[str, QWidget] = {}
        for name, *_ in PAGES:
            page: QWidget = getattr(self, name)
            self._scrolled[name] = page if name in ("faces", "metadata") else _scrolled(page)
            self.pages.addWidget(self._scrolled[name])
        self.title = section("")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.title)
        layout.addWidget(self.pages, 1)
        self.open("")

    def open(self, name: str) -> None:
        """Show a page; empty hides all."""
        self.setVisible(bool(name))
        if name:
            words = next(title for n, _, title, _ in PAGES if n == name)
            self.title.setText(words.upper())
            self.pages.setCurrentWidget(self._scrolled[name])


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName("inspectorScroll")
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area
