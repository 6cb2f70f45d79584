"""What to measure: protocol, study or methods, pictures, settings, and where results go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from fhgui.evaluation.protocols import Protocol
from fhgui.gui import settings
from fhgui.gui.asking import ask_for_file, ask_for_folder
from fhgui.gui.language import tr
from fhgui.gui.panels.benchmark_extras import MethodSettings, ReleasedList
from fhgui.gui.panels.benchmark_study import StudyField
from fhgui.gui.panels.order_form import OrderForm, OutField, named, narrow_combo, row
from fhgui.gui.typed import typed_path
from fhgui.gui.widgets import section, small, tool_button
from fhgui.session.benchmark_choices import MethodChoice, method_choices, protocols
from fhgui.session.benchmark_process import BenchmarkOrder
from fhgui.session.benchmark_result import holds_benchmark

FIRST = "celeba128-x8"
LARGEST_LIMIT = 1_000_000
ROW_PX = 22
ZIPS = "Zip files (*.zip)"
LIST_ROWS = (2, 12)
"""Fewest and most methods that are seen without scrolling."""
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class BenchmarkForm(OrderForm):
    """Asks what to measure; ``wanted`` carries a `BenchmarkOrder`.

    Signals
    -------
    open_wanted : folder of an earlier benchmark that was dropped.
    """

    open_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("benchmark", "Start benchmark", parent)
        self._protocols: tuple[Protocol, ...] = protocols()
        self._choices: tuple[MethodChoice, ...] = ()
        self._unwanted: set[str] = set()
        self._make_fields()
        self._lay_out()
        self.protocol.setCurrentIndex(max(0, self.protocol.findText(FIRST)))
        self._connect()
        self._protocol_changed()

    # ---- building -------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.protocol = narrow_combo("benchmarkProtocol", "Protocol")
        for at, protocol in enumerate(self._protocols):
            self.protocol.addItem(protocol.id)
            self.protocol.setItemData(at, protocol.title, Qt.ItemDataRole.ToolTipRole)
        self.about = small()
        self.about.setObjectName("benchmarkAbout")
        self.study = StudyField()
        self.settings, self.released = MethodSettings(), ReleasedList()
        self.methods_title = small("Methods")
        self.methods = named(QListWidget(), "benchmarkMethods", "Methods")
        self.data = named(QLineEdit(), "benchmarkData", "Test pictures")
        self.data.setPlaceholderText(tr("drop a folder or a zip here"))
        self.browse_folder = tool_button(
            "benchmarkDataFolder", "folder-outline", "", "Folder of test pictures …"
        )
        self.browse_zip = tool_button(
            "benchmarkDataZip", "folder-zip-outline", "", "Zip of test pictures …"
        )
        self.terms = small()
        self.terms.setObjectName("benchmarkTerms")
        self.limit = named(QSpinBox(), "benchmarkLimit", "Number of faces")
        self.limit.setRange(0, LARGEST_LIMIT)
        self.limit.setGroupSeparatorShown(True)
        self.limit.setSpecialValueText(tr("all"))
        self.limit.setPrefix("the first ")
        self.limit.lineEdit().setTextMargins(5, 0, 0, 0)
        self.limit.setToolTip(
            tr("0: all faces. The first ones by name, to see soon where it leads")
        )
        self.out = OutField("benchmarkOut", "Folder for the result")

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 10)
        layout.setSpacing(5)
        layout.addWidget(section("New benchmark"))
        layout.addWidget(small("Protocol"))
        layout.addWidget(self.protocol)
        layout.addWidget(self.about)
        layout.addWidget(small("Study"))
        layout.addWidget(self.study)
        layout.addWidget(self.methods_title)
        layout.addWidget(self.methods)
        layout.addWidget(small("Settings"))
        layout.addWidget(self.settings)
        layout.addWidget(small("Test pictures (high resolution)"))
        layout.addLayout(row(self.data, self.browse_folder, self.browse_zip))
        layout.addWidget(self.terms)
        layout.addWidget(small("Released results to measure beside"))
        layout.addWidget(self.released)
        layout.addWidget(small("Faces"))
        layout.addWidget(self.limit)
        layout.addWidget(small("Folder for tables, curves and pictures"))
        layout.addLayout(row(self.out, self.out.browse))
        layout.addStretch(1)

    def _connect(self) -> None:
        self.protocol.currentIndexChanged.connect(self._protocol_changed)
        self.methods.itemChanged.connect(self._checked)
        self.browse_folder.clicked.connect(
            lambda: ask_for_folder(self, "Folder of test pictures", self._take, folder=self._near)
        )
        self.browse_zip.clicked.connect(
            lambda: ask_for_file(
                self, "Zip of test pictures", self._take, folder=self._near, kinds=ZIPS
            )
        )
        self.study.changed.connect(self._study_changed)
        self.study.protocol_wanted.connect(self.protocol.setCurrentText)
        self.study.told.connect(self.show_error)
        for changed in (self.released.changed, self.settings.changed):
            changed.connect(self.refresh)
        for field in (self.data, self.out):
            field.textChanged.connect(self.refresh)

    # ---- state ----------------------------------------------------------------------------

    @property
    def chosen(self) -> Protocol:
        """The protocol chosen."""
        return self._protocols[self.protocol.currentIndex()]

    @property
    def wanted_methods(self) -> tuple[str, ...]:
        """The ids of the methods that are ticked."""
        items = (self.methods.item(at) for at in range(self.methods.count()))
        ticked = [item.checkState() is CHECKED for item in items]
        return tuple(c.id for c, tick in zip(self._choices, ticked, strict=True) if tick)

    def order(self) -> BenchmarkOrder:
        """Return what the fields say."""
        entry = self.study.entry
        values = self.settings.value
        return BenchmarkOrder(
            protocol=self.chosen.id,
            methods=() if entry else self.wanted_methods,
            study=entry.name if entry else "",
            released=self.released.value,
            settings=tuple((m, f, v) for m, fields in values.items() for f, v in fields.items()),
            data=typed_path(self.data.text()),
            out=self.out.path,
            limit=self.limit.value() or None,
            device=settings.device(),
            threads=settings.threads(),
        )

    def why_not(self) -> str:
        """Return what is missing."""
        if not (self.wanted_methods or self.study.entry or self.released.value):
            return "tick a method first"
        if self.released.why_not:
            return self.released.why_not
        if not self.data.text().strip():
            return "choose test pictures first"
        return "" if self.out.text().strip() else "name a folder for the result"

    def started(self) -> None:
        """Propose another folder: the one chosen is taken."""
        order = self.order()
        settings.set_benchmark_folder(order.out.parent)
        settings.set_benchmark_data(order.protocol, order.data)
        self._propose_folder(anew=True)

    def take(self, path: Path) -> None:
        """Take what was dropped: an earlier benchmark, a study, or test pictures."""
        if holds_benchmark(path):
            self.open_wanted.emit(path)
        elif path.suffix.lower() in (".yaml", ".yml"):
            self.study.add_file(path)
        else:
            self.data.setText(str(path))

    def show_methods(self) -> None:
        """List the methods anew: files of some may have come."""
        choices = method_choices(self.chosen)
        if choices == self._choices:
            return
        self._choices = choices
        blocked = self.methods.blockSignals(True)
        self.methods.clear()
        for choice in self._choices:
            self.methods.addItem(self._item(choice))
        self.methods.blockSignals(blocked)
        self._offer_settings()
        shown = min(max(len(self._choices), LIST_ROWS[0]), LIST_ROWS[1])
        self.methods.setFixedHeight(shown * ROW_PX)

    def _item(self, choice: MethodChoice) -> QListWidgetItem:
        item = QListWidgetItem(choice.id)
        item.setSizeHint(QSize(10, ROW_PX))
        item.setToolTip(f"{choice.title}: {choice.why_not}" if choice.why_not else choice.title)
        if choice.why_not:
            item.setText(f"{choice.id} – {choice.why_not}")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setCheckState(UNCHECKED)
        else:
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(UNCHECKED if choice.id in self._unwanted else CHECKED)
        return item

    def _checked(self, item: QListWidgetItem) -> None:
        choice = self._choices[self.methods.row(item)]
        self._unwanted.discard(choice.id)
        if item.checkState() is UNCHECKED:
            self._unwanted.add(choice.id)
        self._offer_settings()
        self.refresh()

    def _protocol_changed(self) -> None:
        protocol = self.chosen
        (low, wide), (high, broad) = protocol.lr_hw, protocol.hr_hw
        sizes = f"{wide}×{low} → {broad}×{high} px, ×{protocol.scale}"
        self.about.setText(f"{protocol.title} · {sizes}")
        self.about.setToolTip("\n".join(t for t in (protocol.paper, protocol.note) if t))
        self.terms.setText(f"{protocol.data}; {protocol.terms}")
        self.data.setText(settings.benchmark_data(protocol.id))
        self.study.show_protocol(protocol.id)
        self.show_methods()
        self._propose_folder()
        self.refresh()

    def _study_changed(self) -> None:
        entry = self.study.entry
        for widget in (self.methods_title, self.methods):
            widget.setVisible(entry is None)
        self._offer_settings()
        self._propose_folder()
        self.refresh()

    def _offer_settings(self) -> None:
        entry = self.study.entry
        self.settings.offer(self.wanted_methods if entry is None else entry.methods)

    def _propose_folder(self, anew: bool = False) -> None:
        entry = self.study.entry
        stem = f"{self.chosen.id}-{Path(entry.name).stem}" if entry else self.chosen.id
        self.out.propose(stem, settings.benchmark_folder(), anew)

    def _take(self, path: Path) -> None:
        self.data.setText(str(path))

    @property
    def _near(self) -> Path | None:
        return Path(self.data.text()).parent if self.data.text() else None
