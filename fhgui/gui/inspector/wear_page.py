"""What camera and storage did to the frame shown, and the choice of one of its fields."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from fhgui.core.fields import Fields
from fhgui.gui.language import tr
from fhgui.gui.widgets import small
from fhgui.session.session import Session
from fhgui.session.wearing import set_fields, want_wear, worn

CHOICES = {
    Fields.WOVEN: "Both, as stored",
    Fields.UPPER: "Upper alone",
    Fields.LOWER: "Lower alone",
}
FIELDS = (
    "An interlaced frame holds two fields of different moments. Of one alone every second line is "
    "interpolated; search, points and runs then use it, and every record says so."
)
LIMITS = (
    "Estimated from the pixels alone: fine texture looks like noise, smoothing hides compression, "
    "and what left no trace is not told. No estimate changes a pixel."
)

REST_MS = 250
"""How long a frame must be shown before it is estimated: not while a film plays."""


class WearPage(QWidget):
    """Shows the estimates about the frame; they are asked for while the page is open."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wearPage")
        self._session = session
        self.choice = QComboBox()
        self.choice.setObjectName("fieldsChoice")
        self.choice.setAccessibleName(tr("Fields shown"))
        self.choice.addItems([tr(title) for title in CHOICES.values()])
        self.choice.activated.connect(self._choose)
        self.state = small("")
        self.state.setObjectName("wearState")
        self.told = QFormLayout()
        self.told.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self.told.setVerticalSpacing(3)
        self._resting = QTimer(self)
        self._resting.setObjectName("fhgui-wear-rests")
        self._resting.setSingleShot(True)
        self._resting.setInterval(REST_MS)
        self._resting.timeout.connect(self._want)
        layout = QVBoxLayout(self)
        layout.addWidget(small("Fields"))
        layout.addWidget(self.choice)
        layout.addWidget(small(FIELDS))
        layout.addLayout(self.told)
        layout.addWidget(self.state)
        limits = small(LIMITS)
        limits.setObjectName("statement")
        layout.addWidget(limits)
        layout.addStretch(1)
        for signal in (session.aids_changed, session.frame_changed, session.works_changed):
            signal.connect(self.refresh)

    def refresh(self) -> None:
        """Show what is told of now; costs nothing while the page is hidden."""
        if not self.isVisible():
            return
        work, told = self._session.current, worn(self._session)
        self.choice.setEnabled(work is not None and work.frame is not None)
        self.choice.setCurrentIndex(list(CHOICES).index(self._session.aiding.aids.fields))
        while self.told.rowCount():
            self.told.removeRow(0)
        for title, words in () if told is None else told.lines:
            value = QLabel(words)
            value.setWordWrap(True)
            value.setObjectName(f"wear-{title}")
            self.told.addRow(small(title), value)
        if told is None:
            self._resting.start()
        self.state.setText(tr("No frame yet.") if work is None else tr("Being estimated…"))
        self.state.setVisible(told is None)

    def showEvent(self, event: object) -> None:  # noqa: N802  Qt's name
        """Catch up; called by Qt."""
        self.refresh()

    def _want(self) -> None:
        if self.isVisible():
            want_wear(self._session)

    def _choose(self, index: int) -> None:
        set_fields(self._session.aiding, list(CHOICES)[index])
