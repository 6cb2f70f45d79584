"""Joins the session to its threads and processes; where Qt threads meet it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Qt, QTimer

from fhgui.core.errors import FhguiError
from fhgui.core.fields import Fields
from fhgui.core.frame import Frame
from fhgui.gui import settings
from fhgui.gui.peeking import Peeking
from fhgui.gui.threads.backend import BackendThread
from fhgui.gui.threads.preview import PreviewThread
from fhgui.gui.threads.reader import ReaderThread
from fhgui.provenance.case_file import is_case
from fhgui.session.benchmark_run import BenchmarkRun, BenchmarkStatus
from fhgui.session.benchmarks import Benchmarks
from fhgui.session.builds import Build, Builds, BuildStatus, OrderOf
from fhgui.session.gallery_order import GalleryOrder, gallery_order
from fhgui.session.logbook import Level
from fhgui.session.messages import Event
from fhgui.session.session import Session
from fhgui.session.set_order import set_order
from fhgui.session.training import Trainings
from fhgui.session.training_run import TrainingRun, TrainingStatus

if TYPE_CHECKING:  # it imports the video library, which only the reader thread needs
    from fhgui.evidence.source_info import SourceInfo

ORDERS: Mapping[str, OrderOf] = {"set": set_order, "gallery": gallery_order}
"""What is built beside the work, by the names in its register."""
DEMO_NAME = "fhgui-demo.png"
LOOK_MS = 500
"""How often what runs in processes of its own is looked at."""
TURN_S = 0.03
"""How long events of the worker may be taken in before the window paints and hears its user."""


class Hub(QObject):
    """Owns session, reader, backend, and the lists of trainings, benchmarks and builds.

    Frames that the session asks for go to the reader, commands to the backend; what they answer
    arrives on the thread of the window, because Qt delivers their signals there.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.backend = BackendThread(self)
        self.reader = ReaderThread(self)
        self.preview = PreviewThread(self)
        self.session = Session(self.backend.submit, self.backend.cancel)
        self.session.ordering.set_options(
            device=settings.device(), threads=settings.threads(), reuse=settings.reuse()
        )
        self.trainings = Trainings(settings.training_register())
        self.benchmarks = Benchmarks(settings.benchmark_register())
        self.builds = Builds(settings.set_register(), ORDERS)
        self._watched = (self.trainings, self.benchmarks, self.builds)
        self._looks = QTimer(self)
        self._looks.setObjectName("fhgui-looks-at-runs")
        self._looks.setInterval(LOOK_MS)
        self._looks.timeout.connect(self._look_at_runs)
        self._events: deque[Event] = deque()
        self._turn = QTimer(self)
        self._turn.setObjectName("fhgui-takes-events")
        self._turn.setSingleShot(True)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._take_events)
        self.session.casework.begin_automatic()
        self.peeking = Peeking(self.session, self)
        self._asked: tuple[Path, int, Fields] | None = None
        self._warmed = False
        self._begun = False
        session = self.session
        queued = Qt.ConnectionType.QueuedConnection
        self.backend.answered.connect(self._handle, queued)
        self.reader.opened.connect(self._opened, queued)
        self.reader.decoded.connect(self._decoded, queued)
        self.reader.failed.connect(self._failed, queued)
        session.frame_changed.connect(self._want_frame)
        session.aids_changed.connect(self._want_frame)
        session.marking_changed.connect(self._warm_up)
        for runs in self._watched:
            runs.runs_changed.connect(self.watch_runs)
            runs.run_changed.connect(self.watch_runs)
        self.trainings.ended.connect(self._tell_ended)
        self.benchmarks.ended.connect(self._tell_measured)
        self.builds.ended.connect(self._tell_made)
        self.builds.runs_changed.connect(self._take_galleries)
        self.trainings.added.connect(self._tell_added)

    def begin(self) -> None:
        """Start to read; called once the window has been painted."""
        self._begun = True
        for runs in self._watched:
            runs.load()
        self._want_frame()
        self.peeking.begin()

    def open(self, path: Path) -> None:
        """Open a source or a case, or go to a source that is open."""
        path = path.expanduser().absolute()
        if is_case(path):
            self.session.casework.open(path)
            return
        if path.is_dir():
            self.peeking.open_folder(path)
            return
        if path.name != DEMO_NAME:
            settings.add_recent(path)
        self._asked = None  # what failed before may be there now
        if not self._begun:  # while the window is being painted
            self.reader.want_ready()
        self.session.open(path)

    def open_demo(self) -> None:
        """Compose the demo frame into the user's cache and open it."""
        cache = QStandardPaths.StandardLocation.GenericCacheLocation
        path = Path(QStandardPaths.writableLocation(cache)) / "fhgui" / DEMO_NAME
        self._asked = (path, 0, Fields.WOVEN)
        self.reader.want_demo(path)
        self.session.open(path)

    def shut_down(self) -> None:
        """End both threads and the worker; trainings and benchmarks go on."""
        self._looks.stop()
        self._turn.stop()
        self.trainings.leave()
        self.peeking.shut_down()
        self.reader.shut_down()
        self.preview.shut_down()
        self.backend.shut_down()

    def _want_frame(self) -> None:
        work = self.session.current
        if work is None:
            self._asked = None
            self.reader.want_nothing()
        if work is None or not self._begun or not work.readable:
            return
        wanted = (work.path, work.frame_index, work.aids.value.fields)
        shown = (work.frame.index, work.frame.fields) if work.frame else None
        if wanted != self._asked and shown != wanted[1:]:
            self._asked = wanted
            self.reader.want(*wanted)

    def _decoded(self, path: Path, frame: Frame) -> None:
        came = (path, frame.index, frame.fields)
        self._asked = None if self._asked == came else self._asked
        self.session.frame_decoded(path, frame)

    def _handle(self, event: Event) -> None:
        self._events.append(event)
        if not self._turn.isActive():
            self._turn.start()

    def _take_events(self) -> None:
        """Take in events in their order; a flood of them, as of a long queue stopped, in turns."""
        ends_s = time.monotonic() + TURN_S
        try:
            while self._events:
                self.session.handle(self._events.popleft())
                if time.monotonic() >= ends_s:
                    break
        finally:  # whoever listens may fail; what comes after must be heard all the same
            if self._events:
                self._turn.start()

    def _opened(self, path: Path, info: SourceInfo) -> None:
        self.session.source_opened(path, info)

    def _failed(self, path: Path, index: int, sentence: str) -> None:
        self.session.source_failed(path, sentence, index)

    def _warm_up(self) -> None:
        """Import what methods need as soon as points are set: a run is sure to follow."""
        if not self._warmed and self.session.marking.points is not None:
            self._warmed = True
            self.session.warm()

    def watch_runs(self, run: object = None) -> None:
        """Look at what runs in processes of its own as long as anything does."""
        if any(runs.busy for runs in self._watched) and not self._looks.isActive():
            self._looks.start()

    def _look_at_runs(self) -> None:
        for runs in self._watched:
            runs.poll()
        if not any(runs.busy for runs in self._watched):
            self._looks.stop()

    def _tell_ended(self, run: TrainingRun) -> None:
        if run.status is TrainingStatus.FINISHED:
            self.session.note(f"the training of {run.name} has finished", notice=True)
        elif run.status is TrainingStatus.FAILED:
            self.session.note(f"the training of {run.name} failed: {run.error}", Level.ERROR)
        elif run.status is TrainingStatus.INTERRUPTED:
            self.session.note(f"the training of {run.name} ended without a word", Level.ERROR)

    def _tell_measured(self, run: BenchmarkRun) -> None:
        name = run.order.protocol
        if run.status is BenchmarkStatus.FINISHED:
            self.session.note(f"the benchmark {name} has finished", notice=True)
        elif run.status is BenchmarkStatus.FAILED:
            self.session.note(f"the benchmark {name} failed: {run.error}", Level.ERROR)
        elif run.status is BenchmarkStatus.INTERRUPTED:
            self.session.note(f"the benchmark {name} ended without a word", Level.ERROR)

    def _tell_made(self, run: Build) -> None:
        if run.status is BuildStatus.FAILED:
            self.session.note(f"the {run.order.what} {run.name}: {run.error}", Level.ERROR)
        elif run.status is BuildStatus.MADE and not isinstance(run.order, GalleryOrder):
            self.session.note(f"the {run.order.what} {run.name} is made", notice=True)
        self._take_galleries()

    def _take_galleries(self) -> None:
        """Offer the galleries that are made as presets; they are off the list then."""
        for run in self.builds.runs:
            order = run.order
            if run.status is BuildStatus.MADE and isinstance(order, GalleryOrder):
                self._take_gallery(run, order)
                return  # what is forgotten tells us, whereupon the next one is taken

    def _take_gallery(self, run: Build, order: GalleryOrder) -> None:
        presets = self.session.ordering.presets
        try:
            name = presets.offer(order.method, run.name, order.settings)
            words = f"the gallery {run.name} is made: {order.method} has a preset {name} now"
            self.session.note(words, notice=True)
        except FhguiError as error:
            words = f"the gallery {run.name} is made, but {error.sentence()}"
            self.session.note(words, Level.ERROR)
        try:
            self.builds.forget(run)
        except FhguiError as error:
            self.session.note(error.sentence(), Level.ERROR)

    def _tell_added(self, run: TrainingRun, sentence: str) -> None:
        if sentence:
            self.session.note(sentence, Level.ERROR)
        else:
            self.session.note(f"the weights of {run.name} are among the models now", notice=True)
            self.session.models_changed.emit()
