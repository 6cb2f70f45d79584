"""Settings of one method: a preset, or every field with its help; taken as one step of undo."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.errors import FhguiError
from fhgui.core.setting import Preset
from fhgui.gui.language import tr
from fhgui.gui.panels.banner import as_sentence
from fhgui.gui.panels.config_form import CalmCombo, ConfigForm
from fhgui.gui.widgets import small, tool_button
from fhgui.methods import registry
from fhgui.session.session import Session

SIZE = (600, 660)
OTHER = "Own settings"


class SettingsDialog(QDialog):
    """Asks for the settings of a method."""

    def __init__(self, session: Session, method: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        info = registry.info(method)
        self.setObjectName("settingsDialog")
        self.setWindowTitle(f"Settings of {method}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._method = method
        self._ordering = session.ordering
        self._presets = session.ordering.presets
        self._make_presets()
        self.form = ConfigForm(method)
        self.form.changed.connect(self._edited)
        self.error = QLabel()
        self.error.setProperty("kind", "formError")
        self.error.setObjectName("settingsError")
        self.error.setWordWrap(True)
        self.error.hide()
        title = QLabel(info.title)
        title.setObjectName("title")
        title.setWordWrap(True)
        area = QScrollArea()
        area.setObjectName("settingsArea")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.form)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(small(info.paper))
        layout.addLayout(self._preset_row())
        layout.addWidget(self.about)
        layout.addWidget(area, 1)
        layout.addWidget(self.error)
        layout.addWidget(self._buttons())
        self.form.set_values(session.ordering.value.of(method))
        self._fill()
        room = self.screen().availableGeometry()
        self.resize(SIZE[0], min(SIZE[1], room.height() - 80))

    # ---- building -------------------------------------------------------------------------

    def _make_presets(self) -> None:
        self.preset = CalmCombo()
        self.preset.setObjectName("presetSelector")
        self.preset.setAccessibleName(tr("Preset"))
        self.preset.activated.connect(self._choose)
        self.save = QPushButton(tr("Save as …"))
        self.save.setObjectName("presetSave")
        self.save.setToolTip(tr("Keep these settings under a name"))
        self.save.clicked.connect(self._ask_for_name)
        self.remove = tool_button("presetRemove", "trash-can-outline", "", "Remove this preset")
        self.remove.clicked.connect(self._remove)
        self.about = small()

    def _preset_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        label = QLabel(tr("&Preset"))
        label.setBuddy(self.preset)
        row.addWidget(label)
        row.addWidget(self.preset, 1)
        row.addWidget(self.save)
        row.addWidget(self.remove)
        return row

    def _buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(kinds.Ok | kinds.Cancel | kinds.RestoreDefaults)
        box.button(kinds.Ok).setObjectName("settingsOk")
        box.button(kinds.Ok).setText(tr("Use these"))
        box.button(kinds.Ok).setProperty("primary", True)
        box.button(kinds.Cancel).setObjectName("settingsCancel")
        defaults = box.button(kinds.RestoreDefaults)
        defaults.setObjectName("settingsDefaults")
        defaults.setText(tr("Defaults"))
        defaults.clicked.connect(lambda: self._show({}))
        for button in box.buttons():
            button.setIcon(QIcon())  # the style's own are of another hand
        box.accepted.connect(self._take)
        box.rejected.connect(self.reject)
        return box

    # ---- presets ----------------------------------------------------------------------------

    def _shown(self) -> list[Preset]:
        return list(self._presets.of(self._method))

    def _fill(self) -> None:
        """Show the presets and which of them the form is."""
        match = self._presets.matching(self._method, self.form.values())
        self.preset.clear()
        self.preset.addItems([p.name for p in self._shown()])
        if match is None:
            self.preset.addItem(OTHER)
        self.preset.setCurrentText(OTHER if match is None else match.name)
        own = match is not None and match in self._presets.own(self._method)
        self.remove.setEnabled(own)
        self.save.setEnabled(match is None)
        self.about.setText("" if match is None else match.purpose)
        self.about.setVisible(bool(self.about.text()))

    def _choose(self, index: int) -> None:
        presets = self._shown()
        if index < len(presets):
            self._show(dict(presets[index].values))

    def _show(self, values: dict[str, object]) -> None:
        self.form.set_values(values)
        self._edited()

    def _edited(self) -> None:
        self._say("")
        self._fill()

    def _ask_for_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setObjectName("presetName")
        dialog.setWindowTitle(tr("Save preset"))
        dialog.setLabelText(tr("Name of the preset:"))
        dialog.setTextEchoMode(QLineEdit.EchoMode.Normal)
        dialog.textValueSelected.connect(self.save_as)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def save_as(self, name: str) -> None:
        """Keep the form's settings under a name, or say why not."""
        try:
            self._presets.save(self._method, name, self.form.values())
        except FhguiError as error:
            self._say(error.sentence())
        else:
            self._edited()

    def _remove(self) -> None:
        try:
            self._presets.remove(self._method, self.preset.currentText())
        except FhguiError as error:
            self._say(error.sentence())
        else:
            self._edited()

    # ---- taking -------------------------------------------------------------------------------

    def _take(self) -> None:
        try:
            self._ordering.set(self._method, self.form.values())
        except FhguiError as error:
            self._say(error.sentence())
        else:
            self.accept()

    def _say(self, sentence: str) -> None:
        self.error.setText(as_sentence(sentence) if sentence else "")
        self.error.setVisible(bool(sentence))
