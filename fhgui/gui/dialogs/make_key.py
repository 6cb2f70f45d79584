"""Makes a signing key of one's own: who signs, where the files go, and a passphrase."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from fhgui.gui.dialogs.file_field import FileField
from fhgui.gui.dialogs.order_dialog import OrderDialog
from fhgui.gui.language import tr
from fhgui.gui.panels.banner import as_sentence
from fhgui.provenance.keys import NAME_CHARACTERS, PASSPHRASE_CHARACTERS
from fhgui.session.session import Session

WHAT_IT_SHOWS = (
    "A key of your own shows that nothing was changed after you signed. Who you are it shows only "
    "to those to whom you give the certificate's fingerprint in another way; a certificate of a "
    "trust service shows it to everybody. Keep the passphrase well: without it the key is lost."
)


class MakeKeyDialog(OrderDialog):
    """Has a key made and waits for it.

    Signals
    -------
    made : certificate and key, as text.
    """

    made = Signal(str, str)

    def __init__(
        self,
        session: Session,
        name: str,
        organisation: str,
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("makeKey", "Make a signing key", WHAT_IT_SHOWS, "Make the key", parent)
        self._keys = session.keys
        self.name = self._line("keyName", tr("Who signs"), name)
        self.organisation = self._line("keyOrganisation", tr("Laboratory"), organisation)
        self.folder = FileField("keyFolder", tr("Folder"), "")
        self.folder.field.setText(str(folder))
        self.passphrase = self._secret("keyPassphrase", tr("Passphrase"))
        self.again = self._secret("keyPassphraseAgain", tr("Passphrase again"))
        self._lay_out()
        for field in (self.name, self.passphrase, self.again, self.folder.field):
            field.textChanged.connect(self.tell)
        self._keys.made.connect(self._done)
        self._keys.failed.connect(self._failed)
        self.tell()

    def _line(self, name: str, title: str, text: str = "") -> QLineEdit:
        field = QLineEdit(text)
        field.setObjectName(name)
        field.setAccessibleName(title)
        field.setMaxLength(NAME_CHARACTERS)
        return field

    def _secret(self, name: str, title: str) -> QLineEdit:
        field = self._line(name, title)
        field.setMaxLength(1024)
        field.setEchoMode(QLineEdit.EchoMode.Password)
        return field

    def _lay_out(self) -> None:
        fields = (self.name, self.organisation, self.folder, self.passphrase, self.again)
        for field in fields:
            title = field.field if isinstance(field, FileField) else field
            self.form.addRow(title.accessibleName(), field)

    def why_not(self) -> str:
        """Return what is missing."""
        if not self.name.text().strip():
            return tr("Say who signs.")
        if not self.folder.text():
            return tr("Name a folder.")
        if len(self.passphrase.text()) < PASSPHRASE_CHARACTERS:
            words = tr("The passphrase needs {} characters or more.")
            return words.format(PASSPHRASE_CHARACTERS)
        if self.passphrase.text() != self.again.text():
            return tr("The two passphrases differ.")
        return ""

    def go(self) -> None:
        """Have the key made."""
        self.ok.setEnabled(False)
        self.told.setText(tr("The key is being made …"))
        name, organisation = self.name.text().strip(), self.organisation.text().strip()
        self._keys.want(self.folder.path, name, organisation, self.passphrase.text())

    def _done(self, certificate: Path, key: Path, words: str) -> None:
        self.made.emit(str(certificate), str(key))
        self.accept()

    def _failed(self, sentence: str) -> None:
        self.ok.setEnabled(True)
        self.told.setText(as_sentence(sentence))

    def done(self, result: int) -> None:
        """Stop listening; called by Qt."""
        self._keys.made.disconnect(self._done)
        self._keys.failed.disconnect(self._failed)
        super().done(result)
