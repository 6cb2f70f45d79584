"""Names that try to confuse, records that lie: one sentence, nothing read or written elsewhere."""

import dataclasses
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from fhgui.__main__ import main
from fhgui.core.text import visible
from fhgui.provenance.case_file import filed_record, filed_runs
from fhgui.provenance.records import read_record, record_bytes, seal

NAMES = {
    "newline": "two\nlines.png",
    "quotes": "a \"quoted\" 'name' `$(x)`;&.png",
    "right-to-left": "photo\u202egnp.exe\u202c.png",
    "markup": "<script>alert(1)<b>&amp;.png",
    "escape": "\x1b[31mred\x07.png",
    "not UTF-8": os.fsdecode(b"caf\xe9 \xff.png"),
    "spaces": "  . .. % {name}.png",
    "emoji": "👩‍🔬 é\u0301 \u200f.png",
    "longest": "x" * 251 + ".png",
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses such names itself")
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_of_originals(
    demo_png: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = demo_png.rename(tmp_path / name)
    out, case = tmp_path / "out", tmp_path / "a.fhcase"
    asked = ["enhance", str(source), "--method", "bicubic", "--landmarks", "150,120,163,121"]
    assert main([*asked, "--out", str(out), "--case", str(case)]) == 0
    (run,) = filed_runs(case)
    assert filed_record(run).evidence.name == name
    capsys.readouterr()
    for path in (out, case):
        assert main(["verify", str(path)]) == 0
        shown = capsys.readouterr().out
        assert shown.split()[0] == "EXACT"
        assert not set(shown) & set("\x1b\x07\u202e\u202c\u200f")
        assert all(line[:2] == "  " for line in shown.splitlines()[1:])
    source.write_bytes(b"x")
    assert main(["verify", str(out), "--json"]) == 1
    (finding,) = [
        f for f in json.loads(capsys.readouterr().out)["findings"] if f["verdict"] == "TAMPERED"
    ]
    assert finding["subject"] == str(source)


@pytest.mark.parametrize("name", ["x" * 4000 + ".png", "a/" * 2000])
def test_names_that_no_disk_takes(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / name)
    case = tmp_path / "a.fhcase"
    asked = ["--method", "bicubic", "--auto", "--out", str(tmp_path / "out"), "--case", str(case)]
    commands = (
        ["enhance", path, *asked],
        ["verify", path],
        ["verify", str(case), "--source", path],
        ["enhance", str(tmp_path / "a.png"), *asked[:-1], path],
    )
    for command in commands:
        code = main(command)
        told = capsys.readouterr().err
        assert code == (0 if command[1] == str(case) else 1), (command, told)
        assert "Traceback" not in told
        assert "internal error" not in told
        assert len(told) < 10_000
    (run,) = filed_runs(case)
    assert filed_record(run).evidence.sha256 == ""


def test_text_is_made_visible() -> None:
    assert visible("é\u202e\x1b\n👩" + os.fsdecode(b"\xff")) == "é\\u202e\\x1b\\n👩\\udcff"
    assert len(visible("x" * 4000)) < 1010


def forge(case: Path, edit: dict[str, object]) -> Path:
    """Rewrite the record of a case with valid seals and return its path."""
    (run,) = filed_runs(case)
    forged = seal(dataclasses.replace(read_record(run.record_path), **edit))  # type: ignore[arg-type]
    run.record_path.write_bytes(record_bytes(forged))
    return run.record_path


@pytest.fixture
def case(demo_png: Path, tmp_path: Path) -> Path:
    path = tmp_path / "a.fhcase"
    asked = ["enhance", str(demo_png), "--method", "bicubic", "--landmarks", "150,120,163,121"]
    assert main([*asked, "--out", str(tmp_path / "out"), "--case", str(path)]) == 0
    return path


def test_a_record_whose_stages_lead_elsewhere(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(tmp_path / "out" / "result.png", tmp_path / "secret.png")
    stages = read_record(filed_runs(case)[0].record_path).stages
    outside = dataclasses.replace(stages[1], name="../../../../secret")
    path = forge(case, {"stages": (stages[0], outside)})
    assert main(["verify", str(case)]) == 1
    first = capsys.readouterr().out.splitlines()
    assert first[0].startswith("TAMPERED")
    assert str(path) in first[0]
    assert not any("secret.png" in line for line in first)


def test_a_forged_record_is_named_by_the_log(
    case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = forge(case, {"seed": 5})
    assert main(["verify", str(case)]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert str(path) in first
    assert "the log names" in first


@pytest.mark.parametrize("schema", [2, 99, "1", None, 1.5, True, [1]])
def test_records_of_unknown_schema(
    case: Path, schema: object, capsys: pytest.CaptureFixture[str]
) -> None:
    (run,) = filed_runs(case)
    value = {**json.loads(run.record_path.read_bytes()), "schema": schema, "id": "0" * 64}
    run.record_path.write_text(json.dumps(value))
    assert main(["verify", str(run.record_path)]) == 1
    told = capsys.readouterr().err
    assert "has schema" in told
    assert "use the version of fhgui that wrote it" in told
    assert main(["verify", str(case)]) == 1
    assert capsys.readouterr().out.startswith("TAMPERED")


@pytest.mark.parametrize("path", ["/dev/zero", "/proc/self/mem", "/", "", "relative.png"])
def test_originals_that_are_no_files_are_never_read(
    case: Path, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = read_record(filed_runs(case)[0].record_path).evidence
    forge(case, {"evidence": dataclasses.replace(evidence, path=path, name="elsewhere.png")})
    assert main(["verify", str(case)]) == 1
    assert capsys.readouterr().out.startswith("TAMPERED")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("name", ["log.jsonl", "case.json", ".lock", "picture"])
def test_a_pipe_in_a_case_is_not_waited_for(
    demo_png: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "a.fhcase"
    asked = ["enhance", str(demo_png), "--method", "bicubic", "--landmarks", "150,120,163,121"]
    assert main([*asked, "--out", str(tmp_path / "out"), "--case", str(case)]) == 0
    capsys.readouterr()
    path = next(case.rglob("01-*.png")) if name == "picture" else case / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    assert main(["verify", str(case)]) == 1
    assert "is no regular file" in "".join(capsys.readouterr())
