"""Cards of all methods: paper, purpose, whether the crop suits, and the few settings."""

from __future__ import annotations

import dataclasses
import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.errors import FhguiError
from fhgui.core.method import MethodInfo, Origin
from fhgui.gui.theme import colour
from fhgui.gui.widgets import Badge, Elided, small, tool_button
from fhgui.imaging.operators import OPERATORS
from fhgui.methods import registry
from fhgui.session import placement
from fhgui.session.placement import Fit
from fhgui.session.session import Session

TONES = {
    Fit.UNKNOWN: "muted",
    Fit.GOOD: "green",
    Fit.DOUBTFUL: "amber",
    Fit.IMPOSSIBLE: "red",
}


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
        self._fit = QLabel()
        self._more = tool_button("flat", "chevron-down", "", "Settings", checkable=True)
        self._more.toggled.connect(self._show_settings)
        self._settings = QWidget()
        self._settings.hide()
        top = QHBoxLayout()
        top.addWidget(self.check, 1)
        top.addWidget(Badge(Origin.SYNTHESISED if info.generative else Origin.INTERPOLATED))
        bottom = QHBoxLayout()
        bottom.addWidget(self._fit, 1)
        bottom.addWidget(self._more)
        (h, w), (oh, ow) = info.input_hw, info.output_hw
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 8, 6)
        layout.setSpacing(3)
        layout.addLayout(top)
        title = QLabel(info.title)
        title.setWordWrap(True)
        layout.addWidget(title)
        layout.addWidget(small(info.purpose))
        layout.addWidget(Elided(f"{w}×{h} → {ow}×{oh} · {info.paper}"))
        layout.addLayout(bottom)
        layout.addWidget(self._settings)

    def refresh(self) -> None:
        """Say whether the session's crop suits this method."""
        suits = placement.suitability(self._session.marking, self.info)
        self._fit.setText(suits.words)
        self._fit.setStyleSheet(f"color: {colour(TONES[suits.fit])}; font-size: 11px")
        self.check.setEnabled(suits.fit is not Fit.IMPOSSIBLE)

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

    def _show_settings(self, shown: bool) -> None:
        if shown and self._settings.layout() is None:
            self._make_form()
        self._settings.setVisible(shown)
        self.resized.emit()

    def _make_form(self) -> None:
        form = QFormLayout(self._settings)
        form.setContentsMargins(0, 4, 0, 4)
        config = registry.default_config(self.info.id)
        for field in dataclasses.fields(config):
            editor = self._editor(field.name, getattr(config, field.name))
            if editor is not None:
                editor.setObjectName(f"{self.info.id}-{field.name}")
                label = small(field.name.replace("_", " "), wrap=False)
                form.addRow(label, editor)
        if form.rowCount() == 0:
            form.addRow(small("This method has no settings."))

    def _editor(self, name: str, value: object) -> QWidget | None:
        """Return a widget for one field of the config; None for kinds that have none yet."""
        if isinstance(value, bool):
            check = QCheckBox()
            check.setChecked(value)
            check.toggled.connect(lambda v: self._set(name, v))
            return check
        if isinstance(value, int):
            whole = QSpinBox()
            whole.setRange(0, 1_000_000)
            whole.setValue(value)
            whole.valueChanged.connect(lambda v: self._set(name, v))
            return whole
        if isinstance(value, float):
            real = QDoubleSpinBox()
            real.setDecimals(decimals_for(value))
            real.setRange(0, 1_000_000)
            real.setValue(value)
            real.valueChanged.connect(lambda v: self._set(name, v))
            return real
        if name == "degradation":
            combo = QComboBox()
            combo.addItems(list(OPERATORS))
            combo.setCurrentText(str(value))
            combo.currentTextChanged.connect(lambda v: self._set(name, v))
            return combo
        return None

    def _set(self, name: str, value: object) -> None:
        orders = self._session.ordering
        orders.set(self.info.id, {**orders.value.of(self.info.id), name: value})


def decimals_for(value: float) -> int:
    """Return how many decimals a setting needs, so that small ones keep three figures."""
    return 2 if value == 0 else max(2, 3 - math.ceil(math.log10(abs(value))))


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
        self.setAccessibleName("Methods")
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSpacing(3)
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
        session.models_changed.connect(self.refresh)
        self.refresh()

    def _add(self, info: MethodInfo) -> None:
        item = QListWidgetItem()
        item.setData(Qt.ItemDataRole.UserRole, info.id)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, info.title)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
        card = MethodCard(info, self._session)
        card.toggled.connect(lambda on: self._choose(info.id, on))
        card.resized.connect(self.fit_heights)
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

    def fit_heights(self) -> None:
        """Give each item the height that its card needs at this width."""
        width = self.viewport().width() - 2 * self.spacing()
        for row in range(self.count()):
            item = self.item(row)
            card = self.itemWidget(item)
            height = card.heightForWidth(width) if card.hasHeightForWidth() else -1
            item.setSizeHint(QSize(10, max(height, 60)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fit the cards to another width; called by Qt."""
        super().resizeEvent(event)
        self.fit_heights()

    def _item_changed(self, item: QListWidgetItem) -> None:
        chosen = item.checkState() == Qt.CheckState.Checked
        self._choose(item.data(Qt.ItemDataRole.UserRole), chosen)

    def _choose(self, method: str, on: bool) -> None:
        chosen = set(self._session.methods)
        chosen = chosen | {method} if on else chosen - {method}
        self._session.choose_methods(tuple(chosen))
