"""Verifies an export, a case or a record: what was checked, what was seen, and the verdict.

It is the command ``fhgui verify`` in a process of its own: whatever is wrong with the files, the
window goes on.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QProcess, Qt
from PySide6.QtGui import QCloseEvent, QColor, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.text import visible
from fhgui.gui.asking import ask_for_file, ask_for_folder
from fhgui.gui.dialogs.file_field import FileField
from fhgui.gui.language import tr
from fhgui.gui.panels.banner import as_sentence
from fhgui.gui.panels.order_form import named, row
from fhgui.gui.theme import app_icon, colour
from fhgui.gui.typed import typed_path
from fhgui.gui.widgets import tool_button
from fhgui.provenance.verification.findings import Verdict, Verification
from fhgui.session import detached
from fhgui.session.memory_limit import limit_memory
from fhgui.session.verifying import MEANS, verification_told, verify_command

WHAT = (
    "Checks hashes and signatures, and makes every recorded result again from the original. "
    "Nothing is changed."
)
COLUMNS = ("Verdict", "What", "Seen")
TONES = {
    Verdict.EXACT: "green",
    Verdict.EQUIVALENT: "green",
    Verdict.DIFFERENT: "amber",
    Verdict.TAMPERED: "red",
}
LONGEST = 2000
"""Characters of a foreign sentence that are shown."""
ENDS_WITHIN_MS = 100
"""A process that is killed is gone in a few; the window does not wait for one that is not."""


class VerifyDialog(QDialog):
    """A window of its own beside the work; it can stay open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("verifyDialog")
        self.setWindowTitle(tr("Verify – fhgui"))
        self.setWindowIcon(app_icon())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setAcceptDrops(True)
        self.found: Verification | None = None
        self._process: QProcess | None = None
        self._make_fields()
        self._make_result()
        self._lay_out()
        self.resize(820, 560)
        self._tell()

    def _make_fields(self) -> None:
        self.path = named(QLineEdit(), "verifyPath", "What is to be verified")
        self.path.setPlaceholderText(tr("An export, a case, a run, a record, a PDF, a picture"))
        self.folder = tool_button("verifyFolder", "folder-outline", "", "Choose a folder …")
        self.file = tool_button("verifyFile", "file-outline", "", "Choose a file …")
        self.source = FileField(
            "verifySource", tr("The original"), "", tr("only if it has moved: the folder it is in")
        )
        self.start = QPushButton(tr("Verify"))
        self.start.setObjectName("verifyStart")
        self.start.setProperty("primary", True)
        self.stop = QPushButton(tr("Stop"))
        self.stop.setObjectName("verifyStop")
        self.copy = QPushButton(tr("Copy as text"))
        self.copy.setObjectName("verifyCopy")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        for field in (self.path, self.source.field):
            field.textChanged.connect(self._forget)
        self.path.returnPressed.connect(self.start.click)
        self.folder.clicked.connect(
            lambda: ask_for_folder(self, "Folder to verify", self._take, folder=self._near)
        )
        self.file.clicked.connect(
            lambda: ask_for_file(self, "File to verify", self._take, folder=self._near)
        )
        self.start.clicked.connect(self._start)
        self.stop.clicked.connect(self._end_process)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.as_text()))

    def _make_result(self) -> None:
        self.verdict, self.means = QLabel(), QLabel()
        self.verdict.setObjectName("verifyVerdict")
        self.means.setObjectName("verifyMeans")
        self.means.setWordWrap(True)
        self.means.setTextFormat(Qt.TextFormat.PlainText)
        self.table = named(QTableWidget(0, len(COLUMNS)), "verifyFindings", "What was checked")
        self.table.setHorizontalHeaderLabels([tr(title) for title in COLUMNS])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setWordWrap(True)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        self.table.setColumnWidth(0, 100)
        self.table.setColumnWidth(1, 250)

    def _lay_out(self) -> None:
        what = QLabel(tr(WHAT))
        what.setObjectName("muted")
        what.setWordWrap(True)
        form = QFormLayout()
        form.setVerticalSpacing(7)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Verify"), row(self.path, self.folder, self.file))
        form.addRow(tr("The original"), self.source)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.start)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(8)
        layout.addWidget(what)
        layout.addLayout(form)
        layout.addLayout(buttons)
        layout.addWidget(self.bar)
        layout.addWidget(self.verdict)
        layout.addWidget(self.means)
        layout.addWidget(self.table, 1)

    # ---- wishes ---------------------------------------------------------------------------

    def verify(self, path: Path) -> None:
        """Verify something at once, in the place of what is being verified."""
        self._end_process()
        if str(path) != self.path.text().strip():
            self.source.field.clear()  # it is the original of something else
        self.path.setText(str(path))
        self._start()

    def as_text(self) -> str:
        """Return what was found, line by line."""
        if self.found is None:
            return ""
        lines = [f"{self.found.verdict.value} {self.path.text().strip()}"]
        if self.source.text():
            lines.append(f"{tr('The original')}: {self.source.text()}")
        lines += [f"{f.verdict.value:<10} {f.place}: {f.text}" for f in self.found.findings]
        return "\n".join(visible(line, LONGEST) for line in lines)

    def _take(self, path: Path) -> None:
        self.path.setText(str(path))

    @property
    def _near(self) -> Path | None:
        typed = self.path.text().strip()
        return Path(typed).parent if typed else None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Take one file or folder; called by Qt."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Verify what was dropped; called by Qt."""
        urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
        if urls:
            self.verify(Path(urls[0].toLocalFile()))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """End the process, too; called by Qt."""
        self._end_process()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        """End the process, too; called by Qt."""
        self._end_process()
        super().done(result)

    # ---- the process ----------------------------------------------------------------------

    def _start(self) -> None:
        if self._process is not None or not self.path.text().strip():
            return
        path = typed_path(self.path.text())
        source = self.source.path if self.source.text() else None
        program, *arguments = verify_command(path, source)
        self._forget()
        process = self._process = QProcess(self)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._not_started)
        process.started.connect(self._stand_back)
        process.start(program, arguments)
        self._tell()

    def _stand_back(self) -> None:
        """Have the window answer first when processors are few, and leave it some memory."""
        pid = 0 if self._process is None else self._process.processId()
        if pid:  # 0 once it has ended, which would name the window
            detached.stand_back(pid)
            limit_memory(pid)

    def _end_process(self) -> None:
        """Have it end; nothing is told of it any more."""
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._finished)
            process.errorOccurred.disconnect(self._not_started)
            process.kill()
            process.waitForFinished(ENDS_WITHIN_MS)
            process.deleteLater()
        self._tell()

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        answer, said = (
            bytes(stream.data()).decode("utf-8", "replace")
            for stream in (process.readAllStandardOutput(), process.readAllStandardError())
        )
        process.deleteLater()
        self.found = verification_told(answer)
        self._tell()
        if self.found is None:
            words = [line for line in said.splitlines() if line.startswith(detached.SAID)]
            last = words[-1].removeprefix(detached.SAID) if words else "it ended without a word"
            self._show_failure(last)

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._process = None
            self._tell()
            self._show_failure("the program could not be started again; try once more")

    # ---- what is shown --------------------------------------------------------------------

    def _forget(self) -> None:
        """Take away what was found: it is not about what the fields say now."""
        self.found = None
        self.table.setRowCount(0)
        self._tell()

    def _tell(self) -> None:
        running, found = self._process is not None, self.found
        self.start.setEnabled(bool(self.path.text().strip()) and not running)
        for field in (self.path, self.folder, self.file, self.source):
            field.setEnabled(not running)
        self.stop.setVisible(running)
        self.bar.setVisible(running)
        self.copy.setEnabled(found is not None)
        self.verdict.setVisible(found is not None)
        self.means.setText(tr("Every result is made again; that takes seconds each.") * running)
        if found is not None:
            self._show(found)

    def _show_failure(self, sentence: str) -> None:
        self.means.setText(as_sentence(visible(sentence, LONGEST)))

    def _show(self, found: Verification) -> None:
        self.verdict.setText(found.verdict.value)
        tone = colour(TONES[found.verdict])
        self.verdict.setStyleSheet(f"color: {tone}; font-size: 20px; font-weight: 700")
        self.means.setText(tr(MEANS[found.verdict]))
        within = f"{typed_path(self.path.text())}/"
        self.table.setRowCount(len(found.findings))
        for at, finding in enumerate(found.findings):
            cells = (finding.verdict.value, finding.place.removeprefix(within), finding.text)
            for column, words in enumerate(cells):
                item = QTableWidgetItem(visible(words, LONGEST))
                item.setToolTip(visible(words, LONGEST))
                if not column:
                    item.setForeground(QColor(colour(TONES[finding.verdict])))
                self.table.setItem(at, column, item)
        self.table.resizeRowsToContents()
