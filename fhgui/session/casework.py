"""The case that the window works in: there always is one, so that nothing goes unrecorded."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from fhgui import paths
from fhgui.core.errors import FhguiError
from fhgui.core.record import Json
from fhgui.provenance.case_entries import CLOSED, SAVED_AS
from fhgui.provenance.case_file import LOG_FILE, SUFFIX, is_case, read_case_file
from fhgui.provenance.custody import read_entries
from fhgui.session import messages as m
from fhgui.session.desk import Desk, desk_json, desk_of, may_be_opened, read_desk
from fhgui.session.logbook import Level
from fhgui.session.reopening import faces_of
from fhgui.session.results import Status
from fhgui.session.viewing import Step

if TYPE_CHECKING:  # they import this module
    from fhgui.provenance.run import Run
    from fhgui.session.session import Session
    from fhgui.session.work import Work

UNNAMED = "Unnamed case"
LOOKED_AT = 5
"""So many of the newest automatic cases are looked at for traces of a crash."""


class CaseWork:
    """Which case is worked in, and what is not in it yet.

    Parameters
    ----------
    session : whose work it is.

    Notes
    -----
    Signals: ``changed`` (another case, another name, or saved), ``opened`` (with the folder).
    """

    changed = Signal()
    opened = Signal(Path)

    def __init__(self, session: Session) -> None:
        self._session = session
        self.path: Path | None = None
        self.title = UNNAMED
        self.automatic = True
        self._kept = Desk()
        self._filing: set[int] = set()

    @property
    def unsaved(self) -> bool:
        """Whether work is in no case that the analyst named, or not in it yet."""
        unnamed = self.automatic and any(w.face_works for w in self._session.works)
        return unnamed or bool(self._filing) or (not self.automatic and self._desk() != self._kept)

    def begin_automatic(self) -> None:
        """Work in a case in the user's own folder from now on; it is made when it is needed."""
        self.path = automatic_path()

    def new(self, path: Path) -> None:
        """Make an empty case and work in it."""
        self._ask_to_open(path, create=True)

    def open(self, path: Path) -> None:
        """Work in a case that is there, and show its results."""
        self._ask_to_open(path, create=False)

    def save_as(self, target: Path) -> None:
        """Copy the case and work in the copy."""
        if self._may_leave() and self.path is not None:
            self._keep_desk()
            self._session.ask(
                lambda job: m.SaveCaseAs(job, self.path or target, with_suffix(target))
            )

    def keep_desk(self) -> None:
        """Have the case keep what is open and marked, if that changed."""
        if self.path is not None and self._desk() != self._kept:
            self._keep_desk()
            self.changed.emit()

    def close(self) -> None:
        """Close the case, once the worker has ended; what was not kept yet is kept."""
        desk = self._desk()
        close_for_good(self.path, None if desk == self._kept else desk_json(desk))

    def file(self, run: Run, job: int) -> None:
        """Have a run filed whose process was ended; ``job`` is its result's."""
        case = self.path
        if case is not None:
            self._filing.add(job)
            self._session.ask(lambda number: m.FileRun(number, case, job, run))
            self.changed.emit()

    def take(self, event: m.Event, command: m.Command) -> None:
        """Take in what the worker says about cases."""
        if isinstance(event, m.CaseOpened):
            self._take_case(event)
        elif isinstance(event, m.RunFiled) and isinstance(command, m.FileRun):
            self._session.replace_run(command.of, event.run)
        elif isinstance(event, m.Done) and isinstance(command, m.FileRun):
            self._filing.discard(command.of)
            self.changed.emit()

    def _take_case(self, event: m.CaseOpened) -> None:
        self.path, self.title, self.automatic = event.path, event.title, event.automatic
        if event.automatic:
            self.title = UNNAMED
        session = self._session
        for sentence in event.damage:
            session.note(f"the case was tampered with: {sentence}", Level.ERROR)
        if event.runs is not None:
            self._lay_out(event.runs, read_desk(event.desk))
        told = "saved as" if event.runs is None else "working in"
        session.note(f"{told} {event.path}", notice=event.runs is None)
        self._kept = self._desk()
        self.opened.emit(event.path)
        self.changed.emit()

    def _lay_out(self, runs: tuple[Run, ...], desk: Desk) -> None:
        """Put sources, marks and results of a case on the empty desk."""
        session = self._session
        session.clear()
        faces = faces_of(runs, session.next_number)
        named = {source.path: source for source in desk.sources}
        for path in dict.fromkeys([*map(str, faces), *named]):
            found = faces.get(Path(path), [])
            if not found and not may_be_opened(path):
                session.note(f"{path} is not there any more", Level.WARNING)
                continue
            work = session.open(Path(path), read=may_be_opened(path))
            work.face_works = found
            work.active = found[-1].number if found else None
            if path in named:
                work.frame_index = max(0, named[path].frame_index)
                work.markings.do("as it was", named[path].marking)
            elif found:
                work.frame_index = max(0, found[-1].frame_index)
                work.markings.do("as it was run", found[-1].marking)
        self._look_again(desk)
        self._judge(runs)

    def _look_again(self, desk: Desk) -> None:
        session = self._session
        work = next((w for w in session.works if str(w.path) == desk.current), None)
        work = work or (session.works[-1] if session.works else None)
        if work is None:
            return
        session.go_to(work, again=True)
        face = work.active_face
        if face is not None:
            session.select(face.number)
            session.look(step=Step.COMPARE)
            session.results_changed.emit()

    def _judge(self, runs: tuple[Run, ...]) -> None:
        """Have the maps of doubt of completed runs made again."""
        session = self._session
        for work in session.works:
            for face in work.face_works:
                for result in face.results:
                    if result.run is not None and result.status is Status.COMPLETED:
                        session.ask_as(m.JudgeRun(result.job, result.run), work)

    def _ask_to_open(self, path: Path, create: bool) -> None:
        if self._may_leave():
            target = with_suffix(path) if create else path
            self._keep_desk()
            self._session.ask(lambda job: m.OpenCase(job, target, create))

    def _may_leave(self) -> bool:
        if self._session.busy or self._filing:
            self._session.note(
                "a run is going on in this case; wait for it or cancel it first", Level.WARNING
            )
            return False
        return True

    def _keep_desk(self) -> None:
        case, desk = self.path, self._desk()
        if case is not None and desk != self._kept:
            self._kept = desk
            self._session.ask(lambda job: m.KeepDesk(job, case, desk_json(desk)))

    def _desk(self) -> Desk:
        return desk_of(self._session.works, self._session.current)


def differs_from_results(work: Work, sha256: str) -> bool:
    """Tell whether a source is not the file that its results were made from."""
    results = (result for face in work.face_works for result in face.results)
    known = {r.run.record.evidence.sha256 for r in results if r.run is not None}
    return bool(known - {"", sha256})


def automatic_path() -> Path:
    """Return a new name for an automatic case; nothing is made yet."""
    folder = paths.user_cases()
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d %H.%M.%S.%f")
    return folder / f"{stamp[:-3]}{SUFFIX}"


def with_suffix(path: Path) -> Path:
    """Return the name of a case folder with its ending."""
    return path if path.suffix == SUFFIX else path.with_name(f"{path.name}{SUFFIX}")


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


def close_for_good(path: Path | None, desk: dict[str, Json] | None = None) -> None:
    """See to it that a case that was worked in is closed, whatever became of its process.

    Parameters
    ----------
    desk : what is open and marked, if the case does not have it yet.
    """
    if path is None or not is_case(path) or (desk is None and not _ended_badly(path)):
        return
    from fhgui.provenance.case import Case

    try:
        with Case.open(path) as case:
            if desk is not None:
                case.keep_desk(desk)
    except FhguiError:  # the next start offers it
        return
