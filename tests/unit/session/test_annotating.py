"""Annotations of a case: each step can be undone, together with all else, and they come back."""

from dataclasses import replace
from pathlib import Path

import pytest

from fhgui.core.annotation import MOST_ON_A_RUN, Annotation, AnnotationKind
from fhgui.session.annotating import AnnotationBook, new_annotation, on_face
from fhgui.session.desk import desk_json, desk_of, read_desk
from fhgui.session.session import Session
from tests.helpers.played_worker import PlayedWorker

EYES = ((150.25, 120.0), (163.0, 121.5))
ARROW = Annotation("r", "bicubic", AnnotationKind.ARROW, (0.1, 0.2), (0.3, 0.4))


def test_every_change_can_be_taken_back_and_done_again() -> None:
    book = AnnotationBook()
    told: list[int] = []
    book.changed.connect(lambda: told.append(len(book.value)))
    book.add(ARROW)
    book.say(0, "  scar? ")
    book.move(0, (0.5, 0.5), (1.7, -3.0))
    book.remove(0)
    states = [()]
    while book.history.undo():
        states.append(book.value)
    moved = replace(ARROW, text="scar?", start=(0.5, 0.5), end=(1.0, 0.0))
    assert states == [(), (moved,), (replace(ARROW, text="scar?"),), (ARROW,), ()]
    assert told == [1, 1, 1, 0]
    while book.history.redo():
        pass
    assert book.value == ()


def test_moves_in_a_row_are_one_step() -> None:
    book = AnnotationBook()
    book.add(ARROW)
    for step in range(1, 6):
        book.move(0, (0.1 + step / 100, 0.2), ARROW.end, merge="nudge 0")
    assert book.value[0].start[0] == pytest.approx(0.15)
    book.history.undo()
    assert book.value == (ARROW,)


def test_a_run_takes_so_many_and_no_more() -> None:
    book = AnnotationBook()
    for _ in range(MOST_ON_A_RUN + 5):
        book.add(ARROW)
    book.add(replace(ARROW, record="another"))
    assert len(book.value) == MOST_ON_A_RUN + 1


def test_an_annotation_belongs_to_a_filed_run_and_is_undone_with_the_points(
    demo_png: Path,
) -> None:
    worker = PlayedWorker(demo_png)
    worker.enhance("bicubic", points=EYES)
    session, face = worker.session, worker.work.active_face
    assert face is not None
    (result,) = face.results
    made = new_annotation(AnnotationKind.TEXT, result, "input", (0.5, 2.0), (0, 0), "nose")
    assert made is not None
    assert result.run is not None
    assert (made.record, made.start, made.end) == (result.run.record.id, (0.5, 1.0), (0.5, 1.0))
    assert (
        new_annotation(AnnotationKind.BOX, replace(result, run=None), "x", (0, 0), (1, 1)) is None
    )
    session.annotations.add(made)
    assert on_face(session.annotations.value, face) == ((0, made),)
    session.mark("points", session.marking.with_points(((1.0, 1.0), (9.0, 1.0))))
    session.undo()
    assert session.annotations.value == (made,)
    session.undo()
    assert session.annotations.value == ()
    session.redo()
    assert session.annotations.value == (made,)


def test_the_desk_of_a_case_keeps_them() -> None:
    desk = replace(desk_of([], None), annotations=(ARROW, replace(ARROW, text="“ü” →")))
    assert read_desk(desk_json(desk)) == desk


def test_an_annotation_is_something_to_save() -> None:
    session = Session(lambda command: None)
    session.annotations.add(ARROW)
    assert "bicubic" in str(session.casework.desk_json()["annotations"])
    session.undo()
    assert session.casework.desk_json()["annotations"] == []
