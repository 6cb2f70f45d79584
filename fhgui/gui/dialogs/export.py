"""Exports the case: asks for folder, report and signature, says what follows, shows how far it is.

The worker does it; the dialog only waits, and can stop it at any time.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.dossier import Paper
from fhgui.gui import settings
from fhgui.gui.asking import ask_for_folder
from fhgui.gui.dialogs.export_form import ExportForm
from fhgui.gui.language import tr
from fhgui.gui.typed import typed_path
from fhgui.gui.widgets import section, set_icon, small
from fhgui.session.exporting import REPEAT_FOR_S, ExportChoices
from fhgui.session.logbook import Level, LogLine
from fhgui.session.session import Session

CONTENTS = (
    "Every result of the case: report (PDF, HTML), CASE/UCO JSON-LD, pictures with content "
    "credentials and the original beside each, records, custody log, and a manifest of hashes."
)
UNLABELLED = (
    "Without the label a picture can be passed on as if it were a photograph. Report, manifest "
    "and custody log will state that it was left out."
)
UNSIGNED = (
    "Without a certificate report and manifest are not signed, and the pictures' credentials are "
    "signed by a key made on the spot: changes show, who made them does not."
)
STOPPING = "stopping …"


class ExportDialog(QDialog):
    """Chooses what an export is to be, has it made, and waits for it."""

    def __init__(self, session: Session, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle(tr("Export the case"))
        self.setMinimumWidth(760)
        self._session = session
        self._job: int | None = None
        kept = settings.export_fields(session.case)
        self.form = ExportForm(kept)
        self.folder = QLineEdit(str(folder))
        self.folder.setObjectName("exportFolder")
        self.folder.setAccessibleName(tr("Folder"))
        self.paper = QComboBox()
        self.paper.setObjectName("exportPaper")
        self.paper.setAccessibleName(tr("Paper"))
        for size in Paper:
            self.paper.addItem(size.value, size)
        self.paper.setCurrentText(kept.get("paper", Paper.A4.value))
        self.label = QCheckBox(tr("Burn “ENHANCED — not for comparison” into the pictures"))
        self.label.setObjectName("exportLabel")
        self.label.setChecked(True)
        self.repeat = QCheckBox(f"Repeat runs for jitter and seeds (up to {REPEAT_FOR_S:.0f} s)")
        self.repeat.setObjectName("exportRepeat")
        self.repeat.setChecked(True)
        self.told = QLabel()
        self.told.setObjectName("statement")
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self._make_progress()
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._tell()

    def _make_progress(self) -> None:
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("Progress of the export"))
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.doing = small()
        self.doing.setObjectName("exportDoing")
        self.doing.setTextFormat(Qt.TextFormat.PlainText)
        self.progress.hide()

    def _make_buttons(self) -> None:
        self.ok = QPushButton(tr("Export"))
        self.ok.setObjectName("exportOkButton")
        self.ok.setProperty("primary", True)
        self.stop = QPushButton(tr("Cancel"))
        self.stop.setObjectName("exportCancelButton")
        self.buttons = QDialogButtonBox()
        self.buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(self.stop, QDialogButtonBox.ButtonRole.RejectRole)

    def _lay_out(self) -> None:
        browse = QPushButton(tr("Browse …"))
        set_icon(browse, "folder-outline")
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(browse)
        options = QHBoxLayout()
        options.setSpacing(18)
        options.addWidget(QLabel(tr("Paper")))
        options.addWidget(self.paper)
        options.addWidget(self.repeat)
        options.addStretch(1)
        inner = QVBoxLayout()
        inner.setSpacing(8)
        inner.addWidget(section("Folder"))
        inner.addLayout(row)
        inner.addWidget(small(CONTENTS))
        inner.addWidget(self.form)
        inner.addLayout(options)
        inner.addWidget(self.label)
        inner.addWidget(self.told)
        self._fields = QWidget()
        self._fields.setLayout(inner)
        inner.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 14)
        layout.setSpacing(8)
        layout.addWidget(self._fields)
        layout.addWidget(self.progress)
        layout.addWidget(self.doing)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        for changed in (self.folder.textChanged, self.form.changed, self.label.toggled):
            changed.connect(self._tell)
        self.form.told.connect(self.doing.setText)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self._session.busy_changed.connect(self._follow)
        self._session.noticed.connect(self._noticed)
        self._session.exported.connect(self._done)

    def choices(self, force: bool = False) -> ExportChoices:
        """Return what is chosen."""
        form = self.form
        return ExportChoices(
            out=self._path(),
            laboratory=form.laboratory(),
            commission=form.commission(),
            logo=form.path("logo"),
            paper=Paper(self.paper.currentText()),
            labelled=self.label.isChecked(),
            certificate=form.path("certificate"),
            key=form.path("key"),
            passphrase=form.passphrase,
            repeat_for_s=REPEAT_FOR_S if self.repeat.isChecked() else 0.0,
            force=force,
        )

    def reject(self) -> None:
        """Close, or stop the export that goes on; called by Qt."""
        if self._job is None:
            super().reject()
            return
        self.stop.setEnabled(False)
        self.doing.setText(STOPPING)
        self._session.cancel_job(self._job)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Stop the export before the dialog goes; called by Qt."""
        if self._job is not None:
            self.reject()
            event.ignore()
        else:
            super().closeEvent(event)

    def done(self, result: int) -> None:
        """Stop listening; called by Qt."""
        for signal, slot in (
            (self._session.busy_changed, self._follow),
            (self._session.noticed, self._noticed),
            (self._session.exported, self._done),
        ):
            signal.disconnect(slot)
        super().done(result)

    def _path(self) -> Path:
        return typed_path(self.folder.text())

    def _browse(self) -> None:
        folder = self._path().parent
        ask_for_folder(
            self, "Folder for the export", lambda p: self.folder.setText(str(p)), folder=folder
        )

    def _tell(self) -> None:
        """Say what follows from what is chosen."""
        certificate, key = self.form.path("certificate"), self.form.path("key")
        half = (certificate is None) != (key is None)
        lines = [] if self.label.isChecked() else [UNLABELLED]
        if half:
            lines.append("Certificate and key belong together: give both, or neither.")
        elif certificate is None:
            lines.append(UNSIGNED)
        self.told.setText("\n".join(lines))
        self.told.setVisible(bool(lines))
        self.ok.setEnabled(bool(self.folder.text().strip()) and not half and self._job is None)
        self._grow()

    def _grow(self) -> None:
        """Make room for words that wrap: Qt squeezes the fields instead."""
        layout = self.layout()
        if layout is not None and self.isVisible():
            layout.activate()
            needed = layout.totalHeightForWidth(self.width())
            self.resize(self.width(), max(self.height(), needed))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Take the height that is needed; called by Qt."""
        super().showEvent(event)
        self._grow()

    def _accept(self) -> None:
        out = self._path()
        if not (out.is_file() or (out.is_dir() and any(out.iterdir()))):
            self._export(force=False)
            return
        question = QMessageBox(self)
        question.setObjectName("overwriteQuestion")
        question.setIcon(QMessageBox.Icon.Warning)
        question.setWindowTitle(tr("Replace?"))
        question.setText(f"There is something already:\n{out}")
        question.setInformativeText(
            "An older export there is replaced; files that somebody else put there stay."
        )
        over = question.addButton("Overwrite", QMessageBox.ButtonRole.DestructiveRole)
        over.setObjectName("overwriteButton")
        over.clicked.connect(lambda: self._export(force=True))
        question.addButton("Choose another folder", QMessageBox.ButtonRole.RejectRole)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.open()

    def _export(self, force: bool) -> None:
        filled = {**self.form.values(), "paper": self.paper.currentText()}
        settings.set_export_fields(filled, self._session.case)
        self._job = self._session.export(self.choices(force))
        self._show_work(self._job is not None)
        self._follow()

    def _show_work(self, on: bool) -> None:
        self._fields.setEnabled(not on)
        self.progress.setVisible(on)
        self.stop.setEnabled(True)
        self.ok.setEnabled(not on)
        if on:
            self.doing.setText(tr("waiting for the worker …"))
        self._grow()

    def _follow(self) -> None:
        """Show how far the export is, and notice its end."""
        if self._job is None:
            return
        if self._session.asked(self._job) is not None:
            if self.stop.isEnabled() and self._session.progress:
                self.doing.setText(self._session.progress)
            return
        self._job = None
        if self.doing.text() == STOPPING:
            self.doing.setText(tr("stopped; nothing was written"))
        self._show_work(False)
        self._tell()

    def _noticed(self, line: LogLine) -> None:
        if self._job is not None and line.level is Level.ERROR:
            self.doing.setText(line.text)

    def _done(self, files: tuple[Path, ...]) -> None:
        if self._job is not None:
            self._job = None
            self.accept()
