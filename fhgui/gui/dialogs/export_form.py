"""The fields of an export: who issues the report, what was asked for, and who signs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.dossier import Commission, Laboratory
from fhgui.core.errors import FhguiError
from fhgui.gui.asking import ask_for_file
from fhgui.gui.language import tr
from fhgui.gui.typed import typed_path
from fhgui.gui.widgets import section, tool_button

PICTURES = "Pictures (*.png *.jpg *.jpeg)"
CERTIFICATES = "Certificates (*.pem *.crt *.cer *.der);;All files (*)"
KEYS = "Keys (*.pem *.key *.der);;All files (*)"

COMMISSION = (
    ("title", "Title"),
    ("case_number", "Case number"),
    ("request", "Request"),
    ("examiner", "Examiner"),
    ("authoriser", "Authoriser"),
    ("received_on", "Received on"),
)
LABORATORY = (("name", "Laboratory"), ("address", "Address"), ("accreditation", "Accreditation"))
NOT_STATED = "left empty: “not stated”"


class ExportForm(QWidget):
    """Text fields; their values are kept for the next export, the passphrase is not.

    Signals
    -------
    changed : any field was edited.
    told : why a laboratory's file could not be read, or nothing.
    """

    changed = Signal()
    told = Signal(str)

    def __init__(self, values: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportForm")
        self.fields: dict[str, QLineEdit] = {}
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addLayout(self._commission(), 1)
        columns.addLayout(self._issuer(), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(columns)
        layout.addWidget(section("Signature"))
        layout.addLayout(self._signature())
        for name, field in self.fields.items():
            field.setText(values.get(name, ""))
            field.textChanged.connect(self.changed)

    def values(self) -> dict[str, str]:
        """Return what may be kept: every field but the passphrase."""
        return {n: f.text().strip() for n, f in self.fields.items() if n != "passphrase"}

    def commission(self) -> Commission:
        """Return what was asked for, and by whom."""
        return Commission(**{name: self._text(name) for name, _ in COMMISSION})

    def laboratory(self) -> Laboratory:
        """Return who issues the report, without the logo."""
        text = self._text
        return Laboratory(text("name"), text("address"), text("accreditation"))

    def path(self, name: str) -> Path | None:
        """Return the file in a field; None if it is empty."""
        text = self._text(name)
        return typed_path(text) if text else None

    @property
    def passphrase(self) -> str:
        """What was typed, exactly."""
        return self.fields["passphrase"].text()

    def fill_from(self, file: Path) -> str:
        """Fill in a laboratory's YAML file; return why it cannot be read, or nothing."""
        from fhgui.provenance.laboratory import read_fields

        try:
            found = read_fields(file)
        except FhguiError as error:
            return error.sentence()
        for name, text in found.items():
            self.fields[name].setText(text)
        return ""

    def _text(self, name: str) -> str:
        return self.fields[name].text().strip()

    def _commission(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(section("Report"))
        form = _form()
        for name, title in COMMISSION:
            form.addRow(title, self._field(name, title, NOT_STATED))
        column.addLayout(form)
        column.addStretch(1)
        return column

    def _issuer(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(section("Laboratory"))
        form = _form()
        for name, title in LABORATORY:
            form.addRow(title, self._field(name, title, NOT_STATED))
        form.addRow(tr("Logo"), self._file("logo", "Logo", PICTURES, "PNG or JPEG, optional"))
        column.addLayout(form)
        self.load = QPushButton(tr("Fill in from a file …"))
        self.load.setObjectName("exportLaboratoryButton")
        self.load.setToolTip(tr("YAML with name, address, logo, examiner, request, …"))
        self.load.clicked.connect(self._load)
        form.addRow("", self.load)
        column.addStretch(1)
        return column

    def _signature(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        certificate = self._file("certificate", "Certificate", CERTIFICATES, "optional")
        key = self._file("key", "Key", KEYS, "its private key")
        passphrase = self._field("passphrase", "Passphrase", "passphrase, never kept")
        passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        for title, widget in (("Certificate", certificate), ("Key", key), ("", passphrase)):
            if title:
                row.addWidget(QLabel(title))
            row.addWidget(widget, 1)
        return row

    def _field(self, name: str, title: str, hint: str) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName(f"export-{name}")
        field.setAccessibleName(title)
        field.setPlaceholderText(hint)
        self.fields[name] = field
        return field

    def _file(self, name: str, title: str, files: str, hint: str) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._field(name, title, hint), 1)
        browse = tool_button("flat", "folder-outline", "", f"Choose: {title}")
        browse.clicked.connect(partial(self._browse, name, title, files))
        row.addWidget(browse)
        return holder

    def _browse(self, name: str, title: str, files: str, _checked: bool = False) -> None:
        ask_for_file(self, title, lambda p: self.fields[name].setText(str(p)), kinds=files)

    def _load(self) -> None:
        files = "Laboratory (*.yaml *.yml);;All files (*)"
        ask_for_file(self, "Laboratory", lambda p: self.told.emit(self.fill_from(p)), kinds=files)


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setVerticalSpacing(6)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form
