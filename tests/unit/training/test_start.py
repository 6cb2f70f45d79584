"""The command of the training room: events as JSON, one sentence for what failed, resuming."""

import dataclasses
import errno
import json

import numpy as np
import pytest
import torch
import yaml

from fhgui.assets import read_header
from fhgui.core.errors import FhguiError, OutputError
from fhgui.training.__main__ import main
from fhgui.training.checkpoint import write_atomically
from fhgui.training.export import register, write_arrays, write_card
from fhgui.training.starting import starting_from
from fhgui.training.tasks import load_recipe, recipe_names

RESTORER = {
    "task": "restoration",
    "method": "srcnn",
    "network": {"colours": 3, "filters": [4, 2], "kernels": [3, 1, 3]},
    "steps": 2,
    "batch": 2,
    "validation_faces": 1,
    "validate_steps": 2,
}
RECIPE = {"task": "dcnn_denoiser", "batch": 2, "channels": 4, "patch_px": 16, "report_steps": 2}


@pytest.fixture
def recipe_file(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump({**RECIPE, "steps": 4, "validation_faces": 2}))
    return path


@pytest.fixture
def arguments(recipe_file, faces, tmp_path):
    """The command line of a short run; `faces` lie packed in tmp_path."""
    out = str(tmp_path / "run")
    threads = ["--threads", str(torch.get_num_threads())]
    return [str(recipe_file), "--data", str(tmp_path / "faces.npy"), "--out", out, *threads]


def test_a_run_by_command(arguments, tmp_path, capsys):
    assert main([*arguments, "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [line["event"] for line in lines]
    assert kinds == ["started", "progress", "progress", "validated", "saved", "finished"]
    card = yaml.safe_load((tmp_path / "run" / "card.yaml").read_text())
    facts = card["files"]["weights.safetensors"]
    assert facts["steps"] == 4
    assert facts["validation"]["psnr_rgb"] > facts["validation"]["psnr_noisy"] - 1
    assert (tmp_path / "run" / "weights.safetensors").is_file()


def test_a_second_run_must_be_told_to_resume(arguments, capsys):
    assert main(arguments) == 0
    assert "images/s" in capsys.readouterr().out
    assert main(arguments) == 1
    assert "run: holds a training run already; resume it or" in capsys.readouterr().err
    assert main([*arguments, "--resume"]) == 0


def test_a_run_starts_from_the_folder_of_another(recipe_file, arguments, tmp_path, capsys):
    recipe_file.write_text(yaml.safe_dump(RESTORER))
    assert main(arguments) == 0
    further = [*arguments, "--start", str(tmp_path / "run"), "--out", str(tmp_path / "further")]
    assert main(further) == 0
    resolved = yaml.safe_load((tmp_path / "further" / "recipe.yaml").read_text())
    assert resolved["start"] == str(tmp_path / "run")
    missing = [*arguments, "--start", "nowhere", "--out", str(tmp_path / "third")]
    assert main(missing) == 1
    assert "nowhere: the weights to start from are missing" in capsys.readouterr().err


def test_only_what_is_told_changes_where_a_run_starts():
    recipe = load_recipe("srcnn")
    assert starting_from(recipe, "") is recipe
    assert starting_from(recipe, "there") == dataclasses.replace(recipe, start="there")
    with pytest.raises(FhguiError, match="cannot start from weights"):
        starting_from(load_recipe("landmarks5"), "there")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {0: "nothing"},
            f"there is no recipe 'nothing'; give a YAML file or one of {', '.join(recipe_names())}",
        ),
        ({2: "nowhere"}, "nowhere: there is no set of faces here; make one with"),
    ],
)
def test_failures_are_one_sentence(arguments, change, sentence, capsys):
    assert main([change.get(i, a) for i, a in enumerate(arguments)]) == 1
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "the disk is full; free some space, then resume"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EACCES, "may not be written; choose another folder"),
        (errno.EROFS, "may not be written"),
        (errno.EIO, "cannot be written"),
    ],
)
def test_a_failed_write_leaves_the_old_file(tmp_path, number, sentence):
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"old")

    def write(file):
        file.write(b"half of the n")
        raise OSError(number, "no")

    with pytest.raises(OutputError, match=rf"a\.safetensors: {sentence}"):
        write_atomically(path, write)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_weights_and_card_stay_where_new_ones_cannot_be_written(tmp_path, monkeypatch):
    path = tmp_path / "a.safetensors"
    write_arrays({"x": np.ones(3)}, path, {"method": "a"}, {})
    register(path, {})
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def full(descriptor):
        raise OSError(errno.ENOSPC, "no")

    monkeypatch.setattr("fhgui.training.checkpoint.os.fsync", full)
    with pytest.raises(OutputError, match="the disk is full"):
        write_arrays({"x": np.zeros(3)}, path, {"method": "a"}, {})
    with pytest.raises(OutputError, match="the disk is full"):
        write_card({"method": "b"}, tmp_path / "card.yaml")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_the_same_arrays_make_the_same_file(tmp_path):
    identity = {"method": "a", "part": "network", "name": "a/é.safetensors"}
    for number in range(8):
        path = tmp_path / f"{number}.safetensors"
        write_arrays({"y": np.ones((2, 3), np.float16), "x": np.ones(1)}, path, identity, {"a": 1})
    assert len({p.read_bytes() for p in tmp_path.iterdir()}) == 1
    assert read_header(path) == {**identity, "spec": '{"a": 1}'}
