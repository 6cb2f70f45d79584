"""Annotations and the line of a profile on real pixels: on which crop, run and stage they are."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from fhgui.alignment.similarity import apply, invert
from fhgui.core.annotation import AnnotationKind
from fhgui.gui.viewers.mark_painting import INK
from tests.helpers.comparing import EYES, Bench, is_drawn, is_painted
from tests.helpers.played_worker import Made


def test_an_annotation_is_drawn_worded_undone_and_kept(bench: Bench) -> None:
    session, view = bench.session, bench.cell(2)
    bench.click("trayMarks")
    bench.click("boxTool")
    before = view.grab().toImage()
    bench.drag(view, bench.at(view, 0.25, 0.25), bench.at(view, 0.75, 0.75))
    (mark,) = session.annotations.value
    result = session.exportable()[0]
    assert result.run is not None
    assert (mark.record, mark.stage) == (result.run.record.id, result.stages[-1].name)
    assert mark.kind is AnnotationKind.BOX
    assert np.abs(np.array((mark.start, mark.end)) - ((0.25, 0.25), (0.75, 0.75))).max() < 0.01
    words = bench.the("markWords")
    assert words.hasFocus()
    bench.qtbot.keyClicks(words, "left eye is two pixels")
    bench.qtbot.keyClick(words, Qt.Key.Key_Return)
    assert session.annotations.value[0].text == "left eye is two pixels"
    assert "left eye is two pixels" in bench.the("markList").item(0).text()
    assert is_painted(bench.seen(view, bench.at(view, 0.75, 0.5)), INK)
    assert not is_painted(bench.seen(bench.cell(3), bench.at(bench.cell(3), 0.75, 0.5)), INK)
    assert np.array_equal(view.pixels, result.stages[-1].pixels)
    assert "left eye" in str(session.casework.desk_json()["annotations"])
    session.undo()
    assert session.annotations.value[0].text == ""
    session.undo()
    assert session.annotations.value == ()
    assert view.grab().toImage() == before
    session.redo()
    session.redo()
    assert session.annotations.value[0].text == "left eye is two pixels"


def test_blinking_takes_the_marks_of_each_picture_along(bench: Bench) -> None:
    bench.click("trayMarks")
    bench.click("boxTool")
    bench.drag(
        bench.cell(2), bench.at(bench.cell(2), 0.25, 0.25), bench.at(bench.cell(2), 0.75, 0.75)
    )
    bench.click("blinkButton")
    (cell,) = bench.view.single.cells
    marked = []
    for number in (2, 3, 2):
        bench.view.show_number(number)
        (cell,) = bench.view.single.cells
        marked.append(is_drawn(bench, cell.view, bench.at(cell.view, 0.75, 0.5), INK))
    assert marked == [True, False, True]
    bench.view.blink_next()
    assert not is_drawn(bench, cell.view, bench.at(cell.view, 0.75, 0.5), INK)


def test_annotations_without_a_mouse(bench: Bench) -> None:
    session = bench.session
    bench.click("trayMarks")
    marks = bench.the("markList")
    bench.qtbot.keyClick(marks, Qt.Key.Key_Insert)
    (first,) = session.annotations.value
    assert first.kind is AnnotationKind.ARROW
    marks.setFocus()
    for _ in range(3):
        bench.qtbot.keyClick(marks, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert session.annotations.value[0].start[0] == pytest.approx(first.start[0] + 0.03)
    session.undo()
    assert session.annotations.value[0] == first
    bench.qtbot.keyClick(marks, Qt.Key.Key_Delete)
    assert session.annotations.value == ()
    session.undo()
    assert session.annotations.value == (first,)


def test_a_slip_of_the_hand_is_no_arrow(bench: Bench) -> None:
    bench.click("trayMarks")
    bench.click("arrowTool")
    view = bench.cell(2)
    at = bench.at(view, 0.5, 0.5)
    bench.drag(view, at, at)
    assert bench.session.annotations.value == ()


def test_an_annotation_on_the_input_belongs_to_the_selected_run(bench: Bench) -> None:
    bench.click("trayMarks")
    bench.click("textTool")
    view = bench.cell(1)
    bench.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=bench.at(view, 0.4, 0.6).toPoint())
    (mark,) = bench.session.annotations.value
    selected = bench.session.selected
    assert selected is not None
    assert selected.run is not None
    assert (mark.record, mark.stage) == (selected.run.record.id, "input")
    assert mark.start == mark.end


def test_what_is_drawn_belongs_to_the_crop_it_was_drawn_on(
    qtbot: Any, compared_source: Path, compared_made: Made
) -> None:
    at = Bench(qtbot, compared_source, compared_made)
    at.worker.enhance("csrip", points=EYES)  # takes in another part of the frame
    session = at.session
    first, other = session.exportable()[0], session.exportable()[-1]
    assert first.face is not None
    assert other.face is not None
    session.select(1, other.job)
    at.click("trayMarks")
    at.click("textTool")
    view = at.cell(1)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.at(view, 0.4, 0.6).toPoint())
    (mark,) = session.annotations.value
    assert first.run is not None
    assert other.run is not None
    assert mark.record != other.run.record.id  # the input shown is not what it took in
    assert mark.record in {r.run.record.id for r in session.exportable() if r.run is not None}
    session.annotations.add(replace(mark, record=other.run.record.id))
    assert len(view._marks) == 1  # its place on this input would be another

    at.click("trayProfile")
    at.drag(view, at.at(view, 0.2, 0.5), at.at(view, 0.8, 0.5))
    line = np.array(session.view.profile)
    own = at.view.pictures[0]
    there = next(p for p in at.view.pictures if p.job == other.job)
    assert own.grid is not None
    assert there.grid is not None
    on_frame = [
        apply(invert(grid.matrix), shares * np.array(grid.size_hw[::-1]) - 0.5)
        for grid, shares in ((own.grid, line), (there.grid, np.array(at.cell(4)._line)))
    ]
    assert np.abs(on_frame[0] - on_frame[1]).max() < 1e-6
    at.window.close()


def test_words_that_are_being_typed_are_not_lost(bench: Bench) -> None:
    session, view = bench.session, bench.cell(2)
    bench.click("trayMarks")
    bench.click("boxTool")
    bench.drag(view, bench.at(view, 0.2, 0.2), bench.at(view, 0.4, 0.4))
    words = bench.the("markWords")
    bench.qtbot.keyClicks(words, "a scar")
    session.results_changed.emit()  # a run ended beside it
    assert words.text() == "a scar"
    bench.drag(view, bench.at(view, 0.6, 0.6), bench.at(view, 0.8, 0.8))
    assert [mark.text for mark in session.annotations.value] == ["a scar", ""]
    assert words.text() == ""


def test_on_a_wipe_annotations_belong_to_the_right_picture(bench: Bench) -> None:
    session, wipe = bench.session, bench.view.wipe
    bench.click("wipeButton")
    bench.click("trayMarks")
    bench.click("arrowTool")
    bench.drag(wipe, bench.at(wipe, 0.1, 0.4), bench.at(wipe, 0.3, 0.6))
    assert session.annotations.value == ()
    assert "right of the edge" in session.log[-1].text
    bench.drag(wipe, bench.at(wipe, 0.7, 0.4), bench.at(wipe, 0.9, 0.6))
    assert len(session.annotations.value) == 1
