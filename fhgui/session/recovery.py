"""Finds work that ended without being closed, and closes it when nobody wants it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fhgui import paths
from fhgui.core.errors import FhguiError
from fhgui.core.record import Json
from fhgui.provenance.case_entries import CLOSED, SAVED_AS
from fhgui.provenance.case_file import LOG_FILE, SUFFIX, filed_runs, is_case, read_case_file
from fhgui.provenance.custody import read_entries
from fhgui.session.desk import read_desk
from fhgui.session.messages import LogEntry

LOOKED_AT = 5
"""So many of the newest automatic cases are looked at for traces of a crash."""


@dataclass(frozen=True)
class Left:
    """A case whose work ended without being closed.

    Parameters
    ----------
    title : its name for people; empty if it was never named.
    at : when something was entered last, in local time; None if the log does not tell.
    sources : how many sources were open.
    runs : how many runs are recorded in it.
    """

    path: Path
    title: str
    at: datetime | None
    sources: int
    runs: int


def what_was_left(path: Path) -> Left:
    """Return what an offer says of a case.

    Raises
    ------
    RecordError
        If it cannot be read.
    """
    file = read_case_file(path)
    entries = read_entries(path / LOG_FILE)
    at = datetime.fromisoformat(entries[-1].at_utc).astimezone() if entries else None
    sources = len(read_desk(file.desk).sources)
    return Left(path, "" if file.automatic else file.title, at, sources, len(filed_runs(path)))


def left_by_a_crash(last: Path | None) -> Path | None:
    """Return a case whose work ended without being closed, the newest first; None if there is none.

    Parameters
    ----------
    last : the named case that was worked in last.
    """
    automatic = sorted(paths.user_cases().glob(f"*{SUFFIX}"), reverse=True)[:LOOKED_AT]
    for path in ([last] if last is not None else []) + automatic:
        if is_case(path) and _ended_badly(path):
            return path
    return None


def _ended_badly(path: Path) -> bool:
    from fhgui.provenance.case import is_locked

    try:
        case = read_case_file(path)
        entries = read_entries(path / LOG_FILE)
    except FhguiError:  # damaged or of another version: opening it by hand says so
        return False
    empty = case.desk is None and not any((path / "records").iterdir())
    ended = not entries or entries[-1].what in (CLOSED, SAVED_AS)
    return not ended and not empty and not case.saved_as and not is_locked(path)


def close_for_good(
    path: Path | None, desk: dict[str, Json] | None = None, entries: Iterable[LogEntry] = ()
) -> None:
    """See to it that a case that was worked in is closed, whatever became of its process.

    Parameters
    ----------
    desk : what is open and marked, if the case does not have it yet.
    entries : what its log does not have yet.
    """
    if path is None or not is_case(path) or (desk is None and not _ended_badly(path)):
        return
    from fhgui.provenance.case import Case

    try:
        with Case.open(path) as case:
            for entry in entries:
                case.note(entry.what, entry.subject, entry.details)
            if desk is not None:
                case.keep_desk(desk)
    except FhguiError:  # the next start offers it
        return
