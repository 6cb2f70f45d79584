"""The benchmark panel: order one, watch it, read its table and curves, look at single pictures."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from fhgui.gui import settings
from fhgui.gui.window import MainWindow
from fhgui.session import detached
from fhgui.session.benchmark_run import BenchmarkRun, BenchmarkStatus
from fhgui.session.benchmarks import Benchmarks
from tests.helpers import fake_benchmark as fake

WORK_MS = 120_000
Child = Callable[..., Any]
Opened = Callable[[], MainWindow]
ROLE = Qt.ItemDataRole


@pytest.fixture
def open_benchmarks(
    open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Opened]:
    """Return a function that opens the window on the benchmark panel; benchmarks are fakes."""
    monkeypatch.setattr(Benchmarks.__init__, "__defaults__", (fake.command,))
    windows: list[MainWindow] = []

    def opened() -> MainWindow:
        settings.set_benchmark_folder(tmp_path / "benchmarks")
        window = open_window()
        windows.append(window)
        QTest.qWait(50)
        window.actions_.benchmark.trigger()
        window.benchmark.page.refresh()  # made in later turns of the event loop
        return window

    yield opened
    runs = [run for window in windows for run in window.hub.benchmarks.runs]
    for run in runs:
        if run.pid is not None and detached.is_running(run.pid, run.folder):
            os.kill(run.pid, signal.SIGKILL)
    QTest.qWait(50)
    for run in runs:
        detached.is_running(run.pid, run.folder)  # takes note of its end


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    return fake.write_benchmark(tmp_path / "earlier")


def drop(window: MainWindow, *paths: Path) -> None:
    """Drop files on the panel."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPoint(9, 9),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.benchmark.page.dropEvent(event)


def start(window: MainWindow, child: Child, tmp_path: Path, kind: str) -> BenchmarkRun:
    """Order a benchmark by the form and return it."""
    (tmp_path / kind).mkdir(exist_ok=True)
    drop(window, tmp_path / kind)
    assert child(window, "benchmarkData").text() == str(tmp_path / kind)
    child(window, "benchmarkStartButton").click()
    assert child(window, "benchmarkError").text() == ""
    return window.hub.benchmarks.runs[0]


def cells(table: Any, column: int, role: ROLE = ROLE.DisplayRole) -> list[Any]:
    """Return a column as it is seen."""
    model = table.model()
    return [model.index(row, column).data(role) for row in range(model.rowCount())]


def columns(table: Any) -> list[str]:
    """Return the titles of a table, each on one line."""
    model, across = table.model(), Qt.Orientation.Horizontal
    titles = [str(model.headerData(c, across)) for c in range(model.columnCount())]
    return [title.replace("\n", " ") for title in titles]


def click_title(table: Any, column: int) -> None:
    """Click on the title of a column."""
    header = table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)


def click_row(table: Any, row: int, keys: Qt.KeyboardModifier | None = None) -> None:
    """Click on a row of a table."""
    at = table.visualRect(table.model().index(row, 0)).center()
    held = Qt.KeyboardModifier.NoModifier if keys is None else keys
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, held, at)


def shown(window: MainWindow) -> dict[str, int | None]:
    """Return the grey level of every picture on show, by the first word of its title."""
    view = window.benchmark.page.view
    return {
        cell.picture.title.split(" ")[0]: (
            None if cell.view.pixels is None else int(cell.view.pixels[0, 0, 0])
        )
        for cell in view.images.grid.cells
    }


def test_the_panel_is_there_from_the_start_but_costs_nothing(
    open_window: Callable[..., MainWindow], child: Child
) -> None:
    panel = child(open_window(), "benchmarkPanel")
    assert not panel.isVisible()
    assert panel.children() == [panel.layout()]


def test_an_empty_panel_says_how_to_begin(open_benchmarks: Opened, child: Child) -> None:
    window = open_benchmarks()
    assert child(window, "benchmarkPanel").isVisible()
    assert child(window, "benchmarkEmpty").isVisible()
    assert "Choose a protocol" in child(window, "benchmarkEmpty").text()
    assert not child(window, "benchmarkStartButton").isEnabled()
    assert child(window, "benchmarkProtocol").currentText() == "celeba128-x8"
    assert child(window, "benchmarkButton").isChecked()
    child(window, "trainButton").click()
    assert not child(window, "benchmarkPanel").isVisible()
    assert not child(window, "benchmarkButton").isChecked()


