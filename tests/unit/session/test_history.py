"""Undo and redo as laws."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fhgui.session.history import History
from fhgui.session.undoing import UndoGroup

steps = st.lists(st.one_of(st.integers(), st.just("undo"), st.just("redo")), max_size=40)


def after(moves: list[int | str]) -> History[int]:
    history = History(0)
    for move in moves:
        if move == "undo":
            history.undo()
        elif move == "redo":
            history.redo()
        else:
            history.do("set", int(move))
    return history


@given(steps, st.integers())
def test_undo_takes_back_the_last_change_and_redo_does_it_again(
    moves: list[int | str], value: int
) -> None:
    history = after(moves)
    before = history.value
    changed = history.do("set", value)
    assert changed is (value != before)
    assert history.value == value
    if changed:
        assert history.undo()
        assert history.value == before
        assert history.redo()
        assert history.value == value


@given(st.lists(st.integers(), max_size=20))
def test_undoing_everything_leads_back_to_the_start_and_redoing_to_the_end(
    values: list[int],
) -> None:
    history = after(list(values))
    end = history.value
    count = 0
    while history.undo():
        count += 1
    assert history.value == 0
    assert history.undo_label == ""
    for _ in range(count):
        assert history.redo()
    assert history.value == end
    assert history.redo_label == ""


@given(steps, st.integers())
def test_a_new_change_forgets_what_could_be_redone(moves: list[int | str], value: int) -> None:
    history = after(moves)
    if history.do("set", value):
        assert not history.redo()


@given(st.lists(st.integers(), min_size=1, max_size=20))
def test_changes_with_one_key_are_one_step(values: list[int]) -> None:
    history = History(-1)
    history.do("first", -2)
    for value in values:
        history.do("drag", value, merge="drag-1")
    history.undo()
    assert history.value in (-2, -1)
    assert history.value == (-2 if any(v != -2 for v in values) else -1)


def test_no_more_steps_are_kept_than_asked_for() -> None:
    history = History(0, limit=3)
    for value in range(1, 10):
        history.do("set", value)
    while history.undo():
        pass
    assert history.value == 6


def test_one_undo_takes_back_the_newest_step_of_any_history() -> None:
    crops, scales = History(0), History("")
    group = UndoGroup(lambda: (crops, scales))
    steps: tuple[tuple[History[Any], Any], ...] = ((crops, 1), (scales, "a"), (crops, 2))
    for history, value in steps:
        history.do(f"to {value}", value)
        group.did(history)
    seen = []
    while group.undo():
        seen.append((crops.value, scales.value))
    assert seen == [(1, "a"), (1, ""), (0, "")]
    assert group.redo_label == "to 1"
    assert group.redo()
    assert group.redo()
    assert (crops.value, scales.value, group.redo_label) == (1, "a", "to 2")


def test_a_new_step_of_one_history_forgets_what_the_others_could_redo() -> None:
    crops, scales = History(0), History("")
    group = UndoGroup(lambda: (crops, scales))
    crops.do("to 1", 1)
    group.undo()
    scales.do("to a", "a")
    group.did(scales)
    assert group.redo_label == ""
    assert not group.redo()
    assert (crops.value, scales.value) == (0, "a")


def test_steps_in_a_row_are_one_but_not_across_a_step_of_another_history() -> None:
    notes, crops = History(""), History(0)
    group = UndoGroup(lambda: (notes, crops))
    for text in ("a", "ab"):
        assert notes.do("note", text, merge="note")
    assert crops.do("crop", 1)
    for text in ("abc", "abcd"):
        assert notes.do("note", text, merge="note")
    values = []
    while group.undo():
        values.append((notes.value, crops.value))
    assert values == [("ab", 1), ("ab", 0), ("", 0)]
