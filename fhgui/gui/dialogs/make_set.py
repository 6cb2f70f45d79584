"""Asks what a set of faces for training is to be made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.alignment.templates import all_templates
from fhgui.gui import settings
from fhgui.gui.asking import ask_for_files, ask_for_folder
from fhgui.gui.language import tr
from fhgui.gui.panels.order_form import OutField, named, row
from fhgui.gui.widgets import set_icon
from fhgui.session.set_order import SetOrder
from fhgui.session.sets import holds_set

WHAT = (
    "Every picture is looked through for faces. They are laid on the template, doubles and blurred "
    "ones are dropped, and people are kept apart in train, val and test. The photographs are only "
    "read."
)
LIST_PX = 96


class MakeSetDialog(QDialog):
    """Asks for photographs and for how their faces are to lie.

    Parameters
    ----------
    template : the one that is proposed.
    sources : what was dropped.
    taken : folders of sets that are being made, or were not made to their end.

    Signals
    -------
    wanted : a `SetOrder`.
    """

    wanted = Signal(object)

    def __init__(
        self,
        template: str,
        sources: Sequence[Path] = (),
        taken: Collection[Path] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("makeSetDialog")
        self.setWindowTitle(tr("Make a set of faces"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.setMinimumWidth(540)
        self._sources: list[Path] = []
        self._taken = taken
        self._make_fields(template)
        self._make_buttons()
        self._lay_out()
        self.out.textChanged.connect(self._tell)
        self.add(sources)

    def _make_fields(self, template: str) -> None:
        self.list = named(QListWidget(), "setSources", "Photographs")
        self.list.setFixedHeight(LIST_PX)
        self.add_folder = QPushButton(tr("Add a folder …"))
        self.add_folder.setObjectName("setAddFolder")
        self.add_files = QPushButton(tr("Add files …"))
        self.add_files.setObjectName("setAddFiles")
        self.remove = QPushButton(tr("Remove"))
        self.remove.setObjectName("setRemove")
        for button, icon in (
            (self.add_folder, "folder-plus-outline"),
            (self.add_files, "file-plus-outline"),
            (self.remove, "close"),
        ):
            set_icon(button, icon)
        self.template = named(QComboBox(), "setTemplate", "Faces lie as on")
        for found in all_templates():
            height, width = found.size_hw
            self.template.addItem(f"{found.name} · {width}×{height} px", found)
            if found.name == template:
                self.template.setCurrentIndex(self.template.count() - 1)
        self.aligned = QCheckBox(tr("They lie so already: cut out each picture's middle"))
        self.aligned.setObjectName("setAligned")
        self.people = QCheckBox(tr("Every folder holds pictures of one person"))
        self.people.setObjectName("setPeople")
        self.people.setToolTip(
            tr("Then nobody is in train and in test, and recognisers can be trained")
        )
        self.out = OutField("setOut", "Folder for the set")
        self.out.propose("faces", settings.training_folder())
        while self.out.path in self._taken:
            self.out.propose("faces", settings.training_folder(), anew=True)
        self.told = QLabel()
        self.told.setObjectName("setTold")
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)

    def _make_buttons(self) -> None:
        self.ok = QPushButton(tr("Make the set"))
        self.ok.setObjectName("makeSetOk")
        self.ok.setProperty("primary", True)
        self.buttons = QDialogButtonBox()
        self.buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.wanted.emit(self.order()))
        self.add_folder.clicked.connect(
            lambda: ask_for_folder(self, "Photographs", lambda p: self.add([p]), folder=self._near)
        )
        self.add_files.clicked.connect(
            lambda: ask_for_files(self, "Photographs", self.add, folder=self._near)
        )
        self.remove.clicked.connect(self._remove_chosen)
        self.list.currentRowChanged.connect(lambda at: self.remove.setEnabled(at >= 0))
        self.remove.setEnabled(False)

    def _lay_out(self) -> None:
        what = QLabel(tr(WHAT))
        what.setObjectName("statement")
        what.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.add_folder, self.add_files, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        form = QFormLayout()
        form.setVerticalSpacing(7)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Photographs"), self.list)
        form.addRow("", buttons)
        form.addRow(tr("Faces lie as on"), self.template)
        form.addRow("", self.aligned)
        form.addRow(tr("People"), self.people)
        form.addRow(tr("Folder for the set"), row(self.out, self.out.browse))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(what)
        layout.addLayout(form)
        layout.addWidget(self.told)
        layout.addWidget(self.buttons)

    # ---- state ----------------------------------------------------------------------------

    def order(self) -> SetOrder:
        """Return what the fields say."""
        template = self.template.currentData()
        return SetOrder(
            sources=tuple(self._sources),
            out=self.out.path,
            template=None if self.aligned.isChecked() else template.name,
            size_hw=template.size_hw,
            people=self.people.isChecked(),
        )

    def add(self, paths: Iterable[Path]) -> None:
        """Add folders, zips, pictures and videos; what is there already is not added twice."""
        for path in (given.expanduser().absolute() for given in paths):
            if path not in self._sources:
                self._sources.append(path)
                self.list.addItem(str(path))
        self._tell()

    def _remove_chosen(self) -> None:
        at = self.list.currentRow()
        if at >= 0:
            del self._sources[at]
            self.list.takeItem(at)
            self._tell()

    def _why_not(self) -> str:
        if not self._sources:
            return tr("Add photographs, or drop them here: folders, zips, pictures and videos.")
        out = self.out.path
        if not self.out.text().strip() or not out.name:
            return tr("Name a folder for the set.")
        if out in self._taken or holds_set(out):
            return tr("Another set is there, or is being made there: name another folder.")
        if any(out == path or path in out.parents for path in self._sources):
            return tr("The folder for the set lies among the photographs: name another one.")
        return ""

    def _tell(self) -> None:
        why_not = self._why_not()
        self.told.setText(why_not)
        self.ok.setEnabled(not why_not)

    # ---- files ------------------------------------------------------------------------------

    @property
    def _near(self) -> Path | None:
        return self._sources[-1].parent if self._sources else None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Take files and folders; called by Qt."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Add what was dropped; called by Qt."""
        urls = event.mimeData().urls()
        self.add(Path(url.toLocalFile()) for url in urls if url.isLocalFile())
        event.acceptProposedAction()
