"""What the window remembers between starts: theme, recent files, its own size."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from fhgui.gui.threads.kept import Kept

RECENT = 8

OF_A_CASE = ("title", "case_number", "request", "received_on")
"""Fields of an export that are kept for one case."""

MOST_CASES = 50


_KEPT = Kept()


def forget() -> None:
    """Read the settings again when one is asked for; what was set before is on the disk then."""
    _KEPT.forget()


def keep_dialogs_in_memory() -> None:
    """Have Qt's own file dialogs remember their columns and folders for this login only.

    On closing they force that to the disk, in the thread of the window: up to 0.6 s on a busy one.
    The folder for what lives as long as a login lies in memory. Other systems have dialogs of
    their own.
    """
    folder = os.environ.get("XDG_RUNTIME_DIR")
    if sys.platform == "linux" and folder:
        scope = QSettings.Scope.UserScope
        QSettings.setPath(QSettings.Format.NativeFormat, scope, str(Path(folder) / "fhgui"))


def theme() -> str:
    """Return the theme chosen last."""
    return str(_KEPT.value("theme", "dark"))


def set_theme(name: str) -> None:
    """Remember a theme."""
    _KEPT.set_value("theme", name)


def language() -> str:
    """Return the code of the language chosen; English if none was."""
    return str(_KEPT.value("language", "en"))


def set_language(code: str) -> None:
    """Remember a language; it is spoken from the next start on."""
    _KEPT.set_value("language", code)


def device() -> str:
    """Return ``auto``, ``cpu`` or ``cuda``: where runs and benchmarks are computed."""
    return str(_KEPT.value("device", "auto"))


def threads() -> int | None:
    """Return the number of processor threads; None for the number of cores."""
    stored = str(_KEPT.value("threads", ""))
    return int(stored) if stored.isdecimal() and int(stored) > 0 else None


def reuse() -> bool:
    """Return whether equal results are shown instead of computed again."""
    return str(_KEPT.value("reuse", "true")) == "true"


def set_computing(device: str, threads: int | None, reuse: bool) -> None:
    """Remember how runs are computed."""
    _KEPT.set_value("device", device)
    _KEPT.set_value("threads", "" if threads is None else str(threads))
    _KEPT.set_value("reuse", "true" if reuse else "false")


def recent() -> list[Path]:
    """Return the files opened last that still exist, newest first."""
    stored = _KEPT.value("recent", [])
    names = [stored] if isinstance(stored, str) else list(stored or [])  # type: ignore[call-overload]
    return [Path(n) for n in names if Path(n).is_file()][:RECENT]


def add_recent(path: Path) -> None:
    """Put a file first among those opened last."""
    names = [str(path), *(str(p) for p in recent() if p != path)]
    _KEPT.set_value("recent", names[:RECENT])


def geometry() -> QByteArray | None:
    """Return the size and place of the window when it was closed last."""
    value = _KEPT.value("geometry")
    return QByteArray.fromBase64(value.encode()) if isinstance(value, str) else None


def set_geometry(value: QByteArray) -> None:
    """Remember size and place of the window."""
    _KEPT.set_value("geometry", bytes(value.toBase64().data()).decode())


def export_folder() -> Path:
    """Return the folder exported to last."""
    return Path(str(_KEPT.value("export_folder", str(Path.home()))))


def set_export_folder(path: Path) -> None:
    """Remember the folder exported to."""
    _KEPT.set_value("export_folder", str(path))


def export_fields(case: Path | None = None) -> dict[str, str]:
    """Return what was filled in for the last export: laboratory, people, paper, files.

    Parameters
    ----------
    case : the folder of a case; what was filled in for it, and only that, is added.
    """
    kept = _texts(_stored_fields("export_fields"))
    fields = {name: text for name, text in kept.items() if name not in OF_A_CASE}
    return fields | _texts(_stored_fields("export_cases").get(str(case)))


def set_export_fields(fields: dict[str, str], case: Path | None = None) -> None:
    """Remember what was filled in for an export; never a passphrase.

    Number, title, request and date of receipt are kept for that case alone: in the report of
    another one they would be false.
    """
    general = {name: text for name, text in fields.items() if name not in OF_A_CASE}
    _KEPT.set_value("export_fields", json.dumps(general))
    if case is not None:
        cases = _stored_fields("export_cases")
        cases.pop(str(case), None)
        cases[str(case)] = {name: fields.get(name, "") for name in OF_A_CASE}
        last = dict(list(cases.items())[-MOST_CASES:])
        _KEPT.set_value("export_cases", json.dumps(last))


def _stored_fields(key: str) -> dict[str, object]:
    try:
        fields = json.loads(str(_KEPT.value(key, "") or "{}"))
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _texts(value: object) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else {}


def training_folder() -> Path:
    """Return the folder that trainings go into."""
    return Path(str(_KEPT.value("training_folder", str(Path.home() / "fhgui-training"))))


def set_training_folder(path: Path) -> None:
    """Remember the folder that trainings go into."""
    _KEPT.set_value("training_folder", str(path))


def training_register() -> Path:
    """Return the file that remembers which trainings were started; it may not exist."""
    return _KEPT.file().with_name("trainings.json")


def set_register() -> Path:
    """Return the file that remembers which sets of faces are being made; it may not exist."""
    return _KEPT.file().with_name("sets.json")


def benchmark_folder() -> Path:
    """Return the folder that benchmarks go into."""
    return Path(str(_KEPT.value("benchmark_folder", str(Path.home() / "fhgui-benchmarks"))))


def set_benchmark_folder(path: Path) -> None:
    """Remember the folder that benchmarks go into."""
    _KEPT.set_value("benchmark_folder", str(path))


def benchmark_data(protocol: str) -> str:
    """Return the test pictures that a protocol was measured on last; empty if never."""
    return str(_KEPT.value(f"benchmark_data/{protocol}", ""))


def set_benchmark_data(protocol: str, path: Path) -> None:
    """Remember the test pictures of a protocol."""
    _KEPT.set_value(f"benchmark_data/{protocol}", str(path))


def benchmark_register() -> Path:
    """Return the file that remembers which benchmarks were started; it may not exist."""
    return _KEPT.file().with_name("benchmarks.json")


def recent_cases() -> list[Path]:
    """Return the cases opened last that are still there, newest first."""
    stored = _KEPT.value("recent_cases", [])
    names = [stored] if isinstance(stored, str) else list(stored or [])  # type: ignore[call-overload]
    return [Path(n) for n in names if Path(n).is_dir()][:RECENT]


def add_recent_case(path: Path) -> None:
    """Put a case first among those opened last."""
    names = [str(path), *(str(p) for p in recent_cases() if p != path)]
    _KEPT.set_value("recent_cases", names[:RECENT])


def case_folder() -> Path:
    """Return the folder that the last named case lies in."""
    return Path(str(_KEPT.value("case_folder", str(Path.home()))))


def set_case_folder(path: Path) -> None:
    """Remember the folder of a named case."""
    _KEPT.set_value("case_folder", str(path))


def last_case() -> Path | None:
    """Return the case that was opened last; None if there was none yet."""
    stored = _KEPT.value("last_case")
    return Path(stored) if isinstance(stored, str) and stored else None


def set_last_case(path: Path) -> None:
    """Remember the case that is worked in."""
    _KEPT.set_value("last_case", str(path))
