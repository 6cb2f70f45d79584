"""How frames are shown: nothing here changes a pixel that is cut out, enhanced or exported."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.language import tr
from fhgui.gui.widgets import small
from fhgui.imaging.adjusting import Adjustment, Channel
from fhgui.session.session import Session

PROMISE = (
    "Only what you see changes. Crops, runs and exports take the frame as it was decoded, and so "
    "do the values under the cursor."
)
CHANNELS = {
    Channel.COLOUR: "all colours",
    Channel.RED: "red",
    Channel.GREEN: "green",
    Channel.BLUE: "blue",
    Channel.LUMA: "luma (BT.601)",
}


class AdjustPage(QWidget):
    """Sliders for brightness, contrast, gamma and CLAHE, and the channel."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("adjustPage")
        self._session = session
        self._values: dict[str, QLabel] = {}
        self.channel = QComboBox()
        self.channel.setObjectName("adjustChannel")
        self.channel.setAccessibleName(tr("Channel"))
        for channel, words in CHANNELS.items():
            self.channel.addItem(words, channel)
        self.channel.currentIndexChanged.connect(
            lambda at: self._change(channel=list(CHANNELS)[at])
        )
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        grid.addWidget(QLabel(tr("Channel")), 0, 0)
        grid.addWidget(self.channel, 1, 0, 1, 2)
        self.sliders = {
            "brightness": self._slider(grid, 2, "Brightness", 128, lambda v: v),
            "contrast": self._slider(grid, 4, "Contrast", 200, lambda v: 2.0 ** (v / 100)),
            "gamma": self._slider(grid, 6, "Gamma", 200, lambda v: 2.0 ** (v / 100)),
            "clahe": self._slider(grid, 8, "Clahe", 100, lambda v: v / 10),
        }
        self.sliders["clahe"].setRange(0, 100)
        self.sliders["clahe"].setToolTip(
            "Contrast limited adaptive histogram equalization, 8×8 tiles: clip limit, 0 is off"
        )
        self.reset = QPushButton(tr("Show as decoded"))
        self.reset.setObjectName("adjustReset")
        self.reset.clicked.connect(lambda: session.look(adjustment=Adjustment()))
        layout = QVBoxLayout(self)
        layout.addLayout(grid)
        layout.addWidget(self.reset)
        promise = small(PROMISE)
        promise.setObjectName("statement")
        layout.addWidget(promise)
        layout.addStretch(1)
        session.view_changed.connect(self.refresh)
        self.refresh()

    def _slider(
        self, grid: QGridLayout, row: int, words: str, most: int, value: Callable[[int], float]
    ) -> QSlider:
        field, slider, shown = words.lower(), QSlider(Qt.Orientation.Horizontal), QLabel()
        slider.setObjectName(f"adjust{words}")
        slider.setAccessibleName("CLAHE clip limit" if words == "Clahe" else words)
        slider.setRange(-most, most)
        slider.setPageStep(10)
        slider.valueChanged.connect(lambda at: self._change(**{field: value(at)}))
        self._values[field] = shown
        shown.setAlignment(Qt.AlignmentFlag.AlignRight)
        grid.addWidget(QLabel("CLAHE" if words == "Clahe" else words), row, 0)
        grid.addWidget(shown, row, 1)
        grid.addWidget(slider, row + 1, 0, 1, 2)
        return slider

    def _change(self, **changes: object) -> None:
        now = self._session.view.adjustment
        self._session.look(adjustment=replace(now, **changes))  # type: ignore[arg-type]  # by name

    def refresh(self) -> None:
        """Show the session's adjustment."""
        now = self._session.view.adjustment
        places = {
            "brightness": now.brightness,
            "contrast": round(100 * math.log2(now.contrast)),
            "gamma": round(100 * math.log2(now.gamma)),
            "clahe": round(10 * now.clahe),
        }
        for field, place in places.items():
            with QSignalBlocker(self.sliders[field]):
                self.sliders[field].setValue(place)
        with QSignalBlocker(self.channel):
            self.channel.setCurrentIndex(list(CHANNELS).index(now.channel))
        self._values["brightness"].setText(f"{now.brightness:+d}")
        self._values["contrast"].setText(f"×{now.contrast:.2f}")
        self._values["gamma"].setText(f"{now.gamma:.2f}")
        self._values["clahe"].setText(f"{now.clahe:g}" if now.clahe else "off")
        self.reset.setEnabled(not now.is_neutral)
