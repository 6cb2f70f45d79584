"""The alignment editor by the names of its widgets, on real frames: pixels, points, records."""

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import ref

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from fhgui.alignment.detection import find_faces
from fhgui.alignment.placing import by_box
from fhgui.alignment.templates import reduced
from fhgui.core.face import Box, PlacedBy
from fhgui.evidence.source import open_source
from fhgui.gui.threads import inputs
from fhgui.gui.window import MainWindow
from fhgui.imaging.demo import demo_frame
from fhgui.methods.tdn.aligner import PASSES, eyes_of
from fhgui.session.marking import Carried
from fhgui.session.placement import as_points
from fhgui.session.viewing import Step
from tests.helpers.models import turned_straightener

WORK_MS = 120_000
Key, Modifier = Qt.Key, Qt.KeyboardModifier


class Editor:
    """The window at the step Align, with mouse and keys."""

    def __init__(self, qtbot: Any, window: MainWindow, child: Callable[..., Any]) -> None:
        self.qtbot, self.window, self.session = qtbot, window, window.session
        self._child = child
        self.session.look(step=Step.ALIGN)
        self.view = self.the("pointView")

    def the(self, name: str) -> Any:
        return self._child(self.window, name)

    def click(self, name: str) -> None:
        self.qtbot.mouseClick(self.the(name), Qt.MouseButton.LeftButton)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
        self.qtbot.keyClick(self.view, key, modifier)

    def click_picture(self, x: float, y: float) -> None:
        at = self.view.to_widget(x, y).toPoint()
        self.qtbot.mouseClick(self.view, Qt.MouseButton.LeftButton, pos=at)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        a, b = self.view.to_widget(*start).toPoint(), self.view.to_widget(*end).toPoint()
        self.qtbot.mousePress(self.view, Qt.MouseButton.LeftButton, pos=a)
        for step in range(1, 4):
            self.qtbot.mouseMove(self.view, QPoint(a + (b - a) * step / 3))
        self.qtbot.mouseRelease(self.view, Qt.MouseButton.LeftButton, pos=b)

    def settle(self) -> None:
        def at_rest() -> bool:
            work = self.session.current
            assert work is not None
            shown = work.frame is not None and work.frame.index == work.frame_index
            return shown and not self.session.busy

        self.qtbot.waitUntil(at_rest, timeout=WORK_MS)

    @property
    def points(self) -> np.ndarray:
        assert self.session.marking.points is not None
        return np.array(self.session.marking.points)

    @property
    def frame_index(self) -> int:
        assert self.session.current is not None
        return self.session.current.shown_index

    def mark(self, points: np.ndarray, box: Box | None = None) -> None:
        marking = self.session.marking.with_box(box)
        self.session.mark("points", marking.with_points(as_points(points)))


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    """Return five points of the face in the demo frame."""
    frame = demo_frame()
    face = find_faces(frame, smallest_px=30)[0]
    return reduced(face.landmarks, 5)


@pytest.fixture
def editor(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    child: Callable[..., Any],
    settle: Callable[[MainWindow], None],
) -> Callable[[Path], Editor]:
    def at_work(path: Path) -> Editor:
        window = open_window(path)
        settle(window)
        return Editor(qtbot, window, child)

    return at_work


def test_points_set_by_clicks_alone_place_the_face(
    editor: Callable[[Path], Editor], demo_png: Path, truth: np.ndarray
) -> None:
    at = editor(demo_png)
    at.key(Key.Key_P)
    assert "left eye" in at.view.picking.prompt()
    at.click_picture(20, 20)
    at.key(Key.Key_Escape)
    assert at.view.picking is None
    assert at.session.marking.points is None
    assert not at.the("byHandButton").isChecked()

    at.click("points5")
    assert at.the("byHandButton").isChecked()
    at.view.set_scale(4.0)
    at.view.move_look(*(truth.mean(axis=0) - np.array(at.view.size_wh) / 2))
    at.click_picture(*truth[0])
    at.click_picture(*(truth[1] + 9))
    at.key(Key.Key_Backspace)  # that one was wrong
    for point in truth[1:]:
        at.click_picture(*point)
    assert not at.the("byHandButton").isChecked()
    assert np.abs(at.points - truth).max() < 0.3
    assert at.session.marking.placed_by is PlacedBy.ANALYST
    at.click("undoButton")
    assert at.session.marking.points is None


