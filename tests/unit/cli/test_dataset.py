"""``fhgui dataset``: the table, the JSON, and one sentence when it cannot work."""

import json
import zipfile
from pathlib import Path

import pytest

from fhgui.__main__ import main
from tests.helpers.photographs import encoded, pattern, write_people


@pytest.fixture
def people(tmp_path: Path) -> Path:
    folder = write_people(tmp_path / "people", 3, 2)
    (folder / "letter.txt").write_text("Dear Sir")
    (folder / "tiny.png").write_bytes(encoded(pattern(9, 8, 8)))
    return folder


def test_build_and_show(people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "set"
    options = ["--size", "32,32", "--labels", "folder", "--split", "1,0,0", "--workers", "1"]
    assert main(["dataset", "build", str(people), "--out", str(out), *options]) == 2
    assert "128,128 (celeba128)" in " ".join(capsys.readouterr().err.split())
    options.append("--no-align")
    assert main(["dataset", "build", str(people), "--out", str(out), *options]) == 0
    built = capsys.readouterr()
    assert "8/8 looked at" in built.err
    for line in ("6 faces of 32×32 pixels", "3 people", "not a picture", "too small", "tiny.png"):
        assert line in built.out
    assert main(["dataset", "show", str(out), "--verify"]) == 0
    assert capsys.readouterr().out == built.out


def test_faces_are_found_unless_they_are_said_to_be_aligned(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "set"
    assert main(["dataset", "build", str(people), "--out", str(out), "--workers", "1"]) == 1
    told = capsys.readouterr().err  # drawn patterns: nobody is in them
    assert "on the template celeba128" in told


def test_json(people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "set"
    options = ["--size", "32,32", "--no-align", "--workers", "1", "--json"]
    assert main(["dataset", "build", str(people), "--out", str(out), *options]) == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert "no --template" not in told.err
    assert found["shape"] == [6, 32, 32, 3]
    assert found["kept"] == 6
    assert found["dropped"] == {"not a picture": 1, "too small": 1}
    assert {p["name"]: p["reason"] for p in found["pictures"]} == {
        "people/letter.txt": "not a picture",
        "people/tiny.png": "too small",
    }
    assert len(found["digest"]) == 64


@pytest.mark.parametrize(
    ("sources", "options", "said"),
    [
        (["nobody"], [], "no such folder"),
        (["empty"], [], "holds no files"),
        (["people"], ["--template", "nobody"], "celeba128"),
        (["people"], ["--template", "celeba128", "--size", "128,96"], "proportions"),
        (["people"], ["--size", "1,1", "--no-align"], "pixels a side"),
        (["people"], ["--split", "1,1,1"], "sum to 1"),
        (["people"], ["--labels", "names"], "labels"),
        (["people", "people"], [], "twice"),
    ],
)
def test_one_sentence(
    people: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    sources: list[str],
    options: list[str],
    said: str,
) -> None:
    (tmp_path / "empty").mkdir()
    paths = [str(tmp_path / name) for name in sources]
    assert main(["dataset", "build", *paths, "--out", str(tmp_path / "set"), *options]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    last = told.err.strip().splitlines()[-1]
    assert last.startswith("fhgui: ")
    assert said in last
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["build"],
        ["build", "x", "--out", "o", "--size", "128"],
        ["build", "x", "--out", "o", "--split", "a"],
        ["build", "x", "--out", "o", "--template", "celeba128", "--no-align"],
        ["build", "x", "--out", "o", "--workers", "0"],
        ["show"],
        ["nonsense"],
    ],
)
def test_bad_usage(arguments: list[str]) -> None:
    assert main(["dataset", *arguments]) == 2


def test_show_what_is_no_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dataset", "show", str(tmp_path / "nothing")]) == 1
    assert "no set of faces" in capsys.readouterr().err


def test_real_faces_of_real_people(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twelve pictures of three people out of the labelled archive."""
    with zipfile.ZipFile(data_dir / "celeba_id" / "train.zip") as whole:
        names = sorted(whole.namelist())
        chosen = [name for start in (0, 16, 32) for name in names[start : start + 4]]
        with zipfile.ZipFile(tmp_path / "few.zip", "w") as few:
            for name in chosen:
                few.writestr(name, whole.read(name))
    options = ["--template", "celeba128", "--labels", "folder", "--workers", "1", "--json"]
    out = tmp_path / "set"
    assert main(["dataset", "build", str(tmp_path / "few.zip"), "--out", str(out), *options]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["kept"] >= 10
    assert sum(part["people"] for part in found["splits"].values()) == 3
