"""The case that the window works in: there always is one, so that nothing goes unrecorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from psygnal import Signal

from fhgui import paths
from fhgui.core.record import Json
from fhgui.core.text import visible
from fhgui.provenance.case_file import SUFFIX, is_case
from fhgui.provenance.run import Run
from fhgui.session import messages as m
from fhgui.session.annotating import AnnotationBook
from fhgui.session.bench import Bench
from fhgui.session.desk import Desk, desk_json, desk_of, may_be_opened, read_desk
from fhgui.session.file_state import GONE
from fhgui.session.keeping import Keeping
from fhgui.session.logbook import Level
from fhgui.session.notes import Notebook, Notes
from fhgui.session.recovery import close_for_good
from fhgui.session.reopening import faces_of
from fhgui.session.results import Status
from fhgui.session.work import Work

UNNAMED = "Unnamed case"


class CaseWork:
    """Which case is worked in, and what is not in it yet.

    Parameters
    ----------
    bench : whose work it is.
    notes, annotations : what was written on it.

    Notes
    -----
    Signals: ``changed`` (another case, another name, or saved), ``opened`` (with the folder).
    """

    changed = Signal()
    opened = Signal(Path)

    def __init__(self, bench: Bench, notes: Notebook, annotations: AnnotationBook) -> None:
        self._bench, self._notes, self._annotations = bench, notes, annotations
        self.title = UNNAMED
        self.automatic = True
        self.keeping = Keeping(bench, lambda: self.path, self._desk, self.changed.emit)
        self.log_lines = 0
        self.intact = True
        self.exports: tuple[m.ExportMade, ...] = ()
        self.exporting = False

    @property
    def path(self) -> Path | None:
        """The folder of the case that is worked in; it may not exist yet."""
        return self._bench.case

    @path.setter
    def path(self, case: Path | None) -> None:
        self._bench.case = case

    @property
    def unsaved(self) -> bool:
        """Whether work is in no case that the analyst named, or not in it yet."""
        keeping = self.keeping
        if keeping.pending or keeping.trouble:
            return True
        if self.automatic:
            bench = self._bench
            written = self._notes.history.undo_label != ""
            return written or any(w.face_works for w in bench.all_works())
        return keeping.changed

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
        """Copy the case and work in the copy; make it anew if its folder cannot be reached."""
        case, bench = self.path, self._bench
        if case is None or not self._may_leave():
            return
        target = with_suffix(target)
        if self.log_lines and not is_case(case):
            runs, desk = self._runs(), self.desk_json()
            bench.ask(lambda job: m.RescueCase(job, case, target, runs, desk))
        else:
            self.keeping.keep()
            bench.ask(lambda job: m.SaveCaseAs(job, case, target))

    def keep_desk(self) -> None:
        """Have the case keep what is open and marked, if that changed."""
        self.keeping.keep()
        self.changed.emit()

    def close(self) -> None:
        """Close the case, once the worker has ended; what was not kept yet is kept."""
        desk, entries = self.keeping.left()
        close_for_good(self.path, None if desk is None else desk_json(desk), entries)

    def file(self, run: Run, job: int) -> None:
        """Have a run filed whose process was ended; ``job`` is its result's."""
        self.keeping.file(run, job)

    def take(self, event: m.Event, command: m.Command) -> None:
        """Take in what the worker says about cases."""
        if isinstance(event, m.CaseOpened):
            self._take_case(event)
        elif isinstance(event, m.LogGrown) and event.case == self.path:
            self.log_lines = event.lines
            self.changed.emit()
        elif isinstance(event, m.ExportsTold):
            self.exports = event.exports
            self.changed.emit()
        elif isinstance(command, m.Export):
            self.exporting = not isinstance(event, m.Done)
        self.keeping.take(event, command)

    def _take_case(self, event: m.CaseOpened) -> None:
        self.path, self.title, self.automatic = event.path, event.title, event.automatic
        if event.automatic:
            self.title = UNNAMED
        bench = self._bench
        self.intact = not event.damage
        for sentence in event.damage:
            bench.note(f"the case was tampered with: {sentence}", Level.ERROR)
        if event.runs is not None:
            self._lay_out(event.runs, read_desk(event.desk))
        told = "saved as" if event.runs is None else "working in"
        bench.note(f"{told} {event.path}", notice=event.runs is None)
        self.keeping.begin(self._notes.value, saved_as=event.runs is None)
        self.opened.emit(event.path)
        self.changed.emit()

    def _lay_out(self, runs: tuple[Run, ...], desk: Desk) -> None:
        """Put sources, marks and results of a case on the empty desk."""
        bench = self._bench
        bench.clear()
        self._notes.lay_out(Notes())
        bench.look(mark=None)
        self._annotations.load(desk.annotations)
        faces = faces_of(runs, bench.next_number)
        named = {source.path: source for source in desk.sources}
        for path in dict.fromkeys([*map(str, faces), *named]):
            found = faces.get(Path(path), [])
            work = bench.add_source(Path(path), read=may_be_opened(path))
            if not work.readable:
                work.trouble = GONE
                bench.note(f"{path} {GONE}; what is known of it stays", Level.WARNING)
            work.face_works = found
            work.active = found[-1].number if found else None
            if path in named:
                work.frame_index = max(0, named[path].frame_index)
                work.markings.do("as it was", named[path].marking)
                work.aids.do("as it was", named[path].aids)
            elif found:
                work.frame_index = max(0, found[-1].frame_index)
                work.markings.do("as it was run", found[-1].marking)
        self._notes.lay_out(desk.notes)
        self._look_again(desk)
        self._judge()

    def _look_again(self, desk: Desk) -> None:
        bench = self._bench
        work = next((w for w in bench.works if str(w.path) == desk.current), None)
        work = work or (bench.works[-1] if bench.works else None)
        if work is not None:
            bench.go_to(work, again=True, results=True)

    def _judge(self) -> None:
        """Have the maps of doubt of completed runs made again."""
        bench = self._bench
        for work in bench.works:
            for face in work.face_works:
                for result in face.results:
                    if result.run is not None and result.status is Status.COMPLETED:
                        bench.ask_as(m.JudgeRun(result.job, result.run), work)

    def _ask_to_open(self, path: Path, create: bool) -> None:
        if self.keeping.unfiled:
            self._bench.note(
                "a finished run is not in the case yet, and would be lost; save the case elsewhere "
                "first (Ctrl+Shift+S)",
                Level.WARNING,
            )
        elif self._may_leave():
            target = with_suffix(path) if create else path
            self.keeping.keep()
            self._bench.ask(lambda job: m.OpenCase(job, target, create))

    def _may_leave(self) -> bool:
        if self._bench.busy or self.keeping.filing:
            self._bench.note(
                "a run is going on in this case; wait for it or cancel it first", Level.WARNING
            )
            return False
        return True

    def _runs(self) -> tuple[Run, ...]:
        """Return every run that the window holds, in the order in which they were made."""
        faces = (face for work in self._bench.all_works() for face in work.face_works)
        results = [r for face in faces for r in face.results if r.run is not None]
        return tuple(r.run for r in sorted(results, key=lambda r: r.job) if r.run is not None)

    def _desk(self) -> Desk:
        bench = self._bench
        desk = desk_of(bench.all_works(), bench.current)
        notes = self._notes.value
        return replace(desk, annotations=self._annotations.value, notes=notes)

    def desk_json(self) -> dict[str, Json]:
        """Return what is open, marked and pointed out now, as a case keeps it."""
        return desk_json(self._desk())


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


def case_name(path: Path) -> str:
    """Return the name of a case for menus; one without a name is told by its time."""
    if path.parent != paths.user_cases():
        return visible(path.name, 100)
    day, _, time = path.stem.partition(" ")
    return f"{UNNAMED} of {day} {time[:5].replace('.', ':')}".strip()


def with_suffix(path: Path) -> Path:
    """Return the name of a case folder with its ending."""
    return path if path.suffix == SUFFIX else path.with_name(f"{path.name}{SUFFIX}")
