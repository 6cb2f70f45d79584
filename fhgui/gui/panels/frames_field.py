"""How many frames of a film the face is made of: one, or several laid over each other."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from fhgui.gui.language import tr
from fhgui.session.fusing import ALONE, MOST_FRAMES
from fhgui.session.session import Session

TIP = (
    "Lay so many frames about this one over each other and fuse them into the input: computed from "
    "the evidence alone, nothing invented. The frame alone is run beside it"
)
WIDTH_PX = 44


class FramesField(QWidget):
    """Changes how many frames the session's next runs fuse."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.spin = QSpinBox()
        self.spin.setObjectName("framesSpin")
        self.spin.setAccessibleName(tr("Number of frames to fuse"))
        self.spin.setToolTip(tr(TIP))
        self.spin.setRange(ALONE, MOST_FRAMES)
        self.spin.setFixedWidth(WIDTH_PX)
        self.spin.setKeyboardTracking(False)
        self.spin.valueChanged.connect(self._typed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        label = QLabel(tr("frames"))
        label.setToolTip(tr(TIP))
        layout.addWidget(label)
        layout.addWidget(self.spin)
        session.ordering.options_changed.connect(self.refresh)
        session.frame_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the number as it is; for a film only."""
        with QSignalBlocker(self.spin):
            self.spin.setValue(self._session.ordering.options.frames)
        work = self._session.current
        self.setVisible(work is not None and work.count > 1)

    def _typed(self, frames: int) -> None:
        self._session.ordering.set_options(frames=frames)
