"""The settings: taken together or not at all, kept for the next start; a key; another language."""

import os
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import PySide6
import pytest
from PySide6.QtTest import QTest

from fhgui.gui import catalogue, settings, theme
from fhgui.gui.dialogs.export import ExportDialog
from fhgui.gui.language import apply_language
from fhgui.gui.window import MainWindow
from fhgui.provenance.keys import Signer

WORK_MS = 120_000
PASSPHRASE = "correct horse"
Child = Callable[..., Any]


@pytest.fixture
def dialog(
    open_window: Callable[..., MainWindow], child: Child, tmp_path: Path, monkeypatch: Any
) -> tuple[MainWindow, Any]:
    """A window, and its settings as they were opened from the menu."""
    monkeypatch.setenv("FHGUI_KEYS", str(tmp_path / "keys"))
    window = open_window()
    window.actions_.preferences.trigger()
    return window, child(window, "preferencesDialog")


def test_settings_are_taken_together_and_kept(
    qtbot: Any, dialog: tuple[MainWindow, Any], child: Child, open_window: Callable[..., MainWindow]
) -> None:
    window, asked = dialog
    assert theme.theme_name() == "dark"
    child(asked, "themeSelector").setCurrentIndex(1)
    child(asked, "deviceSelector").setCurrentIndex(1)
    child(asked, "threadsField").setValue(1)
    child(asked, "reuseField").setChecked(False)
    child(asked, "laboratory-name").setText("Laboratory of the test")
    child(asked, "laboratory-examiner").setText("A. Examiner")
    child(asked, "laboratory-paper").setCurrentText("Letter")
    assert theme.theme_name() == "dark"  # nothing yet
    child(asked, "preferencesOk").click()
    qtbot.waitUntil(window.updatesEnabled)
    assert theme.theme_name() == "light"
    assert window.actions_.themes["light"].isChecked()

    again = open_window()
    for opened in (window, again):
        options = opened.session.ordering.options
        assert (options.device, options.threads, options.reuse) == ("cpu", 1, False)
    export = ExportDialog(again.session, Path("nowhere"), again)
    assert export.form.laboratory().name == "Laboratory of the test"
    assert export.form.commission().examiner == "A. Examiner"
    assert export.paper.currentText() == "Letter"
    export.reject()


def test_cancelled_settings_change_nothing(dialog: tuple[MainWindow, Any], child: Child) -> None:
    window, asked = dialog
    before = window.session.ordering.options
    child(asked, "themeSelector").setCurrentIndex(1)
    child(asked, "deviceSelector").setCurrentIndex(1)
    child(asked, "laboratory-name").setText("nobody")
    child(asked, "preferencesCancel").click()
    assert theme.theme_name() == "dark"
    assert window.session.ordering.options == before
    assert settings.export_fields() == {}
    assert settings.device() == "auto"


def test_the_system_decides_where_it_is_asked_to(
    qtbot: Any, dialog: tuple[MainWindow, Any]
) -> None:
    window, asked = dialog
    asked.reject()
    window.set_theme(theme.SYSTEM)
    qtbot.waitUntil(window.updatesEnabled)
    assert settings.theme() == theme.SYSTEM
    assert window.actions_.themes[theme.SYSTEM].isChecked()
    assert theme.theme_name() in theme.THEMES


def test_a_signing_key_is_made_and_signs(
    qtbot: Any, dialog: tuple[MainWindow, Any], child: Child, tmp_path: Path
) -> None:
    window, asked = dialog
    child(asked, "laboratory-name").setText("Laboratory of the test")
    child(asked, "laboratory-examiner").setText("A. Examiner")
    child(asked, "makeKeyButton").click()
    maker = child(asked, "makeKeyDialog")
    assert child(maker, "keyName").text() == "A. Examiner"
    ok, told = child(maker, "makeKeyOk"), child(maker, "makeKeyTold")
    assert "8 characters" in told.text()
    child(maker, "keyPassphrase").setText(PASSPHRASE)
    assert "differ" in told.text()
    assert not ok.isEnabled()
    child(maker, "keyPassphraseAgain").setText(PASSPHRASE)
    ok.click()
    certificate, key = child(asked, "signing-certificate"), child(asked, "signing-key")
    qtbot.waitUntil(lambda: bool(key.text()), timeout=WORK_MS)
    signer = Signer.load(Path(certificate.text()), Path(key.text()), PASSPHRASE)
    assert signer.name == "A. Examiner"
    assert Path(key.text()).parent == tmp_path / "keys"
    if os.name == "posix":
        assert stat.S_IMODE(Path(key.text()).stat().st_mode) == 0o600
    assert PASSPHRASE not in " ".join(map(str, window.session.log))

    child(asked, "makeKeyButton").click()  # once more into the same folder
    QTest.qWait(50)
    second = next(d for d in asked.findChildren(type(maker)) if d.isVisible())
    for name in ("keyPassphrase", "keyPassphraseAgain"):
        child(second, name).setText(PASSPHRASE)
    child(second, "makeKeyOk").click()
    qtbot.waitUntil(
        lambda: "is there already" in child(second, "makeKeyTold").text(), timeout=WORK_MS
    )
    second.reject()
    child(asked, "preferencesOk").click()
    assert settings.export_fields()["key"] == key.text()


@pytest.fixture
def languages(tmp_path: Path, monkeypatch: Any, qapp: Any) -> Iterator[Path]:
    """The user's own folder of languages; English is spoken again afterwards."""
    monkeypatch.setenv("FHGUI_LANGUAGES", str(tmp_path / "languages"))
    (tmp_path / "languages").mkdir()
    yield tmp_path / "languages"
    apply_language(qapp, "en")


def test_a_catalogue_translates_the_window(
    languages: Path, open_window: Callable[..., MainWindow], child: Child
) -> None:
    said = {"Open …": "Öffnen …", "Models": "Modelle", "Compare": "Vergleichen", "Device": "Gerät"}
    file = languages / "fhgui_de.ts"
    assert catalogue.write(file) == len(catalogue.words())
    tree = ElementTree.parse(file)
    for message in tree.iter("message"):
        translation = message.find("translation")
        assert translation is not None
        translation.text = said.get(message.findtext("source", ""), "")
    tree.write(file, "utf-8", xml_declaration=True)
    assert catalogue.write(file) == len(catalogue.words()) - len(said)  # kept
    tool = Path(PySide6.__file__).parent / ("lrelease.exe" if os.name == "nt" else "lrelease")
    subprocess.run([tool, file, "-qm", file.with_suffix(".qm")], check=True, capture_output=True)

    settings.set_language("de")
    window = open_window()
    assert window.actions_.open.text() == "Öffnen …"
    assert child(window, "modelsButton").text().strip() == "Modelle"
    assert child(window, "stepCompare").text().strip() == "Vergleichen"
    assert child(window, "stepAlign").text().strip() == "Align"  # not in the catalogue
    window.actions_.preferences.trigger()
    selector = child(window, "languageSelector")
    assert [selector.itemText(at) for at in range(selector.count())] == ["English", "Deutsch"]
    assert selector.currentText() == "Deutsch"
    child(window, "preferencesDialog").reject()
