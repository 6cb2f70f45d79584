"""The whole job by the names of the widgets, down to the pixels and the record written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt

from fhgui.core.arrays import Pixels
from fhgui.core.face import Box
from fhgui.gui.window import MainWindow
from fhgui.imaging.resize import imresize
from fhgui.provenance.labelling import recorded_pixels
from fhgui.session.models import available_methods
from fhgui.session.viewing import CompareMode, Step

WORK_MS = 120_000


class Analyst:
    """Does what an analyst does, with mouse and keys."""

    def __init__(self, qtbot: Any, window: MainWindow, child: Callable[..., Any]) -> None:
        self.qtbot, self.window, self.session = qtbot, window, window.session
        self._child = child

    def the(self, name: str) -> Any:
        return self._child(self.window, name)

    def click(self, name: str) -> None:
        self.qtbot.mouseClick(self.the(name), Qt.MouseButton.LeftButton)

    def drag(self, view: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag from one picture coordinate to another, in steps."""
        a, b = view.to_widget(*start).toPoint(), view.to_widget(*end).toPoint()
        self.qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=a)
        for step in range(1, 5):
            self.qtbot.mouseMove(view, QPoint(a + (b - a) * step / 4))
        self.qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=b)

    def source_digest(self) -> str:
        assert self.session.current is not None
        return self.session.current.sha256

    def choose_methods(self, *methods: str) -> None:
        items = self.the("methodList")
        for row in range(items.count()):
            item = items.item(row)
            chosen = item.data(Qt.ItemDataRole.UserRole) in methods
            item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
        assert self.session.methods == methods

    def run(self) -> None:
        self.click("runButton")
        self.qtbot.waitUntil(lambda: not self.session.busy, timeout=WORK_MS)

    def export(self, folder: Path) -> None:
        self.click("exportButton")
        self.the("exportFolder").setText(str(folder))
        self.the("exportRepeat").setChecked(False)
        self.click("exportOkButton")
        self.qtbot.waitUntil(lambda: not self.session.busy, timeout=WORK_MS)


@pytest.fixture
def analyst(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    child: Callable[..., Any],
    settle: Callable[[MainWindow], None],
) -> Callable[[Path], Analyst]:
    def at_work(path: Path) -> Analyst:
        window = open_window(path)
        settle(window)
        return Analyst(qtbot, window, child)

    return at_work


