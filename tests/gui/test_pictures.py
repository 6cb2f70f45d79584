"""What is painted is what the pixels say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from fhgui.alignment.laying import Grid, laid_onto
from fhgui.alignment.similarity import onto_grid
from fhgui.core.arrays import Pixels
from fhgui.core.dossier import FaceComparison
from fhgui.core.face import Box, DetectedFace
from fhgui.core.method import Origin, Stage
from fhgui.gui.threads import laying
from fhgui.gui.viewers.cell_grid import CellGrid, best_columns
from fhgui.gui.viewers.frame_view import FrameView
from fhgui.gui.viewers.painting import at_size, heat, to_qimage
from fhgui.gui.viewers.pairing import Pairing
from fhgui.gui.viewers.picture_cell import Picture
from fhgui.gui.viewers.picture_view import Look, PictureView, Sample
from fhgui.gui.viewers.pictures import pictures_of, shows_its_end, value_at
from fhgui.gui.viewers.wipe_view import WipeView
from fhgui.imaging.colour import to_uint8
from fhgui.imaging.heat import inferno
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run
from fhgui.session.marking import Marking
from fhgui.session.results import FaceWork, Result, Status
from fhgui.session.viewing import DoubtMap, ViewState
from tests.helpers.records import A_RECORD

GREYS = (("A", 2, 10), ("B", 4, 13))
"""Name, side and grey of two pictures."""


@pytest.fixture
def noise() -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)


def view_of(qtbot: Any, pixels: Pixels, size: tuple[int, int] = (320, 240)) -> PictureView:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(*size)
    view.set_pixels(pixels)
    return view


def test_an_image_holds_the_same_values(noise: Pixels) -> None:
    image = to_qimage(noise)
    shown = [[image.pixelColor(x, y).getRgb()[:3] for x in range(16)] for y in range(12)]
    assert np.array_equal(np.array(shown), noise)


def test_enlarged_pixels_stay_squares_of_their_own_value(qtbot: Any, noise: Pixels) -> None:
    view = view_of(qtbot, noise)
    assert view.scale == 20
    grabbed = view.grab().toImage()
    for y in range(12):
        for x in range(16):
            for dx, dy in ((-9, -9), (0, 0), (9, 9)):
                at = view.to_widget(x, y).toPoint()
                seen = grabbed.pixelColor(at.x() + dx, at.y() + dy).getRgb()[:3]
                assert seen == tuple(noise[y, x])


def test_picture_and_widget_coordinates_undo_each_other(qtbot: Any, noise: Pixels) -> None:
    view = view_of(qtbot, noise)
    view.set_look(Look(0.3, 0.6, 2.7))
    for x, y in ((0.0, 0.0), (7.25, 3.5), (15.0, 11.0)):
        back = view.to_picture(view.to_widget(x, y))
        assert back == pytest.approx((x, y), abs=1e-9)


def test_the_value_under_the_cursor_is_the_raw_one(qtbot: Any, noise: Pixels) -> None:
    view = view_of(qtbot, noise)
    sample = view.sample(view.to_widget(5, 7))
    assert sample is not None
    assert (sample.x, sample.y) == (5, 7)
    assert sample.rgb == tuple(noise[7, 5])
    assert view.sample(QPointF(-50, -50)) is None
    view.set_scale(2)
    left = view.target().topLeft()
    told = [view.sample(left + QPointF(x, 0)) for x in range(8)]
    assert [s.x for s in told if s is not None] == [0, 0, 1, 1, 2, 2, 3, 3]


def test_the_value_under_a_resting_cursor_is_that_of_the_picture_shown(
    qtbot: Any, noise: Pixels
) -> None:
    view, told = view_of(qtbot, noise), []
    view.show()
    view.hovered.connect(told.append)
    qtbot.mouseMove(view, view.to_widget(5, 7).toPoint())
    view.set_pixels(255 - noise)
    assert told[-1].rgb == tuple(255 - noise[7, 5])
    view.set_look(Look(0.5, 0.5, 0.01))
    assert told[-1] is None or (told[-1].x, told[-1].y) != (5, 7)
    view.set_pixels(None)
    assert told[-1] is None


def test_a_change_of_scale_is_told_whatever_it_comes_from(qtbot: Any, noise: Pixels) -> None:
    view, told = view_of(qtbot, noise), []
    view.show()
    view.scale_changed.connect(lambda: told.append(view.told_scale))
    view.set_scale(2.0)
    assert told[-1] == pytest.approx(2.0)
    assert not view.smooths
    view.set_look(Look(0.5, 0.5, 0.001))
    assert view.smooths
    view.resize(view.width() // 2, view.height() // 2)
    assert told[-1] == view.told_scale


def test_a_face_is_chosen_by_a_click_and_not_by_panning(qtbot: Any) -> None:
    view, chosen = FrameView(), []
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.show_frame(np.zeros((100, 100, 3), np.uint8))
    face = DetectedFace(Box(40, 40, 20, 20), 0.9, np.full((68, 2), 50.0))
    view.set_marks(None, (), (face,))
    view.face_chosen.connect(chosen.append)
    view.show()
    a, b = view.to_widget(50, 50).toPoint(), view.to_widget(80, 60).toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=a)
    qtbot.mouseMove(view, b)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=b)
    assert chosen == []
    at = view.to_widget(50, 50).toPoint()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert chosen == [face.box]


def test_linked_viewers_of_different_sizes_show_the_same_part(qtbot: Any, noise: Pixels) -> None:
    grid = CellGrid()
    qtbot.addWidget(grid)
    grid.resize(600, 400)
    large = noise.repeat(8, axis=0).repeat(8, axis=1)
    grid.set_pictures([Picture("a", noise), Picture("b", large)])
    grid.show()
    first, second = (cell.view for cell in grid.cells)
    first.set_scale(40)
    first.pan(QPointF(33, -21))
    assert second.look == first.look
    assert first.scale == pytest.approx(8 * second.scale)
    assert second.to_picture(QPointF(9, 9))[0] + 0.5 == pytest.approx(
        8 * (first.to_picture(QPointF(9, 9))[0] + 0.5)
    )
    grid.linked = False
    first.set_scale(10)
    assert second.look != first.look


def test_left_of_the_wipe_is_a_and_right_of_it_is_b(qtbot: Any) -> None:
    a, b = np.full((8, 8, 3), 200, np.uint8), np.full((8, 8, 3), 50, np.uint8)
    view = WipeView()
    qtbot.addWidget(view)
    view.resize(200, 200)
    view.set_pixels(b)
    view.set_left(a, ("", ""))
    view.set_edge(0.25)
    image = view.grab().toImage()
    assert image.pixelColor(30, 120).red() == 200
    assert image.pixelColor(80, 120).red() == 50
    seen = [view.sample(QPointF(x, 120)) for x in (30, 80)]
    assert [s.rgb[0] for s in seen if s is not None] == [200, 50]
    assert view.begins_left(((0.1, 0.5), (0.9, 0.5)))
    assert not view.begins_left(((0.3, 0.5), (0.1, 0.5)))


def test_difference_has_gain_and_makes_sizes_equal() -> None:
    small, large = (Picture(n, np.full((s, s, 3), v, np.uint8)) for n, s, v in GREYS)
    shown = Pairing().difference(small, large, 4)
    assert shown.pixels is not None
    assert shown.pixels.shape == (4, 4, 3)
    assert np.all(shown.pixels == 12)
    assert shown.note == "mean 3.0, largest 3"
    nothing = Pairing().difference(large, large, 32).pixels
    assert nothing is not None
    assert np.all(nothing == 0)
    assert np.array_equal(at_size(small.pixels, (4, 4)), np.full((4, 4, 3), 10))


@pytest.mark.parametrize("origin", [Origin.SYNTHESISED, Origin.MEASURED])
def test_other_crops_are_laid_over_by_where_they_lie_in_the_frame(origin: Origin) -> None:
    """A picture of a frame, and a crop of it twice as fine: the same place has the same grey."""
    y, x = np.mgrid[:40, :40]
    frame = np.stack([5 * x, 5 * y, 2 * (x + y)], axis=-1).astype(np.uint8)
    there = Grid(np.array([[2.0, 0.0, -19.5], [0.0, 2.0, -29.5]]), (24, 32))
    crop = to_uint8(laid_onto(frame, Grid(np.eye(2, 3), (40, 40)), there))
    a = Picture("A", frame, origin, grid=Grid(np.eye(2, 3), (40, 40)))
    b = Picture("B", crop, Origin.SYNTHESISED, grid=there)
    pairing = Pairing()
    laid, reached = pairing.laid(a, b)
    assert laid.pixels is not None
    assert reached is not None
    assert reached.all()
    assert laid.pixels.shape == crop.shape
    assert pairing.laid(a, b)[0].pixels is laid.pixels
    placed = pairing.in_place(replace(a, stage="result"), b)
    assert placed.pixels is laid.pixels
    assert (placed.title, placed.stage) == ("A · another crop, laid over", "")
    found = pairing.difference(a, b, 1)
    assert found.values is not None
    assert found.values.max() <= (1 if origin is Origin.SYNTHESISED else 4)
    assert "laid over B" in found.note_tip
    back = pairing.difference(b, a, 1)
    assert back.values is not None
    assert back.values.shape == (80, 80)
    assert back.values[2:-2, 2:-2].max() <= 4
    assert back.values[:28, :18].max() == 0


def test_a_map_of_doubt_is_laid_with_its_picture() -> None:
    """What a map on a grid of its own says of a place, it says of it where it was laid."""
    here, there = (
        Grid(np.eye(2, 3), (40, 40)),
        Grid(np.array([[2.0, 0, -60], [0, 2.0, 0]]), (40, 40)),
    )
    ramp = np.repeat(np.arange(20.0)[None], 20, 0)
    a = Picture(
        "A",
        np.full((40, 40, 3), 90, np.uint8),
        Origin.SYNTHESISED,
        grid=here,
        over=heat(ramp, 19.0, 0.5),
        over_top=19.0,
        values=ramp,
    )
    b = Picture("B", np.zeros((40, 40, 3), np.uint8), Origin.SYNTHESISED, grid=there)
    pairing = Pairing()
    laid = pairing.in_place(a, b)
    assert laid.over is not None
    assert laid.over.shape == (40, 40, 4)
    # the frame's column x is 2 x − 60 of B, and x / 2 − ¼ of the map: beyond 40 there is nothing
    assert laid.over[:, 21:].max() == 0
    assert laid.over[:, 2:18, 3].min() > 0
    assert value_at(laid, Sample(10, 20, (90, 90, 90))) == pytest.approx(35 / 2 - 0.25, abs=0.1)
    assert value_at(laid, Sample(30, 20, (0, 0, 0))) is None
    assert pairing.wanted(replace(a, over=heat(ramp, 19.0, 0.5)), b) is None
    assert pairing.in_place(replace(a, over=heat(ramp, 19.0, 0.5)), b).over is laid.over
    fainter = pairing.in_place(replace(a, over=heat(ramp, 19.0, 0.1)), b)
    assert fainter.over is not None
    assert fainter.over[..., 3].max() < laid.over[..., 3].max()


def test_what_takes_long_is_laid_by_a_thread(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    there = Grid(np.array([[2.0, 0.0, -19.5], [0.0, 2.0, -29.5]]), (24, 32))
    frame = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    a = Picture("A", frame, Origin.SYNTHESISED, grid=Grid(np.eye(2, 3), (40, 40)))
    b = Picture("B", np.zeros((24, 32, 3), np.uint8), Origin.SYNTHESISED, grid=there)
    pairing, thread = Pairing(), laying.LayingThread()
    assert pairing.wanted(a, b) is None  # small: at once
    monkeypatch.setattr(laying, "MANY", 0)
    wanted = pairing.wanted(a, b)
    assert wanted is not None
    assert pairing.wanted(a, a) is None
    with qtbot.waitSignal(thread.made) as laid:
        thread.want(wanted)
    thread.shut_down()
    pairing.take(*laid.args)
    assert pairing.wanted(a, b) is None
    assert np.array_equal(pairing.laid(a, b)[0].pixels, Pairing().laid(a, b)[0].pixels)


def test_pictures_of_one_area_stay_as_they_are() -> None:
    grid = Grid(np.eye(2, 3), (4, 4))
    finer = Grid(onto_grid(grid.matrix, 2), (8, 8))
    a = Picture("A", np.zeros((4, 4, 3), np.uint8), grid=grid)
    b = Picture("B", np.zeros((8, 8, 3), np.uint8), grid=finer)
    assert Pairing().laid(a, b) == (a, None)
    assert Pairing().in_place(a, b) is a


def test_colours_of_a_map_run_from_black_to_bright() -> None:
    shades = inferno(np.array([[0.0, 20.0, 1000.0]]), top=40).astype(int).sum(axis=2)[0]
    assert shades[0] < 10 < shades[1] < shades[2]


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (3, 3), (4, 2), (6, 3)])
def test_the_grid_makes_pictures_large(count: int, columns: int) -> None:
    assert best_columns(count, 900, 600) == columns


def test_a_result_that_has_no_stage_yet_is_shown_under_a_map() -> None:
    request = EnhanceRequest(Path("a.png"), "bicubic", Placement(PlacementKind.AUTO))
    waiting = Result(1, request, "Bicubic")
    face = FaceWork(1, 0, Marking(), (waiting,))
    for doubt in DoubtMap:
        pictures = pictures_of(face, waiting, ViewState(doubt=doubt, over=True))
        assert [p.over for p in pictures] == [None] * len(pictures)
    assert not shows_its_end(waiting)


def test_each_result_has_the_map_that_was_made_on_its_own_grid() -> None:
    """By its record: results may have gone from the desk, or come, since they were compared."""
    first, second, new = (_finished(job, f"record {job}") for job in (1, 2, 3))
    maps = tuple(np.full((4, 4), value) for value in (10.0, 20.0))
    comparison = FaceComparison((1, 2), maps[0], None, None, (), disagreements=maps)
    compared = ("record 1", "record 2")
    face = FaceWork(1, 0, Marking(), (second, new), comparison, compared)
    view = ViewState(doubt=DoubtMap.METHODS, over=True)
    shown = {p.job: p.values for p in pictures_of(face, second, view) if p.job is not None}
    assert shown[2] is maps[1]
    assert shown[3] is None
    whole = replace(face, results=(first, second))
    shown = {p.job: p.values for p in pictures_of(whole, first, view) if p.job is not None}
    assert (shown[1], shown[2]) == maps


def _finished(job: int, record_id: str) -> Result:
    stage = Stage("bicubic", "Bicubic", np.zeros((4, 4, 3), np.uint8), Origin.INTERPOLATED)
    record = replace(A_RECORD, id=record_id)
    request = EnhanceRequest(Path("a.png"), "bicubic", Placement(PlacementKind.AUTO))
    run = Run(record, None, None, (stage,), None)
    return Result(job, request, "Bicubic", Status.COMPLETED, (stage,), total=1, run=run)
