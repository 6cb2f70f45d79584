"""The pages of the settings: the window, computing, the laboratory, signing."""

from __future__ import annotations

import os
from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from fhgui import paths
from fhgui.core.dossier import Paper
from fhgui.gui import settings, theme
from fhgui.gui.dialogs.export_form import CERTIFICATES, KEYS, LABORATORY, PICTURES
from fhgui.gui.dialogs.file_field import FileField
from fhgui.gui.language import language_name, languages, tr
from fhgui.gui.widgets import small

THEMES = (("dark", "Dark"), ("light", "Light"), (theme.SYSTEM, "As the system"))
DEVICES = (("auto", "Automatic"), ("cpu", "Processor (CPU)"), ("cuda", "Graphics card (CUDA)"))


class PreferencePage(QWidget):
    """Rows of titled fields, each with a line of help below it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(18, 16, 18, 10)
        self.rows = QFormLayout()
        self.rows.setVerticalSpacing(7)
        self.rows.setHorizontalSpacing(16)
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        outer.addLayout(self.rows)
        outer.addStretch(1)

    def add(self, title: str, field: QWidget, help_: str = "") -> None:
        """Add a field."""
        label = QLabel(title)
        label.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(title)
        self.rows.addRow(label, field)
        if help_:
            told = small(help_)
            told.setContentsMargins(0, 0, 0, 8)
            self.rows.addRow("", told)


class WindowPage(PreferencePage):
    """Theme and language."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("preferencesWindow", parent)
        self.theme = _selector("themeSelector", THEMES, settings.theme())
        spoken = tuple((code, language_name(code)) for code in languages())
        self.language = _selector("languageSelector", spoken, settings.language())
        self.add(tr("Theme"), self.theme, tr("Pictures lie on neutral grey in every theme."))
        told = tr("Spoken from the next start on. Further languages: fhgui_xx.qm files in {}")
        self.add(tr("Language"), self.language, told.format(paths.user_languages()))


class ComputingPage(PreferencePage):
    """Device, threads, and whether results are reused."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("preferencesComputing", parent)
        self.device = _selector("deviceSelector", DEVICES, settings.device())
        self.threads = QSpinBox()
        self.threads.setObjectName("threadsField")
        self.threads.setRange(0, max(os.cpu_count() or 1, settings.threads() or 0))
        self.threads.setSpecialValueText(tr("as many as there are cores"))
        self.threads.lineEdit().setTextMargins(5, 0, 0, 0)
        self.threads.setValue(settings.threads() or 0)
        self.reuse = QCheckBox(tr("Reuse equal results of the case"))
        self.reuse.setObjectName("reuseField")
        self.reuse.setAccessibleName(self.reuse.text())
        self.reuse.setChecked(settings.reuse())
        self.add(
            tr("Device"),
            self.device,
            tr(
                "Automatic takes a graphics card if there is one. Runs are repeated on the "
                "processor where its memory does not do; the record says so."
            ),
        )
        words = tr("This machine has {} cores. One thread and two give the same pixels.")
        self.add(tr("Threads"), self.threads, words.format(os.cpu_count() or 1))
        told = tr(
            "A run with the same input, settings and files is shown instead of computed again; "
            "its record says so."
        )
        self.add("", self.reuse, told)


class LaboratoryPage(PreferencePage):
    """Who issues reports; every export begins with it."""

    def __init__(self, values: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__("preferencesLaboratory", parent)
        self.fields: dict[str, QLineEdit] = {}
        titles = (*LABORATORY, ("examiner", "Examiner"), ("authoriser", "Authoriser"))
        for name, title in titles:
            field = QLineEdit(values.get(name, ""))
            field.setObjectName(f"laboratory-{name}")
            field.setPlaceholderText(tr("left empty: “not stated”"))
            self.fields[name] = field
            self.add(tr(title), field)
        self.logo = FileField("laboratory-logo", tr("Logo"), PICTURES, tr("PNG or JPEG, optional"))
        self.logo.field.setText(values.get("logo", ""))
        self.fields["logo"] = self.logo.field
        self.add(tr("Logo"), self.logo)
        papers = tuple((size.value, size.value) for size in Paper)
        self.paper = _selector("laboratory-paper", papers, values.get("paper", Paper.A4.value))
        told = tr("Every export begins with these; what is typed there is for that report.")
        self.add(tr("Paper"), self.paper, told)

    def values(self) -> dict[str, str]:
        """Return what the fields say, by the names of an export's."""
        texts = {name: field.text().strip() for name, field in self.fields.items()}
        return {**texts, "paper": str(self.paper.currentData())}


class SigningPage(PreferencePage):
    """The certificate and key that exports are signed with.

    Signals
    -------
    key_wanted : a key is to be made.
    """

    key_wanted = Signal()

    def __init__(self, values: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__("preferencesSigning", parent)
        optional = tr("without one, exports are not signed")
        self.certificate = FileField(
            "signing-certificate", tr("Certificate"), CERTIFICATES, optional
        )
        self.key = FileField("signing-key", tr("Key"), KEYS, tr("its private key"))
        self.certificate.field.setText(values.get("certificate", ""))
        self.key.field.setText(values.get("key", ""))
        self.make = QPushButton(tr("Make a signing key …"))
        self.make.setObjectName("makeKeyButton")
        self.make.clicked.connect(self.key_wanted)
        self.add(tr("Certificate"), self.certificate)
        told = tr("The passphrase is asked for at each export and never kept.")
        self.add(tr("Key"), self.key, told)
        words = tr("Makes both for a laboratory that has none: self-made, encrypted, for 5 years.")
        self.add("", self.make, words)

    def values(self) -> dict[str, str]:
        """Return the two files, by the names of an export's fields."""
        return {"certificate": self.certificate.text(), "key": self.key.text()}

    def take(self, certificate: str, key: str) -> None:
        """Fill in the files of a key that was made."""
        self.certificate.field.setText(certificate)
        self.key.field.setText(key)


def _selector(name: str, choices: tuple[tuple[str, str], ...], chosen: str) -> QComboBox:
    """Return a selector of (value, words); the value is each item's data."""
    selector = QComboBox()
    selector.setObjectName(name)
    for value, words in choices:
        selector.addItem(tr(words), value)
    selector.setCurrentIndex(max(0, selector.findData(chosen)))
    return selector
