"""Settings in memory, written down by a thread: a disk may take a second, a window may not.

A file of JSON and not Qt's `QSettings`: that holds Python's lock while the disk writes, whichever
thread it is on. What an older version left in Qt's file is taken over once.
"""

from __future__ import annotations

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from fhgui.core.errors import FhguiError
from fhgui.provenance.durable import write_atomic


class Kept:
    """Text and lists of text by name."""

    def __init__(self) -> None:
        self._values: dict[str, object] | None = None
        self._file = Path()
        self._writer: ThreadPoolExecutor | None = None

    def value(self, name: str, default: object = None) -> object:
        """Return what is kept under a name."""
        return self._read().get(name, default)

    def set_value(self, name: str, value: str | list[str]) -> None:
        """Keep a value; it is on the disk a moment later."""
        values = self._read()
        if values.get(name) == value:
            return
        values[name] = value
        if self._writer is None:
            self._writer = ThreadPoolExecutor(1, thread_name_prefix="fhgui-settings")
        self._writer.submit(_write, self._file, name, dict(values))

    def file(self) -> Path:
        """Return where the values are written; it may not exist yet."""
        self._read()
        return self._file

    def forget(self) -> None:
        """Wait for what is being written, and read again when something is asked for."""
        if self._writer is not None:
            self._writer.shutdown()
        self._writer = self._values = None

    def _read(self) -> dict[str, object]:
        if self._values is None:
            older = QSettings(
                QSettings.Format.IniFormat, QSettings.Scope.UserScope, "fhgui", "fhgui"
            )
            self._file = Path(older.fileName()).with_suffix(".json")
            self._values = _read(self._file)
            if self._values is None:
                self._values = {name: _text(older.value(name)) for name in older.allKeys()}
        return self._values


def _read(path: Path) -> dict[str, object] | None:
    """Return what a file keeps; None without a file, nothing if it is damaged."""
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> object:
    """Return a value of Qt's file as it is kept here."""
    return bytes(value.toBase64().data()).decode() if isinstance(value, QByteArray) else value


def _write(path: Path, name: str, values: dict[str, object]) -> None:
    """Write one value down; the others as another window may have written them meanwhile."""
    with contextlib.suppress(OSError, FhguiError):  # a full disk: what was set holds till the end
        path.parent.mkdir(parents=True, exist_ok=True)
        written = (_read(path) or values) | {name: values[name]}
        write_atomic(path, json.dumps(written, indent=1).encode())
