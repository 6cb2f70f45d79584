"""A session whose worker is played in the same process: what it is asked for, it gets at once."""

from pathlib import Path

import numpy as np
from PIL import Image

from fhgui.core.doubt import DoubtMaps
from fhgui.core.errors import FhguiError
from fhgui.core.frame import Frame
from fhgui.provenance.doubting import doubt_of
from fhgui.provenance.enhance import enhance
from fhgui.provenance.referencing import against_reference
from fhgui.provenance.run import Event, FaceReady, Run, StageReady
from fhgui.session import messages as m
from fhgui.session.session import Session

Made = dict[str, tuple[list[Event], Run, DoubtMaps]]


class PlayedWorker:
    """Answers for runs and references; other commands are only kept in ``asked``.

    Parameters
    ----------
    made : by method, what runs on this source came to; added to, so that tests can share it.
    """

    def __init__(self, source: Path, made: Made | None = None) -> None:
        self._made = {} if made is None else made
        self.asked: list[m.Command] = []
        self._waiting: list[m.Command] = []
        self.session = Session(self._take)
        self.work = self.session.open(source)
        with Image.open(source) as picture:
            self.work.frame = Frame(np.asarray(picture.convert("RGB")))

    def enhance(self, *methods: str, points: tuple[tuple[float, float], ...]) -> None:
        """Run methods on the face with these points."""
        session = self.session
        session.mark("points", session.marking.with_points(points))
        session.choose_methods(methods)
        session.run("a test")
        self.answer()

    def answer(self) -> None:
        """Carry out what was asked for since."""
        while self._waiting:
            command = self._waiting.pop(0)
            self._tell(m.Started(command.job))
            if isinstance(command, m.Enhance):
                self._enhance(command)
            elif isinstance(command, m.ScoreAgainst):
                self._score(command)
            self._tell(m.Done(command.job))

    def _take(self, command: m.Command) -> None:
        self.asked.append(command)
        self._waiting.append(command)

    def _tell(self, event: m.Event) -> None:
        self.session.handle(event)

    def _enhance(self, command: m.Enhance) -> None:
        method = command.request.method
        if method not in self._made:
            told: list[Event] = []
            run = enhance(command.request, told.append)
            self._made[method] = (told, run, doubt_of(run))
        told, run, doubt = self._made[method]
        for event in told:
            if isinstance(event, FaceReady):
                self._tell(m.FaceCut(command.job, event.face, event.adequacy))
            elif isinstance(event, StageReady):
                self._tell(m.StageDone(command.job, event.stage, event.index, event.total))
        self._tell(m.RunDone(command.job, run, 0.1))
        self._tell(m.DoubtDone(command.job, doubt))

    def _score(self, command: m.ScoreAgainst) -> None:
        try:
            found = against_reference(command.runs, command.path)
            self._tell(m.Referenced(command.job, found))
        except FhguiError as error:
            self._tell(m.Failed(command.job, error.sentence()))
