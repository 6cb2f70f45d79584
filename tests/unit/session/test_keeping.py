"""What has not reached the disk is known, said once, and tried again until it has."""

from pathlib import Path

import pytest

from fhgui.provenance.case import Case
from fhgui.provenance.case_file import filed_runs
from fhgui.provenance.custody import read_entries
from fhgui.provenance.verification.findings import Verdict
from fhgui.session import messages as m
from fhgui.session.case_holder import CaseHolder, exports_of
from fhgui.session.desk import Desk, desk_json
from fhgui.session.logbook import Level
from fhgui.session.recovery import what_was_left
from fhgui.session.session import Session
from tests.helpers.cases import REQUEST, a_run

CASE = Path("/cases/a.fhcase")


class AtDesk:
    """A session in a case, and what it asked its worker for."""

    def __init__(self) -> None:
        self.asked: list[m.Command] = []
        self.session = Session(self.asked.append)
        self.session.casework.path, self.session.casework.automatic = CASE, False
        self.session.open(Path("/e/a.png"))
        self.keeping = self.session.casework.keeping

    def kept(self) -> list[m.KeepDesk]:
        return [c for c in self.asked if isinstance(c, m.KeepDesk)]

    def fail(self, command: m.Command) -> None:
        self.session.handle(m.Failed(command.job, "a.fhcase: cannot be written (full)"))
        self.session.handle(m.Done(command.job))

    def errors(self) -> list[str]:
        return [line.text for line in self.session.log if line.level is Level.ERROR]


def test_what_the_disk_refused_is_said_once_and_tried_again() -> None:
    at = AtDesk()
    work = at.session.casework
    work.keep_desk()
    work.keep_desk()  # the same desk is on its way already
    (first,) = at.kept()
    at.fail(first)
    assert work.unsaved
    assert "cannot be written" in at.keeping.trouble
    work.keep_desk()
    at.fail(at.kept()[-1])
    assert len(at.errors()) == 1
    assert "nothing is lost" in at.errors()[0]
    work.keep_desk()
    assert len(at.kept()) == 3
    at.session.handle(m.Done(at.kept()[-1].job))
    assert (at.keeping.trouble, work.unsaved) == ("", False)
    assert at.keeping.saved_at is not None
    assert "can be written again" in at.session.log[-1].text


def test_a_change_while_the_desk_is_on_its_way_stays_unsaved() -> None:
    at = AtDesk()
    at.session.casework.keep_desk()
    at.session.notes.toggle_mark()
    at.session.handle(m.Done(at.kept()[-1].job))
    assert at.session.casework.unsaved
    at.session.casework.keep_desk()
    assert [e.what for e in at.kept()[-1].entries] == ["frame marked"]


def test_a_run_that_could_not_be_filed_is_filed_with_the_next_save() -> None:
    at = AtDesk()
    run = a_run()
    command = m.Enhance(at.session.next_number(), REQUEST, CASE)
    at.session.ask_as(command, at.session.works[0])
    at.session.handle(m.Unfiled(command.job, run, "a.fhcase: is gone"))
    at.session.handle(m.Done(command.job))
    assert at.keeping.pending
    assert "1 run" not in at.errors()[0]
    assert "the finished run stays in this window" in at.errors()[0]
    at.session.casework.keep_desk()
    (filing,) = [c for c in at.asked if isinstance(c, m.FileRun)]
    assert (filing.of, filing.run) == (command.job, run)
    at.fail(filing)
    assert at.keeping.unfiled == {command.job: run}
    at.session.casework.keep_desk()
    again = at.asked[-1] if isinstance(at.asked[-1], m.FileRun) else at.asked[-2]
    at.session.handle(m.RunFiled(again.job, run))
    at.session.handle(m.Done(again.job))
    assert not at.keeping.pending


