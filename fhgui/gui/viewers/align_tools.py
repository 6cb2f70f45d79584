"""The two rows of tools of the landmark editor: setting points, and looking at them."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QWidget,
)

from fhgui.gui.language import tr
from fhgui.gui.panels.frames_field import FramesField
from fhgui.gui.widgets import tool_button
from fhgui.session.marking import POINT_COUNTS
from fhgui.session.session import Session

FLICKERS = (
    ("crop", "crop | aligned"),
    ("change", "last change"),
    ("frame", "frame before"),
)
"""What the flicker compares, and its words."""


class PointTools(QWidget):
    """Tools that set points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolRow")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(QLabel(tr("Points")))
        self.counts = QButtonGroup(self)
        for count in POINT_COUNTS:
            layout.addWidget(self._make_count(count))
        layout.addSpacing(6)
        self.by_hand = tool_button(
            "byHandButton",
            "cursor-default-click-outline",
            "By hand",
            "Click the points one after the other; no crop is needed (P)",
            checkable=True,
        )
        self.auto = tool_button(
            "autoAlignButton", "auto-fix", "Auto", "Find the points automatically (Ctrl+L)"
        )
        self.snap = tool_button(
            "snapButton",
            "vector-point-select",
            "Snap",
            "Move the points to where the landmark model sees them (S; Shift+S only the chosen)",
        )
        self.upright = tool_button(
            "straightenButton",
            "rotate-right",
            "Upright",
            "Align without landmarks: the network STN0 puts the face in the crop upright (Ctrl+U)",
        )
        self.magnet = tool_button(
            "magnetButton", "magnet", "", "Snap every point that is dragged (G)", checkable=True
        )
        self.undo = tool_button("undoButton", "undo", "", "Undo (Ctrl+Z)")
        self.redo = tool_button("redoButton", "redo", "", "Redo (Ctrl+Shift+Z)")
        self.clear = tool_button("clearPointsButton", "close", "", "Take all points away")
        for button in (
            *(self.by_hand, self.auto, self.upright, self.snap, self.magnet),
            *(self.undo, self.redo, self.clear),
        ):
            layout.addWidget(button)
        layout.addStretch(1)

    def check_count(self, count: int) -> None:
        """Show how many points there are."""
        self.counts.setExclusive(False)
        for button in self.counts.buttons():
            button.setChecked(self.counts.id(button) == count)
        self.counts.setExclusive(True)

    def _make_count(self, count: int) -> QToolButton:
        button = QToolButton()
        button.setText(str(count))
        button.setCheckable(True)
        button.setObjectName(f"points{count}")
        button.setAccessibleName(f"{count} points")
        button.setToolTip(f"Set {count} points, starting from the template or from more points")
        self.counts.addButton(button, count)
        return button


class LookTools(QWidget):
    """Tools that carry points to other frames, and show how well they fit."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolRow")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.carry_words = QLabel(tr("Carry"))
        self.back = tool_button(
            "carryBackButton",
            "arrow-left",
            "",
            "Copy to the previous frame, following the face (Shift+N)",
        )
        self.on = tool_button(
            "carryOnButton",
            "arrow-right",
            "Next frame",
            "Copy to the next frame, following the face (N)",
        )
        layout.addWidget(self.carry_words)
        layout.addWidget(self.back)
        layout.addWidget(self.on)
        layout.addSpacing(12)
        self.template = self._make_check(
            "templateOverlay", "Template", "Show where the fitted template lies (T)"
        )
        self.residuals = self._make_check(
            "residualOverlay", "Residuals", "Show how far each point is off the template (V)"
        )
        self.flicker = tool_button(
            "flickerButton",
            "flip-horizontal",
            "Flicker",
            "Show before and after in turns (F)",
            checkable=True,
        )
        self.which = QComboBox()
        self.which.setObjectName("flickerSelector")
        self.which.setAccessibleName(tr("What the flicker compares"))
        self.which.setToolTip(tr("What the flicker compares"))
        for value, words in FLICKERS:
            self.which.addItem(words, value)
        for widget in (self.template, self.residuals, self.flicker, self.which):
            layout.addWidget(widget)
        layout.addWidget(FramesField(session))
        layout.addStretch(1)

    def _make_check(self, name: str, words: str, tip: str) -> QCheckBox:
        box = QCheckBox(words)
        box.setObjectName(name)
        box.setAccessibleName(words)
        box.setChecked(True)
        box.setToolTip(tip)
        return box
