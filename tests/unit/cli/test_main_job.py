"""The main job on the command line, on the demo frame: files, records, replay, verdicts."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui import paths
from fhgui.__main__ import main
from fhgui.methods.bicubic import method as bicubic
from fhgui.methods.tdn.aligner import PASSES
from tests.helpers.models import turned_straightener


def enhance(source: Path, out: Path, *more: str) -> int:
    return main(["enhance", str(source), "--method", "bicubic", "--out", str(out), *more])


def test_enhance_writes_what_the_record_says(demo_png: Path, tmp_path: Path) -> None:
    out = tmp_path / "o"
    assert enhance(demo_png, out, "--auto") == 0
    record = json.loads((out / "record.json").read_bytes())
    assert record["schema"] == 1
    assert record["outcome"] == "completed"
    assert record["evidence"]["name"] == demo_png.name
    assert record["alignment"]["placed_by"] == "auto"
    assert [s["name"] for s in record["stages"]] == ["input", "bicubic"]
    assert np.asarray(Image.open(out / "result.png")).shape == (128, 128, 3)
    assert np.asarray(Image.open(out / "input.png")).shape == (16, 16, 3)
    assert sorted(p.name for p in (out / "stages").iterdir()) == ["00-input.png", "01-bicubic.png"]


def test_verify_says_exact(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enhance(demo_png, tmp_path / "o", "--auto")
    capsys.readouterr()
    assert main(["verify", str(tmp_path / "o" / "record.json")]) == 0
    assert capsys.readouterr().out.split()[0] == "EXACT"
    assert main(["verify", str(tmp_path / "o"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "EXACT"


def test_verify_names_a_changed_source(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enhance(demo_png, tmp_path / "o", "--auto")
    data = bytearray(demo_png.read_bytes())
    data[len(data) // 2] ^= 1
    demo_png.write_bytes(data)
    capsys.readouterr()
    assert main(["verify", str(tmp_path / "o" / "record.json")]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("TAMPERED")
    assert demo_png.name in first


def test_verify_names_a_changed_picture(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enhance(demo_png, tmp_path / "o", "--auto")
    pixels = np.array(Image.open(tmp_path / "o" / "result.png"))
    pixels[0, 0, 0] ^= 1
    Image.fromarray(pixels).save(tmp_path / "o" / "result.png")
    capsys.readouterr()
    assert main(["verify", str(tmp_path / "o" / "record.json")]) == 1
    assert "result.png" in capsys.readouterr().out.splitlines()[0]


def test_verify_names_an_edited_record(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enhance(demo_png, tmp_path / "o", "--auto")
    record = tmp_path / "o" / "record.json"
    record.write_bytes(record.read_bytes().replace(b'"seed":0', b'"seed":1'))
    capsys.readouterr()
    assert main(["verify", str(record)]) == 1
    assert capsys.readouterr().out.startswith("TAMPERED")


def test_verify_asks_for_a_lost_source(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enhance(demo_png, tmp_path / "o", "--auto")
    moved = demo_png.rename(tmp_path / "moved.png")
    assert main(["verify", str(tmp_path / "o" / "record.json")]) == 1
    assert "--source" in capsys.readouterr().err
    assert main(["verify", str(tmp_path / "o" / "record.json"), "--source", str(moved)]) == 0


def test_replay_of_points_given_by_hand(demo_png: Path, tmp_path: Path) -> None:
    out = tmp_path / "o"
    assert enhance(demo_png, out, "--landmarks", "150.25,120,163,121.5") == 0
    record = json.loads((out / "record.json").read_bytes())
    assert record["alignment"]["placed_by"] == "analyst"
    assert record["alignment"]["landmarks"] == [[150.25, 120.0], [163.0, 121.5]]
    assert main(["verify", str(out)]) == 0


def test_aligned_takes_the_file_as_it_is(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    source = tmp_path / "face.png"
    Image.fromarray(pixels).save(source)
    assert enhance(source, tmp_path / "o", "--aligned") == 0
    assert np.array_equal(np.asarray(Image.open(tmp_path / "o" / "input.png")), pixels)


def test_compare_makes_one_sheet(demo_png: Path, tmp_path: Path) -> None:
    methods = ["--methods", "bicubic,dcnn_mnce", "--auto", "--out", str(tmp_path / "c")]
    assert main(["compare", str(demo_png), *methods]) == 0
    assert (tmp_path / "c" / "comparison.png").stat().st_size > 10_000
    assert main(["verify", str(tmp_path / "c")]) == 0


def test_methods_lists_stages_and_weights(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["methods", "--json"]) == 0
    entries = {e["id"]: e for e in json.loads(capsys.readouterr().out)["methods"]}
    assert entries["dcnn_mnce"]["input_hw"] == [16, 16]
    assert entries["dcnn_mnce"]["weights"] is True
    assert Path(entries["dcnn_mnce"]["card"]).is_file()
    assert entries["bicubic"]["stages"] == ["bicubic"]


def test_faces_finds_the_demo_face(demo_png: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faces", str(demo_png), "--json"]) == 0
    faces = json.loads(capsys.readouterr().out)["faces"]
    assert len(faces) == 1
    assert len(faces[0]["landmarks"]) == 68
    assert faces[0]["blur"]["words"].split(",")[0] in ("none", "Gaussian", "motion")
    assert main(["faces", str(demo_png)]) == 0
    assert f"blur (estimated): {faces[0]['blur']['words']}" in capsys.readouterr().out


def test_probe_tells_the_digest(demo_png: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", str(demo_png), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["width"], facts["height"], facts["kind"]) == (352, 288, "image")
    assert len(facts["sha256"]) == 64


def test_demo_without_window_replays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "demo"
    assert main(["demo", "--no-window", "--out", str(out)]) == 0
    assert "replayed: EXACT" in capsys.readouterr().out
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF")


def test_a_run_that_fails_leaves_its_record(
    demo_png: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise RuntimeError("a library of another day")

    monkeypatch.setattr(bicubic, "imresize", failing)
    assert enhance(demo_png, tmp_path / "out", "--auto") == 1
    (record,) = (tmp_path / "out").iterdir()
    told = json.loads(record.read_text())
    assert told["outcome"] == "failed"
    assert "another day" in told["error"]
    assert main(["verify", str(record)]) == 0


FLAT = "4,4,40,40"
"""A box of the demo frame without any face in it."""


def test_a_box_without_landmarks_is_put_upright_where_that_is_asked_for(
    demo_png: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned_straightener(tmp_path / "models", (0.0, 0.8, 0.0, 0.0))
    monkeypatch.setattr(paths, "model_folders", lambda: (tmp_path / "models",))
    assert enhance(demo_png, tmp_path / "box", "--box", FLAT) == 0
    assert enhance(demo_png, tmp_path / "upright", "--box", FLAT, "--auto") == 0
    boxed, upright = (
        json.loads((tmp_path / name / "record.json").read_bytes()) for name in ("box", "upright")
    )
    assert boxed["alignment"]["placed_by"] == "box"
    alignment = upright["alignment"]
    assert alignment["placed_by"] == "network"
    assert alignment["box"] == [4, 4, 40, 40]
    larger = alignment["matrix"][0][0] / boxed["alignment"]["matrix"][0][0]
    assert larger == pytest.approx(0.8**-PASSES, rel=1e-3)
    assert any("STN0" in words and "SHA-256" in words for words in upright["warnings"])
    assert main(["verify", str(tmp_path / "upright" / "record.json")]) == 0


def test_without_stn0_a_box_alone_still_works_and_upright_says_what_is_missing(
    demo_png: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(paths, "model_folders", lambda: (tmp_path / "models",))
    assert enhance(demo_png, tmp_path / "box", "--box", FLAT) == 0
    assert enhance(demo_png, tmp_path / "upright", "--box", FLAT, "--auto") == 1
    assert "stn0.safetensors" in capsys.readouterr().err


@pytest.mark.parametrize(
    "more",
    [["--aligned", "--auto"], ["--box", FLAT, "--aligned"], ["--landmarks", "1,1", "--auto"]],
)
def test_other_placements_do_not_go_together(
    demo_png: Path, tmp_path: Path, more: list[str]
) -> None:
    assert enhance(demo_png, tmp_path / "o", *more) == 2
