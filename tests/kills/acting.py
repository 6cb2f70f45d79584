"""A window without a screen: session and worker as the window has them, doing one job.

``python -m tests.kills.acting run|save|export FOLDER SOURCE`` works in ``FOLDER/work.fhcase`` and
says in JSON lines what is finished. If its worker is killed it does what a user would: the job once
more.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from fhgui.core.face import Box
from fhgui.evidence.source import open_source
from fhgui.session import messages as m
from fhgui.session.backend import Backend
from fhgui.session.exporting import ExportChoices
from fhgui.session.results import Status
from fhgui.session.session import Session

CASE, EXPORT = "work.fhcase", "export"
METHODS = ("bicubic", "atlas")
COPIES, TRIES = 3, 3
FACE = Box(140, 80, 60, 60)
PATIENCE_S = 240.0


def say(event: str, **facts: object) -> None:
    """Tell whoever started this."""
    print(json.dumps({"event": event, **facts}), flush=True)


class Desk:
    """A session and its worker; what the worker answers is taken in while `wait` waits."""

    def __init__(self, folder: Path, source: Path) -> None:
        self.folder, self.source = folder, source
        self.events: Queue[m.Event] = Queue()
        self.backend = Backend(self.events.put)
        self.thread = Thread(target=self.backend.run, name="backend", daemon=True)
        self.session = Session(self.backend.submit, self.backend.cancel)
        self.losses = 0
        self.opened: list[Path] = []
        self.exports = 0
        self.session.casework.opened.connect(self.opened.append)

    def begin(self) -> None:
        """Open the case and a source in it, with a face marked."""
        self.thread.start()
        self.session.casework.open(self.folder / CASE)
        self.wait(lambda: bool(self.opened))
        self.session.open(self.source)
        with open_source(self.source) as source:
            self.session.source_opened(self.source, source.info)
            self.session.frame_decoded(self.source, source.frame(0))
        self.session.mark("crop", self.session.marking.with_box(FACE))
        self.wait(self.idle)
        say("ready")

    def end(self) -> None:
        """Close as the window does."""
        self.session.casework.keep_desk()
        self.wait(self.idle)
        self.backend.stop()
        self.thread.join()
        self.session.casework.close()
        say("ended", losses=self.losses)

    def idle(self) -> bool:
        """Tell whether nothing is asked for that is not done."""
        return not self.session.doing(m.Command) and not self.session.casework.keeping.pending

    def wait(self, until: Callable[[], bool]) -> None:
        """Take in answers until something holds."""
        end_s = time.monotonic() + PATIENCE_S
        while not until():
            if time.monotonic() > end_s:
                raise TimeoutError(f"waits in vain while there is {self.session.worker}")
            try:
                event = self.events.get(timeout=0.02)
            except Empty:
                continue
            self.session.handle(event)
            self._tell(event)

    def _tell(self, event: m.Event) -> None:
        if isinstance(event, m.WorkerReady):
            say("worker", pid=event.pid)
        elif isinstance(event, m.WorkerLost):
            self.losses += 1
        elif isinstance(event, m.RunDone) and event.run.error is None:
            say("finished", record=event.run.record.id)
        elif isinstance(event, m.CaseOpened):
            say("opened", case=event.path.name)
        elif isinstance(event, m.Exported):
            self.exports += 1
            say("exported")


def run(desk: Desk) -> None:
    """Run methods on the face until each has a completed result."""
    session = desk.session
    session.choose_methods(METHODS)
    session.run("a test")
    desk.wait(desk.idle)
    for _ in METHODS:
        face = session.current and session.current.active_face
        for result in face.results if face else ():
            if result.status is not Status.COMPLETED:
                session.ordering.again(result.job)
        desk.wait(desk.idle)


def save(desk: Desk) -> None:
    """Mark something, keep it, and save the case under other names."""
    session = desk.session
    for number in range(COPIES):
        session.mark("crop", session.marking.with_box(Box(140 + number, 80, 60, 60)))
        session.casework.keep_desk()
        desk.wait(desk.idle)
        if not session.casework.keeping.changed:
            say("kept", x=140 + number)
        for name in (f"copy{number}", f"copy{number}b"):  # the first was there: it is looked at
            before = len(desk.opened)
            session.casework.save_as(desk.folder / name)
            desk.wait(desk.idle)
            if len(desk.opened) > before:
                break


def export(desk: Desk) -> None:
    """Export the case; what is there is replaced."""
    session = desk.session
    for _ in range(TRIES):
        choices = ExportChoices(desk.folder / EXPORT, repeat_for_s=0.0, force=True)
        session.export(choices)
        desk.wait(desk.idle)
        if desk.exports:
            return


JOBS: dict[str, Callable[[Desk], None]] = {"run": run, "save": save, "export": export}

if __name__ == "__main__":
    acting = Desk(Path(sys.argv[2]), Path(sys.argv[3]))
    acting.begin()
    JOBS[sys.argv[1]](acting)
    acting.end()
