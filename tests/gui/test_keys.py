"""The one table of keys: what the menus, the pages and the help make of it."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence

import fhgui
from fhgui.gui.keys import TABLE, Place, Shortcut, rows_at, shortcut, wish_of
from fhgui.gui.window import MainWindow

PORTABLE = QKeySequence.SequenceFormat.PortableText


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.place.name}-{row.wish}")
def test_every_key_is_one_that_qt_knows_and_says_what_it_does(row: Shortcut) -> None:
    for key in row.keys:
        assert QKeySequence(key).toString(PORTABLE) == key
        combination = QKeySequence(key)[0]
        pressed = QKeyEvent(
            QEvent.Type.KeyPress, combination.key().value, combination.keyboardModifiers()
        )
        assert wish_of(row.place, pressed) == row.wish
    assert row.does
    assert row.words


@pytest.mark.parametrize("place", Place, ids=lambda place: place.name)
def test_no_key_stands_for_two_wishes_at_one_place(place: Place) -> None:
    count = Counter(key for row in rows_at(place) for key in row.keys)
    assert [key for key, times in count.items() if times > 1] == []


def test_a_key_of_the_keypad_is_the_same_key() -> None:
    pad = Qt.KeyboardModifier.KeypadModifier
    plus = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Plus, pad)
    assert wish_of(Place.PICTURE, plus) == "zoom_in"


def test_the_menus_have_the_shortcuts_of_the_table_and_no_others(
    open_window: Callable[..., MainWindow], demo_png: Path, settle: Callable[[Any], None]
) -> None:
    window = open_window(demo_png)
    settle(window)
    given = Counter(
        key.toString(PORTABLE) for action in window.findChildren(QAction)
        for key in action.shortcuts() if not key.isEmpty()
    )  # fmt: skip
    assert given == Counter(key for row in rows_at(Place.WINDOW) for key in row.keys)
    assert shortcut("open") == "Ctrl+O"


def test_every_menu_shortcut_that_a_sentence_names_is_in_the_table() -> None:
    named = {
        (key, file.name)
        for file in Path(fhgui.__file__).parent.rglob("*.py")
        for key in re.findall(r"\((Ctrl\+[^()\s]+)\)", file.read_text("utf-8"))
    }
    known = {key for row in rows_at(Place.WINDOW) for key in row.keys}
    assert [found for found in sorted(named) if found[0] not in known] == []
    assert named