def test_a_face_is_put_upright_without_landmarks(
    editor: Callable[[Path], Editor],
    demo_png: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models = tmp_path / "models"
    monkeypatch.setenv("FHGUI_MODELS", str(models))
    turned_straightener(models, (0.0, 0.8, 0.0, 0.0))
    at = editor(demo_png)
    assert not at.the("straightenButton").isEnabled()
    crop = Box(120, 90, 60, 60)
    at.session.mark("crop", at.session.marking.with_box(crop))
    at.click("straightenButton")
    at.settle()
    boxed = eyes_of(by_box(crop, "celeba128", (16, 16)))
    assert np.hypot(*np.diff(at.points, axis=0)[0]) == pytest.approx(
        0.8**PASSES * np.hypot(*np.diff(boxed, axis=0)[0]), rel=1e-3
    )
    assert at.session.marking.placed_by is PlacedBy.NETWORK
    assert "STN0" in at.the("residual").text()
    at.click("undoButton")
    assert at.session.marking.points is None
    at.key(Key.Key_U, Modifier.ControlModifier)
    at.settle()
    assert len(at.points) == 2


def test_every_point_is_moved_by_keys_and_numbers_and_each_move_undone(
    editor: Callable[[Path], Editor], demo_png: Path, truth: np.ndarray
) -> None:
    at = editor(demo_png)
    at.mark(truth)
    table = at.the("pointTable")
    states = [at.points]
    for index in range(5):
        at.key(Key.Key_Period)
        assert at.view.chosen == index
        assert table.currentRow() == index
        for key, modifier, move in (
            (Key.Key_Right, Modifier.NoModifier, (0.1, 0)),
            (Key.Key_Down, Modifier.ShiftModifier, (0, 1)),
            (Key.Key_Left, Modifier.ControlModifier, (-0.01, 0)),
        ):
            at.key(key, modifier)
            states.append(at.points)
            moved = states[-1] - states[-2]
            assert moved[index] == pytest.approx(move)
            assert np.count_nonzero(moved) == 1
    at.key(Key.Key_Comma)
    assert at.view.chosen == 3
    at.key(Key.Key_A, Modifier.ControlModifier)
    at.key(Key.Key_Up, Modifier.ShiftModifier)
    assert np.allclose(at.points - states[-1], (0, -1))
    for before in reversed(states):
        at.click("undoButton")
        assert np.array_equal(at.points, before)

    table.item(1, 0).setText("not a number")
    assert np.array_equal(at.points, truth)
    assert table.item(1, 0).text() == f"{truth[1, 0]:.2f}"
    table.item(1, 0).setText(f"{truth[1, 0] + 3:.2f}".replace(".", ","))
    assert at.points[1, 0] == pytest.approx(truth[1, 0] + 3, abs=0.006)
    anchors = np.array([float(table.item(row, 2).text()) for row in (0, 1, 3, 4)])
    words = at.the("residual").text()
    rms_px = float(words.partition("residual ")[2].partition(" px")[0])
    assert rms_px == pytest.approx(np.sqrt(np.mean(anchors**2)), abs=0.02)
    assert not table.item(0, 2).flags() & Qt.ItemFlag.ItemIsEditable
    at.click("points2")
    assert "no residual" in at.the("residual").text()


def test_points_beyond_the_frame_keep_their_places_among_the_others(
    editor: Callable[[Path], Editor], demo_png: Path, truth: np.ndarray
) -> None:
    at = editor(demo_png)
    outside = truth - truth.min(axis=0) - 4.0
    at.mark(outside)
    at.key(Key.Key_A, Modifier.ControlModifier)
    at.key(Key.Key_Right)
    assert at.points - outside == pytest.approx(np.tile((0.1, 0.0), (5, 1)))
    row = int(outside[:, 0].argmin())
    x = at.points[row, 0]
    at.the("pointTable").item(row, 1).setText("7.00")
    assert at.points[row] == pytest.approx((x, 7.0))


def test_esc_ends_the_clicking_of_points_and_no_run(
    editor: Callable[[Path], Editor], demo_png: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = editor(demo_png)
    cancelled: list[object] = []
    monkeypatch.setattr(at.session, "_cancel", cancelled.append)
    monkeypatch.setattr(type(at.session), "busy", property(lambda _: True))
    at.session.busy_changed.emit()  # as while a run goes on
    at.key(Key.Key_P)
    at.click_picture(20, 20)
    at.key(Key.Key_Escape)
    assert at.view.picking is None
    assert cancelled == []


def test_clicking_points_ends_where_another_picture_comes(
    editor: Callable[[Path], Editor], demo_png: Path, tmp_path: Path
) -> None:
    at = editor(demo_png)
    at.key(Key.Key_P)
    at.click_picture(20, 20)
    assert at.view.picking is not None
    other = tmp_path / "other.png"
    other.write_bytes(demo_png.read_bytes())
    at.session.open(other)
    at.settle()
    at.session.look(step=Step.ALIGN)
    at.settle()
    assert at.view.picking is None
    assert at.session.marking.points is None


def test_snap_and_magnet_bring_rough_points_to_the_face(
    editor: Callable[[Path], Editor], demo_png: Path, truth: np.ndarray
) -> None:
    at = editor(demo_png)
    eyes_px = np.hypot(*(truth[1] - truth[0]))
    rough = truth + eyes_px * np.array([[0.1, 0], [-0.08, 0.1], [0, 0.1], [-0.1, 0], [0.05, -0.1]])
    at.mark(rough)
    at.key(Key.Key_S)
    at.settle()
    assert np.hypot(*(at.points - truth).T).max() < 0.06 * eyes_px
    assert at.session.marking.placed_by is PlacedBy.SNAPPED
    assert "snapped" in at.the("residual").text()
    at.click("undoButton")
    assert np.array_equal(at.points, rough)
    at.view.choose(1)
    at.key(Key.Key_S, Modifier.ShiftModifier)
    at.settle()
    moved = np.hypot(*(at.points - rough).T)
    assert moved[1] > 0.05 * eyes_px
    assert np.count_nonzero(moved) == 1

    at.mark(truth)
    at.click("magnetButton")
    at.drag(tuple(truth[0]), tuple(truth[0] + (0.2 * eyes_px, 0.1 * eyes_px)))
    at.settle()
    assert np.hypot(*(at.points[0] - truth[0])) < 0.08 * eyes_px
    assert at.session.undoing.undo_label == "snap point 1"
    at.click("undoButton")
    assert np.hypot(*(at.points[0] - truth[0])) > 0.15 * eyes_px


@pytest.mark.parametrize("samples", [inputs.MANY, 0])  # 0: as for large faces, on the thread
def test_the_flicker_shows_before_and_after_in_turns(
    editor: Callable[[Path], Editor],
    demo_png: Path,
    truth: np.ndarray,
    samples: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inputs, "MANY", samples)
    at = editor(demo_png)
    at.mark(truth)
    view, selector = at.the("flickerView"), at.the("flickerSelector")
    at.click("flickerButton")
    at.qtbot.waitUntil(lambda: view.pixels is not None, timeout=5000)
    view.start()
    first = view.pixels
    at.qtbot.waitUntil(lambda: view.second, timeout=5000)
    second = view.pixels
    assert first.shape == second.shape == (128, 128, 3)
    assert not np.array_equal(first, second)
    selector.setCurrentIndex(selector.findData("frame"))
    assert view.pixels is None
    assert "Carry" in view.empty_text
    selector.setCurrentIndex(selector.findData("change"))
    at.session.mark("move", at.session.marking.with_point(0, tuple(truth[0] + 4.0)))
    at.qtbot.waitUntil(lambda: view.pixels is not None, timeout=5000)
    view.start()
    assert np.array_equal(view.pixels, second)
    view.turn()
    assert not np.array_equal(view.pixels, second)
    selector.setCurrentIndex(selector.findData("frame"))
    at.window.landmarks.flicker.keep_frame()
    work = ref(at.session.current)
    carry(at)
    at.qtbot.waitUntil(lambda: view.pixels is not None, timeout=5000)
    at.session.undo()
    at.mark(truth + 1.0)
    carry(at)
    at.qtbot.waitUntil(lambda: view.pixels is None, timeout=5000)  # not from the points kept
    at.click("flickerButton")
    assert at.view.isVisible()
    at.session.clear()

    def forgotten() -> bool:
        gc.collect()
        return work() is None

    at.qtbot.waitUntil(forgotten, timeout=5000)  # with all of its results


def carry(at: Editor) -> None:
    """Have the points carried as if from another frame, where they were the same."""
    points = at.session.marking.points
    assert points is not None
    step = Carried(0, points, came_from=0, frame=0, spread_px=0.1, agreed=1.0)
    at.session.mark("carry", at.session.marking.carried_to(step, points, None))


@pytest.mark.data
def test_points_carried_over_real_frames_stay_on_the_face_and_say_where_they_come_from(
    editor: Callable[[Path], Editor], data_dir: Path
) -> None:
    clip, box = data_dir / "cctv" / "clip_fi149.mp4", Box(420, 240, 110, 110)
    with open_source(clip) as film:
        start, end = (
            reduced(find_faces(film.frame(i).pixels, box)[0].landmarks, 5) for i in (0, 10)
        )
    eyes_px = np.hypot(*(start[1] - start[0]))
    at = editor(clip)
    at.mark(start, box)
    at.click("carryOnButton")
    at.settle()
    assert at.frame_index == 1
    at.key(Key.Key_N)
    at.settle()
    assert at.frame_index == 2
    assert "carried over from frame 0" in at.the("residual").text()
    at.session.seek(10)
    at.settle()
    hint = at.the("carryHint")
    assert hint.isVisible()
    assert "frame 2" in hint.words.text()
    at.click("carryHereButton")
    at.settle()
    assert not hint.isVisible()
    assert at.session.marking.box != box
    assert np.hypot(*(start - end).T).mean() > 0.25 * eyes_px
    assert np.hypot(*(at.points - end).T).mean() < 0.1 * eyes_px

    for index in (2, 1, 0):
        at.click("undoButton")
        at.settle()
        assert at.frame_index == index
    assert np.array_equal(at.points, start)
    at.click("redoButton")
    at.settle()
    assert at.frame_index == 1

    at.session.choose_methods(("bicubic",))
    at.click("runButton")
    at.settle()
    result = at.session.selected
    assert result is not None
    assert result.run is not None
    record = result.run.record
    assert record.alignment is not None
    assert record.alignment.placed_by == "tracked"
    assert np.array_equal(np.array(record.alignment.landmarks), at.points)
    assert any("set in frame 0 and carried to frame 1" in words for words in record.warnings)


@pytest.mark.data
def test_a_face_that_is_lost_is_told_and_the_points_stay(
    editor: Callable[[Path], Editor], data_dir: Path
) -> None:
    at = editor(data_dir / "cctv" / "clip_nofi064.mp4")
    wall = ((40.0, 100.0), (70.0, 100.0))  # bright and bare
    at.session.mark("wall", at.session.marking.with_points(wall))
    at.session.seek(30)
    at.settle()
    at.key(Key.Key_H)
    at.settle()
    assert np.array_equal(at.points, wall)
    assert at.frame_index == 30
    assert "lost" in at.session.log[-1].text
    assert "by hand" in at.session.log[-1].text


def test_a_large_face_is_cut_beside_the_window(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    child: Callable[..., Any],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = open_window(demo_png)
    settle(window)
    session = window.session
    session.mark("crop", session.marking.with_box(Box(140, 60, 60, 60)))
    session.look(step=Step.ALIGN)
    at_once = child(window, "inputPreview").pixels
    session.mark("crop", session.marking.with_box(Box(120, 50, 90, 90)))
    other = child(window, "inputPreview").pixels
    assert not np.array_equal(at_once, other)
    monkeypatch.setattr(inputs, "MANY", 0)
    session.undo()
    preview = child(window, "inputPreview")
    qtbot.waitUntil(lambda: preview.pixels is not other, timeout=WORK_MS)
    assert np.array_equal(preview.pixels, at_once)