def read(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def check_bicubic(folder: Path) -> dict[str, Any]:
    """Check pictures against each other and return the record."""
    given = read(folder / "input.png")
    result = recorded_pixels(read(folder / "result-credentialed.png"), 128, 128)
    assert result is not None
    assert np.array_equal(result, imresize(given, (128, 128)))
    record: dict[str, Any] = json.loads((folder / "record.json").read_text())
    assert record["outcome"] == "completed"
    assert [(s["name"], s["origin"]) for s in record["stages"]] == [
        ("input", "measured"),
        ("bicubic", "interpolated"),
    ]
    return record


def test_demo_from_crop_to_report(
    analyst: Callable[[Path], Analyst], demo_png: Path, tmp_path: Path
) -> None:
    at = analyst(demo_png)
    session = at.session
    at.click("findFacesButton")
    at.qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    found = session.marking.box
    assert found is not None
    assert 20 < found.w < 60

    at.click("stepCrop")
    assert at.the("cropTool").isChecked()
    start = (found.x - 12, found.y - 12)
    end = (found.x + found.w + 12, found.y + found.h + 12)
    at.drag(at.the("frameView"), start, end)
    box = session.marking.box
    assert box is not None
    assert box.w == pytest.approx(found.w + 24, abs=2)
    at.the("cropW").setValue(box.w + 4)
    assert session.marking.box == Box(box.x, box.y, box.w + 4, box.h)

    at.click("stepAlign")
    at.click("autoAlignButton")
    at.qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    assert session.marking.points is not None
    assert len(session.marking.points) == 68
    assert "found automatically" in at.the("residual").text()
    at.click("points5")
    marking = session.marking
    assert marking.points is not None
    assert len(marking.points) == 5
    before = marking.points[2]
    view = at.window.landmarks.view
    at.drag(view, before, (before[0] + 2, before[1] + 1))
    moved = session.marking.points
    assert moved is not None
    assert moved[2] == pytest.approx((before[0] + 2, before[1] + 1), abs=0.6)
    at.qtbot.keyClick(view, Qt.Key.Key_Right)
    nudged = session.marking.points
    assert nudged is not None
    assert nudged[2][0] == pytest.approx(moved[2][0] + 0.1)
    at.click("undoButton")
    at.click("undoButton")
    assert session.marking.points == marking.points

    at.choose_methods("bicubic")
    at.run()
    assert at.the("stageStrip").count() == 2
    assert session.view.step is Step.COMPARE
    assert session.selected is not None
    assert session.selected.doubt is not None
    folder = tmp_path / "out"
    at.export(folder)
    record = check_bicubic(folder)
    assert record["alignment"]["placed_by"] == "analyst"
    assert len(record["alignment"]["landmarks"]) == 5
    assert record["alignment"]["landmarks"][2] == pytest.approx(before)
    assert record["evidence"]["sha256"] == at.source_digest()
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")


def test_exporting_twice_asks_before_it_overwrites(
    analyst: Callable[[Path], Analyst], demo_png: Path, tmp_path: Path
) -> None:
    at = analyst(demo_png)
    at.session.find_faces()
    at.qtbot.waitUntil(lambda: not at.session.busy, timeout=WORK_MS)
    at.choose_methods("bicubic")
    at.run()
    folder = tmp_path / "out"
    at.export(folder)
    first = (folder / "record.json").read_bytes()
    at.run()
    at.export(folder)
    question = at.the("overwriteQuestion")
    assert (folder / "record.json").read_bytes() == first
    next(b for b in question.buttons() if b.text() == "Overwrite").click()
    at.qtbot.waitUntil(lambda: not at.session.busy, timeout=WORK_MS)
    assert (folder / "record.json").read_bytes() != first


def test_every_way_of_comparing(analyst: Callable[[Path], Analyst], demo_png: Path) -> None:
    at = analyst(demo_png)
    session = at.session
    session.find_faces()
    at.qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    at.choose_methods("bicubic")
    at.run()
    compare = at.the("compareView")
    result = session.selected
    assert result is not None
    assert result.face is not None
    given, made = (p.pixels for p in compare.pictures[:2])
    assert given is result.face.pixels
    assert made is result.stages[-1].pixels

    selector = at.the("doubtMapSelector")
    for value, size in (("none", None), ("invented", (128, 128)), ("redegraded", (16, 16))):
        selector.setCurrentIndex(selector.findData(value))
        pictures = compare.pictures
        assert len(pictures) == (2 if size is None else 3)
        if size is not None:
            assert pictures[2].pixels.shape[:2] == size

    told = []
    compare.hovered.connect(told.append)
    view = compare.grid.cells[2].view
    at.qtbot.wait(50)  # the titles above it take their height
    at.qtbot.mouseMove(view, view.to_widget(3, 4).toPoint())
    assert (told[-1].x, told[-1].y) == (3, 4)
    assert result.doubt is not None
    assert told[-1].value == pytest.approx(float(result.doubt.redegraded[4, 3]))
    assert "of 255" in at.the("status-values").text()

    work = session.current
    assert work is not None
    session.open(demo_png.parent / "another.png")
    view.hovered.emit(None)  # the mouse leaves a cell whose picture has just gone
    assert told[-1] is None
    session.go_to(work)
    session.select(1)
    session.look_at_results()

    at.the("wipeSlider").setValue(250)
    assert session.view.mode is CompareMode.WIPE
    assert session.view.wipe == 0.25
    at.click("differenceButton")
    shown = compare.views[0].pixels
    expected = np.abs(given.repeat(8, 0).repeat(8, 1).astype(int) - made) * session.view.gain
    assert np.array_equal(shown, np.clip(expected, 0, 255))
    at.click("blinkButton")
    assert compare.blinking
    at.qtbot.keyClick(compare, Qt.Key.Key_2)
    assert not compare.blinking
    assert compare.views[0].pixels is made
    at.qtbot.keyClick(compare, Qt.Key.Key_Space)
    assert compare.views[0].pixels is given
    at.the("stageStrip").setCurrentRow(0)
    assert session.selected is not None
    assert session.selected.stage is result.stages[0]


@pytest.mark.data
def test_real_frame_with_every_method_there_is(
    analyst: Callable[[Path], Analyst], data_dir: Path, tmp_path: Path
) -> None:
    at = analyst(data_dir / "cctv" / "whu_far_01.jpg")
    at.click("stepAlign")
    at.click("autoAlignButton")
    at.qtbot.waitUntil(lambda: not at.session.busy, timeout=WORK_MS)
    methods = available_methods()
    at.choose_methods(*methods)
    at.run()
    results = at.session.exportable()
    assert [r.request.method for r in results] == list(methods)
    assert all(r.doubt is not None for r in results)
    at.export(tmp_path / "out")
    place = next((tmp_path / "out" / "results").glob("*-bicubic"))
    record = check_bicubic(place)
    assert record["evidence"]["name"] == "whu_far_01.jpg"
    assert record["alignment"]["placed_by"] == "auto"
    assert record["adequacy"]["adequacy"] == "Perceive"
    for method in methods:
        own = next((tmp_path / "out" / "results").glob(f"*-{method}"))
        kept = json.loads((own / "record.json").read_text())
        assert kept["method"] == method
        shown = read(own / "result-credentialed.png")
        result = kept["stages"][-1]
        assert recorded_pixels(shown, result["h"], result["w"]) is not None


@pytest.mark.data
def test_film_by_slider_keys_and_number(
    analyst: Callable[[Path], Analyst], data_dir: Path, tmp_path: Path
) -> None:
    at = analyst(data_dir / "cctv" / "clip_nofi064.mp4")
    session, view = at.session, at.the("frameView")
    work: Any = session.current
    at.qtbot.waitUntil(lambda: work.counted and bool(work.sha256), timeout=WORK_MS)
    slider = at.the("frameSlider")
    assert slider.maximum() == work.count - 1
    seen = []
    for act, index in (
        (lambda: slider.setValue(30), 30),
        (lambda: at.qtbot.keyClick(view, Qt.Key.Key_Left), 29),
        (lambda: at.qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier), 19),
        (lambda: at.qtbot.keyClick(view, Qt.Key.Key_Home), 0),
        (lambda: at.qtbot.keyClick(view, Qt.Key.Key_End), work.count - 1),
        (lambda: at.the("frameIndex").setValue(30), 30),
    ):
        act()
        at.qtbot.waitUntil(lambda i=index: work.frame.index == i, timeout=WORK_MS)
        seen.append(work.frame.pixels)
    assert np.array_equal(seen[0], seen[-1])
    assert not np.array_equal(seen[0], seen[1])
    assert view.pixels is work.frame.pixels
    session.mark("crop", session.marking.with_box(Box(180, 380, 90, 90)))
    at.choose_methods("bicubic")
    at.run()
    at.export(tmp_path / "out")
    record = check_bicubic(tmp_path / "out")
    assert record["frame"]["index"] == 30
    assert record["frame"]["pts"] == work.frame.pts
