"""Bad input: one clear sentence, exit code 1 (or 2 for bad usage), and nothing written."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.__main__ import main


def refused(
    arguments: list[str], out: Path, capsys: pytest.CaptureFixture[str], *, code: int = 1
) -> str:
    """Run ``enhance``, assert that it refuses in one sentence and writes nothing."""
    capsys.readouterr()
    command = ["enhance", *arguments, "--out", str(out)]
    assert main(command) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    assert not out.exists()
    last = captured.err.strip().splitlines()[-1]
    assert code == 2 or last.startswith("fhgui: ")
    return last


BICUBIC = ["--method", "bicubic"]


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda p: None, "no such file|does not exist|not found"),
        (lambda p: p.mkdir(), "folder|directory"),
        (lambda p: p.write_bytes(b""), "empty"),
        (lambda p: p.write_text("this is a letter\n" * 100), "not a picture|no picture|video"),
    ],
    ids=["missing", "directory", "empty", "text"],
)
def test_files_that_are_no_evidence(
    make: object, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "evidence.mp4"
    make(path)  # type: ignore[operator]
    line = refused([str(path), *BICUBIC, "--auto"], tmp_path / "o", capsys)
    assert "evidence.mp4" in line
    assert any(part in line.lower() for part in complaint.split("|")), line


@pytest.mark.parametrize(
    ("placement", "word"),
    [
        (["--box", "900,10,40,40"], "outside"),
        (["--box", "-40,10,40,40"], "outside"),
        (["--box", "100,100,1,1"], "box"),
        (["--box", "100,100,0,5"], "box"),
        (["--landmarks", "nan,1,2,3"], "landmark"),
        (["--landmarks", "10,10,10,10"], "landmark"),
        (["--landmarks", "10,10,20,10,30,30"], "landmark"),
        (["--landmarks", "5000,10,5020,10"], "outside"),
    ],
)
def test_placements_that_make_no_sense(
    demo_png: Path,
    placement: list[str],
    word: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = refused([str(demo_png), *BICUBIC, *placement], tmp_path / "o", capsys)
    assert word in line.lower()


def test_no_face_suggests_points(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wall.png"
    Image.fromarray(np.full((200, 200, 3), 90, np.uint8)).save(path)
    line = refused([str(path), *BICUBIC, "--auto"], tmp_path / "o", capsys)
    assert "no face" in line
    assert "--landmarks" in line


def test_a_frame_that_is_not_there(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused([str(demo_png), *BICUBIC, "--auto", "--frame", "7"], tmp_path / "o", capsys)
    assert "frame" in line


def test_unknown_method(demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = refused([str(demo_png), "--method", "magic", "--auto"], tmp_path / "o", capsys)
    assert "dcnn_mnce" in line


def test_an_unknown_method_among_others_is_refused_before_any_runs(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ["compare", str(demo_png), "--methods", "bicubic,nosuch", "--auto", "--out", str(out)]
    assert main(asked) == 1
    said = capsys.readouterr().err
    assert "there is no method 'nosuch'" in said
    assert "stage" not in said
    assert not out.exists()


def test_unknown_setting(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(demo_png), "--method", "dcnn_mnce", "--auto", "--set", "magic=1"]
    assert "magic" in refused(arguments, tmp_path / "o", capsys)


def test_wrong_size_of_an_aligned_face(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(demo_png), "--method", "dcnn_mnce", "--aligned"]
    assert "16" in refused(arguments, tmp_path / "o", capsys)


def test_cuda_that_is_not_there(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    arguments = [str(demo_png), "--method", "dcnn_mnce", "--auto", "--device", "cuda"]
    assert "CUDA" in refused(arguments, tmp_path / "o", capsys)


def test_output_that_exists(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "o"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    assert main(["enhance", str(demo_png), *BICUBIC, "--auto", "--out", str(out)]) == 1
    assert "--force" in capsys.readouterr().err
    assert [p.name for p in out.iterdir()] == ["mine.txt"]
    assert main(["enhance", str(demo_png), *BICUBIC, "--auto", "--out", str(out), "--force"]) == 0
    assert (out / "mine.txt").read_text() == "mine"


@pytest.mark.skipif(os.name != "posix", reason="needs a folder that nobody can write to")
def test_output_that_cannot_be_written(demo_png: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = refused([str(demo_png), *BICUBIC, "--auto"], Path("/proc/fhgui-o"), capsys)
    assert "cannot be written" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["enhance"],
        ["enhance", "x.png", "--method", "bicubic", "--out", "o"],
        ["enhance", "x.png", "--method", "bicubic", "--out", "o", "--auto", "--aligned"],
        ["enhance", "x.png", "--method", "bicubic", "--out", "o", "--box", "1,2,3"],
        ["enhance", "x.png", "--method", "bicubic", "--out", "o", "--landmarks", "a,b"],
        ["nonsense-option", "--auto"][1:],
        ["verify"],
    ],
)
def test_bad_usage_is_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err
