"""The loop: it learns, resumes to the bit, survives a kill, says in one sentence what failed."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from fhgui.core.errors import FhguiError, OutputError
from fhgui.training.loop import train
from fhgui.training.progress import (
    Command,
    Finished,
    Note,
    Progress,
    Reason,
    Saved,
    Started,
    Validated,
)
from fhgui.training.task import Part, Task, Validation, draw_samples
from tests.helpers.training import KILLED, LINE, LineTask

ROOT = Path(__file__).resolve().parents[3]


def weights(network):
    return {k: v.detach().clone() for k, v in network.state_dict().items()}


def same(a, b):
    for name, value in weights(a).items():
        torch.testing.assert_close(weights(b)[name], value, rtol=0, atol=0)


def told(events, kind):
    return [e for e in events if isinstance(e, kind)]


def curve(events):
    """Return (step, losses, rates) of each report: what must not depend on interruptions."""
    return {e.step: (dict(e.losses), dict(e.rates), e.epoch) for e in told(events, Progress)}


def stop_after(step_count):
    """Return a control that stops once it was asked more than ``step_count`` times."""
    asked = []

    def control():
        asked.append(1)
        return Command.STOP if len(asked) > step_count else Command.GO

    return control


def test_it_learns_and_tells(tmp_path):
    events = []
    trained = train(LineTask(plain_recipe(steps=200), plain=True), tmp_path, report=events.append)
    assert trained.step == 200
    assert trained.reason is Reason.STEPS
    assert trained.scores["closeness"] > -0.3
    assert [type(e) for e in (events[0], events[-1])] == [Started, Finished]
    assert events[0].parameters == {"line": 13}
    assert [e.step for e in told(events, Progress)] == list(range(10, 201, 10))
    assert curve(events)[200][2] == pytest.approx(200 * 8 / 24)
    last = told(events, Progress)[-1]
    assert last.images_per_s > 0
    assert last.eta_s == pytest.approx(0, abs=0.5)
    assert last.losses["loss"] < told(events, Progress)[0].losses["loss"] / 10


def plain_recipe(**changes):
    return dataclasses.replace(LINE, **changes)


def test_every_event_is_one_line_of_json(tmp_path):
    events = []
    train(LineTask(), tmp_path, report=events.append)
    events.append(Note("a\nb"))
    for event in events:
        line = event.to_json()
        assert "\n" not in line
        assert json.loads(line)["event"] == type(event).__name__.lower()
    assert json.loads(told(events, Finished)[0].to_json())["reason"] == "steps"


def test_validation_keeps_the_best_and_a_sheet(tmp_path):
    events = []
    trained = train(LineTask(), tmp_path, report=events.append)
    validated = told(events, Validated)
    assert [e.step for e in validated] == [20, 40, 60]
    best = max(validated, key=lambda e: e.scores["closeness"])
    assert trained.best_step == best.step
    assert trained.scores == best.scores
    assert Path(validated[0].sheet).is_file()
    with torch.no_grad():
        again = LineTask().validate({"line": trained.network})
    assert again.scores == pytest.approx(best.scores)


def test_a_stopped_and_resumed_run_equals_an_uninterrupted_one(tmp_path):
    whole_events, part_events = [], []
    whole = train(LineTask(), tmp_path / "whole", report=whole_events.append)
    for steps in (7, 26):
        part = train(
            LineTask(), tmp_path / "parts", report=part_events.append, control=stop_after(steps)
        )
        assert part.reason is Reason.STOPPED
    rest = train(LineTask(), tmp_path / "parts", report=part_events.append)
    assert curve(part_events) == curve(whole_events)
    same(rest.network, whole.network)
    scores = [[(e.step, e.scores) for e in told(x, Validated)] for x in (part_events, whole_events)]
    assert scores[0] == scores[1]


@pytest.mark.parametrize("schedule", ["exponential", "step", "plateau", "constant"])
def test_every_schedule_resumes(tmp_path, schedule):
    recipe = plain_recipe(schedule=schedule, decay_epochs=(2.0, 5.0), patience=1, validate_steps=5)
    whole = train(LineTask(recipe), tmp_path / "whole")
    train(LineTask(recipe), tmp_path / "parts", control=stop_after(33))
    same(train(LineTask(recipe), tmp_path / "parts").network, whole.network)


def test_a_resumed_run_removes_what_a_kill_left_half_written(tmp_path):
    train(LineTask(), tmp_path, control=stop_after(7))
    names = ("step-00000008.safetensors", "best.safetensors", "samples/step-00000008.png", "notes")
    half = [tmp_path / f"{name}.partial" for name in names]
    for file in half:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"half of it")
    train(LineTask(), tmp_path)
    assert [file.exists() for file in half] == [False, False, False, True]  # not a run's own


def test_a_finished_run_resumes_to_nothing_new(tmp_path):
    first = train(LineTask(), tmp_path)
    events = []
    second = train(LineTask(), tmp_path, report=events.append)
    assert told(events, Progress) == told(events, Validated) == []
    same(second.network, first.network)
    assert second.step == first.step


def test_kill_9_and_resume_ends_where_an_unharmed_run_ends(tmp_path):
    command = [sys.executable, "-m", "tests.helpers.training", str(tmp_path / "killed"), "slow"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "saved" and event["step"] > 20:
            break
    time.sleep(0.1)  # somewhere between checkpoints
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    events = []
    resumed = train(LineTask(KILLED), tmp_path / "killed", report=events.append)
    assert 20 < told(events, Started)[0].step < 100
    unharmed = train(LineTask(KILLED), tmp_path / "unharmed")
    assert resumed.scores["closeness"] == pytest.approx(unharmed.scores["closeness"], abs=1e-4)
    same(resumed.network, unharmed.network)


def test_two_processes_equal_one_with_the_joint_batch(tmp_path):
    alone = []
    train(LineTask(LINE, plain=True), tmp_path / "one", report=alone.append)
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"),
        *("-m", "tests.helpers.training", str(tmp_path / "two"), "shared"),
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [json.loads(x) for x in done.stdout.splitlines() if x.startswith("{")]
    assert next(x for x in lines if x["event"] == "started")["processes"] == 2
    together = {x["step"]: x for x in lines if x["event"] == "progress"}
    assert together.keys() == curve(alone).keys()
    for step, (losses, rates, _) in curve(alone).items():
        assert together[step]["losses"] == pytest.approx(losses, rel=1e-4, abs=1e-7)
        assert together[step]["rates"] == pytest.approx(rates)
    scores = next(x for x in lines if x["event"] == "finished")["scores"]
    assert scores == pytest.approx(told(alone, Finished)[0].scores, abs=1e-4)


def test_shares_of_a_batch_are_the_batch():
    recipe, cpu = plain_recipe(batch=12), torch.device("cpu")
    whole = draw_samples(recipe, 10, 3, cpu)
    parts = [draw_samples(recipe, 10, 3, cpu, rank, 3) for rank in range(3)]
    assert [i for p in parts for i in p.indices] == list(whole.indices)
    assert [i for p in parts for i in p.epochs] == list(whole.epochs)


def test_every_epoch_shows_every_sample_once():
    recipe, cpu = plain_recipe(batch=4), torch.device("cpu")
    draws = [draw_samples(recipe, 10, step, cpu) for step in range(5)]
    seen = [(int(e), int(i)) for d in draws for e, i in zip(d.epochs, d.indices, strict=True)]
    assert sorted(seen) == [(e, i) for e in (0, 1) for i in range(10)]


class TwoNetworks(Task):
    """A generator and a discriminator that takes every second step off."""

    recipe = plain_recipe(validate_steps=1000)
    samples = 24

    def __init__(self):
        torch.manual_seed(0)
        self.nets = {name: torch.nn.Linear(1, 1) for name in ("generator", "judge", "frozen")}

    def configure(self):
        rates = {"generator": 0.01, "judge": 0.02}
        return {
            name: Part(net, torch.optim.RMSprop(net.parameters(), rates[name]))
            if name in rates
            else Part(net, None)
            for name, net in self.nets.items()
        }

    def batch(self, draw):
        return {"x": draw.random().uniform("x", shape=(1,)).float()}

    def step(self, batch, context):
        made = context.networks["frozen"](context.networks["generator"](batch["x"]))
        judge = context.networks["judge"]
        metrics = {}
        if context.moment.step % 2 == 0:
            real, fake = judge(batch["x"] * 3), judge(made.detach())
            metrics["judge"] = torch.nn.functional.softplus(fake - real).mean()
            before = weights(self.nets["generator"])
            context.update("judge", metrics["judge"])
            assert weights(self.nets["generator"]) == before
        metrics["generator"] = torch.nn.functional.softplus(-judge(made)).mean()
        context.update("generator", metrics["generator"])
        assert all(p.grad is None for p in self.nets["frozen"].parameters())
        return {k: v.detach() for k, v in metrics.items()}


def test_two_optimisers_and_a_frozen_network(tmp_path):
    task, events = TwoNetworks(), []
    frozen = weights(task.nets["frozen"])
    trained = train(task, tmp_path, report=events.append)
    assert weights(task.nets["frozen"]) == frozen
    assert trained.network.state_dict().keys() == task.nets["generator"].state_dict().keys()
    rates = told(events, Progress)[0].rates
    assert rates["judge"] == pytest.approx(2 * rates["generator"])
    parts = TwoNetworks()
    train(parts, tmp_path / "parts", control=stop_after(9))
    same(train(TwoNetworks(), tmp_path / "parts").network, trained.network)


def test_a_loss_that_is_not_finite_stops_with_the_last_good_state(tmp_path):
    task = LineTask()
    plain = task.step

    def step(batch, context):
        if context.moment.step == 33:
            batch = {"x": batch["x"], "y": batch["y"] * float("nan")}
        return plain(batch, context)

    task.step = step
    with pytest.raises(FhguiError, match="loss of line is nan at step 33, its last good state"):
        train(task, tmp_path)
    whole = train(LineTask(), tmp_path / "whole")
    same(train(LineTask(), tmp_path).network, whole.network)


def test_a_gradient_that_is_not_finite_is_told_from_a_loss_that_is_not(tmp_path):
    task = LineTask()

    def step(batch, context):
        (slope,) = (p for p in context.networks["line"].parameters() if p.numel() == 1)
        context.update("line", torch.sqrt((slope - slope).sum()))  # 0, with a slope of infinity
        return {"line": 0.0}

    task.step = step
    with pytest.raises(FhguiError, match=r"gradient of line is not finite \(loss 0\) at step 0"):
        train(task, tmp_path)


def test_a_time_budget_ends_the_run_and_counts_over_resumes(tmp_path):
    endless = plain_recipe(steps=10**9)
    trained = train(LineTask(endless, slow_s=0.002), tmp_path, minutes=0.005)
    assert 0 < trained.step < 10**9
    assert trained.reason is Reason.TIME
    assert train(LineTask(endless), tmp_path, minutes=0.005).step == trained.step


def test_early_stopping(tmp_path):
    task = LineTask(plain_recipe(early_stop=2, validate_steps=5))
    task.validate = lambda _: Validation({"closeness": 1.0})
    trained = train(task, tmp_path)
    assert trained.reason is Reason.EARLY
    assert trained.step == 15
    assert trained.best_step == 5


def test_pausing_holds_the_run_and_its_clock(tmp_path):
    asked, events = [], []

    def control():
        asked.append(time.monotonic())
        return Command.PAUSE if 5 < len(asked) < 15 else Command.GO

    trained = train(LineTask(), tmp_path, report=events.append, control=control)
    assert trained.step == 60
    assert "paused at step 5" in [e.text for e in told(events, Note)]
    assert trained.elapsed_s < asked[-1] - asked[0]
    assert told(events, Saved)[0].step == 5


def flip_a_weight(path):
    content = bytearray(path.read_bytes())
    content[-3] ^= 0x01  # tensors stand behind the header
    path.write_bytes(content)


def flip_a_number(path):
    content = path.read_bytes()
    path.write_bytes(content.replace(b'elapsed_s\\", ', b'elapsed_s\\", 1', 1))


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-500])


@pytest.mark.parametrize("damage", [flip_a_weight, flip_a_number, cut_short])
def test_a_damaged_checkpoint_gives_way_to_the_one_before(tmp_path, damage):
    train(LineTask(), tmp_path, control=stop_after(45))
    newest, before = sorted(tmp_path.glob("step-*.safetensors"), reverse=True)
    damage(newest)
    events = []
    resumed = train(LineTask(), tmp_path, report=events.append)
    assert f"{newest}: is a damaged checkpoint" in told(events, Note)[0].text
    assert told(events, Started)[0].step == int(before.stem[5:])
    same(resumed.network, train(LineTask(), tmp_path / "whole").network)


def test_without_a_whole_checkpoint_it_says_so(tmp_path):
    train(LineTask(), tmp_path)
    for path in tmp_path.glob("step-*.safetensors"):
        path.write_bytes(b"")
    with pytest.raises(FhguiError, match="holds no whole checkpoint"):
        train(LineTask(), tmp_path)


def test_only_the_newest_checkpoints_stay(tmp_path):
    train(LineTask(plain_recipe(keep=3, validate_steps=10)), tmp_path)
    left = [p.stem for p in sorted(tmp_path.glob("*.safetensors"))]
    assert left == ["best", "step-00000040", "step-00000050", "step-00000060"]
    assert (tmp_path / "recipe.yaml").is_file()


def test_a_full_disk_leaves_the_last_checkpoint(tmp_path):
    train(LineTask(), tmp_path, control=stop_after(10))

    def filled():
        partial = tmp_path / "step-00000020.safetensors.partial"
        if not partial.is_symlink():  # begun anew: what a kill left is gone by now
            partial.symlink_to("/dev/full")
        return Command.GO

    with pytest.raises(OutputError, match=r"020\.safetensors: the disk is full; free some space"):
        train(LineTask(), tmp_path, control=filled)
    assert [p.name for p in tmp_path.glob("step-*")] == ["step-00000010.safetensors"]
    same(train(LineTask(), tmp_path).network, train(LineTask(), tmp_path / "whole").network)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"file/run: cannot be written"):
        train(LineTask(), tmp_path / "file" / "run")


def test_memory_that_is_too_small(tmp_path):
    task = LineTask()

    def step(batch, context):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    task.step = step
    with pytest.raises(FhguiError, match="too little memory for a batch of 8; begin again with a"):
        train(task, tmp_path)


def test_an_error_of_the_data_reaches_the_caller(tmp_path):
    task = LineTask()

    def batch(draw):
        raise FhguiError("was deleted", path="faces.npy")

    task.batch = batch
    with pytest.raises(FhguiError, match=r"faces\.npy: was deleted"):
        train(task, tmp_path)


def test_a_run_is_not_mixed_with_another(tmp_path):
    train(LineTask(), tmp_path, control=stop_after(5))
    with pytest.raises(FhguiError, match="was begun with another ema_decay, seed"):
        train(LineTask(plain_recipe(seed=1, ema_decay=0.0)), tmp_path)
    with pytest.raises(OutputError, match="holds a training run already"):
        train(LineTask(), tmp_path, resume=False)


def test_a_score_that_is_not_measured(tmp_path):
    with pytest.raises(FhguiError, match="no score 'psnr_rgb'; set score to one of closeness"):
        train(LineTask(plain_recipe(score="psnr_rgb")), tmp_path)


def test_the_room_imports_without_lightning_and_training_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "lightning_fabric", None)
    with pytest.raises(FhguiError, match=r"needs Lightning Fabric; install it with: pip install"):
        train(LineTask(), tmp_path)


def test_nothing_heavy_is_imported_with_the_room():
    code = (
        "import sys, fhgui.training.loop, fhgui.training.tasks.restoration, fhgui.training.start;"
        "print([m for m in ('lightning_fabric', 'dlib', 'av', 'PySide6') if m in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is there")
def test_a_device_that_is_not_there(tmp_path):
    with pytest.raises(FhguiError, match="no CUDA device; choose cpu"):
        train(LineTask(), tmp_path, device="cuda")


def test_a_setting_that_is_newer_than_the_run_had_its_default_in_it(tmp_path):
    train(LineTask(), tmp_path, control=stop_after(5))
    recipe = tmp_path / "recipe.yaml"
    lines = recipe.read_text().splitlines()
    recipe.write_text("\n".join(line for line in lines if not line.startswith("patience")))
    assert train(LineTask(), tmp_path, control=stop_after(2)).step == 7
