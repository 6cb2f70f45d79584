"""Asks whose gallery is to be made of a set of faces, and of which kind."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from fhgui.core.errors import FhguiError
from fhgui.core.method import MethodInfo
from fhgui.core.setting import Preset
from fhgui.gui.dialogs.order_dialog import TWO_LINES_PX, OrderDialog
from fhgui.gui.language import tr
from fhgui.gui.panels.order_form import named
from fhgui.gui.widgets import small
from fhgui.methods import registry
from fhgui.session.gallery_order import (
    GalleryOrder,
    gallery_info,
    gallery_place,
    methods_with_galleries,
)
from fhgui.session.presets import LONGEST
from fhgui.session.sets import SetSummary

WHAT = (
    "These methods take their detail from other people's faces: the gallery. Made of your own "
    "faces, it is beside what comes with fhgui, and a preset of the method with its name uses it."
)
SEPARATORS = "/\\:"


class MakeGalleryDialog(OrderDialog):
    """Asks for the method, the kind and the set.

    Parameters
    ----------
    sets : those to choose from; one at least.
    method : the one that is proposed, if it has a gallery.

    Signals
    -------
    wanted : a `GalleryOrder`.
    """

    wanted = Signal(object)

    def __init__(
        self, sets: Sequence[SetSummary], method: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__("makeGallery", "Make a gallery", WHAT, "Make the gallery", parent)
        self._named = False
        self._make_fields(sets, method)
        self._lay_out()
        self.method.currentIndexChanged.connect(self._method_changed)
        self.kind.currentIndexChanged.connect(self._changed)
        self.faces.currentIndexChanged.connect(self._changed)
        self.name.textEdited.connect(self._take_name)
        self._method_changed()

    def _make_fields(self, sets: Sequence[SetSummary], method: str) -> None:
        self.method = named(QComboBox(), "galleryMethod", "Method")
        for known in methods_with_galleries():
            info = registry.info(known)
            self.method.addItem(f"{known} · {info.title}", info)
            if known == method:
                self.method.setCurrentIndex(self.method.count() - 1)
        self.kind = named(QComboBox(), "galleryKind", "Kind of gallery")
        self.purpose = small()
        self.purpose.setObjectName("galleryPurpose")
        self.purpose.setMinimumHeight(TWO_LINES_PX)
        self.faces = named(QComboBox(), "gallerySet", "Set of faces")
        for found in sets:
            self.faces.addItem(f"{found.path.name} · {found.words()}", found)
        self.name = named(QLineEdit(), "galleryName", "Name of the gallery")
        self.name.setMaxLength(LONGEST)
        self.terms = named(QLineEdit(), "galleryTerms", "Terms of the faces")
        self.terms.setPlaceholderText(tr("e.g. our own volunteers, consent of 3 May"))

    def _lay_out(self) -> None:
        form = self.form
        form.addRow(tr("Method"), self.method)
        form.addRow(tr("Kind"), self.kind)
        form.addRow("", self.purpose)
        form.addRow(tr("Faces"), self.faces)
        form.addRow(tr("Name"), self.name)
        form.addRow(tr("Terms"), self.terms)
        self.accepted.connect(lambda: self.wanted.emit(self.order()))

    # ---- state ----------------------------------------------------------------------------

    def order(self) -> GalleryOrder:
        """Return what the fields say."""
        return GalleryOrder(
            data=self._set.path,
            method=self._info.id,
            kind=self._kind.name,
            out=gallery_place(self._typed),
            terms=self.terms.text().strip(),
        )

    @property
    def _info(self) -> MethodInfo:
        info: MethodInfo = self.method.currentData()
        return info

    @property
    def _kind(self) -> Preset:
        kind: Preset = self.kind.currentData()
        return kind

    @property
    def _set(self) -> SetSummary:
        found: SetSummary = self.faces.currentData()
        return found

    @property
    def _typed(self) -> str:
        return " ".join(self.name.text().split()).removesuffix(".safetensors")

    def _method_changed(self) -> None:
        blocked = self.kind.blockSignals(True)
        self.kind.clear()
        for kind in gallery_info(self._info.id).kinds:
            self.kind.addItem(kind.name, kind)
        self.kind.blockSignals(blocked)
        self._changed()

    def _take_name(self) -> None:
        self._named = True
        self.tell()

    def _changed(self) -> None:
        self.purpose.setText(self._kind.purpose)
        if not self._named:
            self.name.setText(self._free_name())
        self.tell()

    def _free_name(self) -> str:
        """Return a name that says whose gallery it is, of what; free."""
        stem = f"{self._set.path.name}-{self._info.id}-{self._kind.name}"[: LONGEST - 4]
        name, number = stem, 2
        while self._taken(name):
            name, number = f"{stem}-{number}", number + 1
        return name

    def _taken(self, name: str) -> bool:
        order = GalleryOrder(self._set.path, self._info.id, self._kind.name, gallery_place(name))
        try:
            order.check()
        except FhguiError:
            return True
        return False

    def why_not(self) -> str:
        """Return what is missing."""
        height, width = self._info.output_hw
        if self._set.size_hw != (height, width):
            there = f"{self._set.size_hw[1]}×{self._set.size_hw[0]}"
            return (
                f"{self._info.id} wants faces of {width}×{height} px, these are {there}: "
                f"make a set that lies as on {self._info.template}."
            )
        if not self._typed or self._typed.startswith("."):
            return tr("Name the gallery.")
        if any(sign in self._typed for sign in SEPARATORS):
            return tr("A name is without slashes and colons.")
        if self._taken(self._typed):
            return tr("A gallery of that name is there: give this one another.")
        return ""

    def outlook(self) -> str:
        """Return where the gallery goes."""
        return tr("It goes to {folder}.").format(folder=gallery_place(self._typed).parent)
