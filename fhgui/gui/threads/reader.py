"""The thread that has sources opened and frames decoded: the window never waits for a disk.

A process of its own decodes (`session.decoder`): no file can take the window along with it.
Only the newest frame asked for is decoded: dragging the slider over a long film asks for
hundreds and shows as many as the decoder can give.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fhgui.core.fields import Fields
from fhgui.gui.threads.decoding import DecodingThread
from fhgui.gui.threads.serving import sentence

_Request = tuple[Path, int, Fields]
_DEMO, _NOTHING, _READY = -1, -2, -3
"""In place of a frame's index: compose the demo first; let go of what is open; get ready."""


class ReaderThread(DecodingThread[_Request]):
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
        self._opened: tuple[Path, Fields] | None = None

    def want(self, path: Path, index: int, fields: Fields = Fields.WOVEN) -> None:
        """Ask for a frame; a request that has not begun is forgotten for it."""
        self._ask((path, index, fields), forget=lambda waiting: waiting[1] >= 0)

    def want_demo(self, path: Path) -> None:
        """Have the demo frame composed into a file, then opened."""
        self._ask((path, _DEMO, Fields.WOVEN), forget=lambda _: True)

    def want_ready(self) -> None:
        """Have the process that decodes started: a frame is sure to be asked for soon."""
        self._ask((Path(), _READY, Fields.WOVEN))

    def want_nothing(self) -> None:
        """Let go of the source that is open: its file, and its decoder's memory."""
        if self.isRunning():
            self._ask((Path(), _NOTHING, Fields.WOVEN), forget=lambda _: True)

    def _serve(self, wish: _Request) -> None:
        path, index, fields = wish
        try:
            if index == _NOTHING:
                self._close()
            elif index == _READY:
                self._decoder.start()
            else:
                self._decode(path, index, fields)
        except Exception as error:
            if not self._stopping:  # then it was ended, and no fault of the file
                self.failed.emit(path, max(0, index), sentence(path, error))

    def _decode(self, path: Path, index: int, fields: Fields) -> None:
        if index == _DEMO:
            _write_demo(path)
            index = 0
        if self._opened != (path, fields):
            self._open(path, fields)
        self.decoded.emit(path, self._decoder.frame(index))

    def _open(self, path: Path, fields: Fields) -> None:
        self._opened = None
        info = self._decoder.open(path, fields)
        self._opened = path, fields
        self.opened.emit(path, info)

    def _close(self) -> None:
        self._opened = None
        self._decoder.close()


def _write_demo(path: Path) -> None:
    from PIL import Image

    from fhgui.imaging.demo import demo_frame
    from fhgui.provenance.durable import write_atomic

    written = BytesIO()
    Image.fromarray(demo_frame()).save(written, "PNG")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, written.getvalue())  # whole, or not there at all
