"""Results are written completely or not at all, and never over somebody's files."""

import os
from pathlib import Path

import pytest

from fhgui.core.errors import OutputError
from fhgui.provenance.folder import check_output, write_files

FILES = {"a.txt": b"a", "sub/b.txt": b"b"}


def test_writes_every_file(tmp_path: Path) -> None:
    written = write_files(FILES, tmp_path / "deep" / "out")
    assert [p.read_bytes() for p in written] == [b"a", b"b"]
    assert sorted(p.name for p in (tmp_path / "deep").iterdir()) == ["out"]


def test_existing_results_are_kept_without_force(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="--force"):
        write_files(FILES, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_force_keeps_other_files(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "a.txt").write_text("old")
    write_files(FILES, tmp_path, force=True)
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert (tmp_path / "a.txt").read_bytes() == b"a"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("x")
    with pytest.raises(OutputError, match="not a folder"):
        check_output(target, force=True)


def test_unwritable_folder_is_named() -> None:
    target = Path("/proc/fhgui-out")
    if os.name != "posix" or not Path("/proc").exists():
        pytest.skip("needs a folder that nobody can write to")
    with pytest.raises(OutputError, match="cannot be written") as caught:
        write_files(FILES, target)
    assert caught.value.path == target
