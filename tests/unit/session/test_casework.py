"""The desk and the results of a case, put away and laid out again."""

import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest

from fhgui import paths
from fhgui.core.errors import CancelledError, MethodError, OutputError, RecordError
from fhgui.core.face import Box, PlacedBy
from fhgui.core.frame import Frame
from fhgui.core.record import AlignmentRecord
from fhgui.provenance.case import Case, is_locked
from fhgui.provenance.case_file import filed_record
from fhgui.provenance.custody import read_entries
from fhgui.provenance.request import Placement, PlacementKind
from fhgui.provenance.run import Run
from fhgui.session import messages as m
from fhgui.session.case_holder import CaseHolder, case_runs
from fhgui.session.casework import automatic_path, with_suffix
from fhgui.session.desk import Desk, DeskSource, desk_json, may_be_opened, read_desk
from fhgui.session.logbook import Level
from fhgui.session.marking import Marking
from fhgui.session.recovery import close_for_good, left_by_a_crash
from fhgui.session.reopening import faces_of, marking_of
from fhgui.session.results import Status
from fhgui.session.session import Session
from fhgui.session.viewing import Step
from tests.helpers.cases import REQUEST, a_run
from tests.helpers.records import A_RECORD

MARKING = Marking(Box(1, 2, 3, 4), ((1.5, 2.0), (3.0, 2.5)), Placement(PlacementKind.AUTO), 3, 0.5)


class Desktop:
    """A session in a case, and what it asked its worker for."""

    def __init__(self, case: Path | None) -> None:
        self.asked: list[m.Command] = []
        self.session = Session(self.asked.append)
        self.session.casework.path = case
        self.work = self.session.casework

    def answer(self, event: m.Event) -> None:
        self.session.handle(event)

    def open(self, runs: tuple[Run, ...], desk: Desk | None = None, **more: object) -> None:
        self.work.open(Path("/cases/a.fhcase"))
        job = self.asked[-1].job
        value = None if desk is None else desk_json(desk)
        told = m.CaseOpened(job, Path("/cases/a.fhcase"), "a", False, (), runs, value)
        self.answer(dataclasses.replace(told, **more))  # type: ignore[arg-type]
        self.answer(m.Done(job))


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FHGUI_CASES", str(tmp_path / "cases"))
    return paths.user_cases()


def by(method: str, pictures: int = 0, **more: object) -> Run:
    run = a_run(pictures)
    return dataclasses.replace(run, record=dataclasses.replace(run.record, method=method, **more))  # type: ignore[arg-type]


def test_a_desk_is_read_as_it_was_written() -> None:
    name = os.fsdecode(b"/e/\xff\n.png")
    desk = Desk((DeskSource(name, 7, MARKING), DeskSource("/b", 0, Marking(aligned=True))), "/b")
    assert read_desk(desk_json(desk)) == desk


@pytest.mark.parametrize("value", [None, {}, {"sources": 1}, {"sources": [], "current": []}])
def test_a_desk_of_another_version_is_empty(value: dict[str, object] | None) -> None:
    assert read_desk(value) == Desk()  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["//host/share/a.png", "\\\\host\\a.png", "/dev", "x" * 5000, ""])
def test_sources_that_are_not_opened_by_themselves(path: str) -> None:
    assert not may_be_opened(path)
    assert may_be_opened(__file__)


def test_methods_on_one_face_stand_side_by_side_again() -> None:
    moved = dataclasses.replace(A_RECORD.alignment or AlignmentRecord, box=(9, 9, 9, 9))  # type: ignore[type-var]
    runs = [
        by("bicubic"),
        by("srcnn"),
        by("bicubic", seed=1),
        by("bicubic", 3, seed=0, started_utc="later"),
        by("srcnn", alignment=moved),
        a_run(2, MethodError("the memory is used up")),
    ]
    numbers = iter(range(1, 99))
    (faces,) = faces_of(runs, lambda: next(numbers)).values()
    names = [[r.request.method for r in face.results] for face in faces]
    assert names == [["bicubic", "srcnn", "bicubic"], ["srcnn"], ["bicubic"]]
    assert [face.number for face in faces] == [1, 2, 3]
    newer = faces[0].results[0]  # in the place of the first, which was run alike
    assert newer.started_utc == "later"
    assert faces[0].first_record == runs[0].record.id
    assert faces[0].marking.points == A_RECORD.alignment.landmarks  # type: ignore[union-attr]
    first, last = faces[0].results[0], faces[-1].results[0]
    assert (first.status, len(first.stages), first.face is not None) == (Status.COMPLETED, 2, True)
    assert (last.status, last.message) == (Status.FAILED, "the memory is used up")


