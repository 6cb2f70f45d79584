"""Marks, names, notes and deletions: undone with everything else, told to the log."""

from pathlib import Path

import pytest

from fhgui.core.face import Box
from fhgui.session import messages as m
from fhgui.session.desk import Desk, desk_json, read_desk
from fhgui.session.item_keys import source_key
from fhgui.session.marking import Marking
from fhgui.session.note_entries import entries_between
from fhgui.session.notes import MarkedFrame, Notes
from fhgui.session.session import Session
from fhgui.session.viewing import Step

FILM, OTHER = Path("/e/film.mp4"), Path("/e/other.png")


@pytest.fixture
def session() -> Session:
    made = Session(lambda command: None)
    for path in (OTHER, FILM):
        made.open(path).count = 100
    return made


def test_a_frame_is_marked_named_and_found_again(session: Session) -> None:
    for index in (7, 40, 90):
        session.seek(index)
        session.notes.toggle_mark()
    session.seek(50)
    session.notes.next_mark(-1)
    assert session.current is not None
    assert session.current.frame_index == 40
    session.notes.next_mark(1)
    assert session.current.frame_index == 90
    session.notes.next_mark(1)
    assert session.current.frame_index == 90
    session.notes.label_mark(MarkedFrame(str(FILM), 40), "  exit\n door ")
    assert session.notes.mark_at(FILM, 40) == MarkedFrame(str(FILM), 40, "exit door")
    session.notes.toggle_mark()
    assert [mark.frame_index for mark in session.notes.marks_of(FILM)] == [7, 40]
    assert session.notes.marks_of(OTHER) == ()


def test_one_undo_takes_back_whatever_came_last(session: Session) -> None:
    session.notes.toggle_mark()
    session.mark("crop", Marking(box=Box(1, 2, 30, 30)))
    session.notes.rename(source_key(FILM), "Door", "film.mp4")
    assert session.undoing.undo_label == "name of film.mp4"
    session.undo()
    assert session.notes.value.names == {}
    session.undo()
    assert session.marking == Marking()
    session.undo()
    assert session.notes.value == Notes()
    for _ in range(3):
        session.redo()
    assert session.notes.value.names == {source_key(FILM): "Door"}
    assert session.marking.box == Box(1, 2, 30, 30)
    assert len(session.notes.value.marks) == 1


def test_a_note_typed_in_a_row_is_one_step(session: Session) -> None:
    key = source_key(FILM)
    for text in ("d", "da", "dark"):
        session.notes.write(key, text, "film.mp4")
    assert session.notes.value.texts == {key: "dark"}
    session.undo()
    assert session.notes.value.texts == {}
    session.notes.write(key, "  \n", "film.mp4")
    assert session.notes.value == Notes()


def test_a_deleted_source_comes_back_where_it_was(session: Session) -> None:
    session.go_to(session.works[0])
    session.mark("crop", Marking(box=Box(1, 2, 30, 30)))
    session.notes.delete(source_key(OTHER), "other.png")
    assert [work.path for work in session.works] == [FILM]
    assert session.current is session.works[0]
    session.notes.delete(source_key(FILM), "film.mp4")
    assert session.works == []
    assert session.current is None
    assert session.view.step is Step.OPEN
    session.undo()
    assert [work.path for work in session.works] == [FILM]
    again = session.open(OTHER)  # opening it restores it, with all that was marked
    assert [work.path for work in session.works] == [OTHER, FILM]
    assert again.markings.value.box == Box(1, 2, 30, 30)
    assert session.notes.value.deleted == {}


def test_an_empty_or_the_given_name_takes_the_name_away(session: Session) -> None:
    key = source_key(FILM)
    for taking in ("", "  ", "film.mp4"):
        session.notes.rename(key, "Door", "film.mp4")
        session.notes.rename(key, taking, "film.mp4")
        assert session.notes.value.names == {}


def test_notes_are_kept_with_the_desk() -> None:
    mark = MarkedFrame("/e/film.mp4", 3, "door")
    notes = Notes((mark,), {"source:/e/a": "A"}, {"source:/e/a": "dark"}, {"source:/e/b": "b"})
    assert read_desk(desk_json(Desk(notes=notes))).notes == notes


def test_the_log_is_told_what_changed_and_nothing_else() -> None:
    mark, other = MarkedFrame("/f", 3), MarkedFrame("/f", 9)
    old = Notes((mark, other), {"a": "A"}, {"a": "old"}, {"x": "X"})
    named = MarkedFrame("/f", 3, "door")
    new = Notes((named,), {"a": "A"}, {"a": "new"}, {"y": "Y"})
    assert entries_between(old, new) == (
        m.LogEntry("frame marked", "/f", {"frame": 3, "label": "door"}),
        m.LogEntry("frame unmarked", "/f", {"frame": 9}),
        m.LogEntry("note written", "a", {"text": "new"}),
        m.LogEntry("item deleted from the desk", "y", {"called": "Y"}),
        m.LogEntry("item restored", "x", {"called": "X"}),
    )
    assert entries_between(new, new) == ()
