"""The sets of faces to train on: added by a dialog or dropped, each with what it holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from fhgui.gui.language import tr
from fhgui.gui.threads.set_look import SetLook
from fhgui.gui.widgets import small, tool_button
from fhgui.session.sets import SetSummary

FACE_PX = 40


class SetCard(QFrame):
    """One set: its name, what it holds, and a few of its faces.

    Signals
    -------
    removed : the user took it away. changed : it is known now what it holds.
    """

    removed = Signal()
    changed = Signal()

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.path = path
        self.summary: SetSummary | None = None
        self.error = ""
        name = QLabel(path.name)
        name.setObjectName("name")
        name.setToolTip(str(path))
        away = tool_button("flat", "close", "", "Do not train on this set")
        away.clicked.connect(self.removed)
        self.words = small("reading …")
        self.words.setObjectName("trainSetWords")
        self.faces = QLabel()
        self.faces.hide()
        top = QHBoxLayout()
        top.addWidget(name, 1)
        top.addWidget(away)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 6, 8)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.words)
        layout.addWidget(self.faces)
        self._look = SetLook(path, self)
        self._look.seen.connect(self._seen)
        self._look.failed.connect(self._failed)
        self._look.start()

    def shut_down(self) -> None:
        """Wait for the thread that reads it."""
        self._look.wait()

    def _seen(self, summary: SetSummary) -> None:
        self.summary = summary
        self.words.setText(summary.words())
        self.faces.setPixmap(_strip(summary))
        self.faces.setAccessibleName(f"Some faces of {self.path.name}")
        self.faces.show()
        self.changed.emit()

    def _failed(self, sentence: str) -> None:
        self.error = sentence
        self.words.setText(sentence.removeprefix(f"{self.path}: "))
        self.words.setProperty("level", "error")
        self.words.style().polish(self.words)
        self.changed.emit()


def _strip(summary: SetSummary) -> QPixmap:
    """Return the samples side by side."""
    row = np.ascontiguousarray(np.concatenate(list(summary.samples), axis=1))
    height, width = row.shape[:2]
    image = QImage(row.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    smooth = Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(image.copy()).scaledToHeight(FACE_PX, smooth)


class SetList(QWidget):
    """All sets that were chosen.

    Signals
    -------
    changed : a set came, went, or is known now.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainData")
        self.setAccessibleName(tr("Sets of faces"))
        self.cards: list[SetCard] = []
        self.hint = small("Drop sets here, or photographs to make one of.")
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(5)
        self._rows.addWidget(self.hint)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The folders, in the order they came."""
        return tuple(card.path for card in self.cards)

    @property
    def known(self) -> tuple[SetSummary, ...]:
        """What the sets hold that were read, in the order they came."""
        return tuple(card.summary for card in self.cards if card.summary is not None)

    @property
    def why_not(self) -> str:
        """Why these sets cannot be trained on; empty if they can."""
        if not self.cards:
            return "add a set of faces first"
        wrong = next((card for card in self.cards if card.error), None)
        if wrong is not None:
            return f"take {wrong.path.name} away: it is no set of faces"
        if any(card.summary is None for card in self.cards):
            return "the set is being read"
        sizes = {summary.size_hw for summary in self.known}
        return "" if len(sizes) == 1 else "all sets must hold faces of one size"

    def add(self, path: Path) -> None:
        """Add a set, or do nothing if it is there."""
        path = path.expanduser().absolute()
        if path in self.paths:
            return
        card = SetCard(path)
        card.removed.connect(lambda: self.remove(card))
        card.changed.connect(self.changed)
        self.cards.append(card)
        self._rows.addWidget(card)
        self.hint.hide()
        self.changed.emit()

    def remove(self, card: SetCard) -> None:
        """Take a set away."""
        card.shut_down()
        self.cards.remove(card)
        self._rows.removeWidget(card)
        card.hide()
        card.deleteLater()
        self.hint.setVisible(not self.cards)
        self.changed.emit()

    def shut_down(self) -> None:
        """Wait for what is being read."""
        for card in self.cards:
            card.shut_down()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the least size; called by Qt."""
        return QSize(120, super().minimumSizeHint().height())
