"""The command of the training room: events as JSON, one sentence for what failed, resuming."""

import errno
import json

import pytest
import torch
import yaml

from fhgui.core.errors import OutputError
from fhgui.training.__main__ import main
from fhgui.training.checkpoint import write_atomically
from fhgui.training.tasks import recipe_names

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
