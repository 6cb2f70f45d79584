"""Settings are kept in a file of JSON, taken over from Qt's, and never hold anything up."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QFileDialog

from fhgui.gui import settings
from fhgui.gui.threads.kept import Kept


def _of_qt() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "fhgui", "fhgui")


def test_what_is_set_is_known_at_once_and_on_the_disk_once_forgotten() -> None:
    kept = Kept()
    kept.set_value("theme", "light")
    kept.set_value("recent", ["a.png", "b.png"])
    assert kept.value("theme") == "light"
    kept.forget()
    stored = json.loads(kept.file().read_bytes())
    assert stored == {"theme": "light", "recent": ["a.png", "b.png"]}
    assert Kept().value("recent") == ["a.png", "b.png"]
    assert Kept().value("language", "en") == "en"


def test_what_another_window_has_set_meanwhile_stays() -> None:
    one, other = Kept(), Kept()
    assert one.value("theme") is other.value("theme") is None  # both have read the file
    one.set_value("theme", "light")
    one.forget()
    other.set_value("language", "de")
    other.forget()
    assert json.loads(one.file().read_bytes()) == {"theme": "light", "language": "de"}


def test_what_an_older_version_kept_is_taken_over() -> None:
    older = _of_qt()
    older.setValue("theme", "light")
    older.setValue("geometry", QByteArray(b"\x01\x02"))
    older.sync()
    settings.forget()
    assert settings.theme() == "light"
    assert settings.geometry() == QByteArray(b"\x01\x02")
    settings.set_geometry(QByteArray(b"\x03"))
    settings.forget()
    assert settings.geometry() == QByteArray(b"\x03")
    assert settings.theme() == "light"


@pytest.mark.parametrize("damaged", [b"", b"{", b"[1]", b"\xff\xfe"])
def test_a_damaged_file_is_as_good_as_none(damaged: bytes) -> None:
    kept = Kept()
    kept.file().parent.mkdir(parents=True, exist_ok=True)
    kept.file().write_bytes(damaged)
    kept.forget()
    assert kept.value("theme", "dark") == "dark"
    kept.set_value("theme", "light")
    kept.forget()
    assert kept.value("theme") == "light"


def test_a_disk_that_takes_nothing_costs_nothing(tmp_path: Path) -> None:
    kept = Kept()
    kept.file().parent.parent.mkdir(parents=True, exist_ok=True)
    kept.file().parent.write_bytes(b"a file where the folder should be")
    kept.set_value("theme", "light")
    assert kept.value("theme") == "light"
    kept.forget()
    assert kept.value("theme", "dark") == "dark"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have dialogs of their own")
def test_file_dialogs_write_nothing_to_the_disk_of_the_settings(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by the soak: they force what they remember to the disk, in the window's thread."""
    login, settings_of_qt = tmp_path / "login", tmp_path / "config"
    login.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(login))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(settings_of_qt))
    settings.keep_dialogs_in_memory()
    dialog = QFileDialog(directory=str(tmp_path))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.accept()
    shiboken6.delete(dialog)
    assert (login / "fhgui" / "QtProject.conf").is_file()
    assert not settings_of_qt.exists()
