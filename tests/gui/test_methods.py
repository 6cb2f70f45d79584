"""Methods by their cards: forms, presets, the queue, cancel of one, reuse, down to the records."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from fhgui.core.face import Box
from fhgui.gui.dialogs.method_settings import OTHER, SettingsDialog
from fhgui.gui.panels.config_form import ConfigForm
from fhgui.gui.window import MainWindow
from fhgui.methods import registry
from fhgui.session.results import Status

WORK_MS = 120_000


@pytest.fixture
def at_work(
    open_window: Callable[..., MainWindow], settle: Callable[[MainWindow], None], demo_png: Path
) -> MainWindow:
    """Return a window with a face marked by its crop."""
    window = open_window(demo_png)
    settle(window)
    session = window.session
    session.mark("crop", session.marking.with_box(Box(166, 60, 52, 52)))
    return window


@pytest.fixture
def form(qapp: QApplication) -> Iterator[Callable[[str], ConfigForm]]:
    made: list[ConfigForm] = []

    def of(method: str) -> ConfigForm:
        made.append(ConfigForm(method))
        return made[-1]

    yield of
    for each in made:
        each.deleteLater()


def records(window: MainWindow) -> list[dict[str, Any]]:
    case = window.session.case
    assert case is not None
    return [json.loads(p.read_text()) for p in sorted((case / "records").glob("*.json"))]


def wait_for_runs(qtbot: Any, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.session.busy, timeout=WORK_MS)


def click(qtbot: Any, widget: Any) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("method", registry.method_ids())
def test_a_form_gives_back_what_it_was_given(
    form: Callable[[str], ConfigForm], method: str
) -> None:
    made = form(method)
    config = registry.default_config(method)
    assert registry.make_config(method, made.values()) == config
    for preset in registry.info(method).presets:
        made.set_values(dict(preset.values))
        expected = registry.make_config(method, dict(preset.values))
        assert registry.make_config(method, made.values()) == expected
    for setting in registry.settings_of(method):
        widget = made.editors[setting.name].widget
        assert widget.accessibleName() == setting.title
        assert widget.accessibleDescription()


def test_a_form_shows_range_help_and_what_differs(form: Callable[[str], ConfigForm]) -> None:
    made = form("dcnn_mnce")
    layers: Any = made.editors["layers"].widget
    assert (layers.minimum(), layers.maximum()) == (0, 3)
    prior: Any = made.editors["prior"].widget
    assert [prior.itemText(n) for n in range(prior.count())] == ["faces", "natural"]
    shown = [label.text() for label in made.findChildren(QLabel)]
    assert any("K of Eq. 6" in text and "Default: 600" in text for text in shown)
    ridge = made.editors["ridge"]
    assert ridge.read() == 1e-6
    made.set_values({"ridge": 3.5e-9, "layers": 1})
    assert ridge.read() == 3.5e-9  # a spin box alone would round it
    titles = [label.text() for label in made.findChildren(QLabel) if label.text().endswith("•")]
    assert sorted(titles) == ["Layers •", "Ridge •"]


def test_cards_say_what_is_wanted_and_whether_the_crop_suits(at_work: MainWindow) -> None:
    cards = at_work.enhance.methods.cards
    session = at_work.session
    assert "%" in cards["bicubic"].fit.text()
    session.mark("crop", session.marking.with_box(Box(180, 80, 18, 18)))
    assert cards["bicubic"].fit.text() == "points wanted"
    session.mark("points", session.marking.with_points(((186.0, 86.0), (191.0, 86.0))))
    assert cards["bicubic"].fit.text() == "suits this crop"
    assert cards["dcnn_mnce_x4"].fit.text() != "suits this crop"
    cards["lcr"].toggle_details()
    text = " ".join(label.text() for label in cards["lcr"].findChildren(QLabel))
    for words in ("Jiang", "16×16 px", "celeba128", "gallery"):
        assert words in text


def test_settings_from_the_dialog_reach_the_record_and_are_undone(
    qtbot: Any, at_work: MainWindow, child: Callable[..., Any]
) -> None:
    session = at_work.session
    session.choose_methods(("lcr",))
    click(qtbot, child(at_work, "settings-lcr"))
    dialog = child(at_work, "settingsDialog")
    child(dialog, "lcr-neighbours").setValue(7)
    assert child(dialog, "presetSelector").currentText() == OTHER
    dialog.save_as("Few")
    assert child(dialog, "presetSelector").currentText() == "Few"
    child(dialog, "lcr-locality").setValue(0.5)
    click(qtbot, child(dialog, "settingsOk"))
    assert session.ordering.value.of("lcr") == {"neighbours": 7, "locality": 0.5}
    session.run()
    wait_for_runs(qtbot, at_work)
    child(at_work, "preset-lcr").activated.emit(0)  # the defaults
    session.run()
    wait_for_runs(qtbot, at_work)
    few, usual = records(at_work)
    assert (few["config"]["neighbours"], few["config"]["locality"]) == (7, 0.5)
    assert usual["config"]["neighbours"] == 100
    work = session.current
    assert work is not None
    (face,) = work.shown_faces
    assert [r.label for r in face.results] == ["lcr · locality 0.5, neighbours 7", "lcr"]
    one, other = (r.stages[-1].pixels for r in face.results)
    assert not np.array_equal(one, other)
    session.undo()
    assert session.ordering.value.of("lcr") == {"neighbours": 7, "locality": 0.5}
    session.undo()
    assert session.ordering.value.of("lcr") == {}
    session.undo()  # the preset is gone, too
    assert session.ordering.presets.own("lcr") == ()
    session.redo()
    assert [p.name for p in session.ordering.presets.own("lcr")] == ["Few"]


def test_a_setting_that_is_none_is_named_in_the_dialog(
    qtbot: Any, at_work: MainWindow, child: Callable[..., Any]
) -> None:
    SettingsDialog(at_work.session, "lcr", at_work).open()
    dialog = child(at_work, "settingsDialog")
    dialog.save_as("   ")
    assert "needs a name" in child(dialog, "settingsError").text()
    dialog.save_as("Defaults")
    assert "comes with the method" in child(dialog, "settingsError").text()
    click(qtbot, child(dialog, "settingsCancel"))
    assert at_work.session.ordering.value.settings == ()


def test_the_same_again_is_not_computed_and_the_record_and_queue_say_so(
    qtbot: Any, at_work: MainWindow, child: Callable[..., Any]
) -> None:
    session = at_work.session
    session.choose_methods(("bicubic", "lle"))
    button = child(at_work, "runButton")
    for _ in range(2):
        click(qtbot, button)
        wait_for_runs(qtbot, at_work)
    first, second, again, last = records(at_work)
    assert "reused" not in first
    assert "reused" not in second
    assert {again["method"]: again["reused"], last["method"]: last["reused"]} == {
        first["method"]: first["id"],
        second["method"]: second["id"],
    }
    assert any("not computed again" in words for words in again["warnings"])
    work = session.current
    assert work is not None
    (face,) = work.shown_faces
    assert [r.reused for r in face.results] == [True, True]
    rows = at_work.enhance.queue.rows
    qtbot.waitUntil(lambda: [r.state.text() for r in rows.values()] == ["reused", "reused"])
    child(at_work, "reuseAction").setChecked(False)
    click(qtbot, button)
    wait_for_runs(qtbot, at_work)
    assert all("reused" not in record for record in records(at_work)[4:])


def test_one_run_is_taken_off_the_queue_while_the_others_go_on(
    qtbot: Any, at_work: MainWindow
) -> None:
    session = at_work.session
    session.choose_methods(("lle", "srcnn", "bicubic"))
    session.run()
    rows = at_work.enhance.queue.rows
    qtbot.waitUntil(lambda: len(rows) == 3)
    assert at_work.enhance.below.currentWidget() is at_work.enhance.queue
    row = next(row for row in rows.values() if row.entry.method == "srcnn")
    row.stop.click()
    wait_for_runs(qtbot, at_work)
    found = {row.entry.method: row.entry.status for row in rows.values()}
    assert found == {
        "lle": Status.COMPLETED,
        "srcnn": Status.CANCELLED,
        "bicubic": Status.COMPLETED,
    }
    assert not row.again.isHidden()
    row.again.click()
    wait_for_runs(qtbot, at_work)
    work = session.current
    assert work is not None
    assert {r.name: r.status for r in work.shown_faces[0].results} == dict.fromkeys(
        ("lle", "srcnn", "bicubic"), Status.COMPLETED
    )
    below, trust = at_work.enhance.below, at_work.enhance.trust
    qtbot.waitUntil(lambda: below.currentWidget() is trust)


@pytest.mark.data
def test_several_methods_on_a_real_frame_fill_queue_and_case(
    qtbot: Any,
    open_window: Callable[..., MainWindow],
    settle: Callable[[MainWindow], None],
    data_dir: Path,
) -> None:
    window = open_window(data_dir / "cctv" / "whu_near_01.jpg")
    settle(window)
    session = window.session
    session.find_faces()
    wait_for_runs(qtbot, window)
    session.choose_methods(("dcnn_mnce", "lcr"))
    session.ordering.set("dcnn_mnce", dict(registry.info("dcnn_mnce").presets[0].values))
    session.run()
    wait_for_runs(qtbot, window)
    made = records(window)
    assert [(r["method"], r["outcome"]) for r in made] == [
        ("dcnn_mnce", "completed"),
        ("lcr", "completed"),
    ]
    assert made[0]["config"]["layers"] == 0
    assert not any(s["name"].startswith("mnce") for s in made[0]["stages"])
    assert session.queue.waiting == ()
    assert session.queue.entries[0].title == "dcnn_mnce · Denoiser only"


@pytest.mark.parametrize("width", [1024, 1366, 1900])
def test_the_run_button_has_room_for_its_words(qtbot: Any, at_work: MainWindow, width: int) -> None:
    at_work.resize(width, 768)
    session, button = at_work.session, at_work.enhance.run
    session.choose_methods(("dcnn_mnce", "lcr", "lle"))
    qtbot.waitUntil(lambda: button.text().startswith("Run 3"))
    assert button.minimumSizeHint().width() <= button.width()
    assert button.accessibleName() == "Run 3 methods"
    for card in at_work.enhance.methods.cards.values():
        assert card.minimumSizeHint().width() <= at_work.enhance.methods.viewport().width()
