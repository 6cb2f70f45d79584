"""Holds the case that a worker process has open; its lock ends with the process."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from threading import Condition, RLock, get_ident
from typing import TYPE_CHECKING

from fhgui import paths
from fhgui.core.errors import OutputError, RecordError
from fhgui.core.record import Json

if TYPE_CHECKING:  # the worker imports nothing before it is needed
    from fhgui.provenance.case import Case
    from fhgui.provenance.case_file import Filed
    from fhgui.provenance.run import Run
    from fhgui.session.messages import ExportMade


GONE = "the folder of the case is not there any more"
PLUG_IN = "plug its drive in again, or save the case elsewhere (Ctrl+Shift+S)"


class CaseHolder:
    """One open case at a time; asked from several threads."""

    def __init__(self) -> None:
        self._case: Case | None = None
        self._doubted = False
        self._lost: Path | None = None
        self._user: int | None = None
        self._left: set[Path] = set()
        self._copied: dict[Path, Path] = {}
        self._guard = RLock()
        self._free = Condition(self._guard)

    def get(self, path: Path) -> Case:
        """Return a case that is worked in: the open one, or opened again after a crash.

        A case that was saved as another one is that one: who asks may not have heard of it yet.
        An automatic case is made when it is first needed. A run that a crash interrupted is left
        open: the window knows more about it. A case that could not be written is checked anew:
        its drive may have been somewhere else meanwhile.

        Raises
        ------
        OutputError
            If its folder cannot be reached, or another process works on it.
        """
        from fhgui.provenance.case import Case
        from fhgui.provenance.case_file import is_case

        with self._guard:
            path = self._saved_as(path)
            while not self._holds(path) and self._used_elsewhere():
                self._free.wait()  # a run or an export of the other case ends first
            held = self._holds(path)
            if held and not path.is_dir():
                self._doubted = True
                raise OutputError(GONE, path=path, hint=PLUG_IN)
            if self._case is not None and held and (self._used_elsewhere() or not self._doubted):
                return self._case
            self._leave(path)
            self.close(clean=not held)
            self._lost = path if held else self._lost  # until it is open again
            self._doubted = False
            if path.parent == paths.user_cases() and not is_case(path):
                self._case = Case.create(path, automatic=True)
            else:
                self._case = Case.open(path, recover=False)
            self._lost = None
            return self._case

    def _holds(self, path: Path) -> bool:
        return self._case is not None and self._case.path == path

    def _used_elsewhere(self) -> bool:
        """Tell whether another thread is in the midst of a run or an export."""
        return self._user not in (None, get_ident())

    def _leave(self, path: Path) -> None:
        """Take note that a case takes the place of the one that is held."""
        if self._case is not None:
            self._left.add(self._case.path)
        self._left.discard(path)
        self._copied.pop(path, None)

    def where(self, path: Path) -> Path | None:
        """Return the case that a note for this one belongs into: itself, or what it was saved as.

        None if another one is worked in since: a case that was left is not opened for a note.
        """
        with self._guard:
            path = self._saved_as(path)
            return None if path in self._left else path

    def _saved_as(self, path: Path) -> Path:
        while path in self._copied:
            path = self._copied[path]
        return path

    @contextlib.contextmanager
    def using(self) -> Iterator[None]:
        """Have no other thread open a case, or this one anew, while a run or an export goes on."""
        self._user = get_ident()
        try:
            yield
        finally:
            with self._guard:
                self._user = None
                self._free.notify_all()

    def doubt(self, path: Path, error: OutputError) -> OutputError:
        """Have a case that could not be written checked anew before it is used again.

        Returns
        -------
        What to say: its folder is gone if it went away while it was written to, else ``error``.
        """
        self._doubted = True
        return error if path.is_dir() else OutputError(GONE, path=path, hint=PLUG_IN)

    def head(self) -> tuple[Path, int] | None:
        """Return the folder of the open case and the number of lines of its log."""
        case = self._case
        return None if case is None else (case.path, case.file.log.entries)

    def open(self, path: Path, create: bool) -> Case:
        """Open (or make) a case; the one that was open stays open if that fails."""
        from fhgui.provenance.case import Case

        with self._guard:
            if self._case is not None and self._case.path == path.absolute() and not create:
                return self._case
            opened = Case.create(path) if create else Case.open(path)
            self._take(opened)
            return opened

    def rescue(
        self, lost: Path, target: Path, runs: tuple[Run, ...], desk: dict[str, Json]
    ) -> Case:
        """Make a case anew from what the window holds, and hold it; ``lost`` cannot be reached."""
        from fhgui.provenance.case import Case

        with self._guard:
            rescued = Case.create(target)
            rescued.note("case rescued", str(lost), {"runs": len(runs)})
            for run in runs:
                rescued.add_run(run)
            rescued.keep_desk(desk)
            self._take(rescued, clean=False)
            return rescued

    def _take(self, case: Case, clean: bool = True) -> None:
        self._leave(case.path)
        self.close(clean)
        self._case, self._doubted = case, False

    def save_as(self, path: Path, target: Path) -> Case:
        """Copy a case and hold the copy; also if the disk of the case cannot be written."""
        with self._guard:
            path = self._saved_as(path)
            copy = self._saved(path, target)
            self._leave(copy.path)
            self._left.add(path)
            self._case, self._copied[path] = copy, copy.path
            return copy

    def _saved(self, path: Path, target: Path) -> Case:
        from fhgui.provenance.case import Case
        from fhgui.provenance.case_file import read_case_file

        held = self._holds(path)
        try:
            case = self.get(path)
        except OutputError:  # nobody else can have changed what this process held last
            if not (held or self._lost == path) or not path.is_dir():
                raise
            return Case.copied(path, target, read_case_file(path))
        return case.save_as(target)

    def close(self, clean: bool = True) -> None:
        """Close the open case, if there is one."""
        with self._guard:
            if self._case is not None:
                self._case.close(clean)
                self._case = None


def case_runs(case: Case) -> tuple[Run, ...]:
    """Return the runs of a case; those whose record is damaged are left to `verify`."""
    found = (_filed_run(filed) for filed in case.runs)
    return tuple(run for run in found if run is not None)


def _filed_run(filed: Filed) -> Run | None:
    """Return a run; one whose pictures are damaged has no stages and an error that says so."""
    from fhgui.provenance.case_file import filed_record
    from fhgui.provenance.run import Run
    from fhgui.provenance.stored import stored_run

    try:
        record = filed_record(filed)
    except RecordError:
        return None
    try:
        return stored_run(record, filed.folder)
    except RecordError as error:
        return Run(record, None, None, (), error)


def exports_of(case: Case) -> tuple[ExportMade, ...]:
    """Return the exports that the log of a case tells of, oldest first."""
    from fhgui.provenance.case_entries import EXPORTED
    from fhgui.provenance.case_file import LOG_FILE
    from fhgui.provenance.custody import read_entries
    from fhgui.session.messages import ExportMade

    found = (e for e in read_entries(case.path / LOG_FILE) if e.what == EXPORTED)
    return tuple(
        ExportMade(
            manifest=str(e.details.get("manifest", "")),
            folder=e.subject,
            at_utc=e.at_utc,
            results=_number(e.details.get("results")),
            signed=e.details.get("signer") is not None,
            there=Path(e.subject).is_dir(),
        )
        for e in found
    )


def _number(value: Json) -> int:
    return value if isinstance(value, int) else 0
