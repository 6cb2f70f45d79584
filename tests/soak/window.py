"""The process with the window in it: ``python -m tests.soak`` starts it and watches it."""

from __future__ import annotations

import argparse
import faulthandler
import os
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QSettings,
    QTimer,
    QtMsgType,
    QUrl,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from fhgui.gui.app import create_window, spare_what_stays
from fhgui.session.logbook import Level, LogLine
from tests.soak.acts import Desk
from tests.soak.beats import Heart
from tests.soak.hands import Hands
from tests.soak.materials import gather
from tests.soak.person import Person

COUNTED_EVERY_MS = 60_000
ENDS_WITHIN_MS = 60_000
SIZE = (1366, 768)


class _Opener(QObject):
    """Takes what would be opened outside, so that no other program starts."""

    @Slot(QUrl)
    def opened(self, url: QUrl) -> None:
        """Do nothing."""


def main() -> int:
    """Open the window, let the person work, close it."""
    options = _options()
    out: Path = options.out
    faulthandler.enable((out / "fault.txt").open("w"))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(out / "settings"))
    app, window = create_window([])
    spare_what_stays(app)
    window.resize(*SIZE)
    desk = Desk(window, Hands(window), gather(out / "files", options.data), out)
    desk.number = options.first
    person = Person(desk, options.seed, (options.pause // 2, options.pause * 3 // 2), out / "acts")
    heart = Heart(out / "beats", lambda: person.doing)
    _listen(heart, window, lambda: person.doing)
    counting = QTimer()
    counting.timeout.connect(lambda: heart.write("count", **_count()))
    counting.start(COUNTED_EVERY_MS)
    heart.write("begun", pid=os.getpid())
    person.work(60 * options.minutes, options.acts, lambda: _end(app, window, heart))
    code = app.exec()
    heart.write("ended", code=code, failed=person.failed)
    return code


def _end(app: QApplication, window: Any, heart: Heart) -> None:
    heart.write("closing")
    window.close_now()
    QTimer.singleShot(0, app.quit)
    QTimer.singleShot(ENDS_WITHIN_MS, app.quit)


def _count() -> dict[str, int]:
    return {
        "widgets": len(QApplication.allWidgets()),
        "blocks": sys.getallocatedblocks(),
        "threads": threading.active_count(),
    }


def _listen(heart: Heart, window: Any, doing: Any) -> None:
    """Write down everything that must not happen, and what the window says is wrong."""

    def raised(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        heart.write("exception", words=innermost(error), doing=doing())

    def said(kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
        heart.write("qt", level=kind.name, words=words, doing=doing())

    def logged(line: LogLine) -> None:
        if line.level is not Level.INFO:
            heart.write("log", level=line.level.name, words=str(line), doing=doing())

    def thread_raised(args: threading.ExceptHookArgs) -> None:
        heart.write("exception", words=f"{args.exc_type}: {args.exc_value}", doing=doing())

    sys.excepthook = raised
    threading.excepthook = thread_raised
    qInstallMessageHandler(said)
    window.session.logged.connect(logged)
    opener = _Opener()
    for scheme in ("file", "http", "https"):
        QDesktopServices.setUrlHandler(scheme, opener, "opened")  # type: ignore[arg-type]  # a stub in error
    window.opener = opener


def innermost(error: BaseException) -> str:
    """Return what was raised first, and where."""
    while error.__cause__ is not None:
        error = error.__cause__
    where = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{Path(at.filename).stem}:{at.lineno} {at.name}" for at in reversed(where))
    return f"{type(error).__name__}: {str(error)[:300]} at {places}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--acts", type=int, default=10**9)
    parser.add_argument("--pause", type=int, default=750)
    parser.add_argument("--first", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
