"""The frame page on a real clip: the time line, what is only looked at, and faces over time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage

from fhgui.core.arrays import Pixels
from fhgui.core.face import Box
from fhgui.gui.theme import colour
from fhgui.gui.window import MainWindow
from fhgui.imaging.adjusting import Adjustment, adjusted
from fhgui.methods import registry
from fhgui.session.aids import Loop
from fhgui.session.placement import method_input
from fhgui.session.viewing import Step

WORK_MS = 120_000
pytestmark = pytest.mark.data

Child = Callable[..., Any]


@pytest.fixture
def window(
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    data_dir: Path,
    qtbot: Any,
) -> MainWindow:
    """Return the window on a real clip."""
    made = open_window(data_dir / "cctv" / "clip_nofi064.mp4")
    settle(made)
    return made


@pytest.fixture
def go_to(window: MainWindow, qtbot: Any) -> Callable[[int], Pixels]:
    """Return a function that goes to a frame and waits until it is shown."""

    def gone(index: int) -> Pixels:
        window.session.seek(index)
        work: Any = window.session.current
        qtbot.waitUntil(lambda: work.frame.index == index, timeout=WORK_MS)
        pixels: Pixels = work.frame.pixels
        return pixels

    return gone


def painted(widget: Any) -> Pixels:
    """Return what a widget paints, H×W×3."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return rows[:, : image.width(), 2::-1].copy()


def has_colour(pixels: Pixels, shade: str) -> bool:
    wanted = np.array([int(shade[n : n + 2], 16) for n in (1, 3, 5)])
    return bool(np.any(np.all(np.abs(pixels.astype(int) - wanted) <= 2, axis=2)))


def press(qtbot: Any, window: MainWindow, key: Qt.Key, control: bool = False) -> None:
    held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(window.frame_page.view, key, held)


def test_the_time_line_shows_pictures_key_frames_marks_and_loop(
    window: MainWindow, go_to: Callable[[int], Pixels], child: Child, qtbot: Any
) -> None:
    session, strip = window.session, child(window, "frameSlider")
    work: Any = session.current
    qtbot.waitUntil(lambda: work.film.times is not None, timeout=WORK_MS)
    qtbot.waitUntil(lambda: strip.tiles == work.count, timeout=WORK_MS)
    assert work.film.times.keys == (0,)
    shown = painted(strip)
    tile = shown[12:44, strip.width() // 2 - 10 : strip.width() // 2 + 10]
    assert tile.std() > 10  # pictures, not a plain bar
    assert not has_colour(shown, colour("amber"))
    go_to(12)
    press(qtbot, window, Qt.Key.Key_M)
    assert [m.frame_index for m in session.notes.marks_of(work.path)] == [12]
    flags = painted(strip)[:7]
    amber = np.argwhere(np.all(np.abs(flags.astype(int) - (0xF0, 0xB2, 0x3C)) <= 2, axis=2))
    assert amber[:, 1].mean() == pytest.approx(strip.x_of(12), abs=2)
    press(qtbot, window, Qt.Key.Key_I)
    go_to(30)
    press(qtbot, window, Qt.Key.Key_O)
    assert session.aiding.aids.loop == Loop(12, 30)
    after = painted(strip)
    dark = after[20:40, int(strip.x_of(1)) : int(strip.x_of(8))].mean()
    assert dark < 0.6 * shown[20:40, int(strip.x_of(1)) : int(strip.x_of(8))].mean()
    press(qtbot, window, Qt.Key.Key_Left, control=True)
    assert work.frame_index == 12
    session.undo()
    session.undo()
    assert session.aiding.aids.loop is None
    session.undo()
    assert session.notes.marks_of(work.path) == ()
    press(qtbot, window, Qt.Key.Key_PageUp)
    assert work.frame_index == 0  # the only key frame
    press(qtbot, window, Qt.Key.Key_PageDown)
    assert work.frame_index == 0


def test_the_place_is_exact_and_can_be_typed_and_played_from(
    window: MainWindow, go_to: Callable[[int], Pixels], child: Child, qtbot: Any
) -> None:
    work: Any = window.session.current
    go_to(25)
    assert child(window, "frameTime").text() == "00:00:01.250"
    assert child(window, "frameStamps").text() == "TC 00:00:01:05\npts 12800"
    for text, index in (("0.5", 10), ("00:00:01:19", 39), ("0", 0)):
        field = child(window, "frameTime")
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda i=index: work.frame.index == i, timeout=WORK_MS)
    assert "key" in child(window, "frameStamps").text()
    play_there_and_back(window, child, qtbot)


