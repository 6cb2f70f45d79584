"""What can be done with a row of the case, as wishes to the session."""

from __future__ import annotations

from pathlib import Path

from fhgui.gui.panels.navigator_rows import Kind, Row
from fhgui.session.logbook import Level
from fhgui.session.marking import Marking
from fhgui.session.notes import MarkedFrame
from fhgui.session.session import Session
from fhgui.session.viewing import Step

STAYS = {
    Kind.SOURCE: "the file and its records stay",
    Kind.FACE: "its records stay in the case",
    Kind.RESULT: "its record stays in the case",
    Kind.EXPORT: "its files stay where they are",
}


class Acts:
    """Goes to rows, renames and deletes what they stand for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def go(self, row: Row) -> None:
        """Look at what a row stands for."""
        session = self._session
        if row.work is None or row.work not in session.works:
            return
        session.go_to(row.work)
        if row.kind is Kind.FACE:
            session.select(row.number)
            session.look_at_results()
        elif row.kind is Kind.RESULT:
            self._go_to_result(row)
        elif row.kind is Kind.CROP:
            session.look(step=Step.CROP)
        else:
            session.look_at_frame()
            if row.kind is Kind.MARK:
                session.seek(row.number)

    def rename(self, row: Row, name: str) -> None:
        """Give what a row stands for another name; an empty one gives the old one back."""
        if row.kind is Kind.MARK and row.work is not None:
            label = "" if name.strip() == row.given else name
            self._session.notes.label_mark(self._mark(row), label)
        elif row.key:
            self._session.notes.rename(row.key, name, row.given)

    def delete(self, row: Row) -> None:
        """Take what a row stands for off the desk; undo brings it back."""
        session = self._session
        if row.kind in STAYS and (not row.key or self._is_running(row)):
            session.note(f"{row.title} is being worked on; cancel that first", Level.WARNING)
        elif row.kind is Kind.MARK:
            session.notes.unmark(self._mark(row))
        elif row.kind is Kind.CROP and row.work is not None:
            session.go_to(row.work)
            session.mark("clear crop and points", Marking())
        elif row.kind in STAYS:
            session.notes.delete(row.key, row.title)
            words = f"{row.title} was deleted from the desk: {STAYS[row.kind]}"
            session.note(f"{words}. Undo (Ctrl+Z) brings it back", notice=True)

    def folder(self, row: Row) -> Path | None:
        """Return the folder of what a row stands for; None if it has none."""
        if row.kind is Kind.EXPORT:
            name = row.key.partition(":")[2]
            made = self._session.casework.exports
            found = (Path(e.folder) for e in made if e.manifest == name)
            return next((path for path in found if path.is_dir()), None)
        if row.kind is Kind.SOURCE and row.work is not None:
            return row.work.path.parent
        return None

    def _go_to_result(self, row: Row) -> None:
        work = row.work
        faces = [] if work is None else work.shown_faces
        face = next((f for f in faces if f.result(row.number) is not None), None)
        if face is not None:
            self._session.select(face.number, row.number)
            self._session.look_at_results()

    def _mark(self, row: Row) -> MarkedFrame:
        work = row.work
        path = Path() if work is None else work.path
        mark = self._session.notes.mark_at(path, row.number)
        return mark if mark is not None else MarkedFrame(str(path), row.number)

    def _is_running(self, row: Row) -> bool:
        """Tell whether anything below a row is not over."""
        faces = [] if row.work is None else row.work.shown_faces
        results = [r for f in faces for r in f.results]
        if row.kind is Kind.FACE:
            results = [r for f in faces if f.number == row.number for r in f.results]
        elif row.kind is Kind.RESULT:
            results = [r for r in results if r.job == row.number]
        return any(not result.status.over for result in results)
