"""The whole job without a mouse: from the file to the record, by keys alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QSpinBox, QWidget

from fhgui.core.face import Box
from fhgui.gui.dialogs.export import ExportDialog
from fhgui.gui.help.help_window import HelpWindow
from fhgui.gui.window import MainWindow
from fhgui.imaging.resize import imresize
from fhgui.provenance.labelling import recorded_pixels
from fhgui.session.viewing import CompareMode, Step

WORK_MS = 60_000
MOST_TABS = 80
Key, Held = Qt.Key, Qt.KeyboardModifier


class Typist:
    """Presses keys where the focus is, as an analyst without a mouse does."""

    def __init__(self, qtbot: Any, window: MainWindow) -> None:
        self.qtbot, self.window, self.session = qtbot, window, window.session

    @property
    def focus(self) -> QWidget:
        return QApplication.focusWidget() or QApplication.activeWindow() or self.window

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Held.NoModifier) -> None:
        self.qtbot.keyClick(self.focus, key, held)

    def type(self, text: str) -> None:
        self.press(Key.Key_A, Held.ControlModifier)
        self.qtbot.keyClicks(self.focus, text)

    def tab_to(self, name: str) -> QWidget:
        """Press Tab until a control has the focus."""
        for _ in range(MOST_TABS):
            if self.focus.objectName() == name:
                return self.focus
            self.press(Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {name}")

    def come_back(self, dialog: QWidget | None = None) -> None:
        """Make the window or its dialog the active one, which is the window manager's part."""
        wanted = dialog or self.window
        wanted.activateWindow()
        self.wait(wanted.isActiveWindow)

    def wait(self, done: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(done, timeout=WORK_MS)


def test_from_the_file_to_the_record_by_keys_alone(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
    tmp_path: Path,
) -> None:
    window = open_window()
    at = Typist(qtbot, window)
    at.come_back()

    at.press(Key.Key_O, Held.ControlModifier)
    dialog = window.findChild(QFileDialog, "openDialog")
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    at.wait(lambda: at.focus is field)
    at.type(str(demo_png))
    at.press(Key.Key_Return)
    settle(window)
    at.come_back()

    at.press(Key.Key_F3)
    assert at.session.view.step is Step.CROP
    for name, value in zip("XYWH", (146, 66, 52, 60), strict=True):
        spin = at.tab_to(f"crop{name}")
        assert isinstance(spin, QSpinBox)
        at.type(str(value))
        at.press(Key.Key_Return)
    assert at.session.marking.box == Box(146, 66, 52, 60)

    at.press(Key.Key_F4)
    at.press(Key.Key_L, Held.ControlModifier)
    at.wait(lambda: not at.session.busy)
    found = at.session.marking.points
    assert found is not None
    at.wait(lambda: at.focus is window.landmarks.view)
    at.press(Key.Key_Period)
    at.press(Key.Key_Right, Held.ShiftModifier)
    moved = at.session.marking.points
    assert moved is not None
    chosen = window.landmarks.view.chosen
    assert chosen is not None
    assert moved[chosen][0] == pytest.approx(found[chosen][0] + 1)
    at.press(Key.Key_Z, Held.ControlModifier)
    assert at.session.marking.points == found

    at.press(Key.Key_F5)
    at.tab_to("methodList")
    choose_only(at, "bicubic")
    at.press(Key.Key_R, Held.ControlModifier)
    at.wait(lambda: not at.session.busy)
    assert at.session.view.step is Step.COMPARE

    at.wait(window.compare.isVisible)
    at.press(Key.Key_F6)
    for key, mode in ((Key.Key_W, CompareMode.WIPE), (Key.Key_G, CompareMode.GRID)):
        at.press(key)
        assert at.session.view.mode is mode

    at.press(Key.Key_E, Held.ControlModifier)
    at.come_back(window.findChild(ExportDialog))
    at.tab_to("exportFolder")
    at.type(str(tmp_path / "out"))
    at.tab_to("exportRepeat")
    at.press(Key.Key_Space)
    at.tab_to("exportOkButton")
    at.press(Key.Key_Space)
    at.wait(lambda: not at.session.busy)
    check_export(tmp_path / "out", found)


def choose_only(at: Typist, method: str) -> None:
    """Tick one method of the list and no other."""
    items = at.window.enhance.methods
    at.press(Key.Key_Home)
    for row in range(items.count()):
        item = items.item(row)
        wanted = item.data(Qt.ItemDataRole.UserRole) == method
        if wanted != (item.checkState() is Qt.CheckState.Checked):
            at.press(Key.Key_Space)
        at.press(Key.Key_Down)
    assert at.session.methods == (method,)


def check_export(folder: Path, points: Any) -> None:
    record = json.loads((folder / "record.json").read_text())
    assert record["outcome"] == "completed"
    assert record["method"] == "bicubic"
    assert np.allclose(record["alignment"]["landmarks"], points)
    with Image.open(folder / "input.png") as image:
        given = np.asarray(image.convert("RGB"))
    with Image.open(folder / "result-credentialed.png") as image:
        result = recorded_pixels(np.asarray(image.convert("RGB")), 128, 128)
    assert result is not None
    assert np.array_equal(result, imresize(given, (128, 128)))


def test_help_is_about_what_is_shown(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> None:
    window = open_window()
    at = Typist(qtbot, window)
    assert window.helping.topic == "start"
    window.open_all([str(demo_png)])
    settle(window)
    for key, topic, title in (
        (Key.Key_F3, "crop", "Mark the face"),
        (Key.Key_F4, "align", "Align"),
    ):
        at.qtbot.keyClick(window, key)
        assert window.helping.topic == topic
        window.helping.show()
        help_window = window.findChild(HelpWindow)
        assert help_window.text.toPlainText().startswith(title)
    window.show_page(window.models)
    assert window.helping.topic == "models"
    help_window.search.setText("flicker template")
    names = [help_window.list.item(n).text() for n in range(help_window.list.count())]
    assert names == ["Align"]
    help_window.search.setText("no such words")
    assert help_window.none.isVisible()
    help_window.show_topic("keys")
    assert "Ctrl Shift S" in help_window.text.toPlainText()
    help_window.close()


def test_ctrl_tab_goes_round_the_parts_of_the_window(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    demo_png: Path,
) -> None:
    window = open_window(demo_png)
    settle(window)
    window.navigator.tree.setFocus()
    seen = []
    for _ in range(4):
        window.areas.go(1)
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus.objectName())
    assert seen == ["frameView", "methodList", "stepFrame", "navigator"]
    window.areas.go(-1)
    assert QApplication.focusWidget() is window.steps.buttons[Step.FRAME]
