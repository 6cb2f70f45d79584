"""What the window does with cases: menu, title, keeping the desk, and the offer after a crash."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMenu, QWidget

from fhgui.core.errors import FhguiError
from fhgui.core.text import visible
from fhgui.gui import settings
from fhgui.gui.asking import ask_for_folder, ask_for_new
from fhgui.gui.language import tr
from fhgui.gui.panels.case_offer import CaseOffer
from fhgui.provenance.case_file import SUFFIX, is_case
from fhgui.session.casework import case_name
from fhgui.session.recovery import close_for_good, left_by_a_crash, what_was_left
from fhgui.session.session import Session

KEEP_MS = 1500
"""How long after a change the desk is kept."""

FILES_SHOWN, CASES_SHOWN = 4, 3
"""So much of what was open last is offered on the first page."""

RETRY_MS = 10_000
"""How long after the case could not be written it is tried again."""


class Casing(QObject):
    """Joins the case of the session to the window."""

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._work = session.casework
        self.offer = CaseOffer()
        self.offer.wanted.connect(self._work.open)
        self.offer.declined.connect(close_for_good)
        self._keep = QTimer(self)
        self._keep.setObjectName("fhgui-keeps-the-desk")
        self._keep.setSingleShot(True)
        self._keep.setInterval(KEEP_MS)
        self._keep.timeout.connect(self._work.keep_desk)
        self._again = QTimer(self)
        self._again.setObjectName("fhgui-saves-again")
        self._again.setSingleShot(True)
        self._again.setInterval(RETRY_MS)
        self._again.timeout.connect(self._work.keep_desk)
        for signal in (
            session.works_changed,
            session.frame_changed,
            session.marking_changed,
            session.aids_changed,
            session.notes.changed,
        ):
            signal.connect(self._changed)
        for signal in (session.results_changed, session.busy_changed, self._work.changed):
            signal.connect(self.tell)
        self._work.opened.connect(self._opened)

    def begin(self) -> None:
        """Look for work that ended without being closed; called once the window is painted."""
        path = left_by_a_crash(settings.last_case())
        if path is not None and path != self._work.path:
            with contextlib.suppress(FhguiError):  # damaged: opening it by hand says so
                self.offer.offer(what_was_left(path))

    def tell(self) -> None:
        """Show the names of source and case in the title, with a star for what is unsaved."""
        work = self._session.current
        source = "" if work is None else f"{visible(work.path.name, 200)} — "
        case = visible(self._work.title, 100).replace("[*]", "")
        self._window.setWindowTitle(f"{source}{case}[*] — fhgui")
        self._window.setWindowModified(self._work.unsaved)
        if self._work.keeping.trouble and not self._again.isActive():
            self._again.start()

    def shut_down(self) -> None:
        """Start nothing any more; called before the worker ends."""
        self._keep.stop()
        self._again.stop()

    def close(self) -> None:
        """Close the case, once the worker has ended; an unnamed one is found again by the menu."""
        self._work.close()
        path = self._work.path
        if path is not None and self._work.unsaved and is_case(path):
            settings.add_recent_case(path)

    # ---- wishes of the user -----------------------------------------------------------------

    def new(self) -> None:
        """Ask for the name of an empty case to work in."""
        self._ask_for_new("New case", self._work.new)

    def ask(self) -> None:
        """Ask for a case to work in."""
        folder, name = settings.case_folder(), "openCaseDialog"
        ask_for_folder(self._window, "Open a case", self._work.open, folder=folder, name=name)

    def save(self) -> None:
        """Keep the desk of a named case; ask for the name of an unnamed one."""
        if self._work.automatic:
            self.save_as()
        else:
            self._work.keep_desk()

    def save_as(self) -> None:
        """Ask where a copy goes, and work in the copy."""
        self._ask_for_new("Save case as", self._work.save_as)

    def _ask_for_new(self, title: str, take: Callable[[Path], object]) -> None:
        ask_for_new(
            self._window,
            title,
            take,
            folder=settings.case_folder(),
            kinds=f"{tr('Cases')} (*{SUFFIX})",
            suffix=SUFFIX,
            name="newCaseDialog",
        )

    def fill_recent(self, menu: QMenu) -> None:
        """Offer the cases that were open last."""
        menu.clear()
        for path in settings.recent_cases():
            action = menu.addAction(case_name(path).replace("&", "&&"))
            action.setToolTip(visible(str(path)))
            action.triggered.connect(partial(self._open_recent, path))
        if not menu.actions():
            menu.addAction(tr("nothing yet")).setEnabled(False)

    def recent(self) -> tuple[list[Path], list[Path]]:
        """Return the files and cases opened last that the first page offers."""
        return settings.recent()[:FILES_SHOWN], settings.recent_cases()[:CASES_SHOWN]

    def _open_recent(self, path: Path, checked: bool = False) -> None:
        self._work.open(path)

    def _opened(self, path: Path) -> None:
        self.offer.hide()
        settings.add_recent_case(path)
        if not self._work.automatic:
            settings.set_case_folder(path.parent)
        settings.set_last_case(path)

    def _changed(self) -> None:
        if self._work.path is not None and not self._keep.isActive():
            self._keep.start()
        self.tell()