def play_there_and_back(window: MainWindow, child: Child, qtbot: Any) -> None:
    session = window.session
    work: Any = session.current
    seen: list[int] = []
    session.frame_changed.connect(lambda: seen.append(work.frame.index))
    child(window, "playSpeed").setCurrentIndex(0)
    press(qtbot, window, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: work.frame.index >= 6, timeout=WORK_MS)
    press(qtbot, window, Qt.Key.Key_K)
    assert not window.timeline.timer.isActive()
    assert seen == sorted(seen)
    press(qtbot, window, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: work.frame.index == 0, timeout=WORK_MS)
    qtbot.waitUntil(lambda: not window.timeline.timer.isActive(), timeout=WORK_MS)


def test_adjustments_change_what_is_seen_and_nothing_else(
    window: MainWindow, go_to: Callable[[int], Pixels], child: Child, qtbot: Any
) -> None:
    session, view = window.session, window.frame_page.view
    pixels = go_to(20)
    before, sample = pixels.copy(), view.sample(view.to_widget(180, 420))
    press(qtbot, window, Qt.Key.Key_A)
    child(window, "adjustBrightness").setValue(40)
    child(window, "adjustClahe").setValue(30)
    wanted = Adjustment(brightness=40, clahe=3.0)
    assert session.view.adjustment == wanted
    qtbot.waitUntil(
        lambda: np.array_equal(view.painted_pixels(pixels), adjusted(pixels, wanted)),
        timeout=WORK_MS,
    )
    assert has_colour(painted(view)[:40], "#f0b23c")  # the note says "view only"
    assert view.sample(view.to_widget(180, 420)) == sample
    assert view.pixels is pixels
    assert np.array_equal(pixels, before)
    session.mark("crop", session.marking.with_box(Box(180, 380, 90, 90)))
    session.choose_methods(("bicubic",))
    session.run()
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    face: Any = session.current.active_face.face  # type: ignore[union-attr]
    info = registry.info("bicubic")
    assert np.array_equal(face.pixels, method_input(before, face.alignment, info))
    session.look_at_frame()
    child(window, "adjustReset").click()
    assert view.painted_pixels(pixels) is pixels


def test_the_histogram_counts_the_data_and_every_fact_can_be_read(
    window: MainWindow, go_to: Callable[[int], Pixels], child: Child, qtbot: Any
) -> None:
    session, plot = window.session, child(window, "histogramPlot")
    pixels = go_to(5)
    press(qtbot, window, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: plot.counts is not None, timeout=WORK_MS)
    assert plot.counts[1].tolist() == np.bincount(pixels[..., 1].ravel(), minlength=256).tolist()
    session.mark("crop", session.marking.with_box(Box(10, 20, 30, 40)))
    qtbot.waitUntil(lambda: plot.counts[0].sum() == 30 * 40, timeout=WORK_MS)
    part = pixels[20:60, 10:40, 0]
    assert plot.counts[0].tolist() == np.bincount(part.ravel(), minlength=256).tolist()
    assert "1,200 pixels" in child(window, "histogramFigures").text()
    read_every_fact(window, go_to, child, qtbot)


