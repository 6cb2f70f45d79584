"""A folder is put in the place of another at once, or as a whole; what a crash left goes."""

import os
from pathlib import Path

import pytest

from fhgui.provenance import durable
from fhgui.provenance.case import Case
from fhgui.provenance.placing import MANIFEST, put_in_place, scratch_beside


def an_export(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).write_text('{"files": {"a.txt": {}}}')
    (folder / "a.txt").write_text(text)
    return folder


def put_new(out: Path) -> None:
    with scratch_beside(out) as scratch:
        an_export(scratch, "new")
        put_in_place(scratch, out)


@pytest.mark.parametrize("can_swap", [True, False])
def test_a_new_export_stands_in_the_place_of_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_swap: bool
) -> None:
    if not can_swap:
        monkeypatch.setattr(durable, "swap", lambda one, other: False)
    out = an_export(tmp_path / "out", "old")
    (out / "notes.txt").write_text("of somebody else")
    put_new(out)
    assert (out / "a.txt").read_text() == "new"
    assert (out / "notes.txt").read_text() == "of somebody else"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_where_folders_can_be_swapped_both_names_stand_at_every_moment(tmp_path: Path) -> None:
    one, other = an_export(tmp_path / "one", "1"), an_export(tmp_path / "other", "2")
    if not durable.swap(one, other):
        pytest.skip("this system, or its disk, swaps no folders")
    assert ((one / "a.txt").read_text(), (other / "a.txt").read_text()) == ("2", "1")
    assert not durable.swap(one, tmp_path / "nothing")
    assert (one / "a.txt").read_text() == "2"


def test_the_next_case_beside_it_removes_a_copy_that_a_crash_cut_short(tmp_path: Path) -> None:
    left, young, foreign = (tmp_path / f".{n}.partial" for n in ("a.fhcase", "b.fhcase", "c"))
    for folder in (left, young, foreign):
        an_export(folder, "half")
    for folder in (left, foreign):
        os.utime(folder, (0, 0))
    case = Case.create(tmp_path / "new.fhcase")
    assert [p.exists() for p in (left, young, foreign)] == [False, True, True]
    an_export(left, "half")
    os.utime(left, (0, 0))
    case.save_as(tmp_path / "copy.fhcase").close()
    assert not left.exists()
