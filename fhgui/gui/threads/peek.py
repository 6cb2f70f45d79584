"""The thread that looks at sources nobody is looking at: what they are, and small pictures.

One wish after the other, each source opened and closed again, so that dropping a folder shows
what is in it without holding a hundred files open.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from threading import Condition

from PySide6.QtCore import QObject, QThread, Signal

from fhgui.core.errors import FhguiError
from fhgui.session.gathering import gather
from fhgui.session.glimpses import reduced

_Wish = tuple[Path, int | None]
"""A source and a frame of it; a folder and None."""


class PeekThread(QThread):
    """Peeks into sources and folders.

    Signals
    -------
    opened : path and its `SourceInfo`.
    seen : path, index of a frame, and its pixels, reduced.
    failed : path and one sentence.
    gathered : a `Gathered`.
    """

    opened = Signal(object, object)
    seen = Signal(object, int, object)
    failed = Signal(object, str)
    gathered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fhgui-peek")
        self._changed = Condition()
        self._wishes: deque[_Wish] = deque()
        self._stopping = False

    def want(self, path: Path, index: int) -> None:
        """Ask for what a source is and for a small picture of one frame."""
        self._wish((path, index))

    def want_folder(self, folder: Path) -> None:
        """Ask for the sources in a folder."""
        self._wish((folder, None))

    def shut_down(self) -> None:
        """End the thread; returns when it is gone."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self.isRunning():
            self.wait()

    def run(self) -> None:
        """Serve until `shut_down`; called by Qt."""
        while (wish := self._next()) is not None:
            path, index = wish
            try:
                self._look(path, index)
            except FhguiError as error:
                self.failed.emit(path, error.sentence())
            except Exception as error:  # the border of the thread: nothing may end it
                text = f"{path.name}: cannot be read ({type(error).__name__}: {error})"
                self.failed.emit(path, " ".join(text.split()))

    def _wish(self, wish: _Wish) -> None:
        with self._changed:
            if wish not in self._wishes:
                self._wishes.append(wish)
            self._changed.notify()
        if not self.isRunning() and not self._stopping:
            self.start(QThread.Priority.LowPriority)

    def _next(self) -> _Wish | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wishes or self._stopping)
            return None if self._stopping else self._wishes.popleft()

    def _look(self, path: Path, index: int | None) -> None:
        from fhgui.evidence.source import open_source

        if index is None:
            self.gathered.emit(gather(path, stopped=lambda: self._stopping))
            return
        with open_source(path) as source:
            self.opened.emit(path, source.info)
            self.seen.emit(path, index, reduced(source.frame(index).pixels))
