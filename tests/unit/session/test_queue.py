"""Orders, the queue and its time left, with the worker's events made by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fhgui.core.errors import MethodError
from fhgui.core.face import Box
from fhgui.core.frame import Frame
from fhgui.core.method import Origin, Stage
from fhgui.core.record import Outcome
from fhgui.evidence.source_info import SourceInfo
from fhgui.provenance.run import Run
from fhgui.session import messages as m
from fhgui.session.queue import RunQueue, time_words
from fhgui.session.results import Status
from fhgui.session.session import Session
from tests.helpers.records import A_RECORD

PATH = Path("/evidence/photo.png")
INFO = SourceInfo(
    "photo.png", 9, "image", "png", "png", 60, 40, 1, True, None, "", 0, 8, False, (), ()
)
PIXELS = np.zeros((40, 60, 3), np.uint8)
STAGES = [Stage(n, n.title(), PIXELS, Origin.INTERPOLATED) for n in ("input", "bicubic", "result")]


class Desk:
    """A session with a marked face, its worker's orders, and a clock."""

    def __init__(self) -> None:
        self.asked: list[m.Command] = []
        self.cancelled: list[int] = []
        self.now = 100.0
        self.session = Session(self.asked.append, self.cancelled.extend)
        self.session.queue = RunQueue(self.session, lambda: self.now)
        self.session.open(PATH)
        self.session.source_opened(PATH, INFO)
        self.session.frame_decoded(PATH, Frame(PIXELS))
        self.session.mark("crop", self.session.marking.with_box(Box(5, 5, 30, 30)))

    def run(self, *methods: str) -> list[m.Enhance]:
        before = len(self.runs)
        self.session.choose_methods(methods)
        self.session.run()
        return self.runs[before:]

    @property
    def runs(self) -> list[m.Enhance]:
        return [c for c in self.asked if isinstance(c, m.Enhance)]

    def answer(self, after_s: float, *events: m.Event) -> None:
        self.now += after_s
        for event in events:
            self.session.handle(event)

    def stage(self, command: m.Enhance, index: int) -> m.StageDone:
        return m.StageDone(command.job, STAGES[index], index, len(STAGES))

    def complete(self, command: m.Enhance, reused: str | None = None) -> None:
        """Let a run take 1, 3 and 2 seconds for its stages and 1 for its doubts."""
        record = replace(A_RECORD, method=command.request.method, reused=reused, warnings=())
        run = Run(record, None, None, tuple(STAGES), None)
        self.answer(0, m.Started(command.job))
        for seconds, index in ((1, 0), (3, 1), (2, 2)):
            self.answer(seconds, self.stage(command, index))
        self.answer(0, m.RunDone(command.job, run, 6.0))
        self.answer(1, m.Done(command.job))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_time_left_is_told_by_the_last_run_stage_for_stage(desk: Desk) -> None:
    queue = desk.session.queue
    (first,) = desk.run("srcnn")
    (entry,) = queue.entries
    assert queue.left_s(entry) is None
    desk.complete(first)
    assert queue.waiting == ()
    desk.session.mark("crop", desk.session.marking.with_box(Box(6, 5, 30, 30)))
    second, third = desk.run("srcnn", "vdsr")
    entry, other = queue.entries  # the finished batch is gone
    assert queue.left_s(entry) == 7
    assert queue.left_s(other) is None
    assert queue.all_left_s() is None
    desk.answer(0, m.Started(second.job))
    desk.answer(2, desk.stage(second, 0))
    assert queue.left_s(entry) == 6
    desk.answer(5, desk.stage(second, 1))
    assert queue.left_s(entry) == 3
    desk.now += 1
    assert queue.left_s(entry) == 2
    desk.now += 60
    assert queue.left_s(entry) == 0
    assert third.job == other.job


def test_without_an_earlier_run_the_stages_so_far_tell(desk: Desk) -> None:
    (command,) = desk.run("srcnn")
    entry = desk.session.queue.entries[0]
    desk.answer(0, m.Started(command.job))
    desk.answer(1, desk.stage(command, 0))
    assert desk.session.queue.left_s(entry) is None
    desk.answer(3, desk.stage(command, 1))
    assert desk.session.queue.left_s(entry) == 2
    assert entry.share == pytest.approx(2 / 3)
    assert entry.told == "Bicubic"


def test_a_reused_run_teaches_no_time_and_says_what_it_is(desk: Desk) -> None:
    (command,) = desk.run("srcnn")
    desk.complete(command, reused="1" * 64)
    (entry,) = desk.session.queue.entries
    assert (entry.status, entry.told) == (Status.COMPLETED, "made before, not computed again")
    (again,) = desk.run("srcnn")
    assert desk.session.queue.left_s(desk.session.queue.entries[0]) is None
    assert again.reuse


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.4, "nearly done"),
        (12.4, "about 12 s left"),
        (300, "about 5 min left"),
        (9000, "about 2.5 h left"),
    ],
)
def test_time_in_words(seconds: float | None, words: str) -> None:
    assert time_words(seconds) == words


