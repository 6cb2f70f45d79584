"""The ruler and what it is worth: pixels at first, millimetres after a line of known length."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.language import tr
from fhgui.gui.widgets import small
from fhgui.session.aids import Aids
from fhgui.session.session import Session

LIMITS = (
    "A length in millimetres holds for things at the distance and in the plane of the object that "
    "was measured, seen by a lens without distortion. It is no measurement of a person."
)


class MeasurePage(QWidget):
    """Shows the ruler's length and takes the true one."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("measurePage")
        self._session = session
        self.length = QLabel()
        self.length.setObjectName("rulerLength")
        self.length.setWordWrap(True)
        self.true_mm = QDoubleSpinBox()
        self.true_mm.setObjectName("trueLength")
        self.true_mm.setAccessibleName(tr("True length in millimetres"))
        self.true_mm.setRange(0.1, 1_000_000)
        self.true_mm.setDecimals(1)
        self.true_mm.setSuffix(" mm")
        self.true_mm.setValue(100.0)
        self.calibrate = QPushButton(tr("Calibrate"))
        self.calibrate.setObjectName("calibrateButton")
        self.calibrate.clicked.connect(lambda: session.aiding.calibrate(self.true_mm.value()))
        self.scale = small()
        self.scale.setObjectName("scaleWords")
        self.pixels = QPushButton(tr("Back to pixels"))
        self.pixels.setObjectName("uncalibrateButton")
        self.pixels.clicked.connect(session.aiding.clear_calibration)
        self.clear = QPushButton(tr("Take the ruler away"))
        self.clear.setObjectName("clearRulerButton")
        self.clear.clicked.connect(session.aiding.clear_ruler)
        layout = QVBoxLayout(self)
        layout.addWidget(small("Drag along a thing in the frame."))
        layout.addWidget(self.length)
        layout.addWidget(small("How long is it truly?"))
        for widget in (self.true_mm, self.calibrate, self.scale, self.pixels, self.clear):
            layout.addWidget(widget)
        limits = small(LIMITS)
        limits.setObjectName("statement")
        layout.addWidget(limits)
        layout.addStretch(1)
        for signal in (session.aids_changed, session.works_changed):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show ruler and scale of the current source."""
        aids = self._session.aiding.aids
        self.length.setText(_ruler_words(aids))
        known = aids.calibration
        self.scale.setText(
            "Not calibrated: lengths are in frame pixels."
            if known is None
            else f"1 px = {known.mm_per_px:.3g} mm, from {known.length_px:.1f} px = "
            f"{known.length_mm:g} mm."
        )
        for widget in (self.true_mm, self.calibrate, self.clear):
            widget.setEnabled(aids.ruler is not None)
        self.pixels.setVisible(known is not None)


def _ruler_words(aids: Aids) -> str:
    ruler, known = aids.ruler, aids.calibration
    if ruler is None:
        return "No ruler yet."
    words = f"{ruler.length_px:.1f} px in frame {ruler.frame_index}"
    if known is not None:
        words += f"\n{ruler.length_px * known.mm_per_px:.1f} mm"
    return words
