"""Joins the session to the thread that peeks, and watches the files of open sources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer

from fhgui.core.frame import Frame
from fhgui.gui.threads.peek import PeekThread
from fhgui.session.gathering import Gathered
from fhgui.session.logbook import Level
from fhgui.session.session import Session
from fhgui.session.watching import look_at_files, remember_files

if TYPE_CHECKING:  # it imports the video library, which only threads need
    from fhgui.evidence.source_info import SourceInfo

SETTLE_MS = 300
"""Files change in bursts; they are looked at once when a burst is over."""


class Peeking(QObject):
    """Has every open source described and pictured, and says when its file goes or changes."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._begun = False
        self._asked: set[Path] = set()
        self._wanted_for: dict[Path, Path | None] = {}
        self._passing: set[Path] = set()
        self.thread_ = PeekThread(self)
        self._watcher = QFileSystemWatcher(self)
        self._settle = QTimer(self)
        self._settle.setObjectName("fhgui-looks-at-files")
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._look_at_files)
        queued = Qt.ConnectionType.QueuedConnection
        self.thread_.opened.connect(self._opened, queued)
        self.thread_.seen.connect(self._seen, queued)
        self.thread_.failed.connect(self._failed, queued)
        self.thread_.gathered.connect(self._gathered, queued)
        for changed in (self._watcher.fileChanged, self._watcher.directoryChanged):
            changed.connect(lambda _: self._settle.start())
        session.works_changed.connect(self._works_changed)
        session.frame_changed.connect(self._keep_frame)
        session.glimpses.wanted.connect(self._wanted)

    def begin(self) -> None:
        """Start to look; called once the window has been painted."""
        self._begun = True
        self._works_changed()

    def shut_down(self) -> None:
        """End the thread and watch nothing any more."""
        self._settle.stop()
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)
        self.thread_.shut_down()

    def open_folder(self, folder: Path) -> None:
        """Open every picture and video in a folder, in the case that is worked in now."""
        self._wanted_for[folder] = self._session.case
        self.thread_.want_folder(folder)

    def _works_changed(self) -> None:
        if not self._begun:
            return
        self._asked &= {work.path for work in self._session.works}  # a case may be left
        for work in self._session.works:
            unknown = work.info is None and work is not self._session.current
            if unknown and work.readable and work.path not in self._asked:
                self._asked.add(work.path)
                self.thread_.want(work.path, 0)
        self._watch()

    def _wanted(self, path: Path, index: int) -> None:
        work = next((w for w in self._session.works if w.path == path), None)
        if work is None or not work.readable:
            return
        if work is self._session.current and work.info is None and index == work.frame_index == 0:
            self._passing.add(path)  # it comes with the frame; the file may just be being made
        else:
            self.thread_.want(path, index)

    def _keep_frame(self) -> None:
        """Keep a small picture of a frame that is wanted and passes by anyway."""
        work = self._session.current
        frame: Frame | None = None if work is None else work.frame
        if work is None or frame is None:
            return
        if frame.index == 0:
            self._session.glimpses.put(work.path, 0, frame.pixels)
        elif work.path in self._passing:
            self.thread_.want(work.path, 0)
        self._passing.discard(work.path)

    def _opened(self, path: Path, info: SourceInfo) -> None:
        self._session.source_opened(path, info)

    def _seen(self, path: Path, index: int, pixels: object) -> None:
        self._session.glimpses.put(path, index, pixels)  # type: ignore[arg-type]  # by signal

    def _failed(self, path: Path, sentence: str) -> None:
        work = next((w for w in self._session.works if w.path == path), None)
        if work is not None and work.info is None:
            self._session.source_failed(path, sentence)

    def _gathered(self, found: Gathered) -> None:
        before = self._session.current
        case = self._wanted_for.pop(found.folder, self._session.case)
        if case != self._session.case:
            words = "the folder was read for a case that was left; drop it again to have it here"
            self._session.note(words, Level.WARNING)
            return
        for path in found.sources:
            self._session.open(path)
        if found.sources and before is None:
            self._session.go_to(next(w for w in self._session.works if w.path == found.sources[0]))
        level = Level.INFO if found.sources else Level.WARNING
        self._session.note(found.sentence(), level, notice=True)

    def _watch(self) -> None:
        """Watch each source's file, and its folder: a file that is made again has no watch."""
        remember_files(self._session)
        wanted = {str(work.path) for work in self._session.works if work.info is not None}
        wanted |= {str(Path(name).parent) for name in wanted}
        held = {*self._watcher.files(), *self._watcher.directories()}
        if held - wanted:
            self._watcher.removePaths(sorted(held - wanted))
        new = sorted(name for name in wanted - held if Path(name).exists())
        if new:
            self._watcher.addPaths(new)

    def _look_at_files(self) -> None:
        look_at_files(self._session)
        self._watch()
