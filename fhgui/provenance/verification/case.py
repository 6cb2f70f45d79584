"""Verifies a case: its file, its log, every record against the log, and every run by replay."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from fhgui.core.errors import CancelledError, FhguiError, RecordError
from fhgui.core.record import Json, Record
from fhgui.provenance.canonical import digest
from fhgui.provenance.case_entries import EXPORTED, is_end, open_start
from fhgui.provenance.case_file import (
    CASE_FILE,
    LOG_FILE,
    CaseFile,
    Filed,
    check_layout,
    filed_runs,
    read_case_file,
    refuse_link,
    result_names,
    run_number,
)
from fhgui.provenance.custody import Entry, read_entries, verify_log
from fhgui.provenance.records import record_file
from fhgui.provenance.verification.findings import Finding, Verdict, worst
from fhgui.provenance.verification.record import Circumstances, checked_record, verify_run


def verify_case(path: Path, circumstances: Circumstances) -> Iterator[Finding]:
    """Yield what is found about a case; one damaged part does not hide the others.

    Raises
    ------
    RecordError
        If it is no case, or one of a newer version.
    """
    case, finding = _case_file(path)
    yield finding
    if finding.verdict is not Verdict.EXACT and not _layout_is_safe(path):
        return
    log = path / LOG_FILE
    found = _check_log(log, case)
    yield from found
    entries = read_entries(log) if log.exists() else ()
    yield from _check_runs(path, entries, worst(found) is Verdict.EXACT, circumstances)
    yield from _check_exports(path, entries)


def _check_log(log: Path, case: CaseFile | None) -> tuple[Finding, ...]:
    if log.exists():
        return verify_log(log, None if case is None else case.log)
    if case is not None and not case.log.entries:
        return (Finding(str(log), "was not begun yet"),)
    return (Finding(str(log), "is missing", Verdict.TAMPERED),)


def _case_file(path: Path) -> tuple[CaseFile | None, Finding]:
    try:
        case = read_case_file(path)
    except RecordError as error:
        if "newer version" in error.what or "is no case" in error.what:
            raise
        return None, Finding(str(error.path or path), error.what, Verdict.TAMPERED)
    return case, Finding(str(path / CASE_FILE), f"intact, case {case.id}")


def _layout_is_safe(path: Path) -> bool:
    try:
        check_layout(path)
    except RecordError:
        return False
    return True


def _check_runs(
    path: Path, entries: tuple[Entry, ...], log_is_whole: bool, circumstances: Circumstances
) -> Iterator[Finding]:
    ends = {
        entry.subject: entry for entry in entries if is_end(entry) and run_number(entry.subject)
    }
    yield from _ends_once(entries)
    filed = {run.name: run for run in filed_runs(path)}
    for name in sorted(set(ends) - set(filed)):
        file = path / "records" / f"{name}.json"
        yield Finding(str(file), "is missing, but the log names it", Verdict.TAMPERED)
    for name in sorted(set(result_names(path)) - set(filed)):
        yield Finding(str(path / "results" / name), "has no record; it is not looked at")
    previous: str | None = None
    known = True
    for number, run in enumerate(filed.values(), start=1):
        in_filing = number == len(filed) and open_start(entries) is not None
        yield from _check_entry(run, ends.get(run.name), in_filing, log_is_whole)
        record = _record(run)
        if isinstance(record, Finding):
            yield record
            known = False
            continue
        if known:
            yield from _check_previous(run, record, previous)
        previous, known = record.id, True
        text = f"seal intact, {record.outcome.value} {record.finished_utc}"
        yield Finding(str(run.record_path), text)
        yield from _check_run(run, record, circumstances)


def _ends_once(entries: tuple[Entry, ...]) -> Iterator[Finding]:
    """Say of a run whose end was entered twice: the second could vouch for another record."""
    seen: dict[str, int] = {}
    for entry in entries:
        if is_end(entry) and run_number(entry.subject):
            if entry.subject in seen:
                text = f"was entered in line {seen[entry.subject]} and again in line {entry.seq}"
                yield Finding(entry.subject, text, Verdict.TAMPERED)
            seen.setdefault(entry.subject, entry.seq)


def _record(run: Filed) -> Record | Finding:
    try:
        refuse_link(run.record_path)
        return checked_record(run.record_path)
    except RecordError as error:
        return Finding(str(run.record_path), error.what, Verdict.TAMPERED)


def _check_entry(
    run: Filed, entry: Entry | None, in_filing: bool, log_is_whole: bool
) -> Iterator[Finding]:
    """Compare the files of a run with their digests in the log."""
    if entry is None:
        yield _not_entered(run, in_filing, log_is_whole)
        return
    with contextlib.suppress(RecordError, OSError):  # said when the record itself is read
        if digest(record_file(run.record_path)) != entry.details.get("sha256"):
            text = f"is not the file that the log names in line {entry.seq}"
            yield Finding(str(run.record_path), text, Verdict.TAMPERED)
    files = entry.details.get("files")
    yield from _check_files(run.folder, files if isinstance(files, dict) else {}, entry.seq)


def _not_entered(run: Filed, in_filing: bool, log_is_whole: bool) -> Finding:
    file = str(run.record_path)
    if not log_is_whole:
        return Finding(file, "has no entry in the log that can be read")
    if in_filing:
        return Finding(file, "is not in the log yet: the program ended while it was filed")
    return Finding(file, "is not in the log", Verdict.TAMPERED)


def _check_files(folder: Path, files: Mapping[str, Json], line: int) -> Iterator[Finding]:
    """Compare pictures with the log; the names are looked up, never followed."""
    there = {}
    if folder.is_dir() and not folder.is_symlink():
        there = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    for name in sorted(set(files) - set(there)):
        text = f"is missing, but line {line} of the log names it"
        yield Finding(str(folder / Path(name).name), text, Verdict.TAMPERED)
    for name, file in sorted(there.items()):
        if name not in files:
            yield Finding(str(file), "is not part of the case; it is not looked at")
        elif file.is_symlink() or digest(file.read_bytes()) != files[name]:
            text = f"is not the file that line {line} of the log names"
            yield Finding(str(file), text, Verdict.TAMPERED)


def _check_previous(run: Filed, record: Record, previous: str | None) -> Iterator[Finding]:
    if record.previous != previous:
        text = "does not follow on the record before it: one was added, cut or exchanged"
        yield Finding(str(run.record_path), text, Verdict.TAMPERED, field="previous")


def _check_run(run: Filed, record: Record, circumstances: Circumstances) -> Iterator[Finding]:
    try:
        for finding in verify_run(record, run.record_path, run.folder, circumstances):
            generic = finding.subject in ("environment", "replay") or "/" not in finding.subject
            subject = f"{run.name} {finding.subject}" if generic else finding.subject
            yield Finding(subject, finding.text, finding.verdict, finding.line, finding.field)
    except CancelledError:
        raise
    except FhguiError as error:
        hint = f"; {error.hint}" if error.hint else ""
        yield Finding(run.name, f"{error.what}{hint}", Verdict.DIFFERENT)


def _check_exports(path: Path, entries: tuple[Entry, ...]) -> Iterator[Finding]:
    for entry in entries:
        name = entry.details.get("manifest")
        if entry.what != EXPORTED or not isinstance(name, str) or "/" in name:
            continue
        file = path / "exports" / name
        if file.is_symlink() or not file.is_file():
            text = f"is missing, but line {entry.seq} of the log names it"
            yield Finding(str(file), text, Verdict.TAMPERED)
        elif digest(file.read_bytes()) != entry.details.get("sha256"):
            text = f"is not the file that line {entry.seq} of the log names"
            yield Finding(str(file), text, Verdict.TAMPERED)
