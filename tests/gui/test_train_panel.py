"""The train panel: order a training, watch it, pause, stop, resume, and find it again."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from fhgui.gui import settings
from fhgui.gui.dialogs.make_set import MakeSetDialog
from fhgui.gui.hub import ORDERS
from fhgui.gui.window import MainWindow
from fhgui.session import detached
from fhgui.session import training_process as process
from fhgui.session.builds import Build, Builds
from fhgui.session.set_order import SetOrder
from fhgui.session.training import Trainings
from fhgui.session.training_run import TrainingRun, TrainingStatus
from tests.helpers import fake_training
from tests.helpers.sets import write_set

WORK_MS = 120_000


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    return write_set(tmp_path / "faces", count=12, side=32)


@pytest.fixture
def open_trainings(
    open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[], MainWindow]]:
    """Return a function that opens the window on the train panel; trainings are fakes."""
    monkeypatch.setattr(Trainings.__init__, "__defaults__", (fake_training.command,))
    windows: list[MainWindow] = []

    def opened() -> MainWindow:
        settings.set_training_folder(tmp_path / "trainings")
        window = open_window()
        windows.append(window)
        QTest.qWait(50)
        window.actions_.train.trigger()
        window.train.page.refresh()  # made in later turns of the event loop
        return window

    yield opened
    runs = [run for window in windows for run in window.hub.trainings.runs]
    for run in runs:
        if run.pid is not None and detached.is_running(run.pid, run.folder):
            os.kill(run.pid, signal.SIGKILL)
    QTest.qWait(50)
    for run in runs:
        detached.is_running(run.pid, run.folder)  # takes note of its end


def start(qtbot: Any, window: MainWindow, child: Callable[..., Any], faces: Path, kind: str) -> Any:
    """Order a training and return it."""
    recipe = faces.parent / f"{kind}.yaml"
    recipe.write_text(f"# Section of {kind}.\ntask: restoration\nsteps: 20\nbatch: 2\n")
    form = window.train.page.form
    form.sets.add(faces)
    form.add_recipe(recipe)
    button = child(window, "trainStartButton")
    qtbot.waitUntil(button.isEnabled, timeout=WORK_MS)
    assert child(window, "trainFollows").text() == f"Section of {kind} · 20 steps of 2"
    number = len(window.hub.trainings.runs)
    button.click()
    assert child(window, "trainError").text() == ""
    assert len(window.hub.trainings.runs) == number + 1
    return window.hub.trainings.runs[0]


@pytest.fixture(autouse=True)
def _kinds_of_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the fake behave as its recipe file is called."""
    by_path = fake_training.command

    def by_stem(order: process.Order, resume: bool) -> list[str]:
        command = by_path(order, resume)
        command[3] = Path(order.recipe).stem
        return command

    monkeypatch.setattr(fake_training, "command", by_stem)


def test_the_panel_is_there_from_the_start_but_costs_nothing(
    open_window: Callable[..., MainWindow], child: Callable[..., Any]
) -> None:
    window = open_window()
    panel = child(window, "trainPanel")
    assert not panel.isVisible()
    assert panel.children() == [panel.layout()]


def test_an_empty_panel_says_how_to_begin(
    open_trainings: Callable[[], MainWindow], child: Callable[..., Any]
) -> None:
    window = open_trainings()
    assert child(window, "trainPanel").isVisible()
    assert child(window, "trainEmpty").isVisible()
    assert "fhgui dataset build" in child(window, "trainEmpty").text()
    assert not child(window, "trainStartButton").isEnabled()
    assert child(window, "trainRecipe").findText("srcnn") >= 0
    child(window, "stepOpen").click()
    window.findChild(object, "openDialog").reject()
    assert not child(window, "trainPanel").isVisible()


