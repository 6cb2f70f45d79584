"""Says when the file of an open source is gone, came back, or was changed by somebody."""

from __future__ import annotations

from fhgui.session import messages as m
from fhgui.session.bench import Bench
from fhgui.session.casework import differs_from_results
from fhgui.session.file_state import GONE, FileState, state_of
from fhgui.session.logbook import Level
from fhgui.session.work import Work

CHANGED = "was changed since it was opened"


def look_at_files(bench: Bench) -> None:
    """Look at the file of every source that was opened, and tell what is new about it."""
    changed = False
    for work in bench.works:
        if work.info is not None:
            changed |= _look(bench, work)
    if changed:
        bench.works_changed.emit()


def _look(bench: Bench, work: Work) -> bool:
    now = state_of(work.path)
    if work.file is None:  # it was gone before anybody looked
        return False
    if now is None:
        return _tell_gone(bench, work)
    if now == work.file:
        return _tell_back(bench, work)
    return _tell_changed(bench, work, now)


def _tell_gone(bench: Bench, work: Work) -> bool:
    if work.trouble == GONE:
        return False
    work.trouble = GONE
    what = "its results stay" if work.face_works else "the case keeps its name and what was marked"
    bench.note(
        f"{work.path} {GONE}; {what}. Put the file back to go on with it",
        Level.WARNING,
    )
    return True


def _tell_back(bench: Bench, work: Work) -> bool:
    if not work.trouble:
        return False
    work.trouble = ""
    bench.note(f"{work.path} is there again, unchanged", notice=True)
    return True


def _tell_changed(bench: Bench, work: Work, now: FileState) -> bool:
    """Have a changed file hashed again; only its digest tells whether it is the same evidence."""
    what = "is there again" if work.trouble == GONE else CHANGED
    work.file, work.trouble = now, CHANGED
    bench.glimpses.forget(work.path)
    bench.note(f"{work.path} {what}; it is hashed again", Level.WARNING)
    bench.ask_as(m.HashSource(bench.next_number(), work.path, bench.case), work)
    return True


def take_digest(bench: Bench, work: Work, sha256: str) -> None:
    """Take in the digest of a source, and say if it is not what was opened or worked on."""
    before, work.sha256 = work.sha256, sha256
    if differs_from_results(work, sha256):
        bench.note(f"{work.path} is not the file that its results were made from", Level.ERROR)
    elif before and before != sha256:
        bench.note(
            f"{work.path} is another file than the one that was opened: put the first one back, "
            "or begin a new case with this one",
            Level.ERROR,
        )
    elif work.trouble == CHANGED:
        work.trouble = ""
        bench.note(f"{work.path} holds what it held before: its SHA-256 is the same", notice=True)
    bench.works_changed.emit()


def remember_files(bench: Bench) -> None:
    """Keep the state of files that were opened, to tell later whether they changed."""
    for work in bench.works:
        if work.info is not None and work.file is None:
            work.file = state_of(work.path)