def test_a_start_over_begins_again(desk: Desk) -> None:
    (command,) = desk.run("srcnn")
    desk.answer(0, m.Started(command.job), desk.stage(command, 0), desk.stage(command, 1))
    desk.answer(1, m.StartedOver(command.job, "no memory"))
    result, entry = desk.session.selected, desk.session.queue.entries[0]
    assert result is not None
    assert (result.stages, result.message, result.status) == ((), "no memory", Status.RUNNING)
    assert (entry.done, entry.told) == (0, "no memory")


def test_more_can_be_ordered_while_a_run_goes_on_but_nothing_twice(desk: Desk) -> None:
    desk.run("srcnn", "vdsr")
    assert desk.session.busy
    assert desk.run("srcnn", "vdsr", "lcr") == desk.runs[-1:]
    assert [c.request.method for c in desk.runs] == ["srcnn", "vdsr", "lcr"]
    assert len(desk.session.queue.entries) == 3
    work = desk.session.current
    assert work is not None
    (face,) = work.face_works
    assert [r.name for r in face.results] == ["srcnn", "vdsr", "lcr"]


def test_one_method_stands_beside_itself_with_other_settings(desk: Desk) -> None:
    session = desk.session
    desk.run("dcnn_mnce")
    session.ordering.set("dcnn_mnce", {"layers": 1, "neighbours": 600})
    desk.run("dcnn_mnce")
    session.ordering.set("dcnn_mnce", {"layers": 0})
    session.ordering.set_options(seed=3)
    desk.run("dcnn_mnce")
    work = session.current
    assert work is not None
    (face,) = work.face_works
    assert [r.label for r in face.results] == [
        "dcnn_mnce",
        "dcnn_mnce · layers 1",
        "dcnn_mnce · Denoiser only · seed 3",
    ]
    assert [dict(c.request.settings) for c in desk.runs] == [{}, {"layers": 1}, {"layers": 0}]
    assert desk.runs[-1].request.seed == 3


def test_a_run_again_takes_the_place_of_the_failed_one(desk: Desk) -> None:
    session = desk.session
    first, _ = desk.run("srcnn", "vdsr")
    failed = Run(replace(A_RECORD, outcome=Outcome.FAILED), None, None, (), MethodError("no luck"))
    desk.answer(1, m.Started(first.job), m.RunDone(first.job, failed, 1), m.Done(first.job))
    assert session.queue.entries[0].told == "no luck"
    session.ordering.again(first.job)
    work = session.current
    assert work is not None
    (face,) = work.face_works
    assert [(r.name, r.status) for r in face.results] == [
        ("srcnn", Status.QUEUED),
        ("vdsr", Status.QUEUED),
    ]
    assert face.first_record == A_RECORD.id
    assert desk.runs[-1].request == first.request


def test_a_completed_run_gives_way_to_a_completed_one_only(desk: Desk) -> None:
    session = desk.session
    (first,) = desk.run("srcnn")
    desk.complete(first)
    (second,) = desk.run("srcnn")
    work = session.current
    assert work is not None
    assert [r.job for r in work.face_works[0].results] == [first.job, second.job]
    desk.answer(1, m.Started(second.job), m.Failed(second.job, "no luck"), m.Done(second.job))
    (third,) = desk.run("srcnn")  # the failed one gives way at once
    assert [r.job for r in work.face_works[0].results] == [first.job, third.job]
    desk.complete(third)
    assert [r.job for r in work.face_works[0].results] == [third.job]
    assert work.face_works[0].first_record == A_RECORD.id


def test_one_job_is_cancelled_and_what_is_kept_is_never(desk: Desk) -> None:
    session = desk.session
    first, second = desk.run("srcnn", "vdsr")
    session.cancel_job(second.job)
    assert desk.cancelled == [second.job]
    desk.answer(0, m.Cancelled(second.job), m.Done(second.job))
    assert [e.status for e in session.queue.entries] == [Status.QUEUED, Status.CANCELLED]
    session.ask(lambda job: m.OpenCase(job, Path("/c.fhcase"), create=False))
    session.cancel()
    assert first.job in desk.cancelled
    assert desk.asked[-1].job not in desk.cancelled
    session.queue.forget_finished()
    assert [e.job for e in session.queue.entries] == [first.job]


def test_choice_and_settings_are_undone(desk: Desk) -> None:
    session = desk.session
    at_first = session.methods
    assert at_first != ("lcr", "srcnn")
    session.choose_methods(("lcr", "srcnn"))
    session.ordering.set("lcr", {"neighbours": 5})
    session.undo()
    assert session.ordering.value.of("lcr") == {}
    assert session.methods == ("lcr", "srcnn")
    session.redo()
    assert session.ordering.value.of("lcr") == {"neighbours": 5}
    with pytest.raises(MethodError, match="of 0 or more"):
        session.ordering.set("lcr", {"neighbours": -5})
    session.undo()
    session.undo()
    assert session.methods == at_first
