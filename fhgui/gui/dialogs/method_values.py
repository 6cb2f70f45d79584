"""Settings of one method for a benchmark: every field with its help; nothing else changes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.errors import FhguiError
from fhgui.gui.language import tr
from fhgui.gui.panels.banner import as_sentence
from fhgui.gui.panels.config_form import ConfigForm
from fhgui.methods import registry
from fhgui.session.identity import changed_values

SIZE = (600, 620)
AROUND_PX = 160
"""Height of title and buttons."""


class MethodValuesDialog(QDialog):
    """Asks for the settings of a method.

    Signals
    -------
    taken : the settings that differ from the defaults, by name.
    """

    taken = Signal(dict)

    def __init__(
        self, method: str, values: Mapping[str, object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("methodValuesDialog")
        self.setWindowTitle(tr("Settings of {} in the benchmark").format(method))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._method = method
        self.form = ConfigForm(method)
        self.form.set_values(values)
        area = QScrollArea()
        area.setObjectName("settingsArea")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.form)
        title = QLabel(registry.info(method).title)
        title.setObjectName("title")
        title.setWordWrap(True)
        self.error = QLabel()
        self.error.setProperty("kind", "formError")
        self.error.setWordWrap(True)
        self.error.hide()
        layout = QVBoxLayout(self)
        for widget in (title, area, self.error, self._buttons()):
            layout.addWidget(widget)
        room = self.screen().availableGeometry()
        wanted = self.form.heightForWidth(SIZE[0]) + AROUND_PX
        self.resize(SIZE[0], min(SIZE[1], room.height() - 80, wanted))

    def _buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(kinds.Ok | kinds.Cancel | kinds.RestoreDefaults)
        titles = {kinds.Ok: "Use these", kinds.Cancel: "Cancel", kinds.RestoreDefaults: "Defaults"}
        for kind, words in titles.items():
            button = box.button(kind)
            button.setObjectName(f"methodValues{kind.name}")
            button.setText(tr(words))
            button.setIcon(QIcon())  # the style's own are of another hand
        box.button(kinds.Ok).setProperty("primary", True)
        box.button(kinds.RestoreDefaults).clicked.connect(lambda: self.form.set_values({}))
        box.accepted.connect(self._take)
        box.rejected.connect(self.reject)
        return box

    def _take(self) -> None:
        values = self.form.values()
        try:
            registry.make_config(self._method, values)
        except FhguiError as error:
            self.error.setText(as_sentence(error.sentence()))
            self.error.show()
            return
        self.taken.emit(changed_values(self._method, values))
        self.accept()
