"""Settings under a name: those that come with a method, and the analyst's own, kept in a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psygnal import Signal

from fhgui.core.errors import FhguiError, InputError, OutputError
from fhgui.core.setting import Preset
from fhgui.methods import registry
from fhgui.plain import json_file
from fhgui.provenance import durable
from fhgui.session.history import History
from fhgui.session.identity import changed_values

DEFAULTS = Preset("Defaults", "As the method comes.", ())
LONGEST = 60


@dataclass(frozen=True)
class OwnPreset:
    """Settings that the analyst named."""

    method: str
    preset: Preset


class Presets:
    """The presets of every method.

    Parameters
    ----------
    file : holds the analyst's own as JSON; made when the first is saved.

    Notes
    -----
    Signals: ``changed``. Saving and removing go into ``history``, so that both can be undone;
    call `keep` after an undo.
    """

    changed = Signal()

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept = _read(file)
        self.history: History[tuple[OwnPreset, ...]] = History(self._kept)

    def of(self, method: str) -> tuple[Preset, ...]:
        """Return the defaults, the method's presets and the analyst's own, in this order."""
        return (DEFAULTS, *registry.info(method).presets, *self.own(method))

    def own(self, method: str) -> tuple[Preset, ...]:
        """Return the analyst's own presets of a method, by name."""
        found = [p.preset for p in self.history.value if p.method == method]
        return tuple(sorted(found, key=lambda p: p.name.casefold()))

    def matching(self, method: str, values: Mapping[str, object]) -> Preset | None:
        """Return the preset that settings are; None if they are none."""
        changed = changed_values(method, values)
        return next((p for p in self.of(method) if dict(p.values) == changed), None)

    def save(self, method: str, name: str, values: Mapping[str, object]) -> None:
        """Keep settings under a name; an own preset of that name is replaced.

        Raises
        ------
        InputError
            If the name is empty, too long, or that of a preset which comes with the method.
        MethodError
            If a value is none that the method takes.
        OutputError
            If the file cannot be written; nothing has changed then.
        """
        name = " ".join(name.split())
        if not name or len(name) > LONGEST:
            raise InputError(f"a preset needs a name of 1 to {LONGEST} characters")
        if name in {p.name for p in (DEFAULTS, *registry.info(method).presets)}:
            raise InputError(f"{name!r} comes with the method", hint="choose another name")
        registry.make_config(method, values)
        changed = tuple(sorted(changed_values(method, values).items()))
        mine = OwnPreset(method, Preset(name, "", changed))
        others = self._without(method, name)
        self._do(f"save preset {name}", (*others, mine))

    def offer(self, method: str, name: str, values: Mapping[str, object]) -> str:
        """Keep settings under a name that is free, unless there are such; return their name.

        Raises
        ------
        InputError, MethodError, OutputError
            As of `save`.
        """
        there = self.matching(method, values)
        if there is not None:
            return there.name
        taken, free, number = {p.name for p in self.of(method)}, name, 2
        while free in taken:
            free, number = f"{name} {number}", number + 1
        self.save(method, free, values)
        return free

    def remove(self, method: str, name: str) -> None:
        """Take an own preset away.

        Raises
        ------
        OutputError
            If the file cannot be written; nothing has changed then.
        """
        self._do(f"remove preset {name}", self._without(method, name))

    def keep(self) -> None:
        """Write the presets as they are now.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        if self.history.value != self._kept:
            self._write(self.history.value)
            self.changed.emit()

    def _write(self, presets: tuple[OwnPreset, ...]) -> None:
        known = {_key(p) for p in (*self._kept, *presets)}
        others = [p for p in _read(self._file) if _key(p) not in known]  # of another window
        _write(self._file, (*presets, *others))
        self._kept = presets

    def _without(self, method: str, name: str) -> tuple[OwnPreset, ...]:
        mine = (method, name)
        return tuple(p for p in self.history.value if (p.method, p.preset.name) != mine)

    def _do(self, label: str, presets: tuple[OwnPreset, ...]) -> None:
        self._write(presets)
        if self.history.do(label, presets):
            self.changed.emit()


def _key(own: OwnPreset) -> tuple[str, str]:
    return own.method, own.preset.name


def _write(file: Path, presets: tuple[OwnPreset, ...]) -> None:
    stored = [
        {"method": p.method, "name": p.preset.name, "values": dict(p.preset.values)}
        for p in presets
    ]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        durable.write_atomic(file, json.dumps(stored, indent=1, ensure_ascii=False).encode())
    except OSError as error:
        raise OutputError(
            f"the presets cannot be written ({error.strerror})", path=file, hint="check the folder"
        ) from error


def _read(file: Path) -> tuple[OwnPreset, ...]:
    """Return what is stored; what is damaged or of another version is left out."""
    try:
        stored: Any = json_file(file)
    except (OSError, ValueError):  # none yet, or damaged
        return ()
    found: list[OwnPreset] = []
    for entry in stored if isinstance(stored, list) else ():
        try:
            values = {k: _as_set(v) for k, v in entry["values"].items()}
            registry.make_config(entry["method"], values)
            preset = Preset(str(entry["name"]), "", tuple(sorted(values.items())))
            found.append(OwnPreset(entry["method"], preset))
        except (FhguiError, KeyError, TypeError, AttributeError, OverflowError):
            continue
    return tuple(found)


def _as_set(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
