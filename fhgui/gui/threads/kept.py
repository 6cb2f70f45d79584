"""Settings in memory, written down by a thread: a disk may take a second, a window may not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QSettings


def _on_disk() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "fhgui", "fhgui")


class Kept:
    """Values by name, as `QSettings` has them.

    They are read once. Only the writing thread holds a `QSettings` from then on, because two on
    one file wait for each other, and it makes one of its own because Qt writes on the thread that
    made it.
    """

    def __init__(self) -> None:
        self._values: dict[str, object] | None = None
        self._file = Path()
        self._writer: ThreadPoolExecutor | None = None

    def value(self, name: str, default: object = None) -> object:
        """Return what is kept under a name."""
        return self._read().get(name, default)

    def set_value(self, name: str, value: object) -> None:
        """Keep a value; it is on the disk a moment later."""
        if name in self._read() and self._read()[name] == value:
            return
        self._read()[name] = value
        if self._writer is None:
            self._writer = ThreadPoolExecutor(1, thread_name_prefix="fhgui-settings")
        self._writer.submit(_write, name, value)

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
            disk = _on_disk()
            self._file = Path(disk.fileName())
            self._values = {name: disk.value(name) for name in disk.allKeys()}
        return self._values


def _write(name: str, value: object) -> None:
    disk = _on_disk()
    disk.setValue(name, value)
    disk.sync()
