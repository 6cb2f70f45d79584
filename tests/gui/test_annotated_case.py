"""A real frame from crop to a report with an arrow in it, and the case opened again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt

from fhgui.core.annotation import AnnotationKind
from fhgui.gui.window import MainWindow
from fhgui.provenance.labelling import recorded_pixels
from fhgui.session.viewing import Tray

WORK_MS = 120_000
EYES = ((172.2, 121.5), (192.4, 120.4))
WORDS = "darker than its surroundings"


@pytest.mark.data
def test_an_arrow_is_in_the_report_and_in_the_case_and_in_no_picture(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    child: Callable[..., Any],
    settle: Callable[[MainWindow], None],
    data_dir: Path,
    tmp_path: Path,
) -> None:
    window = open_window(data_dir / "cctv" / "whu_near_01.jpg")
    settle(window)
    session = window.session
    session.casework.new(tmp_path / "a7.fhcase")
    qtbot.waitUntil(lambda: session.casework.title == "a7", timeout=WORK_MS)
    window.open_all([str(data_dir / "cctv" / "whu_near_01.jpg")])
    settle(window)
    session.mark("points", session.marking.with_points(EYES))
    session.choose_methods(["bicubic"])
    qtbot.mouseClick(child(window, "runButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(session.exportable()), timeout=WORK_MS)
    settle(window)
    compare = child(window, "compareView")
    qtbot.keyClick(compare, Qt.Key.Key_A)
    assert session.view.tray is Tray.MARKS
    qtbot.mouseClick(child(window, "arrowTool"), Qt.MouseButton.LeftButton)
    view = compare.grid.cells[1].view
    clean = view.grab().toImage()
    target = view.target()
    a = QPoint(round(target.left() + 0.2 * target.width()), round(target.center().y()))
    b = QPoint(round(target.left() + 0.6 * target.width()), a.y())
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=a)
    qtbot.mouseMove(view, b)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=b)
    qtbot.keyClicks(child(window, "markWords"), WORDS)
    qtbot.keyClick(child(window, "markWords"), Qt.Key.Key_Return)
    assert window.isWindowModified()
    result = session.exportable()[0]

    qtbot.mouseClick(child(window, "exportButton"), Qt.MouseButton.LeftButton)
    child(window, "exportFolder").setText(str(tmp_path / "out"))
    child(window, "exportRepeat").setChecked(False)
    qtbot.mouseClick(child(window, "exportOkButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(session.casework.exports), timeout=WORK_MS)
    settle(window)
    assert WORDS in (tmp_path / "out" / "report.html").read_text()
    with Image.open(tmp_path / "out" / "result-credentialed.png") as picture:
        exported = recorded_pixels(np.asarray(picture.convert("RGB")), 128, 128)
    assert exported is not None
    assert np.array_equal(exported, result.stages[-1].pixels)
    assert WORDS not in (tmp_path / "out" / "record.json").read_text()
    log = [json.loads(x) for x in (tmp_path / "a7.fhcase" / "log.jsonl").read_text().splitlines()]
    (entry,) = (e for e in log if "annotations" in e["details"])
    assert entry["details"]["annotations"] == 1
    assert view.grab().toImage() != clean
    window.close_now()

    again = open_window(tmp_path / "a7.fhcase")
    qtbot.waitUntil(lambda: bool(again.session.annotations.value), timeout=WORK_MS)
    settle(again)
    (mark,) = again.session.annotations.value
    assert (mark.kind, mark.text) == (AnnotationKind.ARROW, WORDS)
    assert result.run is not None
    assert mark.record == result.run.record.id
    again.session.look(tray=Tray.MARKS)
    marks = child(again, "markList")
    qtbot.waitUntil(lambda: marks.count() == 1, timeout=WORK_MS)  # runs come after the desk
    assert WORDS in marks.item(0).text()