def test_saved_elsewhere_the_run_is_filed_there_and_no_other_case_is_opened_before() -> None:
    at = AtDesk()
    run, copy = a_run(), CASE.with_name("b.fhcase")
    command = m.Enhance(at.session.next_number(), REQUEST, CASE)
    at.session.ask_as(command, at.session.works[0])
    at.session.handle(m.Unfiled(command.job, run, "a.fhcase: is full"))
    at.session.handle(m.Done(command.job))
    at.session.casework.open(CASE.with_name("c.fhcase"))
    assert not [c for c in at.asked if isinstance(c, m.OpenCase)]
    assert "would be lost" in at.session.log[-1].text
    at.session.casework.save_as(copy)
    filing, saving = (c for c in at.asked if isinstance(c, m.FileRun | m.SaveCaseAs))
    at.fail(filing)
    opened = m.CaseOpened(saving.job, copy, "b", False, (), None, {})
    at.session.handle(opened)
    at.session.handle(m.Done(saving.job))
    again = [c for c in at.asked if isinstance(c, m.FileRun)][-1]
    assert (again.case, again.of, again.run) == (copy, command.job, run)
    at.session.handle(m.RunFiled(again.job, run))
    at.session.handle(m.Done(again.job))
    assert not at.keeping.pending


def test_a_case_whose_folder_went_away_is_refused_in_words_and_checked_when_back(
    tmp_path: Path,
) -> None:
    path, away = tmp_path / "a.fhcase", tmp_path / "away"
    Case.create(path).close()
    holder = CaseHolder()
    case = holder.get(path)
    case.start_run(REQUEST)
    path.rename(away)
    with pytest.raises(Exception, match="not there any more; plug its drive in again"):
        holder.get(path)
    away.rename(path)
    again = holder.get(path)
    assert again is not case  # opened anew, and its log checked
    assert again.run_is_open
    again.add_run(a_run())
    assert again.summary().verdict == Verdict.EXACT.value
    holder.close()


def test_a_case_is_made_anew_from_what_the_window_holds(tmp_path: Path) -> None:
    runs = (a_run(1), a_run(2))
    holder = CaseHolder()
    case = holder.rescue(tmp_path / "lost.fhcase", tmp_path / "new.fhcase", runs, {"a": 1})
    assert len(filed_runs(case.path)) == 2
    assert exports_of(case) == ()
    assert case.summary().verdict == Verdict.EXACT.value
    holder.close()
    assert "case rescued" in [e.what for e in read_entries(case.path / "log.jsonl")]


def test_an_offer_knows_time_and_contents_of_a_case(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "Robbery.fhcase")
    case.add_run(a_run())
    case.keep_desk(desk_json(Desk()))
    case.close(clean=False)
    left = what_was_left(case.path)
    assert (left.title, left.runs, left.sources) == ("Robbery", 1, 0)
    assert left.at is not None


def test_what_was_written_while_the_case_was_copied_reaches_the_copy() -> None:
    at, copy = AtDesk(), CASE.with_name("b.fhcase")
    at.session.casework.keep_desk()
    at.session.handle(m.Done(at.kept()[-1].job))
    at.session.casework.save_as(copy)
    saving = at.asked[-1]
    at.session.notes.toggle_mark()  # while it is being copied
    at.session.handle(m.CaseOpened(saving.job, copy, "b", False, (), None, {}))
    at.session.handle(m.Done(saving.job))
    assert at.kept()[-1].path == copy
    assert [e.what for e in at.kept()[-1].entries] == ["frame marked"]
    at.session.handle(m.Done(at.kept()[-1].job))
    assert not at.session.casework.unsaved


def test_what_the_case_before_kept_is_nothing_to_the_one_that_was_opened() -> None:
    at, other = AtDesk(), CASE.with_name("c.fhcase")
    at.session.notes.toggle_mark()
    at.session.casework.keep_desk()
    late = at.kept()[-1]
    at.session.casework.open(other)
    opening = at.asked[-1]
    at.session.handle(m.CaseOpened(opening.job, other, "c", False, (), (), None))
    at.session.handle(m.Done(opening.job))
    at.session.handle(m.Done(late.job))
    at.session.open(Path("/e/b.png"))
    at.session.casework.keep_desk()
    assert at.kept()[-1].path == other
    assert at.kept()[-1].entries == ()  # nothing was unmarked in this case
