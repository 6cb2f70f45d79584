"""The first page: what this program does, how to begin, and what was open last."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fhgui.core.text import visible
from fhgui.gui.language import tr
from fhgui.gui.theme import app_icon, white_icon
from fhgui.gui.widgets import set_icon
from fhgui.session.casework import case_name

WHAT = (
    "Enhance a small face from surveillance pictures, see every stage,\n"
    "measure the doubt, and replay every pixel."
)
STEPS = "Open → find the frame → crop the face → align → enhance → compare → export"


class Welcome(QWidget):
    """Shown while nothing is open.

    Signals
    -------
    open_wanted, demo_wanted : a button was pressed.
    path_wanted : a recent file was chosen.
    """

    open_wanted = Signal()
    demo_wanted = Signal()
    path_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        card = QFrame()
        card.setObjectName("welcomeCard")
        card.setFixedWidth(600)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(36, 32, 36, 28)
        inner.setSpacing(12)
        inner.addLayout(_head())
        inner.addWidget(_muted(WHAT))
        inner.addSpacing(4)
        inner.addLayout(self._make_buttons())
        inner.addWidget(
            _muted("… or drop pictures, videos, a folder or a case anywhere in this window.")
        )
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        inner.addLayout(self._recent)
        inner.addSpacing(4)
        inner.addWidget(_muted(STEPS))
        inner.addWidget(
            _muted("Sources are opened read-only. The original always stands beside the result.")
        )
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(2)

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        first = QPushButton(tr("Open picture or video …"))
        first.setObjectName("welcomeOpenButton")
        first.setIcon(white_icon("folder-open-outline"))
        first.setProperty("primary", True)
        first.setToolTip(tr("Open (Ctrl+O)"))
        first.clicked.connect(self.open_wanted)
        demo = QPushButton(tr("Open the demo"))
        demo.setObjectName("demoButton")
        set_icon(demo, "play-circle-outline")
        demo.setToolTip(tr("A frame like one of a surveillance camera, composed on this machine"))
        demo.clicked.connect(self.demo_wanted)
        row.addWidget(first)
        row.addWidget(demo)
        row.addStretch(1)
        return row

    def set_recent(self, paths: Sequence[Path], cases: Sequence[Path] = ()) -> None:
        """Offer the cases and files that were open last."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._offer("Recent cases", {path: case_name(path) for path in cases})
        self._offer("Recent files", {path: visible(path.name, 100) for path in paths})

    def _offer(self, title: str, names: Mapping[Path, str]) -> None:
        if names:
            self._recent.addWidget(_muted(title))
        for path, words in names.items():
            href, name = html.escape(str(path)), html.escape(words)
            link = QLabel(f'<a href="{href}" style="text-decoration:none">{name}</a>')
            link.setToolTip(visible(str(path)))
            link.linkActivated.connect(self.path_wanted)
            self._recent.addWidget(link)


def _head() -> QHBoxLayout:
    row = QHBoxLayout()
    picture = QLabel()
    picture.setPixmap(app_icon().pixmap(48, 48))
    title = QLabel(tr("Face hallucination for forensic image analysts"))
    title.setObjectName("title")
    title.setWordWrap(True)
    row.addWidget(picture)
    row.addSpacing(8)
    row.addWidget(title, 1)
    return row


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("muted")
    label.setWordWrap(True)
    return label
