"""The thread that looks at sources nobody is looking at: what they are, and small pictures.

One wish after the other, each source opened and closed again, so that dropping a folder shows
what is in it without holding a hundred files open.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from fhgui.gui.threads.decoding import DecodingThread
from fhgui.gui.threads.serving import sentence
from fhgui.session.gathering import gather
from fhgui.session.glimpses import reduced

NICENESS = 10
"""The frame that is looked at is decoded first when processors are few."""

_Wish = tuple[Path, int | None]
"""A source and a frame of it; a folder and None."""


class PeekThread(DecodingThread[_Wish]):
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
        super().__init__("fhgui-peek", parent, QThread.Priority.LowPriority, NICENESS)

    def want(self, path: Path, index: int) -> None:
        """Ask for what a source is and for a small picture of one frame."""
        self._ask((path, index))

    def want_folder(self, folder: Path) -> None:
        """Ask for the sources in a folder."""
        self._ask((folder, None))

    def _serve(self, wish: _Wish) -> None:
        path, index = wish
        try:
            self._look(path, index)
        except Exception as error:
            if not self._stopping:  # then it was ended, and no fault of the file
                self.failed.emit(path, sentence(path, error))

    def _look(self, path: Path, index: int | None) -> None:
        if index is None:
            self.gathered.emit(gather(path, stopped=lambda: self._stopping))
            return
        self.opened.emit(path, self._decoder.open(path))
        try:
            self.seen.emit(path, index, reduced(self._decoder.frame(index).pixels))
        finally:
            self._decoder.close()
