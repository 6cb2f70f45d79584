"""Holds the case that a worker process has open; its lock ends with the process."""

from __future__ import annotations

from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from fhgui import paths
from fhgui.core.errors import RecordError

if TYPE_CHECKING:  # the worker imports nothing before it is needed
    from fhgui.provenance.case import Case
    from fhgui.provenance.case_file import Filed
    from fhgui.provenance.run import Run


LONG_AGO_S = 3600.0
"""An automatic case that is not finished after so long was given up in a crash."""


class CaseHolder:
    """One open case at a time; asked from several threads."""

    def __init__(self) -> None:
        self._case: Case | None = None
        self._guard = RLock()

    def get(self, path: Path) -> Case:
        """Return a case that is worked in: the open one, or opened again after a crash.

        An automatic case is made when it is first needed. A run that a crash interrupted is left
        open: the window knows more about it.
        """
        from fhgui.provenance.case import Case
        from fhgui.provenance.case_file import is_case
        from fhgui.provenance.durable import remove_unfinished

        with self._guard:
            if self._case is not None and self._case.path == path:
                return self._case
            self.close()
            if path.parent == paths.user_cases() and not is_case(path):
                remove_unfinished(path.parent, LONG_AGO_S)
                self._case = Case.create(path, automatic=True)
            else:
                self._case = Case.open(path, recover=False)
            return self._case

    def open(self, path: Path, create: bool) -> Case:
        """Open (or make) a case; the one that was open stays open if that fails."""
        from fhgui.provenance.case import Case

        with self._guard:
            if self._case is not None and self._case.path == path.absolute() and not create:
                return self._case
            opened = Case.create(path) if create else Case.open(path)
            self.close()
            self._case = opened
            return opened

    def save_as(self, path: Path, target: Path) -> Case:
        """Copy a case and hold the copy."""
        with self._guard:
            self._case = self.get(path).save_as(target)
            return self._case

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
