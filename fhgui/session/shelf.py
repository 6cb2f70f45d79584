"""Takes what is deleted off the desk and puts back what is restored; nothing on a disk changes."""

from __future__ import annotations

from collections.abc import Callable

from fhgui.session.bench import Bench
from fhgui.session.item_keys import source_key
from fhgui.session.viewing import Step
from fhgui.session.work import Work

RESULT_STEPS = (Step.ENHANCE, Step.COMPARE, Step.EXPORT)


def arrange(bench: Bench, is_deleted: Callable[[str], bool]) -> None:
    """Make the desk what the notes say: deleted sources lie on the shelf, results are hidden.

    Parameters
    ----------
    is_deleted : tells of an item's key whether it was taken off the desk.
    """
    moved = _put_away(bench, is_deleted) | _put_back(bench, is_deleted)
    work = bench.current
    if work is not None and work not in bench.works:
        _leave(bench)
    elif work is not None:
        _look_away(bench, work)
    if moved:
        bench.works_changed.emit()


def _put_away(bench: Bench, is_deleted: Callable[[str], bool]) -> bool:
    gone = [w for w in bench.works if is_deleted(source_key(w.path))]
    for work in gone:
        bench.shelved.append((bench.works.index(work), work))
        bench.works.remove(work)
    return bool(gone)


def _put_back(bench: Bench, is_deleted: Callable[[str], bool]) -> bool:
    """Put restored sources where they lay, the last one taken away first."""
    restored = [
        (at, work) for at, work in reversed(bench.shelved) if not is_deleted(source_key(work.path))
    ]
    for at, work in restored:
        bench.shelved.remove((at, work))
        bench.works.insert(at, work)
    if restored and bench.current is None:
        bench.go_to(restored[-1][1])
    return bool(restored)


def _leave(bench: Bench) -> None:
    """Go from a source that was taken away to another one, or to none."""
    if bench.works:
        bench.go_to(bench.works[-1])
        return
    bench.current, bench.selected_job = None, None
    bench.look(step=Step.OPEN)
    bench.tell_all()


def _look_away(bench: Bench, work: Work) -> None:
    """Look at no result that is hidden."""
    shown = work.shown_faces
    if work.active_face is None and work.active is not None:
        work.active = shown[-1].number if shown else None
    face = work.active_face
    jobs = [r.job for r in face.results] if face else []
    if bench.selected_job is not None and bench.selected_job not in jobs:
        bench.selected_job = jobs[0] if jobs else None
    if not shown and bench.view.step in RESULT_STEPS:
        bench.look(step=Step.FRAME)
    bench.active_changed.emit()
    bench.results_changed.emit()