def test_methods_that_do_not_fit_the_protocol_cannot_be_ticked(
    open_benchmarks: Opened, child: Child
) -> None:
    window = open_benchmarks()
    form, methods = window.benchmark.page.form, child(window, "benchmarkMethods")
    assert {"bicubic", "srcnn"} <= set(form.wanted_methods)
    child(window, "benchmarkProtocol").setCurrentText("celeba128-x4")
    texts = [methods.item(at).text() for at in range(methods.count())]
    srcnn = texts.index("srcnn – makes 128×128 of 16×16 px")
    assert not methods.item(srcnn).flags() & Qt.ItemFlag.ItemIsEnabled
    assert "srcnn" not in form.wanted_methods
    for at in range(methods.count()):
        if methods.item(at).flags() & Qt.ItemFlag.ItemIsEnabled:
            methods.item(at).setCheckState(Qt.CheckState.Unchecked)
    assert form.wanted_methods == ()
    assert "tick a method" in child(window, "benchmarkStartButton").toolTip()


def test_a_benchmark_is_shown_while_it_runs_and_when_it_is_done(
    qtbot: Any, open_benchmarks: Opened, child: Child, tmp_path: Path
) -> None:
    window = open_benchmarks()
    child(window, "benchmarkLimit").setValue(6)
    run = start(window, child, tmp_path, "quick")
    assert run.order.limit == 6
    proposed = Path(child(window, "benchmarkOut").text())
    assert proposed.parent == run.folder.parent
    assert proposed != run.folder
    assert run.order.methods == window.benchmark.page.form.wanted_methods
    qtbot.waitUntil(lambda: not run.status.alive, timeout=WORK_MS)
    assert child(window, "benchmarkStatus").text() == "finished"
    assert cells(child(window, "benchmarkTable"), 0) == [*fake.LABELS, "paper"]
    assert "LPIPS is not available" in child(window, "benchmarkTold").text()
    assert not child(window, "benchmarkCancelButton").isVisible()
    assert child(window, "benchmarkReportButton").isVisible()
    assert "finished" in window.banner.text.text()
    assert settings.benchmark_data(fake.PROTOCOL) == str(tmp_path / "quick")
    child(window, "benchmarkForgetButton").click()
    assert child(window, "benchmarkEmpty").isVisible()


def test_cancel_close_and_find_again(
    qtbot: Any, open_benchmarks: Opened, child: Child, tmp_path: Path
) -> None:
    window = open_benchmarks()
    run = start(window, child, tmp_path, "slow")
    qtbot.waitUntil(lambda: run.story.done >= 1, timeout=WORK_MS)
    qtbot.waitUntil(lambda: "1 running" in child(window, "benchmarkButton").text())
    assert "bicubic: " in child(window, "benchmarkTold").text()
    assert child(window, "benchmarkImageTable").model().rowCount() >= 1
    window.close()
    assert detached.is_running(run.pid, run.folder)  # it goes on without the window

    again = open_benchmarks()
    qtbot.waitUntil(lambda: bool(again.hub.benchmarks.runs), timeout=WORK_MS)
    (found,) = again.hub.benchmarks.runs
    assert found.status is BenchmarkStatus.RUNNING
    child(again, "benchmarkCancelButton").click()
    qtbot.waitUntil(lambda: not found.status.alive, timeout=WORK_MS)
    qtbot.waitUntil(lambda: child(again, "benchmarkStatus").text() == "cancelled")
    assert "nothing was written" in child(again, "benchmarkTold").text()


