"""What to train, on what, where, and for how long."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.errors import FhguiError
from fhgui.gui import settings
from fhgui.gui.panels.banner import as_sentence
from fhgui.gui.panels.train_sets import SetList
from fhgui.gui.theme import white_icon
from fhgui.gui.widgets import section, set_icon, small, tool_button
from fhgui.session.recipes import RecipeEntry, recipe_file, shipped_recipes
from fhgui.session.training_process import Order

DEVICES = {"Automatic": "auto", "Processor (CPU)": "cpu", "Graphics card (CUDA)": "cuda"}
FIRST_MINUTES = 30.0
LONGEST_MINUTES = 100_000.0
FIELD_PX = 30
NARROW = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon

W = TypeVar("W", bound=QWidget)


class TrainForm(QWidget):
    """Asks what to train.

    Signals
    -------
    wanted : an `Order`.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trainForm")
        self._recipes: list[RecipeEntry] = list(shipped_recipes())
        self._folder_typed = False
        self._make_fields()
        self._lay_out()
        self._connect()
        self.recipe.setCurrentIndex(max(0, self.recipe.findText("srcnn")))
        self._recipe_changed()

    # ---- building -------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.recipe = _named(QComboBox(), "trainRecipe", "Recipe")
        self.device = _named(QComboBox(), "trainDevice", "Device")
        self.recipe.addItems([entry.name for entry in self._recipes])
        for combo in (self.recipe, self.device):
            combo.setSizeAdjustPolicy(NARROW)
            combo.setMinimumContentsLength(8)
        self.browse_recipe = tool_button("trainRecipeFile", "file-outline", "", "Another recipe …")
        self.follows = small()
        self.follows.setObjectName("trainFollows")
        self.sets = SetList()
        self.add_set = QPushButton("Add a set …")
        self.add_set.setObjectName("trainAddSet")
        set_icon(self.add_set, "folder-plus-outline")
        self.device.addItems(list(DEVICES))
        self.minutes = _named(QDoubleSpinBox(), "trainMinutes", "Time budget in minutes")
        self.minutes.setRange(0, LONGEST_MINUTES)
        self.minutes.setDecimals(1)
        self.minutes.setSuffix(" min")
        self.minutes.setSpecialValueText("no limit")
        self.minutes.setValue(FIRST_MINUTES)
        self.minutes.lineEdit().setTextMargins(5, 0, 0, 0)
        self.minutes.setToolTip("0: as many steps as the recipe has")
        self.out = _named(QLineEdit(), "trainOut", "Folder for the result")
        self.browse_out = tool_button("trainOutBrowse", "folder-outline", "", "Another folder …")
        self.error = QLabel()
        self.error.setObjectName("trainError")
        self.error.setWordWrap(True)
        self.start = QPushButton("Start training")
        self.start.setObjectName("trainStartButton")
        self.start.setProperty("primary", True)
        self.start.setIcon(white_icon("play"))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 10)
        layout.setSpacing(5)
        layout.addWidget(section("New training"))
        layout.addWidget(small("Recipe"))
        layout.addLayout(_row(self.recipe, self.browse_recipe))
        layout.addWidget(self.follows)
        layout.addWidget(small("Faces"))
        layout.addWidget(self.sets)
        layout.addWidget(self.add_set)
        pair = QGridLayout()
        pair.setHorizontalSpacing(8)
        pair.setVerticalSpacing(4)
        fields: dict[str, QWidget] = {"Device": self.device, "Time budget": self.minutes}
        for at, (title, field) in enumerate(fields.items()):
            field.setFixedHeight(FIELD_PX)
            pair.addWidget(small(title, wrap=False), 0, at)
            pair.addWidget(field, 1, at)
            pair.setColumnStretch(at, 1)
        layout.addLayout(pair)
        layout.addWidget(small("Folder for checkpoints and the result"))
        layout.addLayout(_row(self.out, self.browse_out))
        layout.addWidget(self.error)
        layout.addWidget(self.start)
        layout.addStretch(1)

    def _connect(self) -> None:
        self.recipe.currentIndexChanged.connect(self._recipe_changed)
        self.browse_recipe.clicked.connect(self._ask_for_recipe)
        self.add_set.clicked.connect(self._ask_for_set)
        self.browse_out.clicked.connect(self._ask_for_folder)
        self.out.textEdited.connect(self._typed)
        self.out.textChanged.connect(self.refresh)
        self.sets.changed.connect(self.refresh)
        self.start.clicked.connect(lambda: self.wanted.emit(self.order()))

    # ---- state ----------------------------------------------------------------------------

    @property
    def entry(self) -> RecipeEntry:
        """The recipe chosen."""
        return self._recipes[self.recipe.currentIndex()]

    def order(self) -> Order:
        """Return what the fields say."""
        minutes = self.minutes.value()
        return Order(
            recipe=self.entry.name,
            data=self.sets.paths,
            out=Path(self.out.text().strip()).expanduser().absolute(),
            device=DEVICES[self.device.currentText()],
            minutes=minutes or None,
        )

    def refresh(self) -> None:
        """Say what is missing."""
        why_not = self.sets.why_not
        if not why_not and not self.out.text().strip():
            why_not = "name a folder for the result"
        self.start.setEnabled(not why_not)
        self.start.setToolTip(as_sentence(f"to start, {why_not}") if why_not else "")
        self.show_error("")

    def show_error(self, sentence: str) -> None:
        """Show why a training could not be started; the empty string takes it away."""
        self.error.setText(as_sentence(sentence) if sentence else "")
        self.error.setVisible(bool(sentence))

    def started(self) -> None:
        """Propose another folder: the one chosen is taken."""
        settings.set_training_folder(self.order().out.parent)
        self._folder_typed = False
        self._propose_folder()

    def _recipe_changed(self) -> None:
        entry = self.entry
        size = f"{entry.steps:,} steps of {entry.batch}" if entry.steps else ""
        self.follows.setText(" · ".join(t for t in (entry.follows.rstrip("."), size) if t))
        if not self._folder_typed:
            self._propose_folder()
        self.refresh()

    def _propose_folder(self) -> None:
        stem = f"{Path(self.entry.name).stem}-{datetime.now().astimezone():%Y-%m-%d}"
        parent, number = settings.training_folder(), 1
        while (parent / f"{stem}-{number}").exists():
            number += 1
        self.out.setText(str(parent / f"{stem}-{number}"))

    def _typed(self) -> None:
        self._folder_typed = True

    # ---- dialogs and files -------------------------------------------------------------------

    def _ask_for_recipe(self) -> None:
        dialog = QFileDialog(self, "Choose a recipe")
        dialog.setNameFilter("Recipes (*.yaml *.yml)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.add_recipe(Path(name)))
        dialog.open()

    def add_recipe(self, path: Path) -> None:
        """Offer a recipe file and choose it, or say why it is none."""
        try:
            entry = recipe_file(path)
        except FhguiError as error:
            self.show_error(error.sentence())
            return
        self._recipes.append(entry)
        self.recipe.addItem(path.name)
        self.recipe.setCurrentIndex(len(self._recipes) - 1)

    def _ask_for_set(self) -> None:
        dialog = QFileDialog(self, "Folder of a set of faces")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        if self.sets.paths:
            dialog.setDirectory(str(self.sets.paths[-1].parent))
        dialog.fileSelected.connect(lambda name: self.sets.add(Path(name)))
        dialog.open()

    def _ask_for_folder(self) -> None:
        dialog = QFileDialog(self, "Folder for the result")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setDirectory(str(settings.training_folder()))
        dialog.fileSelected.connect(self._choose_folder)
        dialog.open()

    def _choose_folder(self, name: str) -> None:
        self._folder_typed = True
        self.out.setText(name)

    def take(self, path: Path) -> None:
        """Take a file or folder that was dropped: a recipe or a set."""
        if path.suffix.lower() in (".yaml", ".yml"):
            self.add_recipe(path)
        else:
            self.sets.add(path)


def _named(widget: W, name: str, accessible: str) -> W:
    widget.setObjectName(name)
    widget.setAccessibleName(accessible)
    return widget


def _row(field: QWidget, button: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    row.addWidget(field, 1)
    row.addWidget(button)
    return row
