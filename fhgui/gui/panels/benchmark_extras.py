"""What a benchmark may measure besides methods as they are: released pictures, other settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fhgui.gui.asking import ask_for_file, ask_for_folder
from fhgui.gui.dialogs.method_values import MethodValuesDialog
from fhgui.gui.language import tr
from fhgui.gui.panels.order_form import named, narrow_combo, row
from fhgui.gui.widgets import Elided, small, tool_button
from fhgui.session.identity import settings_words

NAME_PX = 96
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._+=-]+")


class Released(QWidget):
    """Released result pictures of one method: the name of its row, and where they are.

    Signals
    -------
    removed, changed : it was taken away, or named otherwise.
    """

    removed = Signal()
    changed = Signal()

    def __init__(self, name: str, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.name = named(QLineEdit(name), "benchmarkReleasedName", tr("Name of the row"))
        self.name.setFixedWidth(NAME_PX)
        self.name.textChanged.connect(self.changed)
        where = Elided(path.name)
        where.setToolTip(str(path))
        away = tool_button("flat", "close", "", "Do not measure these pictures")
        away.clicked.connect(self.removed)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.name)
        line.addWidget(where, 1)
        line.addWidget(away)


class ReleasedList(QWidget):
    """All released pictures that are measured beside the methods.

    Signals
    -------
    changed : some came, went or were renamed.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "benchmarkReleased", tr("Released result pictures"))
        self.rows: list[Released] = []
        self.hint = small(tr("results of others, named as the test pictures are"))
        self.folder = tool_button(
            "benchmarkReleasedFolder", "folder-plus-outline", "", "Folder of released results …"
        )
        self.zip = tool_button(
            "benchmarkReleasedZip", "folder-zip-outline", "", "Zip of released results …"
        )
        self.folder.clicked.connect(self._ask_for_folder)
        self.zip.clicked.connect(self._ask_for_zip)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addLayout(row(self.hint, self.folder, self.zip))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def value(self) -> tuple[tuple[str, Path], ...]:
        """(name, folder or zip) in the order they came."""
        return tuple((row.name.text().strip(), row.path) for row in self.rows)

    @property
    def why_not(self) -> str:
        """Why these cannot be measured; empty if they can."""
        names = [name for name, _ in self.value]
        if not all(names):
            return tr("name the released pictures")
        return "" if len(set(names)) == len(names) else tr("give released pictures different names")

    def add(self, path: Path) -> None:
        """Add a folder or a zip, or do nothing if it is there."""
        path = path.expanduser().absolute()
        if path in (row.path for row in self.rows):
            return
        entry = Released(NOT_IN_NAMES.sub("-", path.stem).strip("-.")[:40] or "released", path)
        entry.changed.connect(self.changed)
        entry.removed.connect(partial(self._remove, entry))
        self.rows.append(entry)
        self._column.addWidget(entry)
        self.changed.emit()

    def _remove(self, entry: Released) -> None:
        self.rows.remove(entry)
        self._column.removeWidget(entry)
        entry.hide()
        entry.deleteLater()
        self.changed.emit()

    def _ask_for_folder(self) -> None:
        ask_for_folder(self, "Released result pictures", self.add)

    def _ask_for_zip(self) -> None:
        kinds = f"{tr('Zip files')} (*.zip)"
        ask_for_file(self, "Released result pictures", self.add, kinds=kinds)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the least size; called by Qt."""
        return QSize(120, super().minimumSizeHint().height())


class MethodSettings(QWidget):
    """Settings in which methods are measured otherwise than by default.

    Signals
    -------
    changed : some are others.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: dict[str, dict[str, object]] = {}
        self.method = narrow_combo("benchmarkSettingsMethod", tr("Method whose settings to change"))
        self.change = named(QPushButton(tr("Change …")), "benchmarkSettingsButton", tr("Change"))
        self.change.setToolTip(tr("Measure this method with other settings than its defaults"))
        self.change.clicked.connect(self._ask)
        self.told = named(small(), "benchmarkSettingsTold", tr("Changed settings"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row(self.method, self.change))
        column.addWidget(self.told)
        self._tell()

    def offer(self, methods: Iterable[str]) -> None:
        """Offer the methods that are measured; settings of others are kept, but not used."""
        chosen, ids = self.method.currentText(), list(methods)
        if ids != [self.method.itemText(at) for at in range(self.method.count())]:
            self.method.clear()
            self.method.addItems(ids)
            self.method.setCurrentText(chosen)
        self.change.setEnabled(bool(ids))
        self._tell()

    @property
    def value(self) -> dict[str, dict[str, object]]:
        """The settings that differ from the defaults, by method."""
        offered = [self.method.itemText(at) for at in range(self.method.count())]
        return {method: self._values[method] for method in offered if self._values.get(method)}

    def set(self, method: str, values: Mapping[str, object]) -> None:
        """Measure a method with settings that differ from its defaults; empty: with those."""
        self._values[method] = dict(values)
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        lines = (f"{method}: {settings_words(method, v)}" for method, v in self.value.items())
        self.told.setText("\n".join(lines) or tr("all as they are by default"))

    def _ask(self) -> None:
        method = self.method.currentText()
        dialog = MethodValuesDialog(method, self._values.get(method, {}), self)
        dialog.taken.connect(partial(self.set, method))
        dialog.open()
