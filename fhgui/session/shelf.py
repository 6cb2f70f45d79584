"""Takes what is deleted off the desk and puts back what is restored; nothing on a disk changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fhgui.session.item_keys import source_key
from fhgui.session.viewing import Step

if TYPE_CHECKING:  # it imports this module
    from fhgui.session.session import Session
    from fhgui.session.work import Work

RESULT_STEPS = (Step.ENHANCE, Step.COMPARE, Step.EXPORT)


def all_works(session: Session) -> list[Work]:
    """Return every open source, those deleted from the desk included."""
    return [*session.works, *(work for _, work in session.shelved)]


def arrange(session: Session) -> None:
    """Make the desk what the notes say: deleted sources lie on the shelf, results are hidden."""
    moved = _put_away(session) | _put_back(session)
    work = session.current
    if work is not None and work not in session.works:
        _leave(session)
    elif work is not None:
        _look_away(session, work)
    if moved:
        session.works_changed.emit()


def _put_away(session: Session) -> bool:
    gone = [w for w in session.works if session.notes.is_deleted(source_key(w.path))]
    for work in gone:
        session.shelved.append((session.works.index(work), work))
        session.works.remove(work)
    return bool(gone)


def _put_back(session: Session) -> bool:
    """Put restored sources where they lay, the last one taken away first."""
    restored = [
        (at, work)
        for at, work in reversed(session.shelved)
        if not session.notes.is_deleted(source_key(work.path))
    ]
    for at, work in restored:
        session.shelved.remove((at, work))
        session.works.insert(at, work)
    if restored and session.current is None:
        session.go_to(restored[-1][1])
    return bool(restored)


def _leave(session: Session) -> None:
    """Go from a source that was taken away to another one, or to none."""
    if session.works:
        session.go_to(session.works[-1])
        return
    session.current, session.selected_job = None, None
    session.look(step=Step.OPEN)
    session.tell_all()


def _look_away(session: Session, work: Work) -> None:
    """Look at no result that is hidden."""
    shown = work.shown_faces
    if work.active_face is None and work.active is not None:
        work.active = shown[-1].number if shown else None
    face = work.active_face
    jobs = [r.job for r in face.results] if face else []
    if session.selected_job is not None and session.selected_job not in jobs:
        session.selected_job = jobs[0] if jobs else None
    if not shown and session.view.step in RESULT_STEPS:
        session.look(step=Step.FRAME)
    session.active_changed.emit()
    session.results_changed.emit()
