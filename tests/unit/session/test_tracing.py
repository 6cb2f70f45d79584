"""Exemplars are traced when somebody looks, once; places are looked up one after the other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui import paths
from fhgui.core.contributions import Traced
from fhgui.core.frame import Frame
from fhgui.provenance.enhance import enhance
from fhgui.provenance.run import Run
from fhgui.session import messages as m
from fhgui.session.marking import Marking
from fhgui.session.origins import Origins
from fhgui.session.results import Result
from fhgui.session.session import Session
from fhgui.session.tracing import (
    SHOWN,
    ReadWindows,
    RunTraced,
    TraceRun,
    WindowsRead,
    ask_again,
    read_windows,
    trace,
)
from fhgui.session.viewing import Tray
from tests.helpers.exemplars import GALLERY, low_face, write_models

SETTINGS = {"mode": "sr", "gallery": GALLERY, "neighbours": 3}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(autouse=True)
def _installed(models: Path) -> Iterator[None]:
    with paths.searched_first(models):
        yield


class Desk:
    """A session whose worker is played by the test, with a finished run."""

    def __init__(self, source: Path, **settings: object) -> None:
        self.asked: list[m.Command] = []
        self.session = Session(self.asked.append)
        work = self.session.open(source)
        work.frame = Frame(low_face().pixels)
        self.session.mark("as it is", Marking(aligned=True))
        self.session.choose_methods(["fsgn"])
        self.session.ordering.set_options(device="cpu", threads=1)
        self.enhance(**settings)

    def enhance(self, **settings: object) -> int:
        """Run the method, select its result and return its job."""
        work = self.session.current
        assert work is not None
        self.session.ordering.set("fsgn", {**SETTINGS, **settings})
        self.session.run("a test")
        command = self.of_kind(m.Enhance)[-1]
        assert isinstance(command, m.Enhance)
        self.run: Run = enhance(command.request)
        self.tell(command, m.RunDone(command.job, self.run, 0.1))
        face = work.active_face
        assert face is not None
        self.session.select(face.number, command.job)
        return command.job

    def of_kind(self, kind: type[m.Command]) -> list[m.Command]:
        return [command for command in self.asked if isinstance(command, kind)]

    def tell(self, command: m.Command, *events: m.Event) -> None:
        self.session.handle(m.Started(command.job))
        for event in (*events, m.Done(command.job)):
            self.session.handle(event)

    def answer(self, command: m.Command) -> None:
        """Have a command carried out as the worker does."""
        told: list[m.Event] = []
        if isinstance(command, TraceRun):
            trace(command, told.append)
        elif isinstance(command, ReadWindows):
            read_windows(command, told.append)
        self.tell(command, *told)

    @property
    def result(self) -> Result:
        assert self.session.selected is not None
        return self.session.selected

    @property
    def origins(self) -> Origins:
        return self.result.origins


@pytest.fixture
def source(tmp_path: Path) -> Path:
    Image.fromarray(low_face().pixels).save(tmp_path / "low.png")
    return tmp_path / "low.png"


def test_it_is_traced_once_somebody_looks_and_only_once(source: Path) -> None:
    desk = Desk(source, detail=True)
    assert desk.of_kind(TraceRun) == []
    desk.session.look(tray=Tray.EXEMPLARS)
    desk.session.look(gain=8)
    (command,) = desk.of_kind(TraceRun)
    assert isinstance(command, TraceRun)
    assert (command.of, command.run.record) == (desk.result.job, desk.run.record)
    assert command.run.frame is None
    desk.answer(command)
    traced = desk.origins.traced
    assert isinstance(traced, Traced)
    assert "spread" in vars(traced.contributions)  # the window need not compute it
    assert not desk.session.busy


def test_a_place_is_told_at_once_and_its_windows_follow(source: Path) -> None:
    desk = Desk(source, detail=True)
    desk.session.look(tray=Tray.EXEMPLARS)
    desk.answer(desk.of_kind(TraceRun)[0])
    desk.session.look(place=(100, 120))
    place = desk.origins.place
    assert place is not None
    assert place.sources[0].name == "2.png"
    assert place.glimpses == ()
    (command,) = desk.of_kind(ReadWindows)
    desk.answer(command)
    place = desk.origins.place
    assert place is not None
    assert len(place.glimpses) == min(SHOWN, len(place.sources))


def test_places_that_are_passed_by_are_not_read(source: Path) -> None:
    desk = Desk(source, detail=True)
    desk.session.look(tray=Tray.EXEMPLARS)
    desk.answer(desk.of_kind(TraceRun)[0])
    for x in range(40, 90):
        desk.session.look(place=(x, 120))
    (first,) = desk.of_kind(ReadWindows)
    desk.answer(first)
    _, last = desk.of_kind(ReadWindows)
    assert isinstance(last, ReadWindows)
    assert last.at_xy == (89, 120)
    assert desk.origins.place is not None
    assert desk.origins.place.glimpses == ()
    desk.answer(last)
    assert desk.origins.place.at_xy == (89, 120)
    assert desk.origins.place.glimpses
    assert len(desk.of_kind(ReadWindows)) == 2


def test_another_result_selected_while_windows_are_read_has_its_own_read_next(source: Path) -> None:
    desk = Desk(source, detail=True)
    desk.session.look(tray=Tray.EXEMPLARS)
    desk.answer(desk.of_kind(TraceRun)[0])
    desk.session.look(place=(40, 120))
    (first,) = desk.of_kind(ReadWindows)
    desk.enhance(detail=True, neighbours=2)
    desk.answer(desk.of_kind(TraceRun)[1])
    assert desk.origins.place is not None
    assert len(desk.of_kind(ReadWindows)) == 1
    desk.answer(first)
    desk.answer(desk.of_kind(ReadWindows)[1])
    assert desk.origins.place.glimpses
    assert len(desk.of_kind(ReadWindows)) == 2


def test_places_beside_the_face_are_none(source: Path) -> None:
    desk = Desk(source, detail=True)
    desk.session.look(tray=Tray.EXEMPLARS, place=(999, 0))
    desk.answer(desk.of_kind(TraceRun)[0])
    assert desk.origins.place is None


def test_a_base_layer_is_from_nobody_and_the_worker_is_not_asked(source: Path) -> None:
    desk = Desk(source)
    desk.session.look(tray=Tray.EXEMPLARS)
    assert desk.of_kind(TraceRun) == []
    assert "there is no detail layer here" in desk.origins.why_not


def test_what_stands_in_the_way_is_told_and_can_be_asked_again(source: Path) -> None:
    desk = Desk(source, detail=True)
    desk.session.look(tray=Tray.EXEMPLARS)
    (command,) = desk.of_kind(TraceRun)
    desk.tell(command, m.Failed(command.job, "the gallery is another one"))
    assert desk.origins.why_not == "the gallery is another one"
    assert desk.origins.traced is None
    desk.session.look(gain=2)
    assert len(desk.of_kind(TraceRun)) == 1
    ask_again(desk.session)
    _, second = desk.of_kind(TraceRun)
    desk.tell(second, m.Cancelled(second.job))
    assert "stopped" in desk.origins.why_not


def test_windows_that_cannot_be_read_leave_the_figures(source: Path) -> None:
    desk = Desk(source, detail=True)
    desk.session.look(tray=Tray.EXEMPLARS)
    desk.answer(desk.of_kind(TraceRun)[0])
    desk.session.look(place=(10, 10))
    (command,) = desk.of_kind(ReadWindows)
    desk.tell(command, m.Failed(command.job, "the gallery is gone"))
    place = desk.origins.place
    assert place is not None
    assert (place.unread, place.glimpses) == ("the gallery is gone", ())
    assert place.sources
    assert len(desk.of_kind(ReadWindows)) == 1


def test_an_answer_for_a_result_that_is_gone_is_dropped(source: Path) -> None:
    desk = Desk(source, detail=True)
    desk.session.look(tray=Tray.EXEMPLARS)
    (command,) = desk.of_kind(TraceRun)
    assert isinstance(command, TraceRun)
    lost = replace(command, job=command.job + 1000, of=-1)
    work = desk.session.current
    assert work is not None
    desk.session.ask_as(lost, work)
    desk.session.handle(WindowsRead(lost.job, ()))
    desk.session.handle(RunTraced(lost.job, _traced(desk)))
    assert desk.origins.traced is None


def _traced(desk: Desk) -> Traced:
    told: list[m.Event] = []
    trace(TraceRun(0, 0, desk.run), told.append)
    (event,) = told
    assert isinstance(event, RunTraced)
    assert np.array_equal(event.traced.result, desk.run.result.pixels)
    return event.traced
