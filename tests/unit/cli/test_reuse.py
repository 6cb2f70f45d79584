"""--reuse: an equal run of the case is not computed again."""

import json
from pathlib import Path

import pytest

from fhgui.__main__ import main


def run(demo: Path, out: Path, *more: str) -> int:
    place = ["--box", "166,60,52,52", "--reason", "a test"]
    words = ["enhance", str(demo), "--method", "bicubic", *place, "--out", str(out), *more]
    return main(words)


def test_reuse_names_the_record_whose_pictures_are_shown(demo_png: Path, tmp_path: Path) -> None:
    case = ["--case", str(tmp_path / "a.fhcase")]
    for name, more in (("one", []), ("two", ["--reuse"]), ("three", [])):
        assert run(demo_png, tmp_path / name, *case, *more) == 0
    one, two, three = (
        json.loads((tmp_path / name / "record.json").read_text())
        for name in ("one", "two", "three")
    )
    assert two["reused"] == one["id"]
    assert "reused" not in three
    pictures = [(tmp_path / name / "result.png").read_bytes() for name in ("one", "two", "three")]
    assert pictures[0] == pictures[1] == pictures[2]


def test_reuse_without_a_case_says_what_to_add(
    demo_png: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(demo_png, tmp_path / "out", "--reuse") == 1
    assert "add --case" in capsys.readouterr().err
