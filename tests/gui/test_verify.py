"""Exports, cases and records are verified in the window, by the command line's own process."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from fhgui.__main__ import main
from fhgui.gui.window import MainWindow
from fhgui.provenance.verification.findings import Verdict
from fhgui.session.verifying import verification_told

WORK_MS = 120_000


@pytest.fixture
def run(demo_png: Path, tmp_path: Path) -> Path:
    """Return the folder of a run."""
    out = tmp_path / "run"
    line = ["enhance", str(demo_png), "--method", "bicubic", "--box", "140,105,40,40"]
    assert main([*line, "--out", str(out)]) == 0
    return out


def test_a_run_is_exact_and_one_bit_is_told(
    qtbot: Any, open_window: Callable[..., MainWindow], child: Callable[..., Any], run: Path
) -> None:
    window = open_window()
    child(window, "verifyAction").trigger()
    dialog = child(window, "verifyDialog")
    assert not dialog.start.isEnabled()
    dialog.path.setText(str(run))
    dialog.start.click()
    assert dialog.stop.isVisible()
    assert not dialog.path.isEnabled()
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=WORK_MS)
    assert dialog.verdict.text() == "EXACT"
    assert dialog.table.rowCount() == len(dialog.found.findings) > 1
    dialog.copy.click()
    assert QGuiApplication.clipboard().text().startswith(f"EXACT {run}")
    other = shutil.copytree(run, run.with_name("other"))
    data = bytearray((other / "result.png").read_bytes())
    data[len(data) // 2] ^= 1
    (other / "result.png").write_bytes(data)
    dialog.path.setText(str(other))
    assert dialog.found is None  # what was found is not about this one
    assert not dialog.verdict.isVisible()
    dialog.start.click()
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=WORK_MS)
    assert dialog.verdict.text() == "TAMPERED"
    assert dialog.table.item(0, 0).text() == "TAMPERED"  # the worst comes first
    assert "result.png" in dialog.table.item(0, 1).text()


def test_what_cannot_be_verified_says_why_and_the_window_goes_on(
    qtbot: Any, open_window: Callable[..., MainWindow], tmp_path: Path, run: Path
) -> None:
    window = open_window()
    text = tmp_path / "notes.txt"
    text.write_text("no record")
    window.verify(text)
    dialog = window.ask_to_verify()
    qtbot.waitUntil(lambda: not dialog.stop.isVisible(), timeout=WORK_MS)
    assert "is not a record" in dialog.means.text()
    window.verify(run)
    dialog.stop.click()
    assert dialog.start.isEnabled()
    assert dialog.found is None
    dialog.source.field.setText(str(tmp_path))
    window.verify(run)
    assert dialog.source.text() == str(tmp_path), "the same once more"
    window.verify(text)
    assert dialog.source.text() == "", "the original of another run"
    window.verify(run)  # and is closed with the window


@pytest.mark.parametrize("answer", ["", "[]", "{}", '{"verdict": "FINE", "findings": []}', "x"])
def test_an_answer_that_is_none_is_taken_for_none(answer: str) -> None:
    assert verification_told(answer) is None


def test_the_worst_findings_come_first() -> None:
    kinds = ("EXACT", "DIFFERENT", "TAMPERED")
    found = ", ".join(
        f'{{"subject": "{k}", "text": "", "verdict": "{k}", "line": 3, "field": ""}}' for k in kinds
    )
    told = verification_told(f'{{"verdict": "TAMPERED", "findings": [{found}]}}')
    assert told is not None
    assert told.verdict is Verdict.TAMPERED
    assert [finding.subject for finding in told.findings] == list(reversed(kinds))
    assert told.findings[0].place == "TAMPERED line 3"
