"""The model manager: list, card, add, check, remove; and the ways to train and measure."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fhgui import paths
from fhgui.gui.asking import ask_for_file
from fhgui.gui.language import tr
from fhgui.gui.panels.banner import as_sentence
from fhgui.gui.panels.lazy_panel import Page
from fhgui.gui.panels.model_card_view import ModelCardView
from fhgui.gui.panels.model_table import ModelTable
from fhgui.gui.widgets import Elided, set_icon
from fhgui.session.session import Session

ENDING = ".safetensors"
FIRST_WIDTHS = [740, 560]


class ModelPage(Page):
    """Observes the session's models and passes wishes on to them."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelPage")
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._models = session.models
        self.table, self.card = ModelTable(), ModelCardView()
        self.summary, self.own = Elided(""), Elided("")
        self.told = QLabel()
        self._make_buttons()
        self._lay_out()
        self.table.itemSelectionChanged.connect(self._show_card)
        session.models.changed.connect(self._show)
        session.models.told.connect(self._tell)
        session.models.replace_wanted.connect(self._ask_to_replace)
        session.models_changed.connect(self._look_again)
        self._show()

    # ---- building -------------------------------------------------------------------------

    def _make_buttons(self) -> None:
        made = (
            (
                "addModelButton",
                tr("Add …"),
                "plus",
                tr("Add trained weights with their card.yaml"),
            ),
            (
                "checkModelsButton",
                tr("Check all"),
                "shield-check-outline",
                tr("Read every file and compare it with its card"),
            ),
            ("removeModelButton", tr("Remove …"), "delete-outline", ""),
        )
        self.add, self.check, self.remove = (QPushButton(text) for _, text, _, _ in made)
        for button, (name, _, picture, tip) in zip(self._buttons, made, strict=True):
            button.setObjectName(name)
            button.setToolTip(tip)
            set_icon(button, picture)
        self.add.clicked.connect(self._ask_for_file)
        self.check.clicked.connect(lambda: self._models.read(check=True))
        self.remove.clicked.connect(self._ask_to_remove)

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        return self.add, self.check, self.remove

    def _lay_out(self) -> None:
        title = QLabel(tr("Models"))
        title.setProperty("kind", "runName")
        self.told.setObjectName("modelsTold")
        self.told.setProperty("kind", "runTold")
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.told.hide()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(title)
        head.addWidget(self.summary, 1)
        for button in self._buttons:
            head.addWidget(button)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(8)
        split.addWidget(self.table)
        split.addWidget(self.card)
        split.setSizes(FIRST_WIDTHS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.told)
        layout.addWidget(split, 1)
        layout.addWidget(self.own)

    # ---- what is known ----------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the cards when they are first looked at, not when the program starts."""
        if not self._models.rows:
            self._models.read()

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._show()

    def _look_again(self) -> None:
        if self.isVisible() and not self._models.doing:
            self._models.read()

    def _show(self) -> None:
        models = self._models
        self.table.show_rows(models.rows)
        words = models.doing or models.summary
        self.summary.setText(words)
        self.summary.setToolTip(words)
        folder = tr("Your own models lie in {} and go before those of the program.")
        words = folder.format(paths.user_models())
        self.own.setText(words)
        self.own.setToolTip(words)
        for button in (self.add, self.check):
            button.setEnabled(not models.doing)
        self._show_card()

    def _show_card(self) -> None:
        row = self.table.chosen
        self.card.show_file(row)
        own = row is not None and row.own
        self.remove.setEnabled(own and not self._models.doing)
        self.remove.setToolTip(
            tr("Remove your own files of this method")
            if own
            else tr("What came with the program stays; only your own files can be removed")
        )

    def _tell(self, sentence: str, failed: bool) -> None:
        self.told.setProperty("level", "error" if failed else "")
        self.told.style().polish(self.told)
        self.told.setText(as_sentence(sentence))
        self.told.setVisible(bool(sentence))

    # ---- wishes -----------------------------------------------------------------------------

    def add_file(self, path: Path) -> None:
        """Have trained weights added."""
        self.told.hide()
        self._models.add(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Take weights; called by Qt."""
        if any(url.toLocalFile().endswith(ENDING) for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Add the weights that were dropped; called by Qt."""
        for url in event.mimeData().urls():
            if url.toLocalFile().endswith(ENDING):
                self.add_file(Path(url.toLocalFile()))
        event.acceptProposedAction()

    def _ask_for_file(self) -> None:
        kinds = f"{tr('Trained weights')} (*{ENDING})"
        name = "addModelDialog"
        ask_for_file(self, "Add trained weights", self.add_file, kinds=kinds, name=name)

    def _ask_to_replace(self, file: Path, target: Path) -> None:
        question = self._question("replaceModelQuestion", tr("Replace your own model?"))
        question.setText(tr("You have added a model of this name before:\n{}").format(target))
        question.setInformativeText(tr("It is replaced by {}.").format(file))
        over = question.addButton(tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
        over.setObjectName("replaceModelButton")
        over.clicked.connect(lambda: self._models.add(file, replace=True))
        question.open()

    def _ask_to_remove(self) -> None:
        row = self.table.chosen
        if row is None or not row.own:
            return
        files = "\n".join(map(str, self._models.removed_with(row)))
        question = self._question("removeModelQuestion", tr("Remove your own model?"))
        question.setText(tr("These files are removed from your disk:\n{}").format(files))
        question.setInformativeText(
            tr("Where the program came with a file of the same name, that one is used again.")
        )
        away = question.addButton(tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        away.setObjectName("reallyRemoveModelButton")
        away.clicked.connect(lambda: self._models.remove(row))
        question.open()

    def _question(self, name: str, title: str) -> QMessageBox:
        question = QMessageBox(self)
        question.setObjectName(name)
        question.setIcon(QMessageBox.Icon.Warning)
        question.setWindowTitle(title)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        keep = question.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(keep)
        return question
