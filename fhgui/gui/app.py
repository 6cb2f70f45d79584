"""Starts the window; the only module that outside code imports from this room."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Sequence
from types import TracebackType

import shiboken6
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from fhgui import __version__
from fhgui.gui import settings, theme
from fhgui.gui.hub import Hub
from fhgui.gui.language import apply_language
from fhgui.gui.window import MainWindow
from fhgui.memory import give_back_what_is_freed
from fhgui.session.logbook import Level
from fhgui.session.worker import unexpected

SETTLED_MS = 10_000
"""After so long a window has imported what its pages need; see `spare_what_stays`."""


def create_window(paths: Sequence[str] = ()) -> tuple[QApplication, MainWindow]:
    """Return the application and its window, shown, without entering the event loop.

    Parameters
    ----------
    paths : pictures or videos to open.
    """
    give_back_what_is_freed()
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    QCoreApplication.setApplicationName("fhgui")
    QCoreApplication.setApplicationVersion(__version__)
    settings.forget()  # another window may have changed them
    settings.keep_dialogs_in_memory()
    apply_language(app, settings.language())
    theme.apply_theme(app, settings.theme())
    window = MainWindow()
    window.open_all(list(paths))
    window.show()
    weakref.finalize(window, _end, window.hub)  # a script may forget to close it
    return app, window


def spare_what_stays(app: QApplication) -> None:
    """Have the garbage collector pass over the program itself, once all of it is there.

    It looks through every object that has been kept so far, and the window stands meanwhile: 70 ms
    for modules and widgets that stay until the end anyway. To be called once in a process that has
    no other window: parts of closed ones would stay, too.
    """
    QTimer.singleShot(SETTLED_MS, app, gc.freeze)


def _end(hub: Hub) -> None:
    """End threads and worker of a window that goes away without having been closed."""
    if shiboken6.isValid(hub):
        hub.shut_down()


def run(paths: Sequence[str] = ()) -> int:
    """Open the window and stay until it is closed; return the exit code."""
    app, window = create_window(paths)
    spare_what_stays(app)

    def say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        window.session.note(unexpected(error), Level.ERROR)

    sys.excepthook = say  # an error in a slot becomes one sentence, never a traceback
    return app.exec()