def test_a_failure_is_one_sentence_in_place(
    qtbot: Any, open_benchmarks: Opened, child: Child, tmp_path: Path
) -> None:
    window = open_benchmarks()
    run = start(window, child, tmp_path, "broken")
    qtbot.waitUntil(lambda: not run.status.alive, timeout=WORK_MS)
    told = child(window, "benchmarkTold")
    assert told.text() == "No picture fits the protocol; give faces of 128×128 px."
    assert told.property("level") == "error"
    assert child(window, "benchmarkStatus").text() == "failed"
    assert window.benchmark.page.view.none.text() == "There are no figures."
    assert not window.findChildren(QWidget, "benchmarkPlot"), "curves of nothing"


def test_what_cannot_be_started_or_opened_says_why_in_place(
    open_benchmarks: Opened, child: Child, tmp_path: Path
) -> None:
    window = open_benchmarks()
    child(window, "benchmarkData").setText(str(tmp_path / "gone"))
    child(window, "benchmarkStartButton").click()
    assert "there are no test pictures here" in child(window, "benchmarkError").text()
    window.benchmark.page.open_folder(tmp_path)
    assert "holds no benchmark" in child(window, "benchmarkError").text()
    assert window.hub.benchmarks.runs == []


def test_an_earlier_benchmark_is_dropped_and_missed_when_it_moves(
    open_benchmarks: Opened, child: Child, earlier: Path
) -> None:
    window = open_benchmarks()
    drop(window, earlier)
    assert child(window, "benchmarkStatus").text() == "finished"
    shutil.move(earlier, earlier.with_name("moved"))
    child(window, "trainButton").click()
    child(window, "benchmarkButton").click()
    assert child(window, "benchmarkStatus").text() == "folder moved"
    assert "open it where it is now" in child(window, "benchmarkTold").text()
    child(window, "benchmarkImagesButton").click()
    assert "not where it was" in window.benchmark.page.view.images.none.text()


def test_the_table_has_units_says_what_is_not_available_and_marks_the_best(
    open_benchmarks: Opened, child: Child, earlier: Path
) -> None:
    window = open_benchmarks()
    drop(window, earlier)
    table = child(window, "benchmarkTable")
    titles = columns(table)
    db, lpips = titles.index("PSNR RGB (dB)"), titles.index("LPIPS")
    assert cells(table, lpips) == ["not available"] * 4
    assert not table.isColumnHidden(lpips)
    assert table.isColumnHidden(titles.index("verification"))  # no row has it
    assert cells(table, db)[3] == "40.000"
    assert cells(table, 1) == ["measured", "measured", "released pictures", "published"]
    assert cells(table, 2) == ["6", "6", "5, 1 missing", "260"]
    bold = [font.bold() for font in cells(table, db, ROLE.FontRole)]
    assert bold == [False, False, True, False]  # published figures are of other pictures
    italic = [font.italic() for font in cells(table, db, ROLE.FontRole)]
    assert italic == [False, False, True, True]
    tones = [tone.name() for tone in cells(table, 0, ROLE.ForegroundRole)]
    assert len(set(tones)) == 3
    assert "A paper, table 1" in cells(table, 0, ROLE.ToolTipRole)[3]


def test_the_table_is_sorted_by_a_click(
    open_benchmarks: Opened, child: Child, earlier: Path
) -> None:
    window = open_benchmarks()
    drop(window, earlier)
    table = child(window, "benchmarkTable")
    titles = columns(table)
    click_title(table, titles.index("PSNR RGB (dB)"))
    assert cells(table, 0) == ["paper", "authors", "srcnn", "bicubic"]
    click_title(table, titles.index("PSNR RGB (dB)"))
    assert cells(table, 0) == ["bicubic", "srcnn", "authors", "paper"]
    click_title(table, titles.index("SSIM"))
    assert cells(table, 0) == ["authors", "srcnn", "bicubic", "paper"]
    click_title(table, titles.index("SSIM"))
    assert cells(table, 0) == ["bicubic", "srcnn", "authors", "paper"]  # nothing known: last


