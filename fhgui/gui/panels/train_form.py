"""What to train, on what, where, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fhgui.core.errors import FhguiError
from fhgui.gui import settings
from fhgui.gui.asking import ask_for_file, ask_for_folder
from fhgui.gui.dialogs.make_gallery import MakeGalleryDialog
from fhgui.gui.dialogs.make_set import MakeSetDialog
from fhgui.gui.language import tr
from fhgui.gui.panels.order_form import OrderForm, OutField, named, narrow_combo, row
from fhgui.gui.panels.train_builds import BuildList
from fhgui.gui.panels.train_sets import SetList
from fhgui.gui.widgets import section, set_icon, small, tool_button
from fhgui.methods import registry
from fhgui.session.builds import BuildOrder, Builds
from fhgui.session.recipes import RecipeEntry, recipe_file, shipped_recipes
from fhgui.session.sets import holds_set
from fhgui.session.training import Trainings
from fhgui.session.training_process import Order

DEVICES = {"Automatic": "auto", "Processor (CPU)": "cpu", "Graphics card (CUDA)": "cuda"}
FIRST_MINUTES = 30.0
LONGEST_MINUTES = 100_000.0
GALLERY = "Have a method take its detail from the faces of a set"
FIELD_PX = 30
FIRST_TEMPLATE = "celeba128"


class TrainForm(OrderForm):
    """Asks what to train; ``wanted`` carries an `Order`.

    Parameters
    ----------
    builds : the sets and galleries that are being made.
    trainings : those that another one can begin from.
    """

    def __init__(self, builds: Builds, trainings: Trainings, parent: QWidget | None = None) -> None:
        super().__init__("train", "Start training", parent)
        self._builds, self._trainings = builds, trainings
        self._recipes: list[RecipeEntry] = list(shipped_recipes())
        self._weights: list[str] = []
        self._make_fields()
        self._lay_out()
        self._connect()
        self.recipe.setCurrentIndex(max(0, self.recipe.findText("srcnn")))
        self._offer_runs()
        self._recipe_changed()

    # ---- building -------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.recipe = narrow_combo("trainRecipe", "Recipe")
        self.device = narrow_combo("trainDevice", "Device")
        self.recipe.addItems([entry.name for entry in self._recipes])
        self.browse_recipe = tool_button("trainRecipeFile", "file-outline", "", "Another recipe …")
        self.follows = small()
        self.follows.setObjectName("trainFollows")
        self.sets = SetList()
        self.add_set = QPushButton(tr("Add a set …"))
        self.add_set.setObjectName("trainAddSet")
        set_icon(self.add_set, "folder-plus-outline")
        self.making = BuildList(self._builds)
        self.make_set = QPushButton(tr("Make a set …"))
        self.make_set.setObjectName("trainMakeSet")
        self.make_set.setToolTip(tr("Find, align and pack the faces of your own photographs"))
        set_icon(self.make_set, "image-multiple-outline")
        self.make_gallery = QPushButton(tr("Make a gallery …"))
        self.make_gallery.setObjectName("trainMakeGallery")
        set_icon(self.make_gallery, "view-grid-outline")
        self.device.addItems(list(DEVICES))
        self.device.setCurrentIndex(list(DEVICES.values()).index(settings.device()))
        self.minutes = named(QDoubleSpinBox(), "trainMinutes", "Time budget in minutes")
        self.minutes.setRange(0, LONGEST_MINUTES)
        self.minutes.setDecimals(1)
        self.minutes.setSuffix(" min")
        self.minutes.setSpecialValueText(tr("no limit"))
        self.minutes.setValue(FIRST_MINUTES)
        self.minutes.lineEdit().setTextMargins(5, 0, 0, 0)
        self.minutes.setToolTip(tr("0: as many steps as the recipe has"))
        self.begin = narrow_combo("trainBegin", "Begin from")
        self.begin.setToolTip(tr("The weights that the training begins with"))
        self.browse_begin = tool_button("trainBeginFile", "file-outline", "", "Other weights …")
        self.terms = named(QLineEdit(), "trainTerms", "Terms of the faces")
        self.terms.setPlaceholderText(tr("terms of the faces, for the card"))
        self.out = OutField("trainOut", "Folder for the result")

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 10)
        layout.setSpacing(5)
        layout.addWidget(section("New training"))
        layout.addWidget(small("Recipe"))
        layout.addLayout(row(self.recipe, self.browse_recipe))
        layout.addWidget(self.follows)
        layout.addWidget(small("Faces"))
        layout.addWidget(self.sets)
        layout.addWidget(self.making)
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_set)
        buttons.addWidget(self.make_set)
        layout.addLayout(buttons)
        layout.addWidget(self.make_gallery)
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
        layout.addWidget(small("Begin from"))
        layout.addLayout(row(self.begin, self.browse_begin))
        layout.addWidget(self.terms)
        layout.addWidget(small("Folder for checkpoints and the result"))
        layout.addLayout(row(self.out, self.out.browse))
        layout.addStretch(1)

    def _connect(self) -> None:
        self.recipe.currentIndexChanged.connect(self._recipe_changed)
        self.browse_recipe.clicked.connect(self._ask_for_recipe)
        self.browse_begin.clicked.connect(self._ask_for_weights)
        self._trainings.runs_changed.connect(self._offer_runs)
        self.add_set.clicked.connect(self._ask_for_set)
        self.out.textChanged.connect(self.refresh)
        self.sets.changed.connect(self.refresh)
        self.make_set.clicked.connect(self._ask_for_photographs)
        self.make_gallery.clicked.connect(self._ask_for_gallery)
        self.making.made.connect(self.sets.add)
        self.making.failed.connect(self.show_error)
        self.making.refresh()

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
            out=self.out.path,
            device=DEVICES[self.device.currentText()],
            minutes=minutes or None,
            start=self.begin.currentData(),
            terms=self.terms.text().strip(),
        )

    def why_not(self) -> str:
        """Return what is missing."""
        if self.sets.why_not:
            return self.sets.why_not
        return "" if self.out.text().strip() else "name a folder for the result"

    def refresh(self) -> None:
        """Say what is missing."""
        super().refresh()
        there = bool(self.sets.known)
        self.make_gallery.setEnabled(there)
        self.make_gallery.setToolTip(tr(GALLERY if there else "Add a set of faces first"))

    def started(self) -> None:
        """Propose another folder: the one chosen is taken."""
        settings.set_training_folder(self.out.path.parent)
        self._propose_folder(anew=True)

    def shut_down(self) -> None:
        """Wait for sets that are being read."""
        self.sets.shut_down()

    def _recipe_changed(self) -> None:
        entry = self.entry
        size = f"{entry.steps:,} steps of {entry.batch}" if entry.steps else ""
        self.follows.setText(" · ".join(t for t in (entry.follows.rstrip("."), size) if t))
        self._propose_folder()
        self.refresh()

    def _propose_folder(self, anew: bool = False) -> None:
        self.out.propose(Path(self.entry.name).stem, settings.training_folder(), anew)

    def _offer_runs(self) -> None:
        """Offer what a training can begin from: the recipe's own, other runs, chosen files."""
        chosen = self.begin.currentData() or ""
        offered = {"": tr("what the recipe says")}
        offered |= {str(run.folder): run.folder.name for run in self._trainings.runs}
        offered |= {file: Path(file).name for file in (*self._weights, chosen) if file}
        self.begin.clear()
        for weights, words in offered.items():
            self.begin.addItem(words, weights)
            self.begin.setItemData(self.begin.count() - 1, weights, Qt.ItemDataRole.ToolTipRole)
        self.begin.setCurrentIndex(self.begin.findData(chosen))

    # ---- dialogs and files -------------------------------------------------------------------

    def _ask_for_recipe(self) -> None:
        kinds = f"{tr('Recipes')} (*.yaml *.yml)"
        ask_for_file(self, "Choose a recipe", self.add_recipe, kinds=kinds)

    def _ask_for_weights(self) -> None:
        kinds = f"{tr('Weights')} (*.safetensors)"
        folder = settings.training_folder()
        ask_for_file(self, "Weights to begin from", self.begin_from, folder=folder, kinds=kinds)

    def begin_from(self, path: Path) -> None:
        """Offer weights to begin from, or the folder of a run, and choose them."""
        self._weights.append(str(path))
        self._offer_runs()
        self.begin.setCurrentIndex(self.begin.findData(str(path)))

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
        folder = self.sets.paths[-1].parent if self.sets.paths else None
        ask_for_folder(self, "Folder of a set of faces", self.sets.add, folder=folder)

    def take(self, path: Path) -> None:
        """Take what was dropped: a recipe, a set, or photographs to make one of."""
        if path.suffix.lower() in (".yaml", ".yml"):
            self.add_recipe(path)
        elif path.suffix.lower() == ".npy" or holds_set(path):
            self.sets.add(path)
        else:
            self.ask_for_photographs((path,))

    def ask_for_photographs(self, sources: Sequence[Path] = ()) -> None:
        """Ask what a set is to be made of, faces lying as the recipe's method takes them."""
        waiting = self.findChild(MakeSetDialog)
        if waiting is not None:
            waiting.add(sources)
            return
        method = self.entry.method
        known = method in registry.method_ids()
        template = registry.info(method).template if known else FIRST_TEMPLATE
        taken = {run.folder for run in self._builds.runs}
        dialog = MakeSetDialog(template, sources, taken, self)
        dialog.wanted.connect(self._make)
        dialog.open()

    def _ask_for_photographs(self) -> None:
        self.ask_for_photographs()

    def _ask_for_gallery(self) -> None:
        dialog = MakeGalleryDialog(self.sets.known, self.entry.method, self)
        dialog.wanted.connect(self._make)
        dialog.open()

    def _make(self, order: BuildOrder) -> None:
        try:
            self._builds.start(order)
        except FhguiError as error:
            self.show_error(error.sentence())
