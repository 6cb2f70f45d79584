"""The comparison on real pixels: maps over results, profiles, annotations, stages, a reference."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from fhgui.core.arrays import Pixels
from fhgui.core.method import Outline, Reading, Stage
from fhgui.evaluation.pose import grid_of
from fhgui.gui.viewers.mark_painting import LINE, SHADES
from fhgui.gui.viewers.painting import heat
from fhgui.imaging.demo import demo_frame
from fhgui.imaging.heat import inferno
from fhgui.imaging.profiles import line_profile
from fhgui.imaging.resize import imresize
from fhgui.methods.bicubic import method as bicubic
from fhgui.session.logbook import Level
from fhgui.session.referencing import choose_reference
from fhgui.session.viewing import CompareMode, DoubtMap, Tray
from tests.helpers.comparing import Bench, is_drawn, is_painted


def test_readings_are_told_and_outlines_drawn_over_the_stage_and_not_into_it(
    qtbot: Any, compared_source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = (Reading("angle_deg", -12.5, "°", "Angle"), Reading("scale", 1.25, "", "Scale"))
    corners = np.array([[20.0, 20.0], [100.0, 20.0], [100.0, 100.0], [20.0, 100.0]])
    square = Outline("Upright square", corners)
    monkeypatch.setattr(bicubic, "Stage", lambda *v: Stage(*v, told, (square,)))
    bench = Bench(qtbot, compared_source, {})
    session, (result,) = (
        bench.session,
        (r for r in bench.session.exportable() if r.name == "bicubic"),
    )
    session.select(1, result.job)
    assert bench.the("stageReadings").text() == "Angle -12.5°  ·  Scale 1.25"
    number = next(n for n, p in enumerate(bench.view.pictures, 1) if p.job == result.job)
    view, shown = bench.cell(number), bench.view.pictures[number - 1]
    assert shown.outlines == (square,)
    edge = view.to_widget(60.0, 100.0)
    bench.click("outlinesButton")
    assert not session.view.outlines
    assert not is_drawn(bench, view, edge, SHADES[0])
    pressed = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_U, Qt.KeyboardModifier.NoModifier)
    bench.view.wish(pressed)()  # type: ignore[misc]
    assert session.view.outlines
    assert is_drawn(bench, view, edge, SHADES[0])
    assert shown.pixels is not None
    assert np.array_equal(shown.pixels, result.stages[-1].pixels)
    session.look(mode=CompareMode.STAGES)
    rows = bench.view.rows.rows
    placed = next(p for p in rows.placed() if (p.row, p.stage) == (number - 2, 1))
    middle = QPointF(placed.rect.center().x(), placed.rect.top() + placed.rect.height() * 0.785)
    assert is_drawn(bench, rows, middle, SHADES[0])
    session.show_stage(result.job, 0)
    assert bench.the("stageReadings").isHidden()
    bench.window.close()


def test_heat_leaves_what_is_certain_untouched() -> None:
    laid = heat(np.array([[0.0, 5.0, 10.0, 99.0]]), 10.0, 0.5)
    assert laid[0, :, 3].tolist() == [0, 64, 128, 128]
    assert np.array_equal(laid[..., :3], inferno(np.array([[0.0, 5.0, 10.0, 99.0]]), 10.0))


def test_a_map_lies_over_every_result_on_one_scale(bench: Bench) -> None:
    bench.session.look(doubt=DoubtMap.INVENTED)
    beside = len(bench.view.pictures)
    bench.click("overlayButton")
    pictures = bench.view.pictures
    assert len(pictures) == beside - 1
    assert pictures[0].over is None
    vdsr, bicubic = (p for p in pictures if p.job is not None)
    assert vdsr.over_top == bicubic.over_top
    assert not bench.the("doubtMapSelector").isHidden()
    view, values, pixels = bench.cell(2), vdsr.values, vdsr.pixels
    assert values is not None
    assert pixels is not None
    y, x = np.unravel_index(values.argmax(), values.shape)
    for row, column in ((y, x), np.unravel_index(values.argmin(), values.shape)):
        painted = bench.seen(view, view.to_widget(float(column), float(row)))
        top = vdsr.over_top or 1.0
        share = 0.7 * min(1.0, values[row, column] / top)
        colour = inferno(values[row : row + 1, column : column + 1], top)[0, 0]
        mixed = share * colour + (1 - share) * pixels[row, column]
        assert np.abs(np.array(painted) - mixed).max() <= 3
    bench.the("opacitySlider").setValue(10)
    assert bench.session.view.opacity == pytest.approx(0.1)
    assert np.abs(np.array(bench.seen(view, view.to_widget(float(x), float(y)))) - mixed).max() > 3


def test_a_profile_reads_the_same_place_in_every_picture(bench: Bench) -> None:
    bench.click("trayProfile")
    view = bench.cell(2)
    bench.drag(view, bench.at(view, 0.2, 0.25), bench.at(view, 0.8, 0.75))
    line = bench.session.view.profile
    assert line is not None
    assert np.abs(np.array(line) - ((0.2, 0.25), (0.8, 0.75))).max() < 0.01
    plot = bench.the("profilePlot")
    curves = plot.curves
    pictures = [p for p in bench.view.pictures if p.top is None]
    assert len(curves) == len(pictures) == 3
    for curve, picture in zip(curves, pictures, strict=True):
        assert picture.pixels is not None
        read = line_profile(picture.pixels, *line, 512)
        assert np.array_equal(curve.values, read)
    assert len(np.unique(curves[0].values)) <= 16  # the input's pixels are steps
    bench.qtbot.mouseMove(plot, QPoint(plot.width() // 2, plot.height() // 2))
    share = (plot.width() // 2 - 34) / (plot.width() - 44)
    under = [round(c.values[round(share * 511)]) for c in curves]
    assert plot.told() == [f"{c.name}: {v}" for c, v in zip(curves, under, strict=True)]
    low, high = plot.span
    assert low <= min(c.values.min() for c in curves)
    assert high >= max(c.values.max() for c in curves)
    image = plot.grab().toImage()
    inner = ((x, y) for x in range(34, plot.width(), 3) for y in range(20, plot.height() - 20))
    shades = {image.pixelColor(x, y).name() for x, y in inner}
    assert {c.shade for c in curves} <= shades
    other = bench.cell(1)
    assert is_painted(bench.seen(other, bench.at(other, 0.5, 0.5)), LINE)
    bench.qtbot.keyClick(bench.tray.profile, Qt.Key.Key_Down)
    moved = bench.session.view.profile
    assert moved is not None
    assert moved[0][1] == pytest.approx(line[0][1] + 0.01)
    bench.click("trayStages")
    assert not is_painted(bench.seen(other, bench.at(other, 0.5, 0.5)), LINE)


def test_stages_of_every_method_are_chosen_and_played(bench: Bench) -> None:
    bench.click("stagesButton")
    rows = bench.the("stageRows")
    results = bench.session.exportable()
    placed = rows.placed()
    assert len(placed) == sum(len(result.stages) for result in results)
    second = next(p for p in placed if (p.row, p.stage) == (1, 0))
    bench.qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=second.rect.center().toPoint())
    assert bench.session.selected_job == results[1].job
    assert bench.session.exportable()[1].shown == 0
    bench.qtbot.keyClick(rows, Qt.Key.Key_Right)
    assert bench.session.exportable()[1].shown in (1, None)
    bench.click("playStagesButton")
    assert [r.shown for r in bench.session.exportable()] == [0, 0]
    bench.qtbot.waitUntil(
        lambda: all(r.shown is None for r in bench.session.exportable()), timeout=20_000
    )


def test_results_are_scored_against_the_same_view(bench: Bench, tmp_path: Path) -> None:
    frame: Pixels = demo_frame()
    finer = imresize(frame, (2 * frame.shape[0], 2 * frame.shape[1]))
    path = tmp_path / "finer.png"
    Image.fromarray(finer).save(path)
    bench.click("trayReference")
    choose_reference(bench.session, path)
    assert bench.view.pictures[-2].empty == "scoring …"
    bench.worker.answer()
    table = bench.the("referenceTable")
    figures = {
        table.item(row, 0).text(): table.item(row, 1).text() for row in range(table.rowCount())
    }
    face = bench.worker.work.active_face
    assert face is not None
    assert face.reference is not None
    assert face.reference.found is not None
    for result in face.results:
        assert result.run is not None
        score = face.reference.found.score_of(result.run.record.id)
        assert score is not None
        assert figures[result.label] == f"{score.psnr_rgb:.2f} dB"
        assert 15 < (score.psnr_rgb or 0) < 60
    shown = next(p for p in bench.view.pictures if p.name == "Reference")
    assert shown.pixels is face.reference.found.pixels
    first = face.results[0]
    assert first.face is not None
    assert shown.grid is not None
    assert shown.grid.is_like(grid_of(first.face.alignment, first.stages))
    bench.click("removeReferenceButton")
    assert table.rowCount() == 0
    assert all(p.name != "Reference" for p in bench.view.pictures)


def test_a_result_by_a_method_of_another_version_is_shown(bench: Bench) -> None:
    work, (result, *_) = bench.worker.work, bench.session.exportable()
    gone = replace(result, request=replace(result.request, method="of_tomorrow"))
    bench.session.put(work, gone)
    bench.session.results_changed.emit()
    bench.session.active_changed.emit()
    assert "of_tomorrow" in [p.name.split("  ")[-1] for p in bench.view.pictures]
    assert bench.the("trayExemplars").isHidden()


def test_a_portrait_is_no_reference(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "portrait.png"
    Image.fromarray(np.full((300, 240, 3), 90, np.uint8)).save(path)
    choose_reference(bench.session, path)
    bench.worker.answer()
    face = bench.worker.work.active_face
    assert face is not None
    assert face.reference is None
    last = bench.session.log[-1]
    assert last.level is Level.ERROR
    assert "portrait.png" in last.text


def test_the_edge_of_a_wipe_is_dragged(bench: Bench) -> None:
    bench.click("wipeButton")
    wipe = bench.view.wipe
    middle = wipe.height() / 2
    start = QPointF(wipe.width() * bench.session.view.wipe, middle)
    bench.drag(wipe, start, QPointF(wipe.width() * 0.2, middle))
    assert bench.session.view.wipe == pytest.approx(0.2, abs=0.01)
    assert bench.the("wipeSlider").value() == pytest.approx(200, abs=10)
    assert bench.session.view.mode is CompareMode.WIPE


def test_a_difference_tells_true_grey_levels_whatever_its_gain(bench: Bench) -> None:
    bench.click("differenceButton")
    bench.session.look(left=1, right=2, gain=16)
    told: list[Any] = []
    bench.view.hovered.connect(told.append)
    (cell,) = bench.view.single.cells
    a, b = (bench.view.pictures[n].pixels for n in (1, 2))
    assert a is not None
    assert b is not None
    off = np.abs(a.astype(float) - b.astype(float)).mean(axis=2)
    y, x = np.unravel_index(off.argmax(), off.shape)
    bench.qtbot.mouseMove(cell.view, cell.view.to_widget(float(x), float(y)).toPoint())
    assert told[-1].value == pytest.approx(off.max())
    assert f"largest {off.max():.0f}" in cell.picture.note


def test_trays_and_modes_have_keys(bench: Bench) -> None:
    def press(key: Qt.Key) -> None:
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        do = bench.view.wish(event)
        assert do is not None
        do()

    for key, tray in ((Qt.Key.Key_L, Tray.PROFILE), (Qt.Key.Key_A, Tray.MARKS)):
        press(key)
        assert bench.session.view.tray is tray
        press(key)
        assert bench.session.view.tray is Tray.STAGES
    press(Qt.Key.Key_S)
    assert bench.session.view.mode is CompareMode.STAGES
    press(Qt.Key.Key_G)
    press(Qt.Key.Key_O)
    assert bench.session.view.over


def test_only_what_is_on_show_is_held(bench: Bench) -> None:
    for name in ("blinkButton", "wipeButton", "stagesButton", "differenceButton", "gridButton"):
        bench.click(name)
    view = bench.view
    assert all(cell.picture.pixels is not None for cell in view.grid.cells)
    assert all(cell.picture.pixels is None for cell in view.single.cells)
    assert view.wipe.pixels is None
    assert view.rows.rows.placed() == []
    bench.click("wipeButton")
    assert view.wipe.pixels is not None
    assert all(cell.picture.pixels is None for cell in view.grid.cells)
