"""A form made from the fields of a method's config: an editor by type, its docstring as help."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from fhgui import paths
from fhgui.gui.asking import ask_for_file
from fhgui.gui.language import tr
from fhgui.gui.widgets import small, tool_button
from fhgui.methods import registry
from fhgui.methods.settings import Kind, Setting

MOST = 1_000_000
EDITOR_PX = 200


@dataclass(frozen=True)
class Editor:
    """One editor: its widget, and how its value is read and shown."""

    setting: Setting
    widget: QWidget
    read: Callable[[], object]
    show: Callable[[object], None]


class CalmCombo(QComboBox):
    """A selector that does not change when the form is scrolled under the mouse."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Leave the wheel to the form; called by Qt."""
        event.ignore()


class CalmSpin(QSpinBox):
    """A whole number that does not change when the form is scrolled under the mouse."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Leave the wheel to the form; called by Qt."""
        event.ignore()


class CalmReal(QDoubleSpinBox):
    """A number that does not change when the form is scrolled under the mouse."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Leave the wheel to the form; called by Qt."""
        event.ignore()


class ConfigForm(QWidget):
    """Edits the settings of one method.

    Signals
    -------
    changed : a value is another one.
    """

    changed = Signal()

    def __init__(self, method: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("configForm")
        self._method = method
        self.editors: dict[str, Editor] = {}
        self._titles: dict[str, QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        for setting in registry.settings_of(method):
            self._add(setting)
        if not self.editors:
            self._grid.addWidget(small("This method has no settings."), 0, 0)
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    def values(self) -> dict[str, object]:
        """Return every value as it is in the form."""
        return {name: editor.read() for name, editor in self.editors.items()}

    def set_values(self, values: Mapping[str, object]) -> None:
        """Show values; those left out get their defaults."""
        for name, editor in self.editors.items():
            editor.show(values.get(name, editor.setting.default))
        self._mark()

    def _add(self, setting: Setting) -> None:
        row = self._grid.rowCount()
        title = QLabel(setting.title)
        editor = MAKERS[setting.kind](setting, self._edited)
        widget = editor.widget
        widget.setObjectName(f"{self._method}-{setting.name}")
        widget.setAccessibleName(setting.title)
        widget.setAccessibleDescription(plain(setting.help))
        widget.setToolTip(plain(setting.help))
        widget.setFixedWidth(EDITOR_PX)
        title.setBuddy(widget)
        self._grid.addWidget(title, row, 0)
        self._grid.addWidget(widget, row, 1, Qt.AlignmentFlag.AlignTop)
        told = small(f"{plain(setting.help)} {default_words(setting)}".strip())
        told.setContentsMargins(0, 0, 0, 10)
        self._grid.addWidget(told, row + 1, 0, 1, 2)
        self.editors[setting.name] = editor
        self._titles[setting.name] = title

    def _edited(self) -> None:
        self._mark()
        self.changed.emit()

    def _mark(self) -> None:
        """Show which values are not the defaults."""
        for name, editor in self.editors.items():
            other = editor.read() != editor.setting.default
            self._titles[name].setText(f"{editor.setting.title}{' •' if other else ''}")
            self._titles[name].setStyleSheet("font-weight: 600" if other else "")


class FileField(QWidget):
    """A file under the model folders by its name, or any other by its path."""

    def __init__(self, ending: str, edited: Callable[[], None]) -> None:
        super().__init__()
        self._ending = ending
        self.line = QLineEdit()
        self.line.textEdited.connect(lambda _: edited())
        self._edited = edited
        browse = tool_button("", "folder-outline", "", "Choose a file …")
        browse.clicked.connect(self._ask)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.line, 1)
        layout.addWidget(browse)
        self.setFocusProxy(self.line)

    def _ask(self) -> None:
        folder, kinds = paths.user_models(), f"{tr('Files')} (*{self._ending})"
        ask_for_file(self, "Choose a file", lambda p: self.take(str(p)), folder=folder, kinds=kinds)

    def take(self, name: str) -> None:
        """Show a file that was chosen, without its ending, below a model folder if it is there."""
        stem = name.removesuffix(self._ending)
        for folder in paths.model_folders():
            if Path(stem).is_relative_to(folder):
                stem = Path(stem).relative_to(folder).as_posix()
        self.line.setText(stem)
        self._edited()


def plain(text: str) -> str:
    """Return a docstring without its marks of code."""
    return text.replace("``", "").replace("`", "")


def default_words(setting: Setting) -> str:
    """Return e.g. ``Default 600.``, with the range where there is one."""
    value = setting.default
    if isinstance(value, bool):
        shown = "on" if value else "off"
    elif isinstance(value, float):
        shown = f"{value:g}"
    else:
        shown = "none" if value is None else str(value)
    bounds = setting.bounds
    if bounds.least_means and value == bounds.least:
        shown = bounds.least_means
    most = "" if bounds.most is None else f", {bounds.least:g} to {bounds.most:g}"
    return f"Default: {shown}{most}."


def decimals_for(value: float) -> int:
    """Return how many decimals a setting needs, so that small ones keep three figures."""
    return 2 if value == 0 else max(2, 3 - math.ceil(math.log10(abs(value))))


def _switch(setting: Setting, edited: Callable[[], None]) -> Editor:
    check = QCheckBox(tr("on"))
    check.toggled.connect(lambda _: edited())

    def show(value: object) -> None:
        check.setChecked(bool(value))

    show(setting.default)
    return Editor(setting, check, check.isChecked, show)


def _whole(setting: Setting, edited: Callable[[], None]) -> Editor:
    if setting.optional:
        return _text(setting, edited, lambda t: int(t) if t else None)
    spin = CalmSpin()
    bounds = setting.bounds
    spin.setRange(int(bounds.least), int(MOST if bounds.most is None else bounds.most))
    _dress(spin, setting)
    spin.valueChanged.connect(lambda _: edited())

    def show(value: object) -> None:
        spin.setValue(value if isinstance(value, int) else 0)

    show(setting.default)

    def read() -> int:
        spin.interpretText()
        return spin.value()

    return Editor(setting, spin, read, show)


def _real(setting: Setting, edited: Callable[[], None]) -> Editor:
    if setting.optional:
        return _text(setting, edited, lambda t: float(t) if t else None)
    spin = CalmReal()
    bounds, default = setting.bounds, setting.default
    spin.setDecimals(decimals_for(default if isinstance(default, float) else 0))
    spin.setRange(bounds.least, MOST if bounds.most is None else bounds.most)
    spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
    _dress(spin, setting)
    spin.valueChanged.connect(lambda _: edited())
    # a spin box rounds: the value that was shown is given back until another one is typed
    shown: list[float] = [0.0, 0.0]

    def show(value: object) -> None:
        number = float(value) if isinstance(value, int | float) else 0.0
        if abs(number) and decimals_for(number) > spin.decimals():
            spin.setDecimals(decimals_for(number))
        spin.setValue(number)
        shown[:] = [number, spin.value()]

    def read() -> float:
        spin.interpretText()
        return shown[0] if spin.value() == shown[1] else spin.value()

    show(default)
    return Editor(setting, spin, read, show)


def _dress(spin: QSpinBox | QDoubleSpinBox, setting: Setting) -> None:
    spin.lineEdit().setTextMargins(5, 0, 0, 0)
    spin.setKeyboardTracking(False)
    if setting.bounds.least_means:
        spin.setSpecialValueText(setting.bounds.least_means)
    if setting.bounds.unit:
        spin.setSuffix(f" {setting.bounds.unit}")


def _choice(setting: Setting, edited: Callable[[], None]) -> Editor:
    combo = CalmCombo()
    combo.addItems(list(setting.choices))
    combo.currentTextChanged.connect(lambda _: edited())

    def show(value: object) -> None:
        combo.setCurrentText(str(value))

    show(setting.default)
    return Editor(setting, combo, combo.currentText, show)


def _file(setting: Setting, edited: Callable[[], None]) -> Editor:
    field = FileField(setting.ending, edited)
    field.line.setAccessibleName(setting.title)

    def show(value: object) -> None:
        field.line.setText(str(value))

    show(setting.default)
    return Editor(setting, field, lambda: field.line.text().strip(), show)


def _text(
    setting: Setting,
    edited: Callable[[], None],
    parse: Callable[[str], object] = str,
) -> Editor:
    line = QLineEdit()
    line.textEdited.connect(lambda _: edited())

    def show(value: object) -> None:
        listed = value if isinstance(value, tuple) else () if value is None else (value,)
        line.setText(", ".join(map(str, listed)))

    def read() -> object:
        try:
            return parse(line.text().strip())
        except ValueError:  # refused by name when the form is taken
            return line.text()

    show(setting.default)
    return Editor(setting, line, read, show)


def _numbers(setting: Setting, edited: Callable[[], None]) -> Editor:
    default = setting.default
    whole = isinstance(default, tuple) and all(isinstance(v, int) for v in default)
    kind = int if whole else float
    return _text(setting, edited, lambda t: tuple(kind(v) for v in t.split(",") if v.strip()))


MAKERS: dict[Kind, Callable[[Setting, Callable[[], None]], Editor]] = {
    Kind.SWITCH: _switch,
    Kind.WHOLE: _whole,
    Kind.REAL: _real,
    Kind.CHOICE: _choice,
    Kind.FILE: _file,
    Kind.TEXT: _text,
    Kind.NUMBERS: _numbers,
}
