"""Results are written completely or not at all, and never over somebody's files."""

import dataclasses
import os
from pathlib import Path

import pytest

from fhgui.__main__ import main
from fhgui.core.errors import OutputError
from fhgui.core.face import Box
from fhgui.core.record import Outcome
from fhgui.provenance import folder
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import check_output, run_files, write_files, write_run
from fhgui.provenance.records import seal
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run

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


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["enhance", "--method", "bicubic"], "input.png"),
        (["enhance", "--method", "bicubic"], "stages/00-input.png"),
        (["compare", "--methods", "bicubic"], "comparison.png"),
        (["compare", "--methods", "bicubic"], "bicubic/input.png"),
    ],
)
def test_the_evidence_is_never_written_over(
    demo_png: Path,
    tmp_path: Path,
    command: list[str],
    name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = tmp_path / "out" / name
    source.parent.mkdir(parents=True)
    before = demo_png.rename(source).read_bytes()
    order = [command[0], str(source), *command[1:], "--box", "20,20,40,40"]
    assert main([*order, "--out", str(tmp_path / "out"), "--force"]) == 1
    assert "is the source itself" in capsys.readouterr().err
    assert source.read_bytes() == before
    assert [p for p in (tmp_path / "out").rglob("*") if p.is_file()] == [source]


def a_run(source: Path) -> Run:
    place = Placement(PlacementKind.BOX, box=Box(20, 20, 40, 40))
    run = enhance(EnhanceRequest(source, "bicubic", place, threads=1))
    assert run.error is None
    return run


def test_a_run_over_another_leaves_none_of_its_pictures(demo_png: Path, tmp_path: Path) -> None:
    run, out = a_run(demo_png), tmp_path / "out"
    write_run(run, out)
    (out / "stages" / "07-notes.png").write_bytes(b"mine")
    (out / "stages" / "00-input.png").write_bytes(b"mine, called like an old one")
    failed = seal(dataclasses.replace(run.record, outcome=Outcome.FAILED, error="stopped"))
    write_run(dataclasses.replace(run, record=failed), out, force=True)
    left = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())
    assert left == ["record.json", "stages/00-input.png", "stages/07-notes.png"]


def test_what_is_cut_short_has_no_record(
    demo_png: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, out = a_run(demo_png), tmp_path / "out"
    write_run(run, out)

    def killed(source: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "_move", killed)
    with pytest.raises(OutputError, match="No space"):
        write_run(run, out, force=True)
    there = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert there == set(run_files(run)) - {"record.json"}
