"""The export dialog: the whole case by one path, with what follows from each choice said."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from fhgui.gui import settings
from fhgui.gui.dialogs.export import UNLABELLED, UNSIGNED, ExportDialog
from fhgui.gui.window import MainWindow
from fhgui.provenance.case_file import filed_runs
from fhgui.provenance.custody import read_entries
from fhgui.provenance.keys import make_key
from fhgui.provenance.labelling import recorded_pixels

WORK_MS = 120_000
EYES = ((150.25, 120.0), (163.0, 121.5))


@pytest.fixture
def window(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> MainWindow:
    """A window with two finished results."""
    window = open_window(demo_png)
    settle(window)
    session = window.session
    session.mark("points", session.marking.with_points(EYES))
    session.choose_methods(["bicubic", "srcnn"])
    session.run()
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    return window


@pytest.fixture
def dialog(qtbot: Any, window: MainWindow, child: Callable[..., Any], tmp_path: Path) -> Any:
    """Return its export dialog, set to a folder of the test and to no repeated runs."""
    qtbot.mouseClick(child(window, "exportButton"), Qt.MouseButton.LeftButton)
    dialog = child(window, "exportDialog")
    assert isinstance(dialog, ExportDialog)
    dialog.folder.setText(str(tmp_path / "out"))
    dialog.repeat.setChecked(False)
    return dialog


def press(qtbot: Any, dialog: ExportDialog, window: MainWindow) -> None:
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.session.busy, timeout=WORK_MS)


def test_the_case_can_be_exported_whatever_is_looked_at(
    window: MainWindow, child: Callable[..., Any]
) -> None:
    window.session.open(Path("another.png"))
    assert window.session.current.active_face is None
    for name in ("exportButton", "exportAction"):
        assert child(window, name).isEnabled()


def test_the_case_is_exported_signed_as_it_was_filled_in(
    qtbot: Any, dialog: ExportDialog, window: MainWindow, tmp_path: Path
) -> None:
    certificate, key = make_key(tmp_path / "key", "E. Examiner", "correct horse", "Lab")
    for name, text in (
        ("examiner", "E. Examiner"),
        ("name", "Lab of the test"),
        ("certificate", str(certificate)),
        ("key", str(key)),
        ("passphrase", "correct horse"),
    ):
        dialog.form.fields[name].setText(text)
    assert UNSIGNED not in dialog.told.text()
    dialog.paper.setCurrentText("Letter")
    press(qtbot, dialog, window)
    out = tmp_path / "out"
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["paper"] == "Letter"
    assert "E. Examiner" in manifest["signer"]
    assert (out / "manifest.json.p7s").is_file()
    assert "Lab of the test" in (out / "report.html").read_text()
    assert sorted(p.name for p in (out / "results").iterdir()) == ["001-srcnn", "002-bicubic"]
    case = window.session.case
    assert case is not None
    stored = np.asarray(Image.open(filed_runs(case)[1].folder / "result.png"))
    shown = np.asarray(Image.open(out / "result-credentialed.png"))
    kept = recorded_pixels(shown, 128, 128)
    assert kept is not None
    assert np.array_equal(kept, stored)
    assert any(e.what == "exported" for e in read_entries(case / "log.jsonl"))
    qtbot.waitUntil(lambda: window.findChild(ExportDialog) is None)
    assert settings.export_fields()["examiner"] == "E. Examiner"
    assert "passphrase" not in settings.export_fields()


def test_what_was_asked_for_in_one_case_is_not_asked_for_in_the_next(tmp_path: Path) -> None:
    filled = {"examiner": "E. Examiner", "case_number": "7/26", "request": "who is it?"}
    settings.set_export_fields(filled, tmp_path / "one")
    assert settings.export_fields(tmp_path / "one").items() >= filled.items()
    assert settings.export_fields(tmp_path / "two") == {"examiner": "E. Examiner"}
    settings.set_export_fields({**settings.export_fields(), "name": "Lab"})  # from the settings
    settings.set_export_fields({"case_number": "8/26"}, tmp_path / "two")
    assert settings.export_fields(tmp_path / "one")["case_number"] == "7/26"
    settings.forget()


def test_consequences_are_told(dialog: ExportDialog, tmp_path: Path) -> None:
    assert dialog.told.text() == UNSIGNED
    dialog.label.setChecked(False)
    assert UNLABELLED in dialog.told.text()
    dialog.form.fields["certificate"].setText("/c.pem")
    assert "belong together" in dialog.told.text()
    assert not dialog.ok.isEnabled()
    dialog.form.fields["key"].setText("/k.pem")
    assert dialog.ok.isEnabled()
    dialog.folder.setText("  ")
    assert not dialog.ok.isEnabled()


def test_a_laboratory_file_fills_the_fields(dialog: ExportDialog, tmp_path: Path) -> None:
    file = tmp_path / "lab.yaml"
    file.write_text("name: Lab\nexaminer: E\nlogo: logo.png\n")
    assert dialog.form.fill_from(file) == ""
    assert dialog.form.laboratory().name == "Lab"
    assert dialog.form.commission().examiner == "E"
    assert dialog.form.path("logo") == tmp_path / "logo.png"
    file.write_text("nonsense: 1\n")
    assert "unknown field nonsense" in dialog.form.fill_from(file)


def test_a_failure_is_told_in_the_dialog_and_can_be_put_right(
    qtbot: Any, dialog: ExportDialog, window: MainWindow, tmp_path: Path
) -> None:
    dialog.form.fields["certificate"].setText(str(tmp_path / "missing.pem"))
    dialog.form.fields["key"].setText(str(tmp_path / "missing.pem"))
    press(qtbot, dialog, window)
    assert dialog.isVisible()
    assert "missing.pem" in dialog.doing.text()
    assert not (tmp_path / "out").exists()
    dialog.form.fields["certificate"].setText("")
    dialog.form.fields["key"].setText("")
    assert dialog.ok.isEnabled()


def test_cancel_stops_an_export_and_leaves_nothing(
    qtbot: Any, dialog: ExportDialog, window: MainWindow, tmp_path: Path
) -> None:
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert not dialog.ok.isEnabled()
    assert dialog.progress.isVisible()
    qtbot.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.session.busy, timeout=5_000)
    assert dialog.isVisible()
    assert "nothing was written" in dialog.doing.text()
    assert not (tmp_path / "out").exists()
    dialog.reject()
    assert not dialog.isVisible()


def test_exporting_again_asks_first(
    qtbot: Any,
    dialog: ExportDialog,
    window: MainWindow,
    child: Callable[..., Any],
    tmp_path: Path,
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert not window.session.busy
    question = child(dialog, "overwriteQuestion")
    next(b for b in question.buttons() if b.text() == "Overwrite").click()
    qtbot.waitUntil(lambda: not window.session.busy, timeout=WORK_MS)
    assert (tmp_path / "out" / "manifest.json").is_file()
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"


def test_cancel_stops_the_export_and_no_run(
    qtbot: Any, dialog: ExportDialog, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr(window.session, "_cancel", stopped.extend)
        dialog.ok.click()
        export = dialog._job
        dialog.stop.click()
    assert stopped == [export]
    window.session.cancel()
    qtbot.waitUntil(lambda: not window.session.busy, timeout=WORK_MS)
