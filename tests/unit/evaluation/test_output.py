"""The folder of a benchmark: complete or not there, and nothing of an earlier one in it."""

import json
from pathlib import Path

import pytest

from fhgui.evaluation.output import ResultFolder, result_folder


def fill(folder: ResultFolder, *names: str) -> None:
    for name in names:
        folder.write(name, name.encode())
    rows = [{"label": "srcnn"}, {"label": "../other"}]
    folder.write("table.json", json.dumps({"rows": rows}).encode())


def files(out: Path) -> set[str]:
    return {file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file()}


def test_nothing_of_an_earlier_benchmark_stays(tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    other.mkdir()
    (other / "a.png").write_bytes(b"somebody else's")
    with result_folder(out) as folder:
        fill(folder, "truth/a.png", "input/a.png", "srcnn/a.png", "coverage.csv", "table.md")
        folder.commit()
    (out / "srcnn" / "note.txt").write_text("the user's own")
    (out / "mine.csv").write_text("too")
    with result_folder(out) as folder:
        fill(folder, "srcnn/b.png", "table.md")
        folder.commit()
    kept = {"srcnn/note.txt", "mine.csv"}
    assert files(out) == kept | {"srcnn/b.png", "table.md", "table.json"}
    assert not (out / "truth").exists()
    assert (other / "a.png").is_file()


@pytest.mark.parametrize("content", ["{", "[]", '{"rows": [1]}'])
def test_a_table_that_is_none_of_ours_names_no_files(content: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "truth").mkdir(parents=True)
    (out / "truth" / "a.png").write_bytes(b"x")
    (out / "table.json").write_text(content)
    with result_folder(out) as folder:
        fill(folder, "table.md")
        folder.commit()
    assert files(out) == {"truth/a.png", "table.md", "table.json"}


def test_what_is_not_committed_disappears(tmp_path: Path) -> None:
    with result_folder(tmp_path / "out") as folder:
        fill(folder, "table.md")
    assert list(tmp_path.iterdir()) == []
