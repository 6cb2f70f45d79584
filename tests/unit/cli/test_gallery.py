"""``fhgui gallery build`` on the command line: what it prints, and what it refuses."""

import json
from pathlib import Path

import numpy as np
import pytest

from fhgui.__main__ import main
from fhgui.imaging.resize import imresize

QUICK = ["--start", "bicubic", "--held-out", "2", "--threads", "1"]
SMALL = ["feature_dims=4", "residual_dims=4", "rest_per_side=1", "contexts_px=[0]"]


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    """Twenty invented faces, packed."""
    rng = np.random.default_rng(0)
    small = rng.integers(30, 226, (20, 6, 6, 3)).astype(np.uint8)
    path = tmp_path / "faces.npy"
    np.save(path, np.stack([imresize(face, (128, 128)) for face in small]))
    path.with_suffix(".json").write_text(json.dumps([f"{i}.png" for i in range(20)]))
    return path


def gallery(faces: Path, out: Path, *more: str, method: str = "dcnn_mnce") -> int:
    settings = [word for pair in SMALL for word in ("--set", pair)]
    words = [str(faces), "--method", method, "--out", str(out), *QUICK, *settings, *more]
    return main(["gallery", "build", *words])


def test_a_gallery_is_built_and_its_files_are_named(
    faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gallery(faces, tmp_path / "out" / "mine", "--json") == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert told["gallery"] == str(tmp_path / "out" / "mine")
    assert [Path(f).name for f in told["files"]] == [
        "mine-bases.safetensors",
        "mine-entries.safetensors",
    ]
    assert all(Path(f).is_file() for f in told["files"])
    assert "layer 1" in printed.err


def test_it_says_how_to_use_it(
    faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gallery(faces, tmp_path / "mine", "--kind", "full", "--terms", "none") == 0
    assert f"--set gallery={tmp_path / 'mine'}" in capsys.readouterr().out
    assert "terms: none" in (tmp_path / "card.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "method", "words"),
    [
        (["--faces", "3"], "dcnn_mnce", "3 faces, 2 of them held out, are too few"),
        (["--prototypes", "9"], "dcnn_mnce", "needs at least 72"),
        (["--kind", "heads"], "dcnn_mnce", "no gallery of the kind 'heads'"),
        (["--set", "colour=red"], "dcnn_mnce", "no setting colour"),
        ([], "srcnn", "srcnn has no gallery"),
    ],
)
def test_builds_without_sense_are_refused_in_one_sentence(
    faces: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    method: str,
    words: str,
) -> None:
    assert gallery(faces, tmp_path / "mine", *more, method=method) == 1
    printed = capsys.readouterr()
    assert words in printed.err
    assert len(printed.err.strip().splitlines()) == 1
    assert not list(tmp_path.glob("mine*"))


def test_a_set_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gallery(tmp_path / "none.npy", tmp_path / "mine") == 1
    assert "none.npy" in capsys.readouterr().err
