"""The thread that opens sources and decodes frames, so that the window never waits for a disk.

Only the newest frame asked for is decoded: dragging the slider over a long film asks for
hundreds and shows as many as the decoder can give.
"""

from __future__ import annotations

from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from fhgui.core.errors import FhguiError

if TYPE_CHECKING:  # imported on the thread itself: the video library takes its time
    from fhgui.evidence.source import Source

_Request = tuple[Path, int]


class ReaderThread(QThread):
    """Decodes frames.

    Signals
    -------
    opened : path and its `SourceInfo`.
    decoded : path and a `Frame`.
    failed : path and one sentence.
    """

    opened = Signal(object, object)
    decoded = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fhgui-reader")
        self._changed = Condition()
        self._wanted: _Request | None = None
        self._demo: Path | None = None
        self._stopping = False
        self._source: Source | None = None
        self._open_path: Path | None = None

    def want(self, path: Path, index: int) -> None:
        """Ask for a frame; a request that has not begun is forgotten for it."""
        with self._changed:
            self._wanted = (path, index)
            self._changed.notify()
        self._ensure_running()

    def want_demo(self, path: Path) -> None:
        """Have the demo frame composed into a file, then opened."""
        with self._changed:
            self._demo = path
            self._changed.notify()
        self._ensure_running()

    def shut_down(self) -> None:
        """Close the source and end the thread; returns when it is gone."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self.isRunning():
            self.wait()

    def run(self) -> None:
        """Serve until `shut_down`; called by Qt."""
        while (request := self._next()) is not None:
            path, index = request
            try:
                self._decode(path, index)
            except FhguiError as error:
                self.failed.emit(path, error.sentence())
            except Exception as error:  # the border of the thread: nothing may end it
                text = f"{path.name}: cannot be read ({type(error).__name__}: {error})"
                self.failed.emit(path, " ".join(text.split()))
        self._close()

    def _next(self) -> _Request | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wanted or self._demo or self._stopping)
            if self._stopping:
                return None
            if self._demo is not None:
                demo, self._demo = self._demo, None
                self._wanted = (demo, -1)
            request, self._wanted = self._wanted, None
            return request

    def _decode(self, path: Path, index: int) -> None:
        if index < 0:
            _write_demo(path)
            index = 0
        if self._open_path != path:
            self._open(path)
        if self._source is None:
            return
        self.decoded.emit(path, self._source.frame(index))

    def _open(self, path: Path) -> None:
        from fhgui.evidence.source import open_source

        self._close()
        self._source, self._open_path = open_source(path), path
        self.opened.emit(path, self._source.info)

    def _close(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source, self._open_path = None, None

    def _ensure_running(self) -> None:
        if not self.isRunning() and not self._stopping:
            self.start()


def _write_demo(path: Path) -> None:
    from PIL import Image

    from fhgui.imaging.demo import demo_frame

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(demo_frame()).save(path)
