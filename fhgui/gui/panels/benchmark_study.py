"""The study of a benchmark: none, a shipped one of the protocol, or a file of the user's own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fhgui.core.errors import FhguiError
from fhgui.gui.asking import ask_for_file
from fhgui.gui.language import tr
from fhgui.gui.panels.order_form import narrow_combo, row
from fhgui.gui.widgets import small, tool_button
from fhgui.session.studies import StudyEntry, shipped_studies, study_file


class StudyField(QWidget):
    """Chooses a study and says what it asks.

    Signals
    -------
    changed : another one is chosen.
    protocol_wanted : id of the protocol of a file that was added.
    told : why a file is no study, or nothing.
    """

    changed = Signal()
    protocol_wanted = Signal(str)
    told = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own: list[StudyEntry] = []
        self._shown: list[StudyEntry] = []
        self._protocol = ""
        self.selector = narrow_combo("benchmarkStudy", tr("Study"))
        self.selector.currentIndexChanged.connect(self._changed)
        self.browse = tool_button("benchmarkStudyFile", "file-outline", "", "Another study …")
        self.browse.clicked.connect(self._ask)
        self.about = small()
        self.about.setObjectName("benchmarkStudyAbout")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row(self.selector, self.browse))
        column.addWidget(self.about)

    @property
    def entry(self) -> StudyEntry | None:
        """The study chosen; None if methods are measured as they are ticked."""
        at = self.selector.currentIndex() - 1
        return self._shown[at] if 0 <= at < len(self._shown) else None

    def show_protocol(self, protocol: str) -> None:
        """Offer the studies of a protocol; none is chosen then."""
        self._protocol = protocol
        own = [entry for entry in self._own if entry.protocol == protocol]
        self._shown = [*shipped_studies(protocol), *own]
        blocked = self.selector.blockSignals(True)
        self.selector.clear()
        self.selector.addItem(tr("none: the methods ticked"))
        for at, entry in enumerate(self._shown, start=1):
            self.selector.addItem(Path(entry.name).stem)
            self.selector.setItemData(at, entry.title, Qt.ItemDataRole.ToolTipRole)
        self.selector.blockSignals(blocked)
        self._changed()

    def add_file(self, path: Path) -> None:
        """Offer a study file and choose it, or say why it is none."""
        try:
            entry = study_file(path.absolute())
        except FhguiError as error:
            self.told.emit(error.sentence())
            return
        self._own = [*(e for e in self._own if e.name != entry.name), entry]
        if entry.protocol != self._protocol:
            self.protocol_wanted.emit(entry.protocol)
        self.show_protocol(self._protocol)
        if entry in self._shown:
            self.selector.setCurrentIndex(self._shown.index(entry) + 1)
        else:
            self.told.emit(tr("there is no protocol {}").format(entry.protocol))

    def _changed(self) -> None:
        entry = self.entry
        words = () if entry is None else (f"{entry.title}.", entry.note, f"Rows: {entry.rows}.")
        self.about.setText(" ".join(part for part in words if part))
        self.about.setVisible(entry is not None)
        self.changed.emit()

    def _ask(self) -> None:
        kinds = f"{tr('Studies')} (*.yaml *.yml)"
        ask_for_file(self, "Choose a study", self.add_file, kinds=kinds)
