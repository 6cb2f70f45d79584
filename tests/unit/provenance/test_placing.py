"""A folder is put in the place of another at once, or as a whole; what a crash left goes."""

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from fhgui.provenance import durable
from fhgui.provenance.case import Case
from fhgui.provenance.placing import KIND, MANIFEST, put_in_place, scratch_beside


def an_export(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_text(text)
    (folder / "b.txt").write_text(text)
    entry = {"sha256": sha256(text.encode()).hexdigest(), "size": len(text)}
    value = {"kind": KIND, "files": {"a.txt": entry, "b.txt": entry}}
    (folder / MANIFEST).write_text(json.dumps(value))
    return folder


def put_new(out: Path) -> None:
    with scratch_beside(out) as scratch:
        an_export(scratch, "new")
        put_in_place(scratch, out)


def put_one(out: Path) -> None:
    """Export again without ``b.txt``."""
    with scratch_beside(out) as scratch:
        an_export(scratch, "new")
        (scratch / "b.txt").unlink()
        put_in_place(scratch, out)


@pytest.mark.parametrize("left", [b"", b"changed by somebody"])
def test_what_somebody_changed_in_an_export_is_carried_over(tmp_path: Path, left: bytes) -> None:
    out = an_export(tmp_path / "out", "old")
    put_one(out)
    assert not (out / "b.txt").exists()
    out = an_export(tmp_path / "out", "old")
    (out / "b.txt").write_bytes(left)
    put_one(out)
    assert (out / "a.txt").read_text() == "new"
    assert (out / "b.txt").read_bytes() == left


def test_the_manifest_of_another_program_gives_no_file_away(tmp_path: Path) -> None:
    out = an_export(tmp_path / "out", "old")
    value = json.loads((out / MANIFEST).read_text())
    (out / MANIFEST).write_text(json.dumps({**value, "kind": "webpack"}))
    put_one(out)
    assert (out / "a.txt").read_text() == "new"
    assert (out / "b.txt").read_text() == "old"


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
