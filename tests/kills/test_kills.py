"""A slice of the kills: the jobs on cases, each killed once as a whole and once without its worker.

``python -m tests.kills`` runs by the hundred, trainings and batches too; those have kills of their
own in tests/unit/training/test_loop.py and tests/unit/batch/test_killing.py.
"""

import sys
from pathlib import Path

import pytest

from tests.kills.campaign import Campaign, Measure
from tests.kills.jobs import Job, jobs
from tests.kills.striking import Strike, Whom

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Job]:
    return jobs(tmp_path_factory.mktemp("kills") / "fixed")


@pytest.mark.parametrize(
    ("name", "kill"),
    [
        ("run", Strike(Whom.WORKER, at=40)),
        ("save", Strike(Whom.TREE, at=150)),
        ("export", Strike(Whom.TREE, at=24)),
    ],
)
def test_a_kill_loses_nothing_that_was_finished(
    known: dict[str, Job], tmp_path: Path, name: str, kill: Strike
) -> None:
    course = known[name].once(tmp_path / "trial", kill)
    assert course.hit, course.told
    assert list(known[name].wrong(tmp_path / "trial", course)) == []


def test_what_is_lost_is_found(known: dict[str, Job], tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    course = known["save"].once(folder, Strike(Whom.TREE, after_s=0.0))
    course.events += [{"event": "finished", "record": "0" * 64}, {"event": "kept", "x": 7}]
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
        drawn.append([campaign.drawn(number, known["batch"]) for number in range(20)])
    assert drawn[0] == drawn[1]
    whom = {kill.whom for kill in drawn[0]}
    assert whom == set(Whom)
    assert {kill.after_s is None for kill in drawn[0]} == {True, False}
