"""The settings of the program: nothing changes until they are taken."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from fhgui import paths
from fhgui.gui import settings
from fhgui.gui.dialogs.make_key import MakeKeyDialog
from fhgui.gui.dialogs.preference_pages import (
    ComputingPage,
    LaboratoryPage,
    PreferencePage,
    SigningPage,
    WindowPage,
)
from fhgui.gui.language import tr
from fhgui.session.session import Session

SIZE = (640, 440)


class PreferencesDialog(QDialog):
    """Asks for the settings.

    Signals
    -------
    theme_wanted : name of the theme chosen.
    """

    theme_wanted = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preferencesDialog")
        self.setWindowTitle(tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        kept = settings.export_fields()
        self.window_page, self.computing = WindowPage(), ComputingPage()
        self.laboratory, self.signing = LaboratoryPage(kept), SigningPage(kept)
        self.signing.key_wanted.connect(self._make_key)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("preferencesTabs")
        self.tabs.setAccessibleName(tr("Pages of the settings"))
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.tabBar().setAccessibleName(self.tabs.accessibleName())
        pages: dict[str, PreferencePage] = {
            tr("Window"): self.window_page,
            tr("Computing"): self.computing,
            tr("Laboratory"): self.laboratory,
            tr("Signing"): self.signing,
        }
        for title, page in pages.items():
            self.tabs.addTab(page, title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self._buttons())
        self.resize(*SIZE)

    def _buttons(self) -> QDialogButtonBox:
        self.ok = QPushButton(tr("Take these"))
        self.ok.setObjectName("preferencesOk")
        self.ok.setProperty("primary", True)
        cancel = QPushButton(tr("Cancel"))
        cancel.setObjectName("preferencesCancel")
        box = QDialogButtonBox()
        box.addButton(self.ok, QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self._take)
        box.rejected.connect(self.reject)
        return box

    def _take(self) -> None:
        computing = self.computing
        device, threads = str(computing.device.currentData()), computing.threads.value() or None
        reuse = computing.reuse.isChecked()
        settings.set_computing(device, threads, reuse)
        self._session.ordering.set_options(device=device, threads=threads, reuse=reuse)
        fields = {**self.laboratory.values(), **self.signing.values()}
        settings.set_export_fields({**settings.export_fields(), **fields})
        settings.set_language(str(self.window_page.language.currentData()))
        self.theme_wanted.emit(str(self.window_page.theme.currentData()))
        self.accept()

    def _make_key(self) -> None:
        fields = self.laboratory.values()
        folder: Path = paths.user_keys()
        dialog = MakeKeyDialog(self._session, fields["examiner"], fields["name"], folder, self)
        dialog.made.connect(self.signing.take)
        dialog.open()
