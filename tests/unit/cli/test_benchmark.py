"""``fhgui benchmark``: the folder it writes, its words, and what it refuses."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.__main__ import main
from fhgui.evaluation import benchmark
from fhgui.imaging.resize import imresize

FILES = {
    *("table.json", "table.csv", "table.md", "per-image.csv", "report.html", "sheet.png"),
    "run.json",
}
QUICK = ["--without", "identity", "--threads", "1", "--device", "cpu"]


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    folder = tmp_path / "faces"
    folder.mkdir()
    for i in range(3):
        coarse = np.random.default_rng(i).integers(0, 256, (8, 8, 3), np.uint8)
        Image.fromarray(coarse).resize((128, 128)).save(folder / f"{i}.png")
    return folder


def command(data: Path, out: Path, *more: str, protocol: str = "celeba128-x8") -> list[str]:
    return ["benchmark", protocol, "--data", str(data), "--out", str(out), *QUICK, *more]


def refused(
    arguments: list[str], out: Path, capsys: pytest.CaptureFixture[str], code: int = 1
) -> str:
    """Assert that a command refuses in one sentence and writes nothing."""
    capsys.readouterr()
    assert main(arguments) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    assert not out.exists()
    assert not list(out.parent.glob(".*-*"))
    return captured.err.strip().splitlines()[-1]


def test_the_folder_and_the_json(
    faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deep" / "out"
    arguments = command(faces, out, "--methods", "bicubic,srcnn", "--json", "--save-images")
    assert main(arguments) == 0
    payload = json.loads(capsys.readouterr().out)
    assert payload == {**json.loads((out / "table.json").read_text()), "out": str(out)}
    assert {p.name for p in out.iterdir()} == FILES | {"bicubic", "srcnn", "truth", "input"}
    assert [row["label"] for row in payload["rows"]] == ["bicubic", "srcnn"]
    for folder in ("bicubic", "srcnn", "truth", "input"):
        assert {p.name for p in (out / folder).iterdir()} == {"0.png", "1.png", "2.png"}
    facts = json.loads((out / "run.json").read_text())
    assert facts["environment"]["numpy"]
    assert facts["rows"][1]["files"][0]["sha256"]
    assert facts["data"]["pairs"] == 3
    assert facts["lpips_files"] == {}
    assert not any("reading" in note for note in facts["notes"])
    assert [p for p in out.parent.iterdir() if p != out] == []


def test_the_pictures_are_those_that_enhance_writes(
    faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, enhanced = tmp_path / "out", tmp_path / "enhanced"
    assert main(command(faces, out, "--methods", "srcnn", "--save-images", "--limit", "1")) == 0
    source = str(out / "input" / "0.png")
    options = ["--aligned", "--threads", "1", "--device", "cpu", "--out", str(enhanced)]
    assert main(["enhance", source, "--method", "srcnn", *options]) == 0
    mine, theirs = (
        np.asarray(Image.open(path)) for path in (out / "srcnn" / "0.png", enhanced / "result.png")
    )
    np.testing.assert_array_equal(mine, theirs)
    truth = np.asarray(Image.open(out / "truth" / "0.png"))
    np.testing.assert_array_equal(imresize(truth, (16, 16)), np.asarray(Image.open(source)))


def test_figures_repeat_to_the_last_digit(faces: Path, tmp_path: Path) -> None:
    tables = []
    for name, methods in (("a", "srcnn,bicubic"), ("b", "bicubic,srcnn")):
        assert main(command(faces, tmp_path / name, "--methods", methods)) == 0
        with (tmp_path / name / "per-image.csv").open(newline="") as file:
            lines = [{**line, "seconds": ""} for line in csv.DictReader(file)]
        tables.append(sorted(lines, key=lambda line: (line["method"], line["name"])))
    assert tables[0] == tables[1]
    assert len(tables[0]) == 6


def test_json_lines_for_the_window(
    faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(command(faces, out, "--methods", "bicubic", "--progress", "json")) == 0
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert events[0]["event"] == "note"
    kinds = [event["event"] for event in events if event["event"] != "note"]
    assert kinds == ["start", "image", "image", "image", "row", "finished"]
    start = next(event for event in events if event["event"] == "start")
    assert start == {"event": "start", "protocol": "celeba128-x8", "methods": ["bicubic"], "n": 3}
    image = next(event for event in events if event["event"] == "image")
    assert {"label", "name", "done", "total", "scores"} <= set(image)
    assert image["scores"]["psnr_rgb"] > 0
    assert events[-1] == {"event": "finished", "out": str(out)}


def test_all_leaves_out_what_does_not_fit(
    faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    arguments = command(faces, out, "--methods", "all", "--limit", "1", protocol="celeba128-x4")
    assert main(arguments) == 0
    assert "left out: srcnn makes 128×128 of 16×16 px" in capsys.readouterr().err
    labels = [row["label"] for row in json.loads((out / "table.json").read_text())["rows"]]
    assert "bicubic" in labels
    assert "srcnn" not in labels


def test_a_study_and_settings_beside_it(faces: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "mine.yaml", tmp_path / "out"
    path.write_text(
        "protocol: celeba128-x8\ntitle: Locality\nrows:\n"
        "  - {label: near, method: dcnn_mnce, settings: {locality: 2.0}}\n"
        "  - {label: default, method: dcnn_mnce}\n"
    )
    arguments = command(faces, out, "--study", str(path), "--limit", "1")
    assert main([*arguments, "--set", "dcnn_mnce.neighbours=20"]) == 0
    rows = json.loads((out / "run.json").read_text())["rows"]
    assert rows[0]["settings"]["locality"] == 2.0
    assert rows[1]["settings"]["locality"] < 2.0
    assert [row["settings"]["neighbours"] for row in rows] == [20, 20]
    assert "<h1>Locality</h1>" in (out / "report.html").read_text()


def test_released_pictures_beside_methods(faces: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    more = ["--methods", "bicubic", "--reference", f"paper={faces}"]
    assert main(command(faces, out, *more)) == 0
    rows = json.loads((out / "table.json").read_text())["rows"]
    assert [(row["label"], row["kind"]) for row in rows] == [
        ("bicubic", "measured"),
        ("paper", "reference"),
    ]
    assert rows[1]["ssim"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("protocol", "more", "words"),
    [
        ("celeba128-x16", ["--methods", "bicubic"], ["celeba128-x16", "lfw192-x8"]),
        ("celeba128-x8", ["--methods", "unheard"], ["unheard", "srcnn"]),
        ("celeba128-x4", ["--methods", "srcnn"], ["16×16", "32×32"]),
        ("celeba128-x8", ["--methods", "srcnn", "--set", "srcnn.depth=3"], ["depth"]),
        ("lfw192-x8", ["--methods", "bicubic"], ["128×128 px, not 250×250"]),
        ("scface-x4", ["--methods", "bicubic"], ["SCface"]),
        ("celeba128-x8", ["--methods", "bicubic", "--without", "beauty"], ["beauty", "fsim"]),
        ("celeba128-x8", ["--study", "unheard"], ["unheard", "layers"]),
        ("lfw192-x8", ["--study", "layers"], ["celeba128-x8"]),
        ("celeba128-x8", ["--reference", "p=nowhere"], ["nowhere"]),
        ("celeba128-x8", ["--methods", "bicubic,bicubic"], ["two rows"]),
        ("celeba128-x8", ["--methods", "bicubic", "--reference", "bicubic=."], ["two rows"]),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    protocol: str,
    more: list[str],
    words: list[str],
    faces: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    line = refused(command(faces, out, *more, protocol=protocol), out, capsys)
    assert line.startswith("fhgui: ")
    assert all(word in line for word in words), line


@pytest.mark.parametrize(
    "more",
    [
        [],
        ["--methods", "bicubic", "--study", "layers"],
        ["--methods", "all,bicubic"],
        ["--methods", "bicubic", "--limit", "0"],
        ["--methods", "bicubic", "--reference", "nameless"],
        ["--methods", "bicubic", "--set", "srcnn.depth=3"],
        ["--methods", "srcnn", "--set", "depth=3"],
    ],
)
def test_bad_usage(
    more: list[str], faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    refused(command(faces, out, *more), out, capsys, code=2)


def test_data_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    line = refused(command(tmp_path / "nowhere", out, "--methods", "bicubic"), out, capsys)
    assert "nowhere" in line


def test_a_folder_in_use_is_left_alone(
    faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    arguments = command(faces, out, "--methods", "bicubic")
    assert main(arguments) == 1
    assert "--force" in capsys.readouterr().err
    assert [p.name for p in out.iterdir()] == ["mine.txt"]
    assert main([*arguments, "--force"]) == 0
    assert {p.name for p in out.iterdir()} == FILES | {"mine.txt"}


def test_a_run_that_is_stopped_leaves_nothing(
    faces: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(benchmark.Scorer, "score", stop)
    out = tmp_path / "out"
    line = refused(command(faces, out, "--methods", "bicubic"), out, capsys, code=130)
    assert "stopped" in line


def test_a_process_that_is_ended_leaves_nothing(faces: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = command(faces, out, "--methods", "bicubic", "--progress", "json")
    for i in range(60):  # enough work to be interrupted in
        shutil.copy(faces / "0.png", faces / f"more-{i}.png")
    process = subprocess.Popen(
        [sys.executable, "-m", "fhgui", *arguments], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    line = next(line for line in process.stderr if '"image"' in line)
    assert json.loads(line)["label"] == "bicubic"
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped" in said.splitlines()[-1]
    assert [p.name for p in tmp_path.iterdir()] == ["faces"]


def test_a_full_disk_is_said(
    faces: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fhgui.evaluation.output.ResultFolder.write", full)
    out = tmp_path / "out"
    line = refused(command(faces, out, "--methods", "bicubic"), out, capsys)
    assert "No space left" in line


@pytest.mark.data
def test_the_first_papers_table(data_dir: Path, tmp_path: Path) -> None:
    """Figures of an independent program for the same pictures, and the published rows beside."""
    out = tmp_path / "out"
    data = data_dir / "celeba128" / "test-dev.zip"
    more = ["--methods", "bicubic", "--without", "identity,pca_similarity"]
    assert main(command(data, out, *more)) == 0
    rows = json.loads((out / "table.json").read_text())["rows"]
    row = rows[0]
    assert row["n"] == 130
    assert row["psnr_rgb"] == pytest.approx(22.629, abs=6e-4)
    assert row["psnr_gray"] == pytest.approx(22.667, abs=6e-4)
    assert row["ssim"] == pytest.approx(0.6136, abs=6e-5)
    assert row["fsim"] == pytest.approx(0.7547, abs=6e-5)
    assert {r["kind"] for r in rows[1:]} == {"published"}
    assert "DCNN-MNCE, the authors' pictures" in (out / "table.md").read_text()


@pytest.mark.parametrize(
    "option", [["--methods", "bicubic"], ["--set", "srcnn.x=1"], ["--without", "lpips"]]
)
def test_a_survey_refuses_what_only_methods_need(
    option: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ["benchmark", "clips", "--data", str(tmp_path), "--out", str(out), *option]
    assert main(asked) == 2
    said = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert f"leave out {option[0]}" in said
    assert not out.exists()
