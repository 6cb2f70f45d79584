"""A case that is worked on: every run is filed and entered in the log before anybody sees it.

One writer at a time (a lock that ends with its process). A crash at any moment leaves a case
that opens: files are replaced as a whole, a run counts once its record is there, and what was
going on is recorded as interrupted at the next opening.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import RLock
from types import TracebackType

from filelock import FileLock, Timeout

from fhgui.core.dossier import CustodySummary
from fhgui.core.errors import FhguiError, OutputError, RecordError
from fhgui.core.record import Json
from fhgui.provenance import durable
from fhgui.provenance.canonical import digest
from fhgui.provenance.case_entries import (
    CLOSED,
    EXPORTED,
    OPENED,
    SAVED_AS,
    STARTED,
    end_of,
    interrupted,
    is_end,
    open_start,
    run_details,
    slug,
    start_details,
)
from fhgui.provenance.case_file import (
    CASE_FILE,
    FOLDERS,
    LOCK_FILE,
    LOG_FILE,
    CaseFile,
    Filed,
    case_file_bytes,
    check_layout,
    filed_record,
    filed_runs,
    is_case,
    read_case_file,
    refuse_link,
    result_names,
    run_number,
    sealed_case_file,
)
from fhgui.provenance.case_making import copy_case, make_case
from fhgui.provenance.custody import (
    DAMAGE,
    TELLS,
    CustodyLog,
    Entry,
    Head,
    custody_summary,
    read_entries,
)
from fhgui.provenance.custody import verify_log as check_log
from fhgui.provenance.environment import software
from fhgui.provenance.records import record_bytes, seal
from fhgui.provenance.request import EnhanceRequest
from fhgui.provenance.run import Run
from fhgui.provenance.verification.findings import Finding, Verdict


class Case:
    """An open case; made by `create`, `open` or `open_or_create`, and a context manager.

    Its methods may be called from several threads.

    Raises
    ------
    OutputError
        By every method that writes, if the disk does not take it; what was there stays whole.
    """

    def __init__(self, path: Path, file: CaseFile, lock: FileLock) -> None:
        self.path = path
        self.damage: tuple[Finding, ...] = ()
        self._file = file
        self._lock = lock
        self._guard = RLock()
        self._log = CustodyLog(path / LOG_FILE)
        self._last_id: str | None = None
        self._number = 0
        self._started: Entry | None = None

    @classmethod
    def create(cls, path: Path, title: str = "", automatic: bool = False) -> Case:
        """Make a new case folder and open it.

        Raises
        ------
        OutputError
            If there is something at ``path`` or it cannot be written.
        """
        path = path.absolute()
        with durable.writing(path):
            if path.exists() or path.is_symlink():
                raise OutputError("is there already", path=path, hint="choose another name")
            make_case(path, title or path.stem, automatic)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, recover: bool = True) -> Case:
        """Open a case for work: lock it, check its log, and put right what a crash left.

        Parameters
        ----------
        recover : record a run that a crash interrupted; without it the run is left open, for
            one who knows more about its end.

        Raises
        ------
        RecordError
            If it is no case, was edited, or comes from a newer version.
        OutputError
            If another process works on it, or it cannot be written.
        """
        path = path.absolute()
        check_layout(path)
        lock = _locked(path)
        try:
            case = cls._opened(path, lock)
            if recover:
                case.record_interrupted()
        except BaseException:
            lock.release()
            raise
        return case

    @classmethod
    def open_or_create(cls, path: Path, title: str = "", automatic: bool = False) -> Case:
        """Open a case, or make it if there is nothing at ``path``."""
        return cls.open(path) if is_case(path) else cls.create(path, title, automatic)

    @classmethod
    def _opened(cls, path: Path, lock: FileLock) -> Case:
        file = read_case_file(path)
        with durable.writing(path):
            for folder in (path, *(path / name for name in FOLDERS)):
                durable.remove_unfinished(folder)
            logged = (path / LOG_FILE).exists()
            found = check_log(path / LOG_FILE, file.log) if logged else _no_log(path, file.log)
            case = cls(path, file, lock)
            case._begin(found)
        return case

    # ---- what is known ----------------------------------------------------------------------

    @property
    def title(self) -> str:
        """Name for people."""
        return self._file.title

    @property
    def file(self) -> CaseFile:
        """``case.json`` as it was written last."""
        return self._file

    @property
    def runs(self) -> tuple[Filed, ...]:
        """The runs filed so far."""
        return filed_runs(self.path)

    @property
    def run_is_open(self) -> bool:
        """Whether a run was started whose end has not been filed."""
        return self._started is not None

    def holds(self, run: Run) -> bool:
        """Tell whether a run is filed, whatever record it hangs on there."""
        content = seal(dataclasses.replace(run.record, previous=None)).id
        for filed in self.runs:
            with contextlib.suppress(RecordError):  # a damaged record; `verify` names it
                record = filed_record(filed)
                if seal(dataclasses.replace(record, previous=None)).id == content:
                    return True
        return False

    def summary(self) -> CustodySummary:
        """Return what a report says of the log."""
        with self._guard:
            return custody_summary(self.path / LOG_FILE, self._file.log)

    # ---- work -------------------------------------------------------------------------------

    def note(self, what: str, subject: str, details: Mapping[str, Json] | None = None) -> None:
        """Enter something in the log."""
        with self._guard:
            self._enter(what, subject, details or {})

    def start_run(self, request: EnhanceRequest) -> None:
        """Enter that a run begins; should the process die, it is recorded all the same.

        One that is open still was lost with its process and never filed: it is recorded first.
        """
        with self._guard:
            self.record_interrupted()
            self._started = self._enter(STARTED, request.method, start_details(request))

    def add_run(self, run: Run) -> Run:
        """File a run, whatever its outcome, and return it with its record chained in.

        The pictures come first, then the record, then the entry in the log: a record that is
        there is complete.
        """
        with self._guard:
            record = seal(dataclasses.replace(run.record, previous=self._last_id))
            run = dataclasses.replace(run, record=record)
            number = self._number + 1
            name = f"{number:04d}-{slug(record.method)}"
            with self._all_or_nothing(name):
                pictures = self._write_pictures(name, run)
                durable.write_atomic(self._record_path(name), record_bytes(record))
                self._enter(end_of(record), name, run_details(record, pictures, self._started))
            self._number, self._last_id, self._started = number, record.id, None
        return run

    def add_export(
        self, folder: Path, manifest: bytes, details: Mapping[str, Json] | None = None
    ) -> Path:
        """Keep an export's manifest and enter where it went; return the copy's path."""
        with self._guard, durable.writing(self.path):
            taken = [int(p.stem) for p in (self.path / "exports").glob("*.json") if _is_no(p.stem)]
            copy = self.path / "exports" / f"{max(taken, default=0) + 1:04d}.json"
            durable.write_atomic(copy, manifest)
            told: dict[str, Json] = {"sha256": digest(manifest), "manifest": copy.name}
            self._enter(EXPORTED, str(folder.absolute()), {**told, **(details or {})})
        return copy

    def keep_desk(self, desk: dict[str, Json]) -> None:
        """Keep what is open and marked in the window; no entry in the log."""
        with self._guard:
            self._write_file(desk=desk)

    def save_as(self, target: Path) -> Case:
        """Copy the case, close this one, and return the copy opened.

        That it was saved elsewhere is entered here too if this disk can be written: perhaps it is
        saved elsewhere because it cannot.

        Raises
        ------
        OutputError
            If there is something at ``target`` or it cannot be written.
        """
        with self._guard:
            copy = Case.copied(self.path, target, self._file)
            with contextlib.suppress(OutputError):
                self._enter(SAVED_AS, str(copy.path), {})
                self._write_file(saved_as=str(copy.path))
            self.close()
        return copy

    @classmethod
    def copied(cls, source: Path, target: Path, file: CaseFile) -> Case:
        """Copy the files of a case that nobody else writes to, and return the copy opened."""
        target = target.absolute()
        with durable.writing(target):
            if target.exists() or target.is_symlink():
                raise OutputError("is there already", path=target, hint="choose another name")
            if target.is_relative_to(source):
                raise OutputError("is inside the case", path=target, hint="choose another folder")
            copy_case(source, target, file)
            copy = cls.open(target, recover=False)
            copy.note("case copied", str(source))
        return copy

    def record_interrupted(self) -> None:
        """Record the run that was going on when the process before this one ended."""
        with self._guard:
            if self._started is not None:
                self.add_run(interrupted(self._started))

    def close(self, clean: bool = True) -> None:
        """Enter the end of work and let others open the case; called twice, nothing happens.

        Parameters
        ----------
        clean : False if the window went away without a word: it offers the case again.
        """
        with self._guard:
            if not self._lock.is_locked:
                return
            with contextlib.suppress(FhguiError):  # a full disk must not keep the case locked
                if clean:
                    self._enter(CLOSED, "", {})
            self._lock.release()

    def __enter__(self) -> Case:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ---- inside -----------------------------------------------------------------------------

    def _begin(self, found: tuple[Finding, ...]) -> None:
        """Take up the thread where the case was left."""
        self.damage = tuple(f for f in found if f.verdict is Verdict.TAMPERED)
        log = self.path / LOG_FILE
        entries = read_entries(log) if log.exists() else ()
        for told in _new_damage(self.damage, entries):
            self._enter(DAMAGE, told, {})
        names = {entry.subject for entry in entries if is_end(entry)}
        self._number = max(map(run_number, (*names, *(r.name for r in self.runs))), default=0)
        self._started = open_start(entries)
        self._adopt(names)
        self._last_id = self._id_of_last()
        self._enter(OPENED, "", {"pid": os.getpid(), **_software_details()})

    def _adopt(self, names: set[str]) -> None:
        """Finish the filing that a crash cut short: enter its record, or drop lone pictures."""
        for filed in self.runs[-1:]:
            if filed.name not in names and self._started is not None:
                record = filed_record(filed)
                pictures = {
                    str(p.relative_to(filed.folder).as_posix()): digest(p.read_bytes())
                    for p in sorted(filed.folder.rglob("*.png"))
                    if p.is_file() and not p.is_symlink()
                }
                details = run_details(record, pictures, self._started)
                self._enter(end_of(record), filed.name, {**details, "recovered": True})
                self._started = None
        known = {run.name for run in self.runs}
        for name in result_names(self.path):
            if name not in known | names:
                refuse_link(self.path / "results" / name)
                shutil.rmtree(self.path / "results" / name)

    def _id_of_last(self) -> str | None:
        for filed in reversed(self.runs):
            with contextlib.suppress(RecordError):  # a damaged record; `verify` names it
                return filed_record(filed).id
        return None

    def _enter(self, what: str, subject: str, details: Mapping[str, Json]) -> Entry:
        """Enter something; it holds once the log has it, which `case.json` may lag behind."""
        self._check_open()
        entry = self._log.append(what, subject, details)
        with contextlib.suppress(OutputError):  # a full disk: the next entry fails aloud
            self._write_file(log=self._log.head)
        return entry

    def _check_open(self) -> None:
        """Refuse to write to a case that was let go: another may be writing to it."""
        if not self._lock.is_locked:
            raise OutputError("is not open any more", path=self.path, hint="open the case again")

    def _write_file(self, **changes: object) -> None:
        self._check_open()
        changed = dataclasses.replace(self._file, **changes)  # type: ignore[arg-type]  # by name
        file = sealed_case_file(changed)
        with durable.writing(self.path):
            durable.write_atomic(self.path / CASE_FILE, case_file_bytes(file))
        self._file = file

    def _record_path(self, name: str) -> Path:
        return self.path / "records" / f"{name}.json"

    def _write_pictures(self, name: str, run: Run) -> dict[str, str]:
        """Write the pictures of a completed run; return name → SHA-256 of each file."""
        from fhgui.provenance.folder import run_files  # brings the picture library

        files = {k: v for k, v in run_files(run).items() if k != "record.json"}
        if files:
            durable.write_folder(self.path / "results" / name, files)
        return {k: digest(v) for k, v in files.items()}

    @contextlib.contextmanager
    def _all_or_nothing(self, name: str) -> Iterator[None]:
        try:
            with durable.writing(self.path):
                yield
        except OutputError:
            self._record_path(name).unlink(missing_ok=True)
            shutil.rmtree(self.path / "results" / name, ignore_errors=True)
            raise


def is_locked(path: Path) -> bool:
    """Tell whether another process works on a case."""
    lock = FileLock(path / LOCK_FILE, timeout=0)
    try:
        with lock:
            return False
    except (Timeout, OSError):
        return True


def _locked(path: Path) -> FileLock:
    lock = FileLock(path / LOCK_FILE, timeout=0, thread_local=False)
    with durable.writing(path):
        try:
            lock.acquire()
        except Timeout:
            raise OutputError(
                f"is being worked on by another fhgui{_by_whom(path)}",
                path=path,
                hint="close the case there first, or work in another case",
            ) from None
    return lock


def _by_whom(path: Path) -> str:
    with contextlib.suppress(FhguiError):
        for entry in reversed(read_entries(path / LOG_FILE)):
            if entry.what == OPENED:
                return f" ({entry.who}, process {entry.details.get('pid')}, since {entry.at_utc})"
    return ""


def _no_log(path: Path, head: Head) -> tuple[Finding, ...]:
    if not head.entries:
        return ()
    return (Finding(str(path / LOG_FILE), "is missing", Verdict.TAMPERED),)


def _new_damage(damage: tuple[Finding, ...], entries: tuple[Entry, ...]) -> Iterator[str]:
    """Put damage into words that hold wherever the case lies; what the log tells of is left out."""
    told = {entry.subject for entry in entries if entry.what == DAMAGE}
    for finding in damage:
        words = f"{LOG_FILE} line {finding.line or 0} {finding.text}"
        if words not in told and not finding.text.startswith(TELLS):
            yield words


def _software_details() -> dict[str, Json]:
    return dict(software().items())


def _is_no(stem: str) -> bool:
    return stem.isascii() and stem.isdigit()
