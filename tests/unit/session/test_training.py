"""Trainings are told of, stopped, found again and resumed, whatever becomes of their processes."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fhgui.assets import stated
from fhgui.core.errors import FhguiError, InputError, OutputError
from fhgui.session import detached
from fhgui.session import training_process as process
from fhgui.session.detached import Tail
from fhgui.session.recipes import recipe_file, shipped_recipes
from fhgui.session.sets import look_at_set
from fhgui.session.training import Trainings
from fhgui.session.training_process import Order
from fhgui.session.training_run import TrainingRun, TrainingStatus
from fhgui.session.training_story import Story
from tests.helpers import fake_training
from tests.helpers.runs import until
from tests.helpers.sets import write_set


@pytest.fixture
def trainings(tmp_path: Path) -> Iterator[Trainings]:
    made = Trainings(tmp_path / "settings" / "trainings.json", fake_training.command)
    yield made
    for run in made.runs:
        run.look()
        if run.status.alive and run.pid is not None:
            os.kill(run.pid, signal.SIGKILL)
    until(made, lambda: not made.active)


@pytest.fixture
def order(tmp_path: Path) -> Order:
    (tmp_path / "set").mkdir()
    return Order("slow", (tmp_path / "set",), tmp_path / "out")


# ---- lines ------------------------------------------------------------------------------


def test_a_half_written_line_waits(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    tail = Tail(path)
    assert tail.read() == []
    path.write_text('{"event": "no')
    assert tail.read() == []
    with path.open("a") as file:
        file.write('te"}\nnext')
    assert tail.read() == ['{"event": "note"}']
    assert tail.read() == []
    path.write_text("new\n")  # begun anew and shorter
    assert tail.read() == ["new"]


@pytest.mark.parametrize(
    "line", ["", "nonsense", "[1]", '{"event": "other"}', '{"event": "progress"}', "\ufffd"]
)
def test_lines_that_tell_nothing_change_nothing(line: str) -> None:
    story = Story()
    assert not story.take(line)
    assert story == Story()


def progress(step: int, loss: float) -> str:
    return json.dumps(
        {
            "event": "progress",
            "step": step,
            "steps": 100,
            "losses": {"loss": loss},
            "rates": {"network": 1e-3},
            "images_per_s": 3.0,
            "elapsed_s": step / 2,
            "eta_s": 1.0,
        }
    )


def test_a_resumed_part_replaces_what_it_makes_again() -> None:
    story = Story()
    begun = {"event": "started", "step": 0, "steps": 100}
    told = [json.dumps(begun), progress(10, 1.0), progress(20, 0.5), progress(30, 0.4)]
    told += [json.dumps({"event": "launched"}), json.dumps({**begun, "step": 20})]
    assert sum(story.take(line) for line in told) == len(told)
    assert story.losses == {"loss": [(10, 1.0), (20, 0.5)]}
    story.take(progress(30, 0.3))
    assert story.losses == {"loss": [(10, 1.0), (20, 0.5), (30, 0.3)]}


# ---- processes --------------------------------------------------------------------------


def test_a_training_is_watched_to_its_end(trainings: Trainings, order: Order) -> None:
    ended: list[TrainingRun] = []
    trainings.ended.connect(ended.append)
    run = trainings.start(replace(order, recipe="quick"))
    until(trainings, lambda: not run.status.alive)
    assert run.status is TrainingStatus.FINISHED
    assert ended == [run]
    assert [p[0] for p in run.story.losses["loss"]] == list(range(1, 21))
    assert run.story.scores["psnr_rgb"][-1] == (20, 20.2)
    assert list(run.story.sheets) == [5, 10, 15, 20]
    assert run.weights == order.out / "weights.safetensors"
    assert not run.resumable
    assert run.story.fraction == 1


def test_paused_found_again_and_resumed(trainings: Trainings, order: Order, tmp_path: Path) -> None:
    run = trainings.start(order)
    until(trainings, lambda: run.story.step >= 3)
    trainings.pause(run)
    assert run.status is TrainingStatus.PAUSING
    until(trainings, lambda: not run.status.alive)
    assert run.status is TrainingStatus.PAUSED
    assert run.error == ""
    again = Trainings(tmp_path / "settings" / "trainings.json", fake_training.command)
    again.load()
    (found,) = again.runs
    assert found.status is TrainingStatus.PAUSED
    assert found.order == order
    assert found.story.losses == run.story.losses
    at = found.story.step
    again.resume(found)
    until(again, lambda: found.story.step >= at + 2)
    steps = [p[0] for p in found.story.losses["loss"]]
    assert steps == list(range(1, found.story.step + 1))
    again.stop(found)
    until(again, lambda: not found.status.alive)
    assert found.status is TrainingStatus.STOPPED


def test_stop_while_it_saves_for_a_pause_loses_nothing(trainings: Trainings, order: Order) -> None:
    run = trainings.start(order)
    until(trainings, lambda: run.story.step >= 2)
    trainings.pause(run)
    trainings.stop(run)
    assert run.status is TrainingStatus.STOPPING
    until(trainings, lambda: not run.status.alive)
    assert run.status is TrainingStatus.STOPPED
    assert run.story.ended == "stopped"
    assert list(order.out.glob("step-*.safetensors"))


def test_a_running_training_is_found_again(
    trainings: Trainings, order: Order, tmp_path: Path
) -> None:
    run = trainings.start(order)
    until(trainings, lambda: run.story.step >= 2)
    again = Trainings(tmp_path / "settings" / "trainings.json", fake_training.command)
    again.load()
    assert again.runs[0].status is TrainingStatus.RUNNING
    assert again.active == tuple(again.runs)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_training_is_interrupted_and_resumable(trainings: Trainings, order: Order) -> None:
    run = trainings.start(order)
    until(trainings, lambda: run.story.step >= 2)
    assert run.pid is not None
    os.kill(run.pid, signal.SIGKILL)
    until(trainings, lambda: not run.status.alive)
    assert run.status is TrainingStatus.INTERRUPTED
    assert run.resumable
    trainings.resume(run)  # there is no checkpoint: it begins anew
    until(trainings, lambda: run.status is TrainingStatus.RUNNING)


def test_a_failed_training_says_its_sentence(trainings: Trainings, order: Order) -> None:
    run = trainings.start(replace(order, recipe="broken"))
    until(trainings, lambda: not run.status.alive)
    assert run.status is TrainingStatus.FAILED
    assert run.error == "the disk is full; free some space, then resume"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_no_other_process_is_ever_ended(tmp_path: Path) -> None:
    assert not detached.is_running(os.getpid(), tmp_path / "out")
    detached.ask_to_end(os.getpid(), tmp_path / "out")  # would end the tests
    assert not detached.is_running(None, tmp_path)


def test_what_cannot_be_started_is_refused_with_a_sentence(
    trainings: Trainings, order: Order, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no set of faces"):
        trainings.start(replace(order, data=(tmp_path / "gone",)))
    with pytest.raises(InputError, match="add one"):
        trainings.start(replace(order, data=()))
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="choose another folder"):
        trainings.start(replace(order, out=tmp_path / "file" / "out"))
    order.out.mkdir()
    (order.out / "step-00000001.safetensors").touch()
    with pytest.raises(OutputError, match="holds a training already"):
        trainings.start(order)
    assert trainings.runs == []


def test_a_forgotten_training_keeps_its_folder(
    trainings: Trainings, order: Order, tmp_path: Path
) -> None:
    run = trainings.start(replace(order, recipe="quick"))
    until(trainings, lambda: not run.status.alive)
    trainings.forget(run)
    assert trainings.runs == []
    assert (order.out / process.PROGRESS).is_file()
    again = Trainings(tmp_path / "settings" / "trainings.json")
    again.load()
    assert again.runs == []


@pytest.mark.parametrize("content", ["", "nonsense", "{}", '[{"recipe": 1}]', "[3]"])
def test_a_damaged_register_is_an_empty_one(tmp_path: Path, content: str) -> None:
    register = tmp_path / "trainings.json"
    register.write_text(content)
    trainings = Trainings(register)
    trainings.load()
    assert trainings.runs == []


def test_an_order_becomes_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    order = Order("srcnn", (Path("/a"), Path("/b")), Path("/out"), "cpu", 2.5)
    options = ["--out", "/out", "--device", "cpu", "--json", "--minutes", "2.5"]
    words = ["train", "srcnn", "--data", "/a", "--data", "/b", *options]
    assert process.train_command(order, False) == [sys.executable, "-m", "fhgui", *words]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert process.train_command(order, True) == [sys.executable, *words, "--resume"]
    endless = process.train_command(replace(order, minutes=None), False)
    assert "--minutes" not in endless
    told = process.train_command(replace(order, start="/run", terms="our own"), False)
    assert told[-4:] == ["--start", "/run", "--terms", "our own"]


# ---- recipes, sets, and the real thing ----------------------------------------------------


def test_shipped_recipes_name_the_sections_they_follow() -> None:
    entries = {entry.name: entry for entry in shipped_recipes()}
    assert {"srcnn", "vdsr"} <= set(entries)
    assert "section" in entries["srcnn"].follows
    assert entries["srcnn"].method == "srcnn"
    assert entries["srcnn"].steps > 0


@pytest.mark.parametrize("content", [None, "just words", "- 1", "steps: 3", "a: [", "\0"])
def test_what_is_no_recipe_is_refused(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError, match=r"mine\.yaml"):
        recipe_file(path)


def test_a_set_says_what_it_holds(tmp_path: Path) -> None:
    summary = look_at_set(write_set(tmp_path / "set", count=12, side=32))
    assert summary.words() == "12 faces of 32×32 px · train 12"
    assert summary.samples.shape == (6, 32, 32, 3)
    with pytest.raises(FhguiError, match="fhgui dataset build"):
        look_at_set(tmp_path / "nothing")


RECIPE = """# Nobody: section 0.
task: restoration
method: srcnn
network: {filters: [4, 2], kernels: [3, 1, 3]}
scale: 8
steps: 5
batch: 2
validation_faces: 4
validate_steps: 5
report_steps: 1
"""


def test_the_real_command_trains_and_is_understood(tmp_path: Path) -> None:
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(RECIPE)
    trainings = Trainings(tmp_path / "trainings.json")
    faces = write_set(tmp_path / "set", count=12, side=32)
    order = Order(str(recipe), (faces,), tmp_path / "out", "cpu", 5.0, terms="our own, by consent")
    run = trainings.start(order)
    (remembered,) = Trainings(tmp_path / "trainings.json")._read()
    assert remembered.order == order
    until(trainings, lambda: not run.status.alive)
    assert (run.status, run.error) == (TrainingStatus.FINISHED, "")
    assert [p[0] for p in run.story.losses["loss"]] == [1, 2, 3, 4, 5]
    assert run.story.sheets[5].is_file()
    assert run.weights is not None
    assert stated(run.weights)["terms"] == "our own, by consent"
    assert run.name == "tiny"
    after = trainings.start(replace(order, out=tmp_path / "after", start=str(run.folder)))
    until(trainings, lambda: not after.status.alive)
    assert after.weights is not None, after.error
    assert stated(after.weights)["recipe"]["start"] == str(run.folder)


def test_two_windows_remember_the_trainings_of_each_other(
    trainings: Trainings, order: Order, tmp_path: Path
) -> None:
    register = tmp_path / "settings" / "trainings.json"
    other = Trainings(register, fake_training.command)
    first = trainings.start(order)
    second = other.start(replace(order, out=tmp_path / "second"))
    trainings.remember()
    remembered = {run.folder for run in Trainings(register, fake_training.command)._read()}
    assert remembered == {first.folder, second.folder}
    trainings.forget(first)
    assert [run.folder for run in Trainings(register, fake_training.command)._read()] == [
        second.folder
    ]
    trainings.runs += [first, second]  # so that both are ended
