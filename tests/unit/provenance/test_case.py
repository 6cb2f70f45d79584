"""A case holds every run, one writer at a time, and survives any crash."""

import dataclasses
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fhgui.core.errors import CancelledError, MethodError, OutputError, RecordError
from fhgui.core.record import Outcome
from fhgui.provenance import case as case_module
from fhgui.provenance import custody, durable
from fhgui.provenance.case import Case
from fhgui.provenance.case_file import (
    case_file_bytes,
    filed_record,
    read_case_file,
    sealed_case_file,
)
from fhgui.provenance.custody import read_entries
from fhgui.provenance.stored import stored_run
from fhgui.provenance.verification.case import verify_case
from fhgui.provenance.verification.findings import Finding, Verdict
from fhgui.provenance.verification.record import Circumstances
from tests.helpers.cases import REQUEST, a_run

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "Müller 1.fhcase"


def tampered(path: Path) -> list[Finding]:
    """Return what a verification complains of, besides the original that tests made up."""
    return [f for f in verify_case(path, Circumstances()) if f.verdict is Verdict.TAMPERED]


def whats(path: Path) -> list[str]:
    return [entry.what for entry in read_entries(path / "log.jsonl")]


def test_completed_failed_and_cancelled_runs_are_filed_in_one_chain(path: Path) -> None:
    ends = (None, MethodError("the memory is used up"), CancelledError("stopped"))
    with Case.create(path) as case:
        for seed, error in enumerate(ends):
            case.start_run(REQUEST)
            case.add_run(a_run(seed, error))
    records = [filed_record(run) for run in case.runs]
    assert [r.seed for r in records] == [0, 1, 2]
    assert [r.previous for r in records] == [None, records[0].id, records[1].id]
    assert [run.name for run in case.runs] == ["0001-bicubic", "0002-bicubic", "0003-bicubic"]
    assert tampered(path) == []
    assert whats(path).count("run started") == 3
    assert whats(path)[-1] == "case closed"
    assert case.summary().verdict == "EXACT"


def test_a_filed_run_is_read_again_pixel_by_pixel(path: Path) -> None:
    given = a_run()
    with Case.create(path) as case:
        filed = case.add_run(given)
    (entry,) = case.runs
    again = stored_run(filed_record(entry), entry.folder)
    assert again.record == filed.record
    assert [(s.name, s.origin) for s in again.stages] == [(s.name, s.origin) for s in given.stages]
    for mine, theirs in zip(again.stages, given.stages, strict=True):
        assert (mine.pixels == theirs.pixels).all()
    assert again.face is not None
    failed = stored_run(a_run(1, MethodError("no")).record, entry.folder)
    assert failed.error is not None
    assert failed.error.sentence() == "no"


def test_numbers_go_on_when_the_case_is_opened_again(path: Path) -> None:
    for seed in range(3):
        with Case.open_or_create(path, "Müller") as case:
            case.add_run(a_run(seed))
    assert [run.number for run in case.runs] == [1, 2, 3]
    assert case.title == "Müller"
    assert tampered(path) == []


def test_two_writers_are_told_so_in_clear_words(path: Path) -> None:
    with Case.create(path) as case:
        with pytest.raises(OutputError, match="worked on by another fhgui") as caught:
            Case.open(path)
        assert f"process {os.getpid()}" in caught.value.what
        assert case_module.is_locked(path)
        case.add_run(a_run())
    assert not case_module.is_locked(path)
    with Case.open(path):
        pass
    assert tampered(path) == []


def test_nothing_is_written_over(path: Path) -> None:
    path.mkdir()
    with pytest.raises(OutputError, match="is there already"):
        Case.create(path)
    with pytest.raises(RecordError, match="is no case"):
        Case.open(path)


def test_a_case_of_a_newer_version_is_refused_in_one_sentence(path: Path) -> None:
    Case.create(path).close()
    newer = {**json.loads((path / "case.json").read_bytes()), "schema": 2, "surprise": [1]}
    (path / "case.json").write_text(json.dumps(newer))
    before = (path / "log.jsonl").read_bytes()
    for act in (Case.open, lambda p: list(verify_case(p, Circumstances()))):
        with pytest.raises(RecordError, match="newer version") as caught:
            act(path)
        assert "\n" not in caught.value.sentence()
    assert (path / "log.jsonl").read_bytes() == before


@pytest.mark.parametrize("name", ["case.json", "log.jsonl", "records", "results", "exports"])
def test_links_that_lead_out_of_a_case_are_refused(path: Path, tmp_path: Path, name: str) -> None:
    with Case.create(path) as case:
        case.add_run(a_run())
    moved = (path / name).rename(tmp_path / "elsewhere")
    (path / name).symlink_to(moved)
    with pytest.raises(RecordError, match="is a link"):
        Case.open(path)
    assert name in tampered(path)[0].subject


