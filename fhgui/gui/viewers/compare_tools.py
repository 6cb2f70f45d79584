"""The row of tools over the comparison: arrangement, map of doubt, A and B, gain, edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.doubt import LEGENDS
from fhgui.gui.language import tr
from fhgui.gui.viewers.picture_cell import Legend, Picture
from fhgui.gui.viewers.pictures import common_top
from fhgui.gui.widgets import tool_button
from fhgui.session.session import Session
from fhgui.session.viewing import CompareMode, DoubtMap

DOUBT_NAMES = {
    DoubtMap.NONE: "none",
    DoubtMap.INVENTED: "invented",
    DoubtMap.FIXED: "fixed by evidence",
    DoubtMap.EXPECTED: "expected error",
    DoubtMap.REDEGRADED: "re-degradation",
    DoubtMap.METHODS: "methods disagree",
    DoubtMap.JITTER: "landmark jitter",
    DoubtMap.SEEDS: "seeds",
}
DOUBT_TIPS = {
    DoubtMap.NONE: "No map of doubt",
    **{
        DoubtMap(kind.value): f"{legend.shows} {legend.promises_not}"
        for kind, legend in LEGENDS.items()
    },
}
MODES = (
    (CompareMode.GRID, "gridButton", "view-grid-outline", "Grid", "All side by side (G)"),
    (CompareMode.WIPE, "wipeButton", "compare", "Wipe", "Two with an edge between (W)"),
    (CompareMode.BLINK, "blinkButton", "swap-horizontal", "Blink", "One after the other (B)"),
    (
        CompareMode.DIFFERENCE,
        "differenceButton",
        "vector-difference",
        "Difference",
        "Absolute difference of two with gain (D)",
    ),
    (
        CompareMode.STAGES,
        "stagesButton",
        "filmstrip",
        "Stages",
        "The stages of every method in rows (S)",
    ),
)
PAIRED = (CompareMode.WIPE, CompareMode.DIFFERENCE)
WIPE_STEPS = 1000
NARROW_PX = 700


class CompareTools(QWidget):
    """Shows and changes the session's `ViewState`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolRow")
        self._session = session
        self.modes = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._make_first_row())
        layout.setSpacing(4)
        self._doubts, self._pair = QWidget(), QWidget()
        for row, inner in (
            (self._doubts, self._make_doubt_row()),
            (self._pair, self._make_pair_row()),
        ):
            row.setObjectName("toolRow")
            row.setLayout(inner)
            layout.addWidget(row)
        session.view_changed.connect(self.refresh)
        self.refresh()

    def _make_first_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.mode_buttons = {}
        for mode, name, icon_name, text, tip in MODES:
            button = tool_button(name, icon_name, text, tip, checkable=True)
            self.mode_buttons[mode] = button
            self.modes.addButton(button)
            button.clicked.connect(lambda _, m=mode: self._session.look(mode=m))
            row.addWidget(button)
        row.addStretch(1)
        self.outlines = tool_button(
            "outlinesButton",
            "vector-square",
            "",
            "Outlines of what a method looked at, over its stages (U)",
            checkable=True,
        )
        self.outlines.clicked.connect(lambda on: self._session.look(outlines=on))
        self.scale = QLabel()
        self.link = tool_button(
            "linkButton", "link-variant", "", "Share zoom and pan between viewers", checkable=True
        )
        self.fit = tool_button("compareFitButton", "fit-to-screen-outline", "", "Fit (Ctrl+0)")
        self.link.clicked.connect(lambda on: self._session.look(linked=on))
        for widget in (self.outlines, self.scale, self.link, self.fit):
            row.addWidget(widget)
        return row

    def _make_doubt_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel(tr("Doubt map")))
        self.doubt = QComboBox()
        self.doubt.setObjectName("doubtMapSelector")
        self.doubt.setAccessibleName(tr("Map of doubt"))
        for at, doubt in enumerate(DoubtMap):
            self.doubt.addItem(DOUBT_NAMES[doubt], doubt.value)
            self.doubt.setItemData(at, DOUBT_TIPS[doubt], Qt.ItemDataRole.ToolTipRole)
        self.doubt.currentIndexChanged.connect(
            lambda _: self._session.look(doubt=DoubtMap(self.doubt.currentData()))
        )
        self.doubt.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        tip = "Lay the map over every result, on one scale (O)"
        self.over = tool_button("overlayButton", "layers-outline", "Over results", tip, True)
        self.over.clicked.connect(lambda on: self._session.look(over=on))
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setObjectName("opacitySlider")
        self.opacity.setAccessibleName(tr("Opacity of the map over the results"))
        self.opacity.setToolTip(
            tr("Opacity of the brightest doubt; without doubt nothing is covered")
        )
        self.opacity.setRange(10, 100)
        self.opacity.setFixedWidth(110)
        self.opacity.valueChanged.connect(lambda v: self._session.look(opacity=v / 100))
        self.legend = Legend()
        self.legend.setAccessibleName(tr("Scale of the map, in grey levels"))
        for widget in (self.doubt, self.over, self.opacity, self.legend):
            row.addWidget(widget)
        row.addStretch(1)
        return row

    def _make_pair_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        self.left, self.right = QComboBox(), QComboBox()
        for combo, name, words in ((self.left, "pictureA", "A"), (self.right, "pictureB", "B")):
            combo.setObjectName(name)
            combo.setAccessibleName(f"Picture {words}")
            combo.setMinimumWidth(110)
            label = QLabel(words)
            label.setFixedWidth(14)
            row.addWidget(label)
            row.addWidget(combo, 1)
        self.left.activated.connect(lambda at: self._session.look(left=at))
        self.right.activated.connect(lambda at: self._session.look(right=at))
        self.wipe = QSlider(Qt.Orientation.Horizontal)
        self.wipe.setObjectName("wipeSlider")
        self.wipe.setAccessibleName(tr("Edge of the wipe"))
        self.wipe.setToolTip(tr("Move the edge between A (left) and B (right)"))
        self.wipe.setRange(0, WIPE_STEPS)
        self.wipe.valueChanged.connect(self._wiped)
        self.gain = QSpinBox()
        self.gain.setObjectName("gainSpin")
        self.gain.setAccessibleName(tr("Gain of the difference"))
        self.gain.setToolTip(tr("Gain of the difference"))
        self.gain.setRange(1, 32)
        self.gain.setPrefix("×")
        self.gain.setFixedWidth(60)
        self.gain.valueChanged.connect(lambda gain: self._session.look(gain=gain))
        row.addWidget(self.wipe, 2)
        row.addWidget(self.gain)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Show the modes by their pictures alone where their names find no room; called by Qt."""
        super().resizeEvent(event)
        text = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if self.width() < NARROW_PX else text
        for button in self.mode_buttons.values():
            button.setToolButtonStyle(style)

    def _has_outlines(self) -> bool:
        """Tell whether a method says what it looked at in any stage on the face."""
        work = self._session.current
        face = None if work is None else work.active_face
        results = () if face is None else face.results
        return any(stage.outlines for result in results for stage in result.stages)

    def _wiped(self, value: int) -> None:
        view = self._session.view
        wiped = replace(view, wipe=value / WIPE_STEPS, mode=CompareMode.WIPE)
        if wiped.wipe != view.wipe:
            self._session.look(wipe=wiped.wipe, mode=wiped.mode)

    def set_pictures(self, pictures: Sequence[Picture]) -> None:
        """Offer other pictures as A and B."""
        titles = [p.name or p.title for p in pictures]
        for combo in (self.left, self.right):
            if [combo.itemText(i) for i in range(combo.count())] != titles:
                with QSignalBlocker(combo):
                    combo.clear()
                    combo.addItems(titles)
        top = common_top(pictures)
        if top is not None:
            self.legend.set_top(top)
        self.legend.setVisible(top is not None)
        self.refresh()

    def refresh(self) -> None:
        """Show the session's view state."""
        view = self._session.view
        for mode, button in self.mode_buttons.items():
            button.setChecked(mode is view.mode)
        controls = (self.doubt, self.left, self.right, self.wipe, self.gain, self.opacity)
        blockers = [QSignalBlocker(w) for w in controls]
        self.doubt.setCurrentIndex(self.doubt.findData(view.doubt.value))
        self.doubt.setToolTip(DOUBT_TIPS[view.doubt])
        self.left.setCurrentIndex(min(view.left, self.left.count() - 1))
        self.right.setCurrentIndex(min(view.right, self.right.count() - 1))
        self.wipe.setValue(round(view.wipe * WIPE_STEPS))
        self.gain.setValue(view.gain)
        del blockers
        self.link.setChecked(view.linked)
        self.outlines.setChecked(view.outlines)
        self.outlines.setVisible(self._has_outlines())
        self.over.setChecked(view.over)
        self.over.setEnabled(view.doubt is not DoubtMap.NONE)
        self.opacity.setValue(round(100 * view.opacity))
        self.opacity.setVisible(view.over)
        self._pair.setVisible(view.mode in PAIRED)
        self._doubts.setVisible(view.mode not in (*PAIRED, CompareMode.STAGES))
        self.wipe.setVisible(view.mode is CompareMode.WIPE)
        self.gain.setVisible(view.mode is CompareMode.DIFFERENCE)