def test_a_run_that_never_reached_the_face_has_no_marks() -> None:
    bare = dataclasses.replace(A_RECORD, alignment=None)
    assert marking_of(bare) == Marking()
    aligned = dataclasses.replace(A_RECORD.alignment, placed_by=PlacedBy.ALIGNED.value)  # type: ignore[type-var]
    assert marking_of(dataclasses.replace(A_RECORD, alignment=aligned)).aligned  # type: ignore[arg-type]


def test_an_opened_case_shows_its_results_and_marks(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    source.write_bytes(b"x")
    evidence = dataclasses.replace(A_RECORD.evidence, path=str(source))
    at = Desktop(None)
    desk = Desk((DeskSource(str(source), 3, MARKING),), str(source))
    at.open((by("bicubic", evidence=evidence), by("gone", evidence=evidence)), desk)
    session = at.session
    (work,) = session.works
    assert work is session.current
    assert (work.frame_index, work.markings.value) == (3, MARKING)
    assert session.view.step is Step.COMPARE
    assert [r.title for r in session.exportable()] == ["Bicubic interpolation", "gone"]
    judged = [c for c in at.asked if isinstance(c, m.JudgeRun)]
    assert [c.job for c in judged] == [r.job for r in session.exportable()]
    at.answer(m.Started(judged[0].job))
    assert session.exportable()[0].status is Status.COMPLETED
    assert not at.work.unsaved
    session.mark("crop", session.marking.with_box(Box(5, 5, 9, 9)))
    assert at.work.unsaved
    at.work.keep_desk()
    assert isinstance(at.asked[-1], m.KeepDesk)
    assert at.work.unsaved  # it is on its way, not on the disk
    at.answer(m.Done(at.asked[-1].job))
    assert not at.work.unsaved


def test_results_whose_source_is_gone_are_shown_all_the_same() -> None:
    at = Desktop(None)
    at.open((by("bicubic"),), Desk((DeskSource("/gone.png", 0, Marking()),), ""))
    work, gone = at.session.works
    assert not work.readable
    assert gone.path == Path("/gone.png")  # what was marked in it stays until it is there again
    at.session.source_failed(work.path, "no such file")
    assert at.session.works == [work, gone]
    assert gone.trouble == "is not there any more"
    assert any("/gone.png is not there any more" in line.text for line in at.session.log)


def test_a_source_that_was_put_back_is_read_again_once_it_is_opened() -> None:
    at = Desktop(None)
    at.open((by("bicubic"),))
    (work,) = at.session.works
    wanted: list[bool] = []
    at.session.frame_changed.connect(lambda: wanted.append(work.readable))
    assert at.session.open(work.path) is work
    assert wanted == [True]
    assert work.trouble == ""


def test_a_source_that_changed_since_is_named() -> None:
    at = Desktop(None)
    at.open((by("bicubic"),))
    (work,) = at.session.works
    at.session.ask_as(m.HashSource(98, work.path), work)
    at.answer(m.Hashed(98, "f" * 64))
    assert at.session.log[-1].level is Level.ERROR
    assert "is not the file" in at.session.log[-1].text


def test_damage_and_damaged_pictures_are_told() -> None:
    at = Desktop(None)
    run = dataclasses.replace(by("bicubic"), stages=(), face=None, error=RecordError("was edited"))
    at.open((run,), damage=("log.jsonl line 3 was cut",))
    assert "log.jsonl line 3 was cut" in at.session.log[0].text
    (result,) = at.session.exportable()
    assert (result.status, result.message) == (Status.FAILED, "was edited")
    assert not any(isinstance(c, m.JudgeRun) for c in at.asked)


def test_runs_and_sources_are_asked_for_in_the_case(tmp_path: Path) -> None:
    case = tmp_path / "a.fhcase"
    at = Desktop(case)
    at.session.choose_methods(("bicubic",))
    at.session.open(tmp_path / "a.png")
    at.session.frame_decoded(tmp_path / "a.png", Frame(np.zeros((200, 200, 3), np.uint8)))
    at.session.mark("crop", at.session.marking.with_box(Box(5, 5, 150, 150)))
    at.session.run()
    command = at.asked[-1]
    assert isinstance(command, m.Enhance)
    assert command.case == case == at.session.case
    assert at.work.unsaved
    at.work.new(tmp_path / "b")
    assert at.asked[-1] is command  # not while a run goes on
    at.answer(m.Started(command.job))
    at.answer(m.Cancelled(command.job))
    at.answer(m.Done(command.job))
    filing = at.asked[-1]
    assert isinstance(filing, m.FileRun)
    assert (filing.case, filing.of) == (case, command.job)
    chained = dataclasses.replace(filing.run, record=A_RECORD)
    at.answer(m.RunFiled(filing.job, chained))
    at.answer(m.Done(filing.job))
    assert at.session.selected is not None
    assert at.session.selected.run is chained
    at.work.new(tmp_path / "b")
    assert isinstance(at.asked[-1], m.OpenCase)
    assert at.asked[-1].path == tmp_path / "b.fhcase"


def test_an_automatic_case_is_made_when_it_is_needed(cases: Path) -> None:
    path, holder = automatic_path(), CaseHolder()
    assert not cases.exists()
    given_up, going_on = cases / ".old.fhcase.partial", cases / ".new.fhcase.partial"
    for left in (given_up, going_on):
        left.mkdir(parents=True)
    os.utime(given_up, (0, 0))
    case = holder.get(path)
    assert not given_up.exists()
    assert going_on.exists()
    assert case.file.automatic
    assert holder.get(path) is case
    with pytest.raises(RecordError, match="is no case"):
        holder.get(cases.parent / "elsewhere.fhcase")
    assert holder.get(path).add_run(a_run()).record.previous is None
    holder.close()
    assert not is_locked(path)


def test_a_folder_that_went_away_while_it_was_written_to_is_said_to_be_gone(tmp_path: Path) -> None:
    holder = CaseHolder()
    case = holder.open(tmp_path / "a.fhcase", create=True)
    error = OutputError("cannot be written (No such file or directory)", path=case.path)
    assert holder.doubt(case.path, error) is error
    case.path.rename(tmp_path / "away")
    assert "not there any more; plug its drive in" in holder.doubt(case.path, error).sentence()
    (tmp_path / "away").rename(case.path)
    holder.close()


def test_a_case_that_cannot_be_opened_leaves_the_one_before_open(tmp_path: Path) -> None:
    holder = CaseHolder()
    first = holder.open(tmp_path / "a.fhcase", create=True)
    with Case.create(tmp_path / "b.fhcase") as other:
        with pytest.raises(OutputError, match="worked on by another"):
            holder.open(other.path, create=False)
        with pytest.raises(OutputError, match="is there already"):
            holder.open(other.path, create=True)
    assert holder.get(first.path) is first
    assert holder.open(first.path, create=False) is first
    copy = holder.save_as(first.path, tmp_path / "c.fhcase")
    assert holder.get(copy.path) is copy
    assert not is_locked(first.path)
    holder.close()


def test_runs_of_a_case_with_damage(tmp_path: Path) -> None:
    with Case.create(tmp_path / "a.fhcase") as case:
        for seed in range(3):
            case.add_run(a_run(seed))
        first, second, _ = case.runs
        (first.folder / "stages" / "01-bicubic.png").write_bytes(b"x")
        second.record_path.write_bytes(b"{")
        runs = case_runs(case)
    assert [len(run.stages) for run in runs] == [0, 2]
    assert "signature" in str(runs[0].error)


def test_a_crash_leaves_a_case_to_offer_and_a_clean_end_none(cases: Path, tmp_path: Path) -> None:
    assert left_by_a_crash(None) is None
    with Case.create(automatic_path(), automatic=True):
        pass
    case = Case.create(automatic_path(), automatic=True)
    case.start_run(REQUEST)
    assert left_by_a_crash(None) is None  # somebody works in it
    case.close(clean=False)
    assert left_by_a_crash(None) is None  # nothing in it yet
    case = Case.open(case.path, recover=False)
    case.keep_desk(desk_json(Desk()))
    case.close(clean=False)
    assert left_by_a_crash(None) == case.path
    close_for_good(case.path)
    assert left_by_a_crash(None) is None
    (run,) = case.runs
    assert "ended in the middle" in (filed_record(run).error or "")
    assert read_entries(case.path / "log.jsonl")[-1].what == "case closed"
    named = Case.create(tmp_path / "named.fhcase")
    named.add_run(a_run(0, CancelledError("stopped")))
    named.close(clean=False)
    assert left_by_a_crash(named.path) == named.path
    close_for_good(tmp_path / "nowhere.fhcase")
    close_for_good(None)


def test_the_ending_of_a_case() -> None:
    assert with_suffix(Path("/a/b")) == Path("/a/b.fhcase")
    assert with_suffix(Path("/a/b.c")) == Path("/a/b.c.fhcase")
    assert with_suffix(Path("/a/b.fhcase")) == Path("/a/b.fhcase")
