"""``fhgui train``: progress, export, resumption, and one sentence when it cannot work."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from fhgui.__main__ import main
from fhgui.assets import check
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import open_set
from fhgui.paths import STOP_WISH
from fhgui.session import detached
from fhgui.training.progress import Command
from fhgui.training.stopping import stoppable
from fhgui.training.tasks import load_recipe

RECIPE = """
task: restoration
method: srcnn
network: {colours: 3, filters: [4, 2], kernels: [3, 1, 3]}
steps: 4
batch: 2
learning_rate: 1.0e-3
validation_faces: 1
validate_steps: 2
report_steps: 2
"""


def write_set(path: Path, faces: int = 5, side: int = 32, seed: int = 0) -> Path:
    invented = np.random.default_rng(seed).integers(0, 256, (faces, side, side, 3), np.uint8)
    np.save(path, invented)
    path.with_suffix(".json").write_text(json.dumps([f"{seed}-{i}" for i in range(faces)]))
    return path


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(RECIPE)
    return path


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    return write_set(tmp_path / "faces.npy")


def train(recipe: Path | str, *options: object) -> int:
    return main(["train", str(recipe), *map(str, options), "--device", "cpu", "--threads", "1"])


def test_weights_and_card_are_exported(
    recipe: Path, faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert train(recipe, "--data", faces, "--out", out, "--terms", "invented faces") == 0
    told = capsys.readouterr()
    assert f"fhgui models add {out / 'weights.safetensors'}" in told.out
    for words in ("begins on cpu: 4 faces", "step 4", "psnr_rgb", "ended at step 4"):
        assert words in told.err
    digest = check("weights", out / "weights.safetensors")
    card = yaml.safe_load((out / "card.yaml").read_text(encoding="utf-8"))
    facts = card["files"]["weights.safetensors"]
    assert facts["sha256"] == digest
    assert facts["terms"] == "invented faces"
    assert facts["data"] == ["faces.npy"]
    assert facts["faces"] == 5
    assert facts["steps"] == 4
    assert facts["recipe"]["network"]["filters"] == [4, 2]
    assert "psnr_rgb" in facts["validation"]


def test_json_lines(
    recipe: Path, faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert train(recipe, "--data", faces, "--out", out, "--json") == 0
    told = capsys.readouterr()
    events = [json.loads(line) for line in told.out.splitlines()]
    names = [event["event"] for event in events]
    assert names[0] == "started"
    assert {"progress", "validated", "saved"} <= set(names)
    assert names[-2:] == ["finished", "exported"]
    assert events[-1]["sha256"] == check("weights", Path(events[-1]["weights"]))
    assert Path(events[-1]["card"]).is_file()
    assert told.err == ""


def test_several_sets_are_one(
    recipe: Path, faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = write_set(tmp_path / "second.npy", faces=3, seed=1)
    third = write_set(tmp_path / "third.npy", faces=2, seed=2)
    sets = ("--data", faces, second, "--data", third)
    assert train(recipe, *sets, "--out", tmp_path / "run", "--json") == 0
    started = json.loads(capsys.readouterr().out.splitlines()[0])
    assert started["samples"] == 9
    card = yaml.safe_load((tmp_path / "run" / "card.yaml").read_text(encoding="utf-8"))
    facts = card["files"]["weights.safetensors"]
    assert sorted(facts["data"]) == ["faces.npy", "second.npy", "third.npy"]


def test_a_run_goes_on(
    recipe: Path, faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert train(recipe, "--data", faces, "--out", out) == 0
    longer = tmp_path / "longer.yaml"
    longer.write_text(RECIPE.replace("steps: 4", "steps: 6", 1))
    assert train(longer, "--data", faces, "--out", out) == 1
    assert "holds a training run already" in capsys.readouterr().err
    assert train(longer, "--data", faces, "--out", out, "--resume") == 0
    assert "goes on at step 4" in capsys.readouterr().err


def test_a_run_starts_from_the_folder_of_another(
    recipe: Path, faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert train(recipe, "--data", faces, "--out", first) == 0
    assert train(recipe, "--data", faces, "--out", second, "--start", first) == 0
    resolved = yaml.safe_load((second / "recipe.yaml").read_text(encoding="utf-8"))
    assert resolved["start"] == str(first)
    capsys.readouterr()
    options = ("--data", faces, "--out", tmp_path / "third")
    assert train("landmarks5", *options, "--start", first) == 1
    assert "cannot start from weights" in capsys.readouterr().err


def test_told_to_stop_it_saves_and_goes_on_later(tmp_path: Path, faces: Path) -> None:
    endless = tmp_path / "endless.yaml"
    endless.write_text(RECIPE.replace("steps: 4", "steps: 1000000", 1))
    out = tmp_path / "run"
    command = [sys.executable, "-m", "fhgui", "train", str(endless), "--data", str(faces)]
    command += ["--out", str(out), "--device", "cpu", "--threads", "1"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        deadline = time.monotonic() + 60
        while not list(out.glob("step-*.safetensors")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip().splitlines()[-1].endswith("training was stopped; --resume goes on with it")
    assert "Traceback" not in err
    assert list(out.glob("step-*.safetensors"))
    assert not (out / "weights.safetensors").exists()


@pytest.mark.parametrize("how", ["signal", "file"])
def test_a_training_is_asked_to_save_by_what_the_system_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(detached, "ask_to_end", lambda pid, folder: ended.append(pid))
    monkeypatch.setattr(detached, "is_running", lambda pid, folder: True)
    monkeypatch.setattr(detached.sys, "platform", "linux" if how == "signal" else "win32")
    detached.ask_to_save(7, tmp_path)
    assert (tmp_path / STOP_WISH).exists() is (how == "file")
    assert ended == ([7] if how == "signal" else [])
    detached.ask_to_save(7, tmp_path)  # asked again, it ends at once
    assert ended[-1] == 7


def test_a_file_in_its_folder_stops_a_training_between_two_steps(tmp_path: Path) -> None:
    wish = tmp_path / STOP_WISH
    wish.touch()  # of an earlier part of the run
    with stoppable(wish, print) as control:
        assert control() is Command.GO
        wish.touch()
        assert control() is Command.STOP


def test_two_processes_go_on_as_one_would_and_one_of_them_writes(
    tmp_path: Path, faces: Path, recipe: Path
) -> None:
    longer = tmp_path / "longer.yaml"
    longer.write_text(RECIPE.replace("steps: 4", "steps: 8", 1))
    one, two = tmp_path / "one", tmp_path / "two"
    assert train(longer, "--data", faces, "--out", one) == 0
    assert train(recipe, "--data", faces, "--out", two) == 0
    (two / "weights.safetensors").unlink()
    start = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command = [*start, "-m", "fhgui", "train", str(longer), "--data", str(faces), "--resume"]
    done = subprocess.run(
        [*command, "--out", str(two), "--device", "cpu", "--threads", "1"],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("trained, its card is beside it") == 1
    assert [done.stderr.count(x) for x in ("goes on at step 4", "ended at step 8")] == [1, 1]
    assert {p.name for p in two.iterdir()} == {p.name for p in one.iterdir()}
    shared, alone = (
        yaml.safe_load((folder / "card.yaml").read_text("utf-8"))["files"]["weights.safetensors"]
        for folder in (two, one)
    )
    assert shared["sha256"] == check("weights", two / "weights.safetensors")
    assert shared["steps"] == alone["steps"] == 8
    assert shared["validation"] == pytest.approx(alone["validation"], abs=0.05)


def test_a_task_without_gradients_is_not_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fhgui.training import start

    class Growing:
        def train(self) -> None:
            raise AssertionError

    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setattr(start, "task_module", lambda _: SimpleNamespace(make_task=made))

    def made(recipe: object, faces: object) -> Growing:
        return Growing()

    with pytest.raises(FhguiError, match="trains in one process; start it without torchrun"):
        start.run_recipe(load_recipe("srcnn"), open_set(write_set(tmp_path / "a.npy")), tmp_path)


@pytest.mark.parametrize(
    ("recipe", "options", "said"),
    [
        ("nobody", (), "there is no recipe 'nobody'"),
        ("strange.yaml", (), "unknown setting colour_of_money"),
        ("tiny.yaml", ("--data", "nowhere"), "there is no set of faces here"),
        ("tiny.yaml", ("--data", "small.npy"), "different sizes (16×16, 32×32)"),
        ("tiny.yaml", ("--device", "abacus"), "no device 'abacus'"),
        ("tiny.yaml", ("--out", "file"), "file"),
    ],
)
def test_one_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    recipe: str,
    options: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(RECIPE)
    Path("strange.yaml").write_text(RECIPE + "colour_of_money: green\n")
    Path("file").write_text("in the way")
    write_set(Path("faces.npy"))
    write_set(Path("small.npy"), side=16)
    given = ["train", recipe, "--data", "faces.npy", "--out", "run", *options]
    assert main(given) == 1
    told = capsys.readouterr()
    assert told.out == ""
    last = told.err.strip().splitlines()[-1]
    assert last.startswith("fhgui: ")
    assert said in last
    assert not Path("run", "weights.safetensors").exists()


def test_bad_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "srcnn", "--out", str(tmp_path)]) == 2
    assert "--data" in capsys.readouterr().err


def test_joined_sets_hold_the_same_pixels_in_splits(tmp_path: Path) -> None:
    from fhgui.datasets.joined import join_sets

    sets = [open_set(write_set(tmp_path / f"{i}.npy", faces=i + 2, seed=i)) for i in range(3)]
    joined = join_sets(sets)
    stacked = np.concatenate([s.pixels for s in sets])
    assert len(joined) == len(stacked) == len(joined.pixels)
    assert joined.names == tuple(name for s in sets for name in s.names)
    places = np.array([8, 0, 3, 3, 5])
    np.testing.assert_array_equal(joined.pixels[places], stacked[places])
    part = joined.pixels[1:7]
    np.testing.assert_array_equal(part[np.arange(6)], stacked[1:7])
    np.testing.assert_array_equal(part[2:4][np.arange(2)], stacked[3:5])
    assert join_sets(sets[:1]) is sets[0]
