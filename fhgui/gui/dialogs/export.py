"""Asks where results are written to, and before anything is overwritten."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.theme import icon
from fhgui.session.results import Result, Status, export_targets
from fhgui.session.session import Session


class ExportDialog(QDialog):
    """Chooses results, folder and report, then has them written."""

    def __init__(self, session: Session, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle("Export results")
        self.setMinimumWidth(560)
        self._session = session
        self._results = session.exportable()
        self.list = QListWidget()
        self.list.setObjectName("exportResults")
        self.list.setAccessibleName("Results to export")
        self.list.setFixedHeight(30 + 28 * min(6, len(self._results)))
        for result in self._results:
            self._offer(result)
        self.list.itemChanged.connect(self._tell)
        self.folder = QLineEdit(str(folder))
        self.folder.setObjectName("exportFolder")
        self.folder.setAccessibleName("Folder")
        self.folder.textChanged.connect(self._tell)
        browse = QPushButton("Browse …")
        browse.setIcon(icon("folder-outline"))
        browse.clicked.connect(self._browse)
        self.report = QCheckBox("One-page report over all of them (report.pdf)")
        self.report.setObjectName("exportReport")
        self.report.setChecked(True)
        self.report.toggled.connect(self._tell)
        self.told = QLabel()
        self.told.setObjectName("muted")
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = QDialogButtonBox()
        self.ok = QPushButton("Export")
        self.ok.setObjectName("exportOkButton")
        self.ok.setProperty("primary", True)
        self.buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out(browse)
        self._tell()

    def _lay_out(self, browse: QPushButton) -> None:
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(browse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(QLabel("Results"))
        layout.addWidget(self.list)
        layout.addWidget(QLabel("Folder"))
        layout.addLayout(row)
        layout.addWidget(self.report)
        layout.addWidget(self.told)
        layout.addWidget(self.buttons)

    def _offer(self, result: Result) -> None:
        item = QListWidgetItem(f"{result.title} · {result.status.value}")
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
        done = result.status is Status.COMPLETED
        item.setCheckState(Qt.CheckState.Checked if done else Qt.CheckState.Unchecked)
        self.list.addItem(item)

    def chosen(self) -> tuple[Result, ...]:
        """Return the results that are ticked."""
        return tuple(
            result
            for row, result in enumerate(self._results)
            if self.list.item(row).checkState() == Qt.CheckState.Checked
        )

    def _path(self) -> Path:
        return Path(self.folder.text().strip()).expanduser()

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder for the results", str(self._path()))
        if folder:
            self.folder.setText(folder)

    def _tell(self) -> None:
        targets = export_targets(self.chosen(), self._path())
        names = [str(t.folder) for t in targets]
        each = "result.png, input.png, stages/, record.json"
        self.told.setText("\n".join(f"{name}: {each}" for name in names))
        self.ok.setEnabled(bool(targets) and bool(self.folder.text().strip()))

    def _occupied(self) -> list[Path]:
        """Return the folders and files that something would be written over."""
        folders = [t.folder for t in export_targets(self.chosen(), self._path())]
        taken = [f for f in folders if f.is_file() or (f.is_dir() and any(f.iterdir()))]
        report = self._path() / "report.pdf"
        if self.report.isChecked() and report.exists() and self._path() not in taken:
            taken.append(report)
        return taken

    def _accept(self) -> None:
        taken = self._occupied()
        if not taken:
            self._export(force=False)
            return
        question = QMessageBox(self)
        question.setObjectName("overwriteQuestion")
        question.setIcon(QMessageBox.Icon.Warning)
        question.setWindowTitle("Overwrite?")
        question.setText("There is something already:\n" + "\n".join(str(t) for t in taken[:5]))
        question.setInformativeText("Files of the same name will be replaced.")
        over = question.addButton("Overwrite", QMessageBox.ButtonRole.DestructiveRole)
        over.setObjectName("overwriteButton")
        over.clicked.connect(lambda: self._export(force=True))
        question.addButton("Choose another folder", QMessageBox.ButtonRole.RejectRole)
        question.open()

    def _export(self, force: bool) -> None:
        self._session.export(self.chosen(), self._path(), self.report.isChecked(), force)
        self.accept()
