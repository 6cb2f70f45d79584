"""Every line of the log hangs on the one before: what is edited, cut or added is named."""

from pathlib import Path

import pytest

from fhgui.core.errors import OutputError, RecordError
from fhgui.provenance import custody, durable
from fhgui.provenance.custody import CustodyLog, Head, custody_summary, read_entries, verify_log
from fhgui.provenance.verification.findings import Finding, Verdict


@pytest.fixture
def log(tmp_path: Path) -> CustodyLog:
    made = CustodyLog(tmp_path / "log.jsonl")
    for number in range(5):
        made.append("run started", f'a "ü"\n\u202e{number}', {"frame": number})
    return made


def complaints(log: CustodyLog, head: Head | None = None) -> list[tuple[int | None, str]]:
    found = verify_log(log.path, head)
    return [(f.line, f.field) for f in found if f.verdict is Verdict.TAMPERED]


def edit_line(log: CustodyLog, number: int, old: bytes, new: bytes) -> None:
    lines = log.path.read_bytes().split(b"\n")
    assert old in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(old, new)
    log.path.write_bytes(b"\n".join(lines))


def test_a_whole_log_is_whole(log: CustodyLog) -> None:
    assert complaints(log, log.head) == []
    entries = read_entries(log.path)
    assert [e.seq for e in entries] == [1, 2, 3, 4, 5]
    assert entries[2].subject == 'a "ü"\n\u202e2'
    summary = custody_summary(log.path, log.head)
    assert (summary.entries, summary.verdict) == (5, "EXACT")
    assert summary.head_sha256 == log.head.sha256


def test_a_line_that_no_number_fits_is_named(log: CustodyLog) -> None:
    edit_line(log, 3, b'"frame":2', b'"frame":1e999')
    assert complaints(log, log.head)[0] == (3, "")
    assert len(read_entries(log.path)) == 4


def test_what_is_told_of_a_log_is_told_of_the_bytes_that_were_read(log: CustodyLog) -> None:
    data, head = log.path.read_bytes(), log.head
    log.append("run completed", "x")
    summary = custody_summary(log.path, head, data)
    assert (summary.entries, summary.head_sha256) == (5, head.sha256)


def test_it_goes_on_where_it_was_left(log: CustodyLog) -> None:
    again = CustodyLog(log.path)
    assert again.head == log.head
    again.append("run completed", "x")
    assert complaints(log, again.head) == []


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (b'"frame":2', b'"frame":3', "/".join(custody.CONTENTS)),
        (b'"seq":3', b'"seq":9', "seq"),
        (b'"previous":"', b'"previous":"0', "previous"),
        (b'"what":', b'"whet":', "what"),
        (b'"seq":3', b'"seq":"3"', "seq"),
        (b'"frame":2', b'"frame": 2', ""),
        (b'"frame":2', b'"frame":2,', ""),
    ],
)
def test_an_edited_line_is_named_with_its_field(
    log: CustodyLog, old: bytes, new: bytes, field: str
) -> None:
    edit_line(log, 3, old, new)
    assert complaints(log, log.head)[0] == (3, field)


@pytest.mark.parametrize("number", [2, 5])
def test_an_edited_digest_is_told_from_edited_contents(log: CustodyLog, number: int) -> None:
    digest = read_entries(log.path)[number - 1].sha256
    edit_line(log, number, digest.encode(), digest[::-1].encode())
    assert complaints(log, log.head)[0] == (number, "sha256")


def test_a_line_that_was_rewritten_with_a_new_digest_breaks_the_chain(log: CustodyLog) -> None:
    lines = log.path.read_bytes().split(b"\n")
    forged = custody.make_entry(2, "run started", "another", {}, lines[0])
    lines[1] = custody.entry_bytes(forged)
    log.path.write_bytes(b"\n".join(lines))
    assert complaints(log, log.head) == [(3, "previous")]


def test_cut_lines_are_named(log: CustodyLog) -> None:
    lines = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(b"".join(lines[:2] + lines[3:]))
    assert complaints(log, log.head)[0] == (3, "previous")
    log.path.write_bytes(b"".join(lines[:3]))
    assert complaints(log, log.head) == [(3, "")]
    assert "2 entries after it were cut" in verify_log(log.path, log.head)[0].text
    assert complaints(log) == []  # nothing outside the log knows of them
    log.path.write_bytes(b"")
    assert complaints(log, log.head) == [(0, "")]


def test_a_torn_line_is_put_right_by_an_entry_that_says_so(log: CustodyLog) -> None:
    head = log.head
    with log.path.open("ab") as file:
        file.write(b'{"at_utc":"2026-')
    assert complaints(log, head) == []
    (finding,) = verify_log(log.path, head)
    assert "torn by a crash" in finding.text
    again = CustodyLog(log.path)
    last = read_entries(log.path)[-1]
    assert (last.what, last.details["bytes"]) == (custody.REPAIRED, 16)
    assert complaints(log, again.head) == []


def test_a_line_that_was_whole_and_is_cut_now_was_no_crash(log: CustodyLog) -> None:
    log.path.write_bytes(log.path.read_bytes()[:-20])
    assert complaints(log, log.head) == [(5, "")]


def test_what_a_full_disk_took_in_part_is_taken_off_again(
    log: CustodyLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = log.path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable.os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        log.append("run started", "x")
    assert log.path.read_bytes() == before
    monkeypatch.undo()
    log.append("run started", "x")
    assert complaints(log, log.head) == []


def test_a_missing_log(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no such file"):
        verify_log(tmp_path / "log.jsonl")


def test_a_finding_says_where(log: CustodyLog) -> None:
    assert Finding("log.jsonl", "t", line=3, field="seq").place == "log.jsonl line 3 field seq"
