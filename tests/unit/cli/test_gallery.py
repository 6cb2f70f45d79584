"""``fhgui gallery build`` on the command line: what it prints, and what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.__main__ import main
from fhgui.imaging.resize import imresize
from tests.helpers.exemplars import GALLERY, low_face, write_models

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


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture
def enhanced(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that runs fsgn with some settings, and returns the result's folder."""
    monkeypatch.setenv("FHGUI_MODELS", str(models))
    Image.fromarray(low_face().pixels).save(tmp_path / "low.png")

    def made(*settings: str) -> Path:
        chosen = [f"--set={pair}" for pair in ("mode=sr", "neighbours=3", *settings)]
        words = [str(tmp_path / "low.png"), "--aligned", "--out", str(tmp_path / "run"), *chosen]
        assert (
            main(["enhance", "--method", "fsgn", "--device", "cpu", "--threads", "1", *words]) == 0
        )
        return tmp_path / "run"

    return made


def test_who_contributed_where_is_told(
    enhanced: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, out = enhanced("detail=true", f"gallery={GALLERY}"), tmp_path / "trace"
    capsys.readouterr()
    assert main(["gallery", "trace", str(run), "--at", "100,120", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["places"][0]["sources"][0]["name"] == "2.png"
    record = str(run / "record.json")
    assert main(["gallery", "trace", record, "--at", "9,9", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "bit for bit the recorded result" in printed
    assert "at 9,9:" in printed
    assert {file.name for file in out.iterdir()} == {"trace.json", "leading.png", "at-9-9.png"}
    assert main(["gallery", "trace", str(run), "--out", str(out)]) == 1  # it is not empty
    assert main(["gallery", "trace", str(run), "--at", "240,0"]) == 1
    assert "not on a face of 240×320 px" in capsys.readouterr().err


def test_a_run_without_detail_is_from_nobody(
    enhanced: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    run = enhanced()
    capsys.readouterr()
    assert main(["gallery", "trace", str(run)]) == 1
    printed = capsys.readouterr().err
    assert "there is no detail layer here" in printed
    assert len(printed.strip().splitlines()) == 1


@pytest.mark.parametrize("place", ["9", "1,2,3", "a,b", "-1,2", "1.5,2", "٣,٤"])
def test_places_that_are_no_pixels_are_bad_usage(tmp_path: Path, place: str) -> None:
    assert main(["gallery", "trace", str(tmp_path), "--at", place]) == 2
