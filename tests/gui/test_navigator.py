"""The tree of the case on real frames: thumbnails, names, notes, deletions, and what is kept."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QLineEdit, QTreeWidgetItem

from fhgui.core.face import Box
from fhgui.gui.panels.navigator_delegate import ROW_ROLE
from fhgui.gui.panels.navigator_rows import Kind, Row
from fhgui.gui.window import MainWindow
from fhgui.provenance.case_file import filed_runs
from fhgui.provenance.custody import read_entries
from fhgui.session.viewing import Step

WORK_MS = 120_000


@pytest.fixture
def clip(data_dir: Path, tmp_path: Path) -> Path:
    """Return a copy of a real surveillance clip."""
    source = data_dir / "cctv" / "clip_fi054.mp4"
    if not source.is_file():
        pytest.skip(f"no {source}")
    return Path(shutil.copy(source, tmp_path / "door camera.mp4"))


@pytest.fixture
def still(data_dir: Path, tmp_path: Path) -> Path:
    """Return a copy of a real surveillance picture with a face in it."""
    source = data_dir / "cctv" / "whu_near_01.jpg"
    if not source.is_file():
        pytest.skip(f"no {source}")
    return Path(shutil.copy(source, tmp_path / "near.jpg"))


def items(window: MainWindow) -> Iterator[tuple[QTreeWidgetItem, Row]]:
    window.navigator.catch_up()
    for item in window.navigator.tree.all_items():
        yield item, item.data(0, ROW_ROLE)


def rows(window: MainWindow, kind: Kind) -> list[Row]:
    return [row for _, row in items(window) if row.kind is kind]


def choose(window: MainWindow, kind: Kind, title: str = "") -> Row:
    """Make a row current, as a click would."""
    item, row = next((i, r) for i, r in items(window) if r.kind is kind and title in (r.title, ""))
    window.navigator.tree.setCurrentItem(item)
    return row


def middle_of(image: QImage) -> tuple[int, int, int]:
    colour = image.pixelColor(image.width() // 2, image.height() // 2)
    return colour.red(), colour.green(), colour.blue()


def run_bicubic(qtbot: Any, window: MainWindow, box: Box) -> None:
    session = window.session
    session.mark("crop", session.marking.with_box(box))
    session.choose_methods(("bicubic",))
    session.run(reason="test")
    qtbot.waitUntil(lambda: not session.busy, timeout=WORK_MS)


def test_every_source_of_a_dropped_folder_has_its_picture_without_being_looked_at(
    qtbot: Any, open_window: Callable[..., MainWindow], clip: Path, still: Path
) -> None:
    window = open_window()
    qtbot.waitExposed(window)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(clip.parent))])
    left, free = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    window.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), copy, mime, left, free))
    sheet = window.dropping.sheet
    assert sheet.isVisible()
    assert sheet.text == f"Open every picture and video in {clip.parent.name}"
    window.dropEvent(QDropEvent(QPoint(9, 9), copy, mime, left, free))
    assert not sheet.isVisible()
    session = window.session
    qtbot.waitUntil(lambda: len(session.works) == 2, timeout=WORK_MS)

    def pictured() -> bool:
        found = rows(window, Kind.SOURCE)
        return len(found) == 2 and all(row.picture is not None for row in found)

    qtbot.waitUntil(pictured, timeout=WORK_MS)
    assert [work.path for work in session.works] == [clip, still]
    assert session.current is session.works[0]
    with Image.open(still) as opened:
        whole = np.asarray(opened.convert("RGB"))
    glimpse = session.glimpses.get(still, 0)
    assert glimpse is not None
    step = max(whole.shape[:2]) // 160
    assert (
        np.abs(glimpse[5, 7] - whole[5 * step : 6 * step, 7 * step : 8 * step].mean((0, 1))).max()
        < 1
    )
    item = next(i for i, row in items(window) if row.title == "near.jpg")
    shown = item.data(0, Qt.ItemDataRole.DecorationRole).toImage()
    h, w = glimpse.shape[:2]
    assert np.abs(np.subtract(middle_of(shown), glimpse[h // 2, w // 2])).max() < 40


def test_names_notes_and_deletions_are_undone_kept_and_entered_in_the_log(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    child: Callable[..., Any],
    clip: Path,
    tmp_path: Path,
) -> None:
    window = open_window(clip)
    settle(window)
    session, navigator = window.session, window.navigator
    session.casework.save_as(tmp_path / "Robbery 7")
    case = tmp_path / "Robbery 7.fhcase"
    qtbot.waitUntil(lambda: session.case == case, timeout=WORK_MS)
    session.seek(20)
    settle(window)
    session.notes.toggle_mark()
    run_bicubic(qtbot, window, Box(100, 60, 60, 60))
    choose(window, Kind.RESULT)
    navigator.rename()
    field = navigator.tree.findChild(QLineEdit, "renameField")
    assert field is not None
    assert field.text() == "bicubic"
    field.setText("Man at the door")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    def titles() -> list[str]:
        return [row.title for row in rows(window, Kind.RESULT)]

    qtbot.waitUntil(lambda: titles() == ["Man at the door"], timeout=WORK_MS)
    assert rows(window, Kind.RESULT)[0].picture is not None
    navigator.note.field.setPlainText("left eye in shadow")
    navigator.note.write()
    choose(window, Kind.MARK)
    navigator.tree.setFocus()
    qtbot.keyClick(navigator.tree, Qt.Key.Key_Delete)
    assert rows(window, Kind.MARK) == []
    session.undo()
    assert [row.number for row in rows(window, Kind.MARK)] == [20]
    choose(window, Kind.RESULT)
    qtbot.keyClick(navigator.tree, Qt.Key.Key_Delete)
    assert rows(window, Kind.RESULT) == []
    assert session.view.step is Step.FRAME
    assert "its record stays in the case" in child(window, "bannerText").text()
    assert [row.title for row in rows(window, Kind.DELETED)] == ["Man at the door"]
    qtbot.waitUntil(lambda: not session.casework.unsaved, timeout=WORK_MS)
    assert window.navigator.head.title.text() == "Robbery 7"
    assert "saved" in window.navigator.head.facts.text()
    window.close()
    told = [(e.what, dict(e.details)) for e in read_entries(case / "log.jsonl")]
    assert ("note written", {"text": "left eye in shadow"}) in told
    assert ("item named", {"name": "Man at the door"}) in told
    assert ("item deleted from the desk", {"called": "Man at the door"}) in told
    assert len(filed_runs(case)) == 1

    again = open_window(case)
    qtbot.waitUntil(lambda: bool(rows(again, Kind.DELETED)), timeout=WORK_MS)
    assert rows(again, Kind.RESULT) == []
    assert [row.number for row in rows(again, Kind.MARK)] == [20]
    choose(again, Kind.DELETED)
    again.navigator.go()
    (result,) = rows(again, Kind.RESULT)
    assert (result.title, result.note) == ("Man at the door", "left eye in shadow")
    settle(again)


def test_a_click_on_a_row_goes_there_and_keys_of_the_tree_are_its_own(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    clip: Path,
    still: Path,
) -> None:
    window = open_window(clip, still)
    settle(window)
    session, tree = window.session, window.navigator.tree
    run_bicubic(qtbot, window, Box(150, 40, 60, 60))
    session.mark("crop", session.marking.with_box(Box(10, 10, 40, 40)))
    assert [row.second for row in rows(window, Kind.CROP)] == ["40×40 px · not enhanced yet"]
    choose(window, Kind.SOURCE, clip.name)
    window.activateWindow()
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert session.current is session.works[0]
    settle(window)
    session.seek(11)
    settle(window)
    session.notes.toggle_mark()
    session.seek(3)
    choose(window, Kind.MARK)
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert session.works[0].frame_index == 11
    choose(window, Kind.FACE)
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert session.current is session.works[1]
    assert window.pages.currentWidget() is window.results
    row = choose(window, Kind.SOURCE, clip.name)
    texts = [a.text().partition("\t")[0] for a in window.navigator.menu(row).actions()]
    wanted = ["Go there", "Rename …", "Note …", "Copy SHA-256", "Show in its folder", "Delete"]
    assert [t for t in texts if t in wanted] == wanted
    spoken = [item.data(0, Qt.ItemDataRole.AccessibleTextRole) for item, _ in items(window)]
    assert any(words.startswith("marked frame, Frame 11, marked") for words in spoken)
