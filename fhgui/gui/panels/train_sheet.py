"""The fixed validation batch as the network restored it, at every validation so far."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from fhgui.gui.language import tr
from fhgui.gui.theme import colour

ROWS = ("bicubic", "restored", "original")
"""What the rows of every sheet show."""
ROW_WORDS_PX = 72


class SheetPicture(QWidget):
    """One sheet, as large as fits, with the names of its rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainSheetPicture")
        self.setMinimumHeight(120)
        self.picture = QPixmap()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the natural size; called by Qt."""
        return QSize(640, 300)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the sheet; called by Qt."""
        if self.picture.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = QSize(self.width() - ROW_WORDS_PX, self.height())
        size = self.picture.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        left = ROW_WORDS_PX + (room.width() - size.width()) // 2
        top = (self.height() - size.height()) // 2
        painter.drawPixmap(QRect(left, top, size.width(), size.height()), self.picture)
        painter.setPen(QColor(colour("muted")))
        each = size.height() / len(ROWS)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for number, word in enumerate(ROWS):
            cell = QRect(left - ROW_WORDS_PX, round(top + number * each), ROW_WORDS_PX - 10, 0)
            cell.setHeight(round(each))
            painter.drawText(cell, right, word)
        painter.end()


class TrainSheet(QFrame):
    """The newest sheet; a slider goes back to earlier ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plotCard")
        self._sheets: dict[int, Path] = {}
        self._shown: Path | None = None
        heading = QLabel(tr("Fixed validation batch"))
        heading.setObjectName("plotTitle")
        self.told = QLabel()
        self.told.setObjectName("muted")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("trainSheetSlider")
        self.slider.setAccessibleName(tr("Validation shown"))
        self.slider.setToolTip(tr("Look at earlier validations"))
        self.slider.setFixedWidth(160)
        self.slider.setRange(0, 0)
        self.slider.valueChanged.connect(self._show)
        self.picture = SheetPicture()
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addStretch(1)
        top.addWidget(self.told)
        top.addWidget(self.slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.addLayout(top)
        layout.addWidget(self.picture, 1)

    def show_sheets(self, sheets: Mapping[int, Path], anew: bool = False) -> None:
        """Show the newest of some sheets, by step.

        An older one that is looked at stays, unless the sheets are of another training.
        """
        if dict(sheets) == self._sheets and self._shown is not None:
            return
        at_end = anew or self.slider.value() == self.slider.maximum()
        self._sheets = dict(sorted(sheets.items()))
        last = max(0, len(self._sheets) - 1)
        self.slider.blockSignals(True)
        self.slider.setRange(0, last)
        if at_end:
            self.slider.setValue(last)
        self.slider.blockSignals(False)
        self.slider.setVisible(last > 0)
        self._show()

    def _show(self) -> None:
        steps = list(self._sheets)
        if not steps:
            self.told.setText(tr("comes with the first validation"))
            self.picture.picture, self._shown = QPixmap(), None
        else:
            step = steps[min(self.slider.value(), len(steps) - 1)]
            self._shown = self._sheets[step]
            self.picture.picture = QPixmap(str(self._shown))
            gone = self.picture.picture.isNull()
            self.told.setText(f"step {step:,}" + (": its picture is gone" if gone else ""))
        self.picture.update()