def test_sets_are_dropped_and_tell_what_they_hold(
    qtbot: Any, open_trainings: Callable[[], MainWindow], child: Callable[..., Any], faces: Path
) -> None:
    window = open_trainings()
    mime = QMimeData()
    damaged, photos = faces.parent / "damaged", faces.parent / "photos"
    for folder in (damaged, photos):
        folder.mkdir()
    (damaged / "manifest.json").write_text("no manifest")
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in (faces, damaged, photos)])
    event = QDropEvent(
        QPoint(9, 9),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    form = window.train.page.form
    window.train.page.dropEvent(event)
    qtbot.waitUntil(lambda: bool(form.sets.cards[1].error), timeout=WORK_MS)
    qtbot.waitUntil(lambda: form.sets.cards[0].summary is not None, timeout=WORK_MS)
    assert "12 faces of 32×32 px" in form.sets.cards[0].words.text()
    assert not form.start.isEnabled()
    form.sets.remove(form.sets.cards[1])
    assert form.start.isEnabled()
    assert window.session.works == []  # not taken for a picture
    (asked,) = form.findChildren(MakeSetDialog)
    assert asked.order().sources == (photos,)
    asked.reject()


def test_a_set_is_made_of_photographs_and_trained_on(
    qtbot: Any, open_trainings: Callable[[], MainWindow], child: Callable[..., Any], tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    rng = np.random.default_rng(0)
    for number in range(5):
        noise = rng.integers(0, 256, (128, 128, 3), dtype=np.uint8)
        Image.fromarray(noise).save(photos / f"{number}.png")
    window = open_trainings()
    form = window.train.page.form
    child(window, "trainMakeSet").click()
    asked = child(window, "makeSetDialog")
    assert not asked.ok.isEnabled()
    assert "Add photographs" in asked.told.text()
    assert asked.order().template == "celeba128"  # as the recipe's method takes them
    asked.add([photos, photos])
    assert asked.list.count() == 1
    asked.out.setText(str(photos / "set"))
    assert "lies among the photographs" in asked.told.text()
    for no_folder in ("", "/", " "):
        asked.out.setText(no_folder)
        assert "Name a folder" in asked.told.text()
    asked.out.setText("~nobody-is-called-so/set")
    assert asked.ok.isEnabled()
    other = MakeSetDialog("celeba128", [photos], {asked.order().out, tmp_path / "set"}, window)
    other.out.setText(str(tmp_path / "set"))
    assert "Another set" in other.told.text()
    assert not other.ok.isEnabled()
    other.reject()
    asked.out.setText(str(tmp_path / "set"))
    asked.aligned.setChecked(True)
    asked.ok.click()
    (card,) = form.making.cards
    assert card.run.order.template is None
    assert card.stop.isVisible()
    qtbot.waitUntil(lambda: bool(form.sets.cards), timeout=WORK_MS)
    assert form.making.cards == []
    assert form.sets.paths == (tmp_path / "set",)
    qtbot.waitUntil(form.start.isEnabled, timeout=WORK_MS)
    assert "5 faces of 128×128 px" in form.sets.cards[0].words.text()
    assert "the set of faces set is made" in window.banner.text.text().lower()


def test_sets_that_were_made_meanwhile_are_there(
    qtbot: Any, open_trainings: Callable[[], MainWindow], tmp_path: Path
) -> None:
    builds = Builds(settings.set_register(), ORDERS)
    for name in ("one", "two"):
        folder = write_set(tmp_path / name, count=4, side=32)
        order = SetOrder((tmp_path,), folder, None, (32, 32))
        builds.runs.append(Build(order, pid=None))
    builds.remember()
    window = open_trainings()
    form = window.train.page.form
    qtbot.waitUntil(lambda: len(form.sets.cards) == 2, timeout=WORK_MS)
    assert {path.name for path in form.sets.paths} == {"one", "two"}
    assert form.making.cards == []
    assert window.hub.builds.runs == []


def test_a_set_that_cannot_be_made_says_why_on_its_card(
    qtbot: Any, open_trainings: Callable[[], MainWindow], tmp_path: Path
) -> None:
    window = open_trainings()
    form, text = window.train.page.form, tmp_path / "notes.txt"
    text.write_text("no picture")
    window.hub.builds.start(SetOrder((text,), tmp_path / "set", None, (32, 32)))
    (card,) = form.making.cards
    qtbot.waitUntil(lambda: not card.run.status.alive, timeout=WORK_MS)
    assert "ot one face is left" in card.words.text()
    assert card.resume.isVisible()
    card.forget.click()
    assert form.making.cards == []
    assert not form.making.isVisible()


def test_a_training_is_shown_while_it_runs_and_when_it_is_done(
    qtbot: Any,
    open_trainings: Callable[[], MainWindow],
    child: Callable[..., Any],
    faces: Path,
    tmp_path: Path,
) -> None:
    window = open_trainings()
    run: TrainingRun = start(qtbot, window, child, faces, "quick")
    qtbot.waitUntil(lambda: not run.status.alive, timeout=WORK_MS)
    view = window.train.page.view
    assert run.status is TrainingStatus.FINISHED
    assert child(window, "trainStatus").text() == "finished"
    assert view.facts["Step"].text() == "20 of 20"
    assert view.facts["Best validation"].text() == "20.20 dB at 20"
    drawn = [curve.yData[-1] for curve in child(window, "lossPlot").listDataItems()]
    assert pytest.approx(1 / 20) in drawn
    assert not view.sheet.picture.picture.isNull()
    assert "step 20" in view.sheet.told.text()
    view.sheet.slider.setValue(0)
    assert "step 5" in view.sheet.told.text()
    assert child(window, "trainAddButton").isVisible()
    assert not child(window, "trainPauseButton").isVisible()
    assert not child(window, "trainResumeButton").isVisible()
    assert "finished" in window.banner.text.text()
    form = window.train.page.form
    begin = child(window, "trainBegin")
    assert [begin.itemText(at) for at in range(begin.count())] == [
        "what the recipe says",
        run.folder.name,
    ]
    assert form.order().start == ""
    begin.setCurrentIndex(1)
    child(window, "trainTerms").setText(" our own ")
    assert (form.order().start, form.order().terms) == (str(run.folder), "our own")
    child(window, "trainForgetButton").click()
    assert form.order().start == str(run.folder)  # what was chosen stays
    form.begin_from(tmp_path / "mine.safetensors")
    assert form.order().start == str(tmp_path / "mine.safetensors")
    assert child(window, "trainEmpty").isVisible()


def test_pause_close_reopen_resume_stop(
    qtbot: Any, open_trainings: Callable[[], MainWindow], child: Callable[..., Any], faces: Path
) -> None:
    window = open_trainings()
    run = start(qtbot, window, child, faces, "slow")
    qtbot.waitUntil(lambda: run.story.step >= 2, timeout=WORK_MS)
    assert "1 running" in child(window, "trainButton").text()
    child(window, "trainPauseButton").click()
    qtbot.waitUntil(lambda: run.status is TrainingStatus.PAUSED, timeout=WORK_MS)
    assert child(window, "trainResumeButton").isVisible()
    child(window, "trainResumeButton").click()
    qtbot.waitUntil(lambda: run.status is TrainingStatus.RUNNING, timeout=WORK_MS)
    window.close()
    assert detached.is_running(run.pid, run.folder)  # it goes on without the window

    again = open_trainings()
    qtbot.waitUntil(lambda: bool(again.hub.trainings.runs), timeout=WORK_MS)
    (found,) = again.hub.trainings.runs
    assert found.status is TrainingStatus.RUNNING
    at = found.story.step
    qtbot.waitUntil(lambda: found.story.step > at, timeout=WORK_MS)
    child(again, "trainStopButton").click()
    qtbot.waitUntil(lambda: found.status is TrainingStatus.STOPPED, timeout=WORK_MS)
    assert "Resume" in child(again, "trainTold").text()


def test_a_failure_is_one_sentence_in_place(
    qtbot: Any, open_trainings: Callable[[], MainWindow], child: Callable[..., Any], faces: Path
) -> None:
    window = open_trainings()
    run = start(qtbot, window, child, faces, "broken")
    qtbot.waitUntil(lambda: run.status is TrainingStatus.FAILED, timeout=WORK_MS)
    told = child(window, "trainTold")
    assert told.text() == "The disk is full; free some space, then resume."
    assert told.property("level") == "error"


def test_what_cannot_be_started_says_why_in_place(
    qtbot: Any, open_trainings: Callable[[], MainWindow], child: Callable[..., Any], faces: Path
) -> None:
    window = open_trainings()
    form = window.train.page.form
    (faces.parent / "no.yaml").write_text("nothing")
    form.add_recipe(faces.parent / "no.yaml")
    assert "is no recipe" in child(window, "trainError").text()
    form.sets.add(faces)
    qtbot.waitUntil(form.start.isEnabled, timeout=WORK_MS)
    taken = faces.parent / "taken"
    taken.mkdir()
    (taken / "step-00000001.safetensors").touch()
    form.out.setText(str(taken))
    form.start.click()
    assert "holds a training already" in child(window, "trainError").text()
    assert window.hub.trainings.runs == []


@pytest.mark.parametrize("works", [True, False])
def test_finished_weights_are_added_to_the_models(
    qtbot: Any,
    open_trainings: Callable[[], MainWindow],
    child: Callable[..., Any],
    faces: Path,
    monkeypatch: pytest.MonkeyPatch,
    works: bool,
) -> None:
    import sys

    script = "" if works else "import sys; print('fhgui: no card', file=sys.stderr); sys.exit(1)"
    monkeypatch.setattr(process, "add_command", lambda weights: [sys.executable, "-c", script])
    window = open_trainings()
    told: list[bool] = []
    window.session.models_changed.connect(lambda: told.append(True))
    run = start(qtbot, window, child, faces, "quick")
    button = child(window, "trainAddButton")
    qtbot.waitUntil(button.isVisible, timeout=WORK_MS)
    button.click()
    assert button.text() == "Adding …"
    qtbot.waitUntil(lambda: button.text() != "Adding …", timeout=WORK_MS)
    assert run.added == works
    assert told == [True] * works
    if not works:
        assert child(window, "trainTold").text() == "No card."
        assert button.isEnabled()


def test_both_themes_reach_the_panel(qtbot: Any, open_trainings: Callable[[], MainWindow]) -> None:
    window = open_trainings()
    shades = []
    for name in ("light", "dark"):
        window.set_theme(name)
        qtbot.waitUntil(window.updatesEnabled)
        shades.append(window.grab().toImage().pixelColor(1000, 600).lightness())
    assert shades[0] > 200
    assert shades[1] < 80
