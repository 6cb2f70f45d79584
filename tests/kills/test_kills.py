"""A slice of the kills: a worker that dies while it files a run, with the next one waiting.

``python -m tests.kills`` runs by the hundred; cases, trainings and batches have kills of their own:
tests/unit/provenance/test_case.py, training/test_loop.py and batch/test_killing.py.
"""

import sys
from pathlib import Path

import pytest

from tests.kills.campaign import Campaign, Measure
from tests.kills.jobs import CaseJob, Job
from tests.kills.striking import Course, Strike, Whom

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Job]:
    fixed = tmp_path_factory.mktemp("kills")
    return {name: CaseJob(fixed, name, exported=False) for name in ("run", "save")}


def test_a_worker_killed_while_it_files_a_run_loses_nothing(
    known: dict[str, Job], tmp_path: Path
) -> None:
    job = known["run"]
    course = job.once(tmp_path / "trial", Strike(Whom.WORKER, at=40))
    assert course.hit, course.told
    assert course.said("ended") == [{"event": "ended", "losses": 1}], course.told
    assert list(job.wrong(tmp_path / "trial", course)) == []


def test_what_is_lost_is_found(known: dict[str, Job], tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    known["save"].prepare(folder)
    course = Course([{"event": "finished", "record": "0" * 64}, {"event": "kept", "x": 7}])
    course.events += [{"event": "opened", "case": "copy9.fhcase"}]
    (folder / "work.fhcase" / "records" / "0001-bicubic.json").unlink()
    wrong = " ".join(known["save"].wrong(folder, course))
    for lost in ("finished run 000000000000", "crop at 7", "copy9.fhcase", "0001-bicubic.json"):
        assert lost in wrong


def test_the_seed_and_the_number_alone_decide_a_kill(known: dict[str, Job]) -> None:
    drawn = []
    for _ in range(2):
        campaign = Campaign(list(known.values()), Path(), seed=1)
        campaign.measures = {name: Measure(4.0, 100) for name in known}
        drawn.append([campaign.drawn(number, known["save"]) for number in range(20)])
    assert drawn[0] == drawn[1]
    whom = {kill.whom for kill in drawn[0]}
    assert whom == set(Whom)
    assert {kill.after_s is None for kill in drawn[0]} == {True, False}