def test_curves_are_of_the_score_chosen(
    open_benchmarks: Opened, child: Child, earlier: Path
) -> None:
    window = open_benchmarks()
    drop(window, earlier)
    plot, score = child(window, "benchmarkPlot"), child(window, "benchmarkScore")
    offered = [score.itemText(at) for at in range(score.count())]
    assert {"PSNR RGB (dB)", "SSIM", "FSIM"} <= set(offered)
    assert "LPIPS" not in offered
    for title, key in (("PSNR RGB (dB)", "psnr_rgb"), ("SSIM", "ssim"), ("FSIM", "fsim")):
        score.setCurrentText(title)
        drawn = plot.listDataItems()
        assert len(drawn) == len(fake.LABELS)
        expected = sorted(fake.scores("srcnn", name)[key] for name in fake.NAMES)
        assert drawn[1].xData.tolist()[::2] == expected
        assert drawn[1].yData[0] == 100
        assert drawn[1].yData[-1] == 0
    shades = {item.opts["pen"].color().name() for item in plot.listDataItems()}
    assert len(shades) == len(fake.LABELS)
    image = plot.grab().toImage()
    seen = {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }
    assert shades <= seen


def test_pictures_are_sorted_worst_first_and_shown_side_by_side(
    open_benchmarks: Opened, child: Child, earlier: Path
) -> None:
    window = open_benchmarks()
    drop(window, earlier)
    child(window, "benchmarkImagesButton").click()
    table = child(window, "benchmarkImageTable")
    assert columns(table) == ["Picture", *fake.LABELS]
    assert cells(table, 3)[-1] == "not available"
    child(window, "benchmarkWorstButton").click()
    assert cells(table, 0)[0] == "face-3"
    results = {label: fake.shade(label, "face-3") for label in fake.LABELS}
    assert shown(window) == {"Truth": 30, "Input": 35, **results}
    click_title(table, 3)
    assert cells(table, 0)[-1] == "face-5"  # its score is not available
    click_row(table, 5)
    assert shown(window)["Truth"] == 50
    assert shown(window)["authors"] is None
    rows = child(window, "benchmarkTable")
    click_row(rows, 1)
    assert list(shown(window)) == ["Truth", "Input", "srcnn"]
    click_row(rows, 0, Qt.KeyboardModifier.ControlModifier)
    assert list(shown(window)) == ["Truth", "Input", "bicubic", "srcnn"]
    click_row(rows, 3)  # published: nothing of it can be shown
    assert list(shown(window)) == ["Truth", "Input", *fake.LABELS]


def test_viewers_share_zoom_and_pan_and_show_the_pixels(
    open_benchmarks: Opened, child: Child, earlier: Path
) -> None:
    window = open_benchmarks()
    drop(window, earlier)
    child(window, "benchmarkImagesButton").click()
    cells_ = window.benchmark.page.view.images.grid.cells
    first = cells_[0].view
    first.set_scale(2 * first.scale)
    assert {cell.view.look for cell in cells_} == {first.look}
    centre = cells_[2].view.rect().center()
    QTest.mouseMove(cells_[2].view, centre)
    level = fake.shade("bicubic", "face-0")
    assert cells_[2].view.grab().toImage().pixelColor(centre).red() == level
    child(window, "benchmarkFitButton").click()
    assert first.look.zoom == 1
    child(window, "benchmarkLinkButton").click()
    first.set_scale(2 * first.scale)
    assert cells_[1].view.look.zoom == 1


def test_without_pictures_the_reason_stands_in_their_place(
    open_benchmarks: Opened, child: Child, earlier: Path
) -> None:
    shutil.rmtree(earlier / "truth")
    window = open_benchmarks()
    drop(window, earlier)
    child(window, "benchmarkImagesButton").click()
    assert shown(window) == {}
    assert "without --save-images" in window.benchmark.page.view.images.none.text()


def test_both_themes_reach_the_panel(
    qtbot: Any, open_benchmarks: Opened, child: Child, earlier: Path
) -> None:
    window = open_benchmarks()
    drop(window, earlier)
    lightness, shades = [], []
    for name in ("light", "dark"):
        window.set_theme(name)
        qtbot.waitUntil(window.updatesEnabled)
        lightness.append(window.grab().toImage().pixelColor(900, 600).lightness())
        drawn = child(window, "benchmarkPlot").listDataItems()
        shades.append(drawn[0].opts["pen"].color().name())
    assert lightness[0] > 200
    assert lightness[1] < 80
    assert shades[0] != shades[1]
