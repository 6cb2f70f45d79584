"""Asks what a set of faces for training is to be made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QWidget,
)

from fhgui.alignment.templates import all_templates
from fhgui.gui import settings
from fhgui.gui.asking import ask_for_files, ask_for_folder
from fhgui.gui.dialogs.order_dialog import OrderDialog
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


class MakeSetDialog(OrderDialog):
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
        super().__init__("makeSet", "Make a set of faces", WHAT, "Make the set", parent)
        self.setAcceptDrops(True)
        self._sources: list[Path] = []
        self._taken = taken
        self._make_fields(template)
        self._make_buttons()
        self._lay_out()
        self.out.textChanged.connect(self.tell)
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

    def _make_buttons(self) -> None:
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
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.add_folder, self.add_files, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        form = self.form
        form.addRow(tr("Photographs"), self.list)
        form.addRow("", buttons)
        form.addRow(tr("Faces lie as on"), self.template)
        form.addRow("", self.aligned)
        form.addRow(tr("People"), self.people)
        form.addRow(tr("Folder for the set"), row(self.out, self.out.browse))

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
        self.tell()

    def _remove_chosen(self) -> None:
        at = self.list.currentRow()
        if at >= 0:
            del self._sources[at]
            self.list.takeItem(at)
            self.tell()

    def why_not(self) -> str:
        """Return what is missing."""
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