def test_an_origin_that_is_not_known_is_refused_by_name(path: Path) -> None:
    """Found by fuzzing: a record of another version, or one that was tampered with."""
    with Case.create(path) as case:
        case.add_run(a_run())
    (entry,) = case.runs
    record = filed_record(entry)
    strange = (dataclasses.replace(record.stages[0], origin="dreamt"), *record.stages[1:])
    with pytest.raises(RecordError, match="'dreamt', which is no Origin that this version knows"):
        stored_run(dataclasses.replace(record, stages=strange), entry.folder)


def test_links_in_place_of_a_record_or_a_picture(path: Path, tmp_path: Path) -> None:
    with Case.create(path) as case:
        case.add_run(a_run())
    (run,) = case.runs
    for file in (run.record_path, run.folder / "result.png"):
        moved = file.rename(tmp_path / file.name)
        file.symlink_to(moved)
        assert any(str(file) == f.subject for f in tampered(path)), file
    with pytest.raises(RecordError, match="is a link"):
        filed_record(run)
    with pytest.raises(RecordError):
        stored_run(a_run().record, tmp_path / "nowhere")


def test_a_log_that_leads_elsewhere_is_looked_up_never_followed(path: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    with Case.create(path) as case:
        case.note("exported", "/out", {"manifest": "../../secret", "sha256": "0"})
        case.note("run completed", "../../secret", {"files": {"../../secret": "0"}})
        case.note("run completed", "0007-x", {"files": {"../../secret": "0"}, "sha256": [1]})
    subjects = [f.subject for f in tampered(path)]
    assert subjects == [str(path / "records" / "0007-x.json")]
    with Case.open(path) as again:
        assert again.add_run(a_run()).record.previous is None


def test_records_and_pictures_that_come_or_go_are_named(path: Path) -> None:
    with Case.create(path) as case:
        for seed in range(3):
            case.add_run(a_run(seed))
    first, second, third = case.runs
    second.record_path.rename(path / "kept")
    assert str(second.record_path) in {f.subject for f in tampered(path)}
    (path / "kept").rename(second.record_path)
    (second.folder / "result.png").unlink()
    assert [f.subject for f in tampered(path)] == [str(second.folder / "result.png")]
    (second.folder / "result.png").write_bytes((first.folder / "result.png").read_bytes())
    assert str(second.folder / "result.png") in {f.subject for f in tampered(path)}
    third.record_path.with_stem("0004-bicubic").write_bytes(third.record_path.read_bytes())
    assert any("is not in the log" in f.text for f in tampered(path))


def test_damage_found_at_opening_stays_in_the_log(path: Path) -> None:
    with Case.create(path) as case:
        case.add_run(a_run())
    log = path / "log.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    with Case.open(path) as again:
        assert "were cut" in again.damage[0].text
        again.add_run(a_run(1))
    with Case.open(path):
        pass
    assert whats(path).count(custody.DAMAGE) == 1
    assert any("tells of damage" in f.text for f in tampered(path))


def test_an_interrupted_run_is_recorded_at_the_next_opening(path: Path) -> None:
    case = Case.create(path)
    case.start_run(REQUEST)
    case._lock.release()  # what the system does when a process dies
    with Case.open(path) as again:
        (run,) = again.runs
    record = filed_record(run)
    assert record.outcome is Outcome.FAILED
    assert record.evidence.path == str(REQUEST.source)
    assert "ended in the middle" in (record.error or "")
    assert tampered(path) == []


def test_who_knows_more_of_an_interrupted_run_files_it(path: Path) -> None:
    case = Case.create(path)
    case.start_run(REQUEST)
    case._lock.release()
    with Case.open(path, recover=False) as again:
        assert again.run_is_open
        again.add_run(a_run(4))
        assert not again.run_is_open
    assert [filed_record(run).seed for run in again.runs] == [4]


def test_a_record_that_was_not_entered_any_more_is_entered(path: Path) -> None:
    case = Case.create(path)
    case.start_run(REQUEST)
    before = (path / "log.jsonl").read_bytes(), (path / "case.json").read_bytes()
    case.add_run(a_run())
    case._lock.release()
    (path / "log.jsonl").write_bytes(before[0])
    (path / "case.json").write_bytes(before[1])
    assert tampered(path) == []
    with Case.open(path) as again:
        assert len(again.runs) == 1
    assert read_entries(path / "log.jsonl")[-2].what == "case opened"
    assert read_entries(path / "log.jsonl")[-3].details["recovered"] is True
    assert tampered(path) == []


@pytest.mark.parametrize("at", ["_write", "sync_folder", "append"])
def test_a_full_disk_files_a_run_whole_or_not_at_all(
    path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    with Case.create(path) as case:
        case.add_run(a_run())

        def full(*arguments: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(durable, at, full)
        with pytest.raises(OutputError, match="No space left on device"):
            case.add_run(a_run(1))
        monkeypatch.undo()
        assert [run.number for run in case.runs] == [1]
        assert [p.name for p in (path / "results").iterdir()] == ["0001-bicubic"]
        case.add_run(a_run(2))
    assert tampered(path) == []


def test_a_disk_that_fills_up_after_the_entry_keeps_the_run(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = durable.write_atomic

    def full_at_last(file: Path, data: bytes) -> None:
        if file.name == "case.json":
            raise OSError(28, "No space left on device")
        write(file, data)

    with Case.create(path) as case:
        monkeypatch.setattr(durable, "write_atomic", full_at_last)
        case.add_run(a_run())
    assert len(case.runs) == 1
    monkeypatch.undo()
    assert tampered(path) == []
    with Case.open(path) as again:
        again.add_run(a_run(1))
    assert tampered(path) == []


def test_a_read_only_disk_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Case.create(path).close()

    def read_only(*arguments: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(durable, "append", read_only)
    with pytest.raises(OutputError, match="Read-only file system") as caught:
        Case.open(path)
    assert "choose a folder" in caught.value.hint
    monkeypatch.undo()
    assert tampered(path) == []  # reading needs no writing
    Case.open(path).close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_a_disk_that_is_really_full(path: Path) -> None:
    with Case.create(path) as case:
        case.add_run(a_run())
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from fhgui.core.errors import OutputError\n"
        "from fhgui.provenance.case import Case\n"
        "from tests.helpers.cases import a_run\n"
        "case = Case.open(Path(sys.argv[1]))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "try:\n"
        "    case.add_run(a_run(1))\n"
        "except OutputError as error:\n"
        "    print(error.sentence())\n"
        "case.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "cannot be written (File too large)" in done.stdout
    with Case.open(path) as again:
        assert len(again.runs) == 1
    assert tampered(path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_at_ten_random_moments_the_case_opens_with_nothing_half_written(
    path: Path,
) -> None:
    rng = random.Random(10)
    for _ in range(10):
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.cases", str(path)],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
        )
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(rng.uniform(0, 0.25))
        worker.kill()
        worker.communicate()
        assert tampered(path) == []  # as the crash left it
        with Case.open(path) as case:
            for run in case.runs:
                stored_run(filed_record(run), run.folder)
        assert tampered(path) == []
        left = [p.name for p in path.rglob("*.partial")]
        assert left == []
    started, ended = whats(path).count("run started"), len(case.runs)
    assert started == ended  # every run that began has a record


def test_a_run_that_was_never_filed_is_recorded_before_the_next_begins(path: Path) -> None:
    with Case.create(path) as case:
        case.start_run(REQUEST)
        case.start_run(REQUEST)
        case.add_run(a_run())
    outcomes = [filed_record(run).outcome for run in case.runs]
    assert outcomes == [Outcome.FAILED, Outcome.COMPLETED]
    assert tampered(path) == []


def test_a_case_is_saved_elsewhere_whole(path: Path, tmp_path: Path) -> None:
    case = Case.create(path, automatic=True)
    case.add_run(a_run())
    with pytest.raises(OutputError, match="is there already"):
        case.save_as(path)
    with pytest.raises(OutputError, match="inside the case"):
        case.save_as(path / "results" / "x.fhcase")
    with case.save_as(tmp_path / "new" / "Named.fhcase") as copy:
        copy.add_run(a_run(1))
        assert (copy.title, copy.file.automatic, copy.file.id) == ("Named", False, case.file.id)
    assert len(copy.runs) == 2
    assert tampered(copy.path) == []
    assert tampered(path) == []
    assert read_case_file(path).saved_as == str(copy.path)
    assert not case_module.is_locked(path)
    assert "case copied" in whats(copy.path)


def test_an_export_leaves_its_manifest_in_the_case(path: Path, tmp_path: Path) -> None:
    with Case.create(path) as case:
        kept = [
            case.add_export(tmp_path / "out", data, {"labelled": True}) for data in (b"a", b"b")
        ]
    assert [p.name for p in kept] == ["0001.json", "0002.json"]
    assert tampered(path) == []
    kept[0].write_bytes(b"c")
    assert [f.subject for f in tampered(path)] == [str(kept[0])]


def test_an_edited_case_file_is_named_and_not_opened(path: Path) -> None:
    with Case.create(path) as case:
        case.keep_desk({"sources": []})
        case.add_run(a_run())
    data = (path / "case.json").read_bytes()
    edits = (data.replace(b"exports", b"x"), data[:-9], data.replace(b'"title":"M', b'"title":"N'))
    for edited in edits[1:]:
        (path / "case.json").write_bytes(edited)
        with pytest.raises(RecordError, match="was edited"):
            Case.open(path)
        assert str(path / "case.json") in {f.subject for f in tampered(path)}
    forged = sealed_case_file(
        dataclasses.replace(case.file, log=dataclasses.replace(case.file.log, entries=-1))
    )
    (path / "case.json").write_bytes(case_file_bytes(forged))
    with pytest.raises(RecordError, match=r"log\.entries"):
        Case.open(path)
