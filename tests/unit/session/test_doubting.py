"""Doubts that take more runs are asked for when somebody looks, once, and kept with the result."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fhgui.core.dossier import FaceComparison
from fhgui.core.doubt import Repeats
from fhgui.core.face import Box
from fhgui.core.frame import Frame
from fhgui.provenance.enhance import enhance
from fhgui.provenance.run import Run
from fhgui.session import messages as m
from fhgui.session.item_keys import result_key
from fhgui.session.marking import Marking
from fhgui.session.results import Status
from fhgui.session.session import Session
from fhgui.session.viewing import DoubtMap


class Desk:
    """A session whose worker is played by the test."""

    def __init__(self, source: Path) -> None:
        self.asked: list[m.Command] = []
        self.session = Session(self.asked.append)
        self.wanted: list[str] = []
        self.session.reason_wanted.connect(self.wanted.append)
        self.work = self.session.open(source)
        self.work.frame = Frame(np.zeros((288, 352, 3), np.uint8))

    def mark(self, width: int) -> None:
        self.session.mark("crop", Marking(box=Box(140, 100, width, width)))

    def run(self) -> None:
        """Have the worker carry out what was asked for."""
        self.session.choose_methods(["bicubic"])
        self.session.run()
        self.answer()

    def answer(self) -> None:
        for command in [c for c in self.asked if isinstance(c, m.Enhance)]:
            self.asked.remove(command)
            self.session.handle(m.Started(command.job))
            run = enhance(command.request)
            self.session.handle(m.RunDone(command.job, run, 0.1))
            self.session.handle(m.Done(command.job))

    def of_kind(self, kind: type[m.Command]) -> list[m.Command]:
        return [c for c in self.asked if isinstance(c, kind)]


@pytest.fixture
def desk(demo_png: Path) -> Desk:
    return Desk(demo_png)


def test_nothing_is_repeated_before_somebody_looks(desk: Desk) -> None:
    desk.mark(40)
    desk.run()
    assert desk.of_kind(m.RepeatRun) == []
    assert desk.of_kind(m.CompareFace) == []


def test_the_chosen_run_is_repeated_once(desk: Desk) -> None:
    desk.mark(40)
    desk.run()
    desk.session.look(doubt=DoubtMap.JITTER)
    desk.session.look(doubt=DoubtMap.SEEDS)
    desk.session.look(doubt=DoubtMap.JITTER)
    (command,) = desk.of_kind(m.RepeatRun)
    assert isinstance(command, m.RepeatRun)
    found = Repeats(np.ones((128, 128)), None, ("how",))
    desk.session.handle(m.Repeated(command.job, found))
    desk.session.handle(m.Done(command.job))
    assert desk.session.selected is not None
    assert desk.session.selected.repeats is found
    assert not desk.session.busy


def test_the_comparison_of_a_face_is_kept_with_it(desk: Desk) -> None:
    desk.session.look(doubt=DoubtMap.METHODS)
    desk.mark(40)
    desk.run()
    (command,) = desk.of_kind(m.CompareFace)
    assert isinstance(command, m.CompareFace)
    assert [r.record.method for r in command.runs] == ["bicubic"]
    found = FaceComparison((1,), None, None, None, ())
    desk.session.handle(m.FaceCompared(command.job, found))
    face = desk.work.active_face
    assert face is not None
    assert face.comparison is found


def test_what_is_compared_is_what_lies_on_the_desk(desk: Desk) -> None:
    """A result that is deleted leaves the comparison, and comes back to it with an undo."""
    session = desk.session
    session.look(doubt=DoubtMap.METHODS)
    desk.mark(40)
    desk.run()
    session.ordering.set("bicubic", {"consistent": True})
    desk.run()
    first, second = desk.work.face_works[0].results
    both, late = _compared(desk)[-1], FaceComparison((1, 2), None, None, None, ())
    assert _ids(both.runs) == _ids([r.run for r in (first, second)])
    session.notes.delete(result_key(first), "the first")
    alone = _compared(desk)[-1]
    assert _ids(alone.runs) == _ids([second.run])
    session.handle(m.FaceCompared(both.job, late))
    assert desk.work.face_works[0].comparison is None
    found = FaceComparison((1,), None, None, None, ())
    session.handle(m.FaceCompared(alone.job, found))
    assert desk.work.face_works[0].comparison is found
    session.undo()
    assert desk.work.face_works[0].compared == _ids(_compared(desk)[-1].runs) == _ids(both.runs)


def _compared(desk: Desk) -> list[m.CompareFace]:
    return [c for c in desk.asked if isinstance(c, m.CompareFace)]


def _ids(runs: Iterable[Run | None]) -> tuple[str, ...]:
    return tuple(run.record.id for run in runs if run is not None)


def test_a_face_that_is_too_small_waits_for_a_reason(desk: Desk) -> None:
    desk.mark(12)
    desk.session.choose_methods(["bicubic"])
    desk.session.run()
    assert desk.of_kind(m.Enhance) == []
    assert "12 px wide" in desk.wanted[0]
    desk.session.run("the only frame")
    (command,) = desk.of_kind(m.Enhance)
    assert isinstance(command, m.Enhance)
    assert command.request.override_reason == "the only frame"
    desk.answer()
    result = desk.work.face_works[0].results[0]
    assert result.status is Status.COMPLETED
    assert result.run is not None
    assert result.run.record.override_reason == "the only frame"


def test_a_crop_by_a_slip_of_the_hand_is_told_before_a_run(desk: Desk) -> None:
    desk.mark(4)
    desk.session.choose_methods(["bicubic"])
    assert desk.session.ready_to_run().startswith("draw another crop first: the box ")
    assert desk.session.ready_to_run().endswith("both sides need at least 8 pixels")
    desk.session.run("the only frame")
    assert desk.of_kind(m.Enhance) == []
    assert desk.wanted == []
    desk.mark(8)
    assert desk.session.ready_to_run() == ""


def test_what_only_the_run_finds_out_asks_too(desk: Desk) -> None:
    desk.mark(40)
    desk.session.choose_methods(["bicubic"])
    desk.session.run()
    (command,) = desk.of_kind(m.Enhance)
    assert isinstance(command, m.Enhance)
    assert command.request.needs_reason
    small = replace(command.request, placement=replace(command.request.placement, box=TINY))
    run = enhance(small)
    desk.session.handle(m.RunDone(command.job, run, 0.1))
    assert "below the class Perceive" in desk.wanted[0]


TINY = Box(150, 110, 14, 14)


@pytest.mark.parametrize("end", [m.Cancelled, lambda job: m.Failed(job, "out of memory")])
def test_a_doubt_that_was_not_computed_can_be_asked_for_again(desk: Desk, end: Any) -> None:
    desk.mark(40)
    desk.run()
    for doubt, kind in ((DoubtMap.METHODS, m.CompareFace), (DoubtMap.JITTER, m.RepeatRun)):
        desk.session.look(doubt=doubt)
        (first,) = desk.of_kind(kind)
        desk.session.handle(end(first.job))
        desk.session.handle(m.Done(first.job))
        assert desk.session.view.doubt is DoubtMap.NONE  # not "computing" for ever
        desk.session.look(doubt=doubt)
        assert len(desk.of_kind(kind)) == 2
        desk.session.look(doubt=DoubtMap.NONE)
