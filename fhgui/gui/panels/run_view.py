"""What the view of any run begins with: its name, where it stands, what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.language import tr
from fhgui.gui.panels.banner import as_sentence
from fhgui.gui.panels.run_list import RowWords
from fhgui.gui.theme import colour
from fhgui.gui.widgets import Elided, set_icon

ERROR_MARGIN_PX = 6
"""Not in the style sheet: a padding that comes later is painted, but not laid out."""


class RunView(QWidget):
    """Shows the run that is chosen; what else there is to see goes into ``column``.

    Parameters
    ----------
    prefix : of the object names: ``…View``, ``…Name``, ``…Status``, ``…Told``, ``…Progress``.
    """

    def __init__(self, prefix: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{prefix}View")
        self.name, self.status, self.told = QLabel(), QLabel(), QLabel()
        for label, part in ((self.name, "Name"), (self.status, "Status"), (self.told, "Told")):
            label.setObjectName(f"{prefix}{part}")
            label.setProperty("kind", f"run{part}")
        self.folder = Elided("")
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name)
        head.addWidget(self.status, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.folder, 1)
        head.addLayout(self._buttons)
        self.progress = QProgressBar()
        self.progress.setObjectName(f"{prefix}Progress")
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(tr("Progress"))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 8, 12, 10)
        self.column.setSpacing(8)
        self.column.addLayout(head)
        self.column.addWidget(self.progress)
        self.column.addWidget(self.told)

    def add_button(
        self, name: str, text: str, icon: str, wanted: SignalInstance, tip: str
    ) -> QPushButton:
        """Add a button to the head and return it."""
        button = QPushButton(text)
        button.setObjectName(name)
        button.setToolTip(tip)
        if not text:
            button.setAccessibleName(tip.partition(";")[0])
        set_icon(button, icon)
        button.clicked.connect(lambda _checked=False: wanted.emit())
        self._buttons.addWidget(button)
        return button

    def show_head(self, words: RowWords, fraction: float) -> None:
        """Show name, status, folder and progress."""
        self.name.setText(words.name)
        self.status.setText(words.status)
        tone = colour(words.tone)
        self.status.setStyleSheet(f"color: {tone}; border: 1px solid {tone}")
        self.folder.setText(str(words.folder))
        self.folder.setToolTip(str(words.folder))
        self.folder.update()
        self.progress.setValue(round(1000 * fraction))

    def say(self, sentence: str, level: str = "info") -> None:
        """Show one sentence, as ``info`` or ``error``; the empty string takes it away."""
        if self.told.property("level") != level:
            self.told.setProperty("level", level)
            self.told.setMargin(ERROR_MARGIN_PX if level == "error" else 0)
            self.told.style().unpolish(self.told)
            self.told.style().polish(self.told)
        self.told.setText(as_sentence(sentence) if sentence else "")
        self.told.setVisible(bool(sentence))

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
