"""The thread that opens sources and decodes frames, so that the window never waits for a disk.

Only the newest frame asked for is decoded: dragging the slider over a long film asks for
hundreds and shows as many as the decoder can give.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fhgui.core.fields import Fields
from fhgui.gui.threads.serving import ServingThread, sentence

if TYPE_CHECKING:  # imported on the thread itself: the video library takes its time
    from fhgui.evidence.source import Source

_Request = tuple[Path, int, Fields]
_DEMO, _NOTHING = -1, -2
"""In place of a frame's index: compose the demo first; let go of what is open."""


class ReaderThread(ServingThread[_Request]):
    """Decodes frames.

    Signals
    -------
    opened : path and its `SourceInfo`.
    decoded : path and a `Frame`.
    failed : path, index of the frame, and one sentence.
    """

    opened = Signal(object, object)
    decoded = Signal(object, object)
    failed = Signal(object, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("fhgui-reader", parent)
        self._source: Source | None = None
        self._opened: tuple[Path, Fields] | None = None

    def want(self, path: Path, index: int, fields: Fields = Fields.WOVEN) -> None:
        """Ask for a frame; a request that has not begun is forgotten for it."""
        self._ask((path, index, fields), forget=lambda waiting: waiting[1] >= 0)

    def want_demo(self, path: Path) -> None:
        """Have the demo frame composed into a file, then opened."""
        self._ask((path, _DEMO, Fields.WOVEN), forget=lambda _: True)

    def want_nothing(self) -> None:
        """Let go of the source that is open: its file, and its decoder's memory."""
        if self.isRunning():
            self._ask((Path(), _NOTHING, Fields.WOVEN), forget=lambda _: True)

    def run(self) -> None:
        """Serve until it is shut down, then close the source; called by Qt."""
        super().run()
        self._close()

    def _serve(self, wish: _Request) -> None:
        path, index, fields = wish
        if index == _NOTHING:
            self._close()
            return
        try:
            self._decode(path, index, fields)
        except Exception as error:
            self.failed.emit(path, max(0, index), sentence(path, error))

    def _decode(self, path: Path, index: int, fields: Fields) -> None:
        if index == _DEMO:
            _write_demo(path)
            index = 0
        if self._opened != (path, fields):
            self._open(path, fields)
        if self._source is None:
            return
        self.decoded.emit(path, self._source.frame(index))

    def _open(self, path: Path, fields: Fields) -> None:
        from fhgui.evidence.source import open_source

        self._close()
        self._source, self._opened = open_source(path, fields), (path, fields)
        self.opened.emit(path, self._source.info)

    def _close(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source, self._opened = None, None


def _write_demo(path: Path) -> None:
    from PIL import Image

    from fhgui.imaging.demo import demo_frame
    from fhgui.provenance.durable import write_atomic

    written = BytesIO()
    Image.fromarray(demo_frame()).save(written, "PNG")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, written.getvalue())  # whole, or not there at all
