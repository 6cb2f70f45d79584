"""The session as widgets see it, with the worker's events made by hand."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fhgui.core.errors import FhguiError, MethodError
from fhgui.core.face import Box, DetectedFace
from fhgui.core.frame import Frame
from fhgui.core.method import Origin, Stage
from fhgui.core.record import Outcome
from fhgui.evidence.source_info import SourceInfo
from fhgui.provenance.run import Run
from fhgui.session import messages as m
from fhgui.session.exporting import ExportChoices
from fhgui.session.history import History
from fhgui.session.item_keys import result_key, source_key
from fhgui.session.logbook import Level
from fhgui.session.orders import Orders
from fhgui.session.referencing import choose_reference
from fhgui.session.results import Status
from fhgui.session.session import Session
from fhgui.session.viewing import Step
from tests.helpers.records import A_RECORD

PATH = Path("/evidence/film.mp4")
INFO = SourceInfo(
    "film.mp4", 9, "video", "mp4", "h264", 60, 40, 50, False, 25.0, "1/90", 2.0, 8, False, (), ()
)
PIXELS = np.zeros((40, 60, 3), np.uint8)
ANOTHER = replace(A_RECORD, id="another", warnings=())


class Desk:
    """A session and what it asked its worker for."""

    def __init__(self) -> None:
        self.asked: list[m.Command] = []
        self.cancelled = 0
        self.stopped: set[int] = set()
        self.session = Session(self.asked.append, self._cancel)
        self.session.orders = History(Orders(("bicubic",)))

    def _cancel(self, jobs: Collection[int]) -> None:
        self.cancelled += 1
        self.stopped = set(jobs)

    def last(self, kind: type[m.Command]) -> m.Command:
        return next(c for c in reversed(self.asked) if isinstance(c, kind))

    def answer(self, *events: m.Event) -> None:
        for event in events:
            self.session.handle(event)


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.session.open(PATH)
    made.session.source_opened(PATH, INFO)
    made.session.frame_decoded(PATH, Frame(PIXELS))
    return made


def a_run(error: FhguiError | None = None) -> Run:
    outcome = Outcome.COMPLETED if error is None else Outcome.FAILED
    stage = Stage("bicubic", "Bicubic", PIXELS, Origin.INTERPOLATED)
    return Run(replace(A_RECORD, outcome=outcome, warnings=()), None, None, (stage,), error)


def run_of(desk: Desk) -> m.Command:
    desk.session.mark("crop", desk.session.marking.with_box(Box(5, 5, 20, 20)))
    desk.session.run()
    return desk.last(m.Enhance)


def test_an_opened_film_is_hashed_and_counted(desk: Desk) -> None:
    digest, count = desk.last(m.HashSource), desk.last(m.CountFrames)
    desk.answer(m.Hashed(digest.job, "ab" * 32), m.Counted(count.job, 48))
    work = desk.session.current
    assert work is not None
    assert (work.sha256, work.count, work.counted) == ("ab" * 32, 48, True)
    assert not desk.session.busy


def test_seeking_stays_inside_the_film(desk: Desk) -> None:
    work = desk.session.current
    assert work is not None
    desk.session.seek(10**9)
    assert work.frame_index == 49
    desk.session.seek(-5)
    assert work.frame_index == 0


def test_a_source_that_cannot_be_read_goes_away_with_a_sentence() -> None:
    session = Desk().session
    session.open(PATH)
    session.source_failed(PATH, "film.mp4: is empty (0 bytes); copy it again")
    assert session.works == []
    assert session.current is None
    assert session.view.step is Step.OPEN
    assert session.log[-1].level is Level.ERROR


def test_a_damaged_frame_leaves_the_others_of_a_film_with_results(desk: Desk) -> None:
    command, work = run_of(desk), desk.session.works[0]
    desk.answer(m.RunDone(command.job, a_run(), 0.1), m.Done(command.job))
    desk.session.source_failed(PATH, "film.mp4: frame 7 is damaged", 7)
    assert work.readable
    assert work.damaged == {7}
    assert desk.session.log[-1].level is Level.ERROR
    desk.session.frame_decoded(PATH, Frame(PIXELS, 7))  # one of its fields, say
    assert not work.damaged


def test_marks_can_be_undone_each_on_their_own_source(desk: Desk) -> None:
    session = desk.session
    session.mark("crop", session.marking.with_box(Box(5, 5, 20, 20)))
    session.open(Path("/evidence/other.png"))
    assert session.marking.box is None
    session.undo()
    session.open(PATH)
    assert session.marking.box == Box(5, 5, 20, 20)
    session.undo()
    assert session.marking.box is None
    session.redo()
    assert session.marking.box == Box(5, 5, 20, 20)


def test_a_run_needs_a_mark_and_says_so(desk: Desk) -> None:
    desk.session.run()
    assert "crop" in desk.session.log[-1].text
    assert not any(isinstance(c, m.Enhance) for c in desk.asked)


def test_stages_arrive_one_by_one_and_the_run_completes(desk: Desk) -> None:
    job = run_of(desk).job
    session = desk.session
    stage = Stage("input", "Input", PIXELS, Origin.MEASURED)
    desk.answer(m.Started(job), m.StageDone(job, stage, 0, 2))
    result = session.selected
    assert result is not None
    assert (result.status, len(result.stages), result.total) == (Status.RUNNING, 1, 2)
    assert session.busy
    assert session.view.step is Step.ENHANCE
    desk.answer(m.RunDone(job, a_run(), 0.5), m.Done(job))
    result = session.selected
    assert result is not None
    assert result.status is Status.COMPLETED
    assert session.exportable() == (result,)
    assert session.view.step is Step.COMPARE
    assert not session.busy


def test_a_failed_run_keeps_its_record_and_its_reason(desk: Desk) -> None:
    job = run_of(desk).job
    error = MethodError("the memory is used up", hint="close other programs")
    desk.answer(m.Started(job), m.RunDone(job, a_run(error), 0.5), m.Done(job))
    result = desk.session.selected
    assert result is not None
    assert result.status is Status.FAILED
    assert result.message == error.sentence()
    assert result.run is not None
    assert desk.session.log[-1].text == error.sentence()


def test_a_lost_worker_costs_one_run_which_is_computed_again_smaller(desk: Desk) -> None:
    first = run_of(desk).job
    desk.answer(m.Started(first), m.RunDone(first, a_run(), 0.5), m.Done(first))
    second = run_of(desk).job
    crash = m.JobLost(second, "the worker process crashed (signal 11); run it again")
    desk.answer(m.Started(second), crash, m.Done(second), m.WorkerLost(0, "started again"))
    session = desk.session
    work = session.current
    assert work is not None
    kept, again = work.result(first), session.selected
    assert kept is not None
    assert again is not None
    assert (kept.status, again.status) == (Status.COMPLETED, Status.QUEUED)
    assert work.result(second) is None  # in the place of which the new one stands
    assert (again.request.device, again.request.threads) == ("cpu", 1)
    assert again.request.after_loss == (
        "the worker process crashed (signal 11) during the first try: "
        "computed again on the processor with one thread"
    )
    assert again.is_like(kept)
    assert session.marking.box == Box(5, 5, 20, 20)
    desk.answer(m.Started(again.job), m.JobLost(again.job, "it crashed"), m.Done(again.job))
    assert session.selected is not None
    assert (session.selected.job, session.selected.status) == (again.job, Status.FAILED)
    assert session.selected.run is not None
    assert session.selected.run.record.warnings == (again.request.after_loss,)
    assert not session.busy


def test_a_worker_that_says_nothing_is_told_of(desk: Desk) -> None:
    desk.answer(m.WorkerSilent(0, "the worker process has not answered for a while"))
    assert desk.session.worker == "worker does not answer"
    assert desk.session.log[-1].text == "the worker process has not answered for a while"
    desk.answer(m.WorkerHeard(0))
    assert desk.session.worker == "worker answers again"
    desk.answer(m.WorkerReady(0, 1))
    assert desk.session.worker == "worker ready"


def test_cancel_reaches_the_worker_only_while_there_is_work(desk: Desk) -> None:
    desk.session.cancel()
    assert desk.cancelled == 0
    job = run_of(desk).job
    desk.session.cancel()
    assert desk.cancelled == 1
    desk.answer(m.Cancelled(job), m.Done(job))
    assert desk.session.selected is not None
    assert desk.session.selected.status is Status.CANCELLED
    assert desk.session.selected.run is None  # it never began, so there is nothing to record


def test_cancel_stops_runs_but_neither_hashing_nor_saving(desk: Desk) -> None:
    job = run_of(desk).job
    desk.session.ask(lambda number: m.KeepDesk(number, Path("A.fhcase"), {}))
    desk.session.cancel()
    assert desk.stopped == {job}


def test_a_run_ended_in_the_middle_of_a_stage_is_recorded_too(desk: Desk) -> None:
    digest = desk.last(m.HashSource)
    desk.answer(m.Hashed(digest.job, "ab" * 32))
    stage = Stage("input", "Input", PIXELS, Origin.MEASURED)
    for end, outcome in (
        (m.Cancelled, Outcome.CANCELLED),
        (lambda job: m.Failed(job, "the worker process ended"), Outcome.FAILED),
    ):
        job = run_of(desk).job
        desk.answer(m.Started(job), m.StageDone(job, stage, 0, 2), end(job), m.Done(job))
        result = desk.session.selected
        assert result is not None
        assert result.run is not None
        record = result.run.record
        assert record.outcome is outcome
        assert record.evidence.sha256 == "ab" * 32
        assert [s.name for s in record.stages] == ["input"]
        assert record.error
        assert result in desk.session.exportable()


def test_a_run_is_known_as_it_was_filed_though_its_source_left_the_desk(desk: Desk) -> None:
    command, work = run_of(desk), desk.session.works[0]
    desk.answer(m.RunDone(command.job, a_run(), 0.1), m.Done(command.job))
    desk.session.notes.delete(source_key(PATH), "the source")
    filed = a_run()
    desk.session.replace_run(command.job, filed)
    result = work.result(command.job)
    assert result is not None
    assert result.run is filed


@pytest.mark.parametrize("meanwhile", ["another run", "a reference"])
def test_a_deleted_result_comes_back_whatever_was_done_with_its_face(
    desk: Desk, meanwhile: str
) -> None:
    session, command = desk.session, run_of(desk)
    desk.answer(m.RunDone(command.job, a_run(), 0.1), m.Done(command.job))
    (first,) = session.works[0].face_works[0].results
    session.ordering.set("bicubic", {"consistent": True})
    other = run_of(desk)
    desk.answer(m.RunDone(other.job, replace(a_run(), record=ANOTHER), 0.1), m.Done(other.job))
    session.notes.delete(result_key(first), "the first")
    if meanwhile == "a reference":
        choose_reference(session, Path("reference.png"))
    else:
        session.choose_methods(["srcnn"])
        run_of(desk)
    session.notes.restore(result_key(first))
    assert session.works[0].active_face is not None
    assert first in session.works[0].active_face.results


def test_the_best_face_found_becomes_the_mark(desk: Desk) -> None:
    faces = tuple(
        DetectedFace(Box(x, 5, 20, 20), score, np.full((68, 2), 9.0))
        for x, score in ((5, 0.9), (30, 0.4))
    )
    desk.session.find_faces()
    job = desk.last(m.FindFaces).job
    desk.answer(m.FacesFound(job, faces), m.Done(job))
    assert desk.session.marking.box == faces[0].box
    assert desk.session.marking.score == 0.9
    desk.session.undo()
    assert desk.session.marking.points is None


def test_a_face_found_after_the_analyst_moved_on_is_not_marked(desk: Desk) -> None:
    face = DetectedFace(Box(5, 5, 20, 20), 0.9, np.full((68, 2), 9.0))
    desk.session.find_faces()
    desk.session.seek(7)
    job = desk.last(m.FindFaces).job
    desk.answer(m.FacesFound(job, (face,)), m.Done(job))
    assert desk.session.marking.box is None


def test_no_face_suggests_to_do_it_by_hand(desk: Desk) -> None:
    desk.session.find_faces()
    job = desk.last(m.FindFaces).job
    desk.answer(m.FacesFound(job, ()), m.Done(job))
    assert "by hand" in desk.session.log[-1].text
    assert desk.session.log[-1].level is Level.WARNING


def test_the_case_is_exported_as_chosen(desk: Desk) -> None:
    job = run_of(desk).job
    desk.answer(m.Started(job), m.RunDone(job, a_run(), 0.5), m.Done(job))
    desk.session.casework.path = Path("/cases/a.fhcase")
    assert desk.session.can_export
    choices = ExportChoices(Path("/out"), passphrase="secret")
    number = desk.session.export(choices)
    command = desk.last(m.Export)
    assert isinstance(command, m.Export)
    assert command.job == number
    assert command.case == desk.session.case
    assert command.choices == choices
    assert "secret" not in repr(command)
    told: list[tuple[Path, ...]] = []
    desk.session.exported.connect(told.append)
    desk.answer(m.Exported(command.job, (Path("/out/x"),), ("no original",)), m.Done(command.job))
    assert told == [(Path("/out/x"),)]
    assert any("no original" in line.text for line in desk.session.log)


def test_exporting_nothing_is_refused(desk: Desk) -> None:
    assert desk.session.export(ExportChoices(Path("/out"))) is None
    assert "no finished result" in desk.session.log[-1].text


def test_an_event_of_an_unknown_job_changes_nothing(desk: Desk) -> None:
    before = list(desk.session.log)
    desk.answer(m.Failed(999, "late"), m.Done(999))
    assert desk.session.log == before


def test_a_face_found_late_leaves_what_was_set_by_hand_meanwhile(desk: Desk) -> None:
    session, box = desk.session, Box(30, 5, 20, 20)
    face = DetectedFace(Box(5, 5, 20, 20), 0.9, np.full((68, 2), 9.0))
    session.find_faces()
    job = desk.last(m.FindFaces).job
    session.mark("crop", session.marking.with_box(box))
    desk.answer(m.FacesFound(job, (face,)), m.Done(job))
    assert session.marking.box == box
    assert "changed meanwhile" in session.log[-1].text
    assert session.works[0].faces == (face,)


def test_of_two_searches_the_later_one_counts(desk: Desk) -> None:
    session = desk.session
    faces = [DetectedFace(Box(x, 5, 20, 20), 0.9, np.full((68, 2), 9.0)) for x in (5, 30)]
    session.find_faces()
    session.find_faces()
    jobs = [c.job for c in desk.asked if isinstance(c, m.FindFaces)]
    for job, face in zip(jobs, faces, strict=True):
        desk.answer(m.FacesFound(job, (face,)), m.Done(job))
    assert session.marking.box == faces[1].box


def test_a_source_whose_frame_is_damaged_keeps_what_was_marked_in_it() -> None:
    desk = Desk()
    session = desk.session
    work = session.open(PATH)
    work.frame_index = 7
    work.markings.do("as it was", session.marking.with_box(Box(5, 5, 20, 20)))
    session.source_opened(PATH, INFO)
    session.source_failed(PATH, "film.mp4: frame 7 is damaged", 7)
    assert session.works == [work]
    assert work.readable
    assert work.frame_index == 0  # another of its frames is looked at


def test_no_run_begins_while_another_case_is_opened(desk: Desk) -> None:
    session = desk.session
    session.mark("crop", session.marking.with_box(Box(5, 5, 20, 20)))
    assert session.ready_to_run() == ""
    session.casework.path = Path("/cases/a.fhcase")
    session.casework.open(Path("/cases/b.fhcase"))
    opening = desk.last(m.OpenCase)
    assert "wait" in session.ready_to_run()
    desk.answer(m.Done(opening.job))
    assert session.ready_to_run() == ""


def test_the_log_of_the_window_has_an_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fhgui.session.bench.LOG_LINES", 3)
    for number in range(5):
        desk.session.note(str(number))
    assert [line.text for line in desk.session.log] == ["2", "3", "4"]


def test_a_result_holds_its_pictures_once(desk: Desk) -> None:
    job, run = run_of(desk).job, a_run()
    copy = replace(run.stages[0], pixels=run.stages[0].pixels.copy())
    desk.answer(m.StageDone(job, copy, 0, 1), m.RunDone(job, run, 0.1), m.Done(job))
    result = desk.session.works[0].result(job)
    assert result is not None
    assert result.stages is run.stages