def test_ruler_scale_bar_and_magnifier(
    window: MainWindow, go_to: Callable[[int], Pixels], child: Child, qtbot: Any
) -> None:
    session, view = window.session, window.frame_page.view
    pixels = go_to(20)
    press(qtbot, window, Qt.Key.Key_U)
    a, b = (view.to_widget(*xy).toPoint() for xy in ((100, 300), (300, 300)))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=a)
    for step in (1, 2, 3, 4):
        qtbot.mouseMove(view, QPoint(a + (b - a) * step / 4))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=b)
    ruler = session.aiding.aids.ruler
    assert ruler is not None
    assert ruler.length_px == pytest.approx(200, abs=2)
    child(window, "trueLength").setValue(500.0)
    child(window, "calibrateButton").click()
    assert "mm" in child(window, "scaleWords").text()
    assert "500.0 mm" in child(window, "rulerLength").text()
    assert has_colour(painted(view), colour("amber"))
    session.undo()
    session.undo()
    assert session.aiding.aids.ruler is None
    wide = view.width()
    press(qtbot, window, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: view.width() > wide, timeout=WORK_MS)
    plain = painted(view)
    press(qtbot, window, Qt.Key.Key_Z)
    qtbot.mouseMove(view, view.to_widget(200, 200).toPoint())
    loupe = painted(view)
    assert np.count_nonzero(np.any(plain != loupe, axis=2)) > 10_000
    view.set_scale(60.0)
    assert view.sample(view.to_widget(200, 200)).rgb == tuple(pixels[200, 200])  # type: ignore[union-attr]


def read_every_fact(
    window: MainWindow, go_to: Callable[[int], Pixels], child: Child, qtbot: Any
) -> None:
    work: Any = window.session.current
    qtbot.waitUntil(lambda: bool(work.sha256), timeout=WORK_MS)
    go_to(7)
    press(qtbot, window, Qt.Key.Key_D)
    text = child(window, "metadataText").toPlainText()
    for fact in (work.sha256, "7 of 0–39", "pts\n3584", "704 × 480 px", "h264", str(work.path)):
        assert fact in text
    child(window, "metadataCopy").click()
    assert f"SHA-256: {work.sha256}" in QGuiApplication.clipboard().text()


def test_faces_are_followed_and_the_best_frame_is_one_click_away(
    window: MainWindow, go_to: Callable[[int], Pixels], child: Child, qtbot: Any
) -> None:
    session = window.session
    work: Any = session.current
    session.aiding.set_aids("loop", session.aiding.aids.with_loop_end(3, False, work.count))
    press(qtbot, window, Qt.Key.Key_T)
    follow = child(window, "followFacesButton")
    for words, wanted in (("Follow faces", "Stop"), ("Stop", "Follow faces")):
        assert follow.text() == words
        follow.click()
        qtbot.waitUntil(lambda w=wanted: follow.text() == w, timeout=WORK_MS)
    assert not session.busy
    assert work.film.tracks == ()
    follow.click()
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)
    tracks = work.film.tracks
    assert len(tracks) == 2
    assert sorted(work.film.seen) == [0, 1, 2, 3]  # so short a loop is searched throughout
    for track in tracks:
        assert 25 <= track.best.quality.face_px <= 60
        assert track.picture.shape[0] > track.best.face.box.h
    items = child(window, "trackList")
    item = items.item(0)
    qtbot.mouseClick(
        items.viewport(), Qt.MouseButton.LeftButton, pos=items.visualItemRect(item).center()
    )
    best = tracks[0].best
    qtbot.waitUntil(lambda: work.frame.index == best.frame_index, timeout=WORK_MS)
    view, box = window.frame_page.view, best.face.box
    assert has_colour(painted(view), "#53b98a")
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.to_widget(*box.centre_xy).toPoint())
    qtbot.waitUntil(lambda: session.marking.points is not None, timeout=WORK_MS)
    marked = np.array(session.marking.points).mean(axis=0)
    assert np.abs(marked - box.centre_xy).max() < box.w / 2
    assert session.view.step is Step.FRAME
