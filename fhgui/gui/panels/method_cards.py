"""Cards of all methods: whether the crop suits, purpose and paper on demand, settings if chosen."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.errors import FhguiError
from fhgui.core.method import MethodInfo, Origin
from fhgui.gui.dialogs.method_settings import OTHER, SettingsDialog
from fhgui.gui.language import tr
from fhgui.gui.panels.config_form import CalmCombo
from fhgui.gui.theme import colour
from fhgui.gui.widgets import Badge, Elided, set_icon, small, tool_button
from fhgui.methods import registry
from fhgui.session.identity import settings_words
from fhgui.session.models import missing_assets
from fhgui.session.session import Session
from fhgui.session.suiting import Fit, Verdict, verdict, wanted
from fhgui.session.wearing import worn

TONES = {
    Fit.UNKNOWN: "muted",
    Fit.GOOD: "green",
    Fit.DOUBTFUL: "amber",
    Fit.IMPOSSIBLE: "red",
}


HEAD_ROWS = 2
"""Rows of a card that are always there; below them are settings and details."""


class PresetRow(QWidget):
    """Chooses a preset of a method, or opens all of its settings."""

    def __init__(self, session: Session, method: str) -> None:
        super().__init__()
        self._session = session
        self._method = method
        self.preset = CalmCombo()
        self.preset.setObjectName(f"preset-{method}")
        self.preset.setAccessibleName(f"Preset of {method}")
        self.preset.setSizeAdjustPolicy(
            CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.preset.activated.connect(self._choose)
        self.more = tool_button(f"settings-{method}", "tune-variant", "", "All settings …")
        self.more.setAccessibleName(f"Settings of {method}")
        self.more.clicked.connect(self.open_settings)
        self.words = small()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.preset, 1)
        row.addWidget(self.more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 3, 0, 2)
        layout.setSpacing(3)
        layout.addLayout(row)
        layout.addWidget(self.words)

    def refresh(self) -> None:
        """Show which preset the settings are, and what they are if none."""
        ordering, method = self._session.ordering, self._method
        values = ordering.value.of(method)
        match = ordering.presets.matching(method, values)
        self.preset.clear()
        for at, preset in enumerate(ordering.presets.of(method)):
            self.preset.addItem(preset.name)
            self.preset.setItemData(at, preset.purpose, Qt.ItemDataRole.ToolTipRole)
        if match is None:
            self.preset.addItem(OTHER)
        self.preset.setCurrentText(OTHER if match is None else match.name)
        self.words.setText(match.purpose if match else settings_words(method, values))
        self.words.setVisible(bool(self.words.text()) and bool(values))

    def open_settings(self) -> None:
        """Ask for all settings."""
        SettingsDialog(self._session, self._method, self.window()).open()

    def _choose(self, index: int) -> None:
        presets = self._session.ordering.presets.of(self._method)
        if index < len(presets):
            self._session.ordering.set(self._method, dict(presets[index].values))


class MethodCard(QFrame):
    """One method.

    Signals
    -------
    toggled : the analyst chose it, or not any more.
    resized : the card needs another height.
    """

    toggled = Signal(bool)
    resized = Signal()

    def __init__(self, info: MethodInfo, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self.info = info
        self._session = session
        self.check = QCheckBox(info.id)
        self.check.setObjectName(f"method-{info.id}")
        self.check.setAccessibleName(f"Use {info.title}")
        self.check.setStyleSheet("font-weight: 600")
        self.check.toggled.connect(self.toggled)
        self.fit = QLabel()
        self.fit.setObjectName(f"fit-{info.id}")
        self.more = tool_button("flat", "chevron-down", "", f"About {info.id}")
        self.more.clicked.connect(self.toggle_details)
        badge = Badge(Origin.SYNTHESISED if info.generative else Origin.INTERPOLATED)
        badge.set_short(True)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.check)
        top.addWidget(badge)
        top.addStretch(1)
        top.addWidget(self.more)
        (h, w), (oh, ow) = info.input_hw, info.output_hw
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 6, 6)
        layout.setSpacing(2)
        layout.addLayout(top)
        second = QHBoxLayout()
        second.setContentsMargins(0, 0, 4, 0)
        second.addWidget(Elided(f"{w}×{h} → {ow}×{oh} · {info.title}"), 1)
        second.addWidget(self.fit)
        layout.addLayout(second)
        self.presets: PresetRow | None = None
        self._details: QLabel | None = None
        self.look_for_files()

    def look_for_files(self) -> None:
        """Find out again which files of the method are missing."""
        self._missing = missing_assets(self.info)

    def refresh(self) -> None:
        """Say whether the session's crop suits this method, and with which settings it is run."""
        suits = verdict(self._session.marking, self.info, worn(self._session), self._missing)
        self.fit.setText(suits.brief)
        self.fit.setToolTip("\n".join(suits.reasons))
        self.fit.setAccessibleDescription(" ".join(suits.reasons))
        sheet = f"color: {colour(TONES[suits.fit])}; font-size: 11px"
        if self.fit.styleSheet() != sheet:  # to set it takes long, and the box is being dragged
            self.fit.setStyleSheet(sheet)
        self.check.setEnabled(suits.fit is not Fit.IMPOSSIBLE)
        if self._details is not None:
            self._details.setText(details(self.info, suits))
        self._show_presets(self.check.isChecked())

    def _show_presets(self, wanted: bool) -> None:
        """Show the settings of a method that is run; a row of them is made once it is wanted."""
        layout = self.layout()
        if wanted and self.presets is None and registry.settings_of(self.info.id):
            self.presets = PresetRow(self._session, self.info.id)
            if isinstance(layout, QVBoxLayout):
                layout.insertWidget(HEAD_ROWS, self.presets)
        if self.presets is not None:
            self.presets.setVisible(wanted)
            if wanted:
                self.presets.refresh()

    def set_chosen(self, chosen: bool) -> None:
        """Show whether the method is chosen."""
        blocked = self.check.blockSignals(True)
        self.check.setChecked(chosen)
        self.check.blockSignals(blocked)
        if self.property("chosen") != chosen:
            self.setProperty("chosen", chosen)
            self.style().unpolish(self)
            self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Choose the method by a click anywhere on its card; called by Qt."""
        if event.button() == Qt.MouseButton.LeftButton and self.check.isEnabled():
            self.check.toggle()

    def toggle_details(self) -> None:
        """Show purpose, what is wanted and the paper, or put them away."""
        layout = self.layout()
        if self._details is None and layout is not None:
            self._details = small()
            self._details.setTextFormat(Qt.TextFormat.RichText)
            self._details.hide()
            layout.addWidget(self._details)
        if self._details is not None:
            shown = self._details.isHidden()
            self._details.setVisible(shown)
            set_icon(self.more, "chevron-up" if shown else "chevron-down")
        self.refresh()
        self.resized.emit()


def details(info: MethodInfo, suits: Verdict) -> str:
    """Return purpose, what is wanted, what is there, and the paper, as rich text."""
    shade = colour("text")
    parts = (
        ("For", info.purpose),
        ("Wants", wanted(info)),
        ("This crop", " ".join(suits.reasons)),
        ("Stages", ", ".join(title for _, title in info.stages)),
        ("Paper", info.paper),
    )
    rows = (
        f'<p style="margin:4px 0 0 0"><b style="color:{shade}">{k}</b> {v}</p>' for k, v in parts
    )
    return "".join(rows)


class CardDelegate(QStyledItemDelegate):
    """Gives a card the whole item: the card itself shows the check mark."""

    def updateEditorGeometry(  # noqa: N802  Qt's name
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Place the card; called by Qt."""
        editor.setGeometry(option.rect)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint nothing behind the card; called by Qt."""


class MethodList(QListWidget):
    """All methods as cards; each item's check state says whether it is chosen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("methodList")
        self.setAccessibleName(tr("Methods"))
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSpacing(2)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setItemDelegate(CardDelegate(self))
        self._session = session
        self.cards: dict[str, MethodCard] = {}
        for method in registry.method_ids():
            try:
                self._add(registry.info(method))
            except (FhguiError, ImportError) as error:
                session.note(f"{method} cannot be shown: {error}")
        self.itemChanged.connect(self._item_changed)
        session.methods_changed.connect(self.refresh)
        session.marking_changed.connect(self.refresh)
        session.works_changed.connect(self.refresh)
        session.models_changed.connect(self._models_changed)
        session.ordering.presets.changed.connect(self.refresh)
        self.refresh()

    def _add(self, info: MethodInfo) -> None:
        item = QListWidgetItem()
        item.setData(Qt.ItemDataRole.UserRole, info.id)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, info.title)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
        card = MethodCard(info, self._session)
        card.toggled.connect(lambda on: self._choose(info.id, on))
        card.resized.connect(lambda: self._show_whole(item))
        self.addItem(item)
        self.setItemWidget(item, card)
        self.cards[info.id] = card

    def refresh(self) -> None:
        """Show the session's choice and whether the crop suits each method."""
        blocked = self.blockSignals(True)
        for row in range(self.count()):
            item = self.item(row)
            method = item.data(Qt.ItemDataRole.UserRole)
            chosen = method in self._session.methods
            item.setData(
                Qt.ItemDataRole.CheckStateRole,
                Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked,
            )
            self.cards[method].set_chosen(chosen)
            self.cards[method].refresh()
        self.blockSignals(blocked)
        self.fit_heights()

    def _models_changed(self) -> None:
        for card in self.cards.values():
            card.look_for_files()
        self.refresh()

    def fit_heights(self) -> None:
        """Give each item the height that its card needs at this width."""
        width = self.viewport().width() - 2 * self.spacing()
        blocked = self.blockSignals(True)  # a height is no choice of methods
        for row in range(self.count()):
            item = self.item(row)
            card = self.itemWidget(item)
            layout = card.layout()
            if layout is not None:
                layout.activate()  # what was shown or hidden just now counts
            height = card.heightForWidth(width) if card.hasHeightForWidth() else -1
            item.setSizeHint(QSize(10, max(height, card.sizeHint().height() if height < 0 else 0)))
        self.blockSignals(blocked)

    def _show_whole(self, item: QListWidgetItem) -> None:
        """Make room for what a card tells, and bring it into sight."""
        self.fit_heights()
        self.scrollToItem(item, QListWidget.ScrollHint.PositionAtTop)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fit the cards to another width; called by Qt."""
        super().resizeEvent(event)
        self.fit_heights()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Go to another card, or tick the one under the frame; called by Qt."""
        row, last = self.currentRow(), self.count() - 1
        rows = {
            Qt.Key.Key_Up: row - 1,
            Qt.Key.Key_Down: row + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key, item = Qt.Key(event.key()), self.currentItem()
        if key in rows and not event.modifiers():
            self.setCurrentRow(min(last, max(0, rows[key])))
        elif key == Qt.Key.Key_Space and item is not None:
            on = item.checkState() is Qt.CheckState.Checked
            item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)
        else:
            super().keyPressEvent(event)

    def _item_changed(self, item: QListWidgetItem) -> None:
        chosen = item.checkState() == Qt.CheckState.Checked
        self._choose(item.data(Qt.ItemDataRole.UserRole), chosen)

    def _choose(self, method: str, on: bool) -> None:
        chosen = set(self._session.methods)
        chosen = chosen | {method} if on else chosen - {method}
        self._session.choose_methods(tuple(chosen))
