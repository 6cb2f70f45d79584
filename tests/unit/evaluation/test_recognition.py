"""Rank 1 and verification: known answers, folds without a common person, nobody undetected."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.arrays import Floats, Pixels
from fhgui.evaluation import embeddings as remembered
from fhgui.evaluation.benchmark import run
from fhgui.evaluation.candidates import Candidate
from fhgui.evaluation.embeddings import Embeddings
from fhgui.evaluation.events import Note, RowDone
from fhgui.evaluation.pairs import make_pairs, person_of
from fhgui.evaluation.pictures import Pair, Picture
from fhgui.evaluation.protocols import ALL_METRICS, protocol
from fhgui.evaluation.recognition import (
    FOLDS,
    MOST_A_FOLD,
    Recogniser,
    Trial,
    accuracy,
    make_trials,
    rank_1,
)
from tests.helpers.sets import write_set
from tests.unit.evaluation.conftest import smooth

BLACK = np.zeros((2, 2, 3), np.uint8)
PEOPLE = [f"person-{i // 3}" for i in range(90)]
PICTURES = [f"picture-{i}" for i in range(90)]


def test_trials_are_balanced_and_folds_share_nobody() -> None:
    trials = make_trials(PEOPLE, PICTURES)
    of_fold: dict[int, set[str]] = {}
    for trial in trials:
        assert trial.same == (PEOPLE[trial.probe] == PEOPLE[trial.reference])
        assert trial.probe != trial.reference
        of_fold.setdefault(trial.fold, set()).update((PEOPLE[trial.probe], PEOPLE[trial.reference]))
    assert sorted(of_fold) == list(range(FOLDS))
    assert sum(map(len, of_fold.values())) == len(set().union(*of_fold.values())) == 30
    counts = Counter((trial.fold, trial.same) for trial in trials)
    assert set(counts.values()) == {18}  # three people of six ordered pairs a fold
    assert len(set(trials)) == len(trials)
    assert trials == make_trials(PEOPLE, PICTURES)


def test_a_fold_has_no_more_pairs_than_lfws() -> None:
    people = [f"{i // 20}" for i in range(400)]
    trials = make_trials(people, [str(i) for i in range(400)])
    assert len(trials) == 2 * FOLDS * MOST_A_FOLD


def test_a_result_is_never_held_against_its_own_truth() -> None:
    copies = [f"picture-{i // 3}" for i in range(90)]  # three inputs of one picture each
    assert make_trials(PEOPLE, copies) == ()
    assert make_trials(PICTURES, PICTURES) == ()  # one picture a person
    assert make_trials(PEOPLE[:30], PICTURES[:30]) == ()  # too few people


def trials_of(same: list[bool]) -> list[Trial]:
    return [Trial(i, i + 1, one, i % FOLDS) for i, one in enumerate(same)]


def test_what_a_distance_tells_apart_is_verified() -> None:
    same = [i // FOLDS % 2 == 0 for i in range(40)]
    apart = np.array([0.3 if one else 0.8 for one in same])
    assert accuracy(apart, trials_of(same)) == 1
    assert accuracy(np.full(40, 0.5), trials_of(same)) == pytest.approx(0.5)
    assert accuracy(np.full(40, np.inf), trials_of(same)) == pytest.approx(0.5)
    undetected = np.where(np.arange(40) < 10, np.inf, apart)  # all of them of one person
    assert accuracy(undetected, trials_of(same)) == pytest.approx(0.75)
    assert accuracy(np.zeros(0), []) is None


def test_a_threshold_is_not_chosen_on_its_own_fold() -> None:
    """Distances of one fold lie the other way round: its own threshold would get it right."""
    same = [i // FOLDS % 2 == 0 for i in range(40)]
    distances = np.array([0.3 if one else 0.8 for one in same])
    odd = np.arange(40) % FOLDS == 0
    distances[odd] = [1.0, 1.5, 1.0, 1.5]
    assert accuracy(distances, trials_of(same)) == pytest.approx(0.95)


def test_rank_1_is_among_people_and_counts_the_undetected_as_missed() -> None:
    truths = np.eye(4)
    people = ["a", "a", "b", "c"]
    seen: list[Floats | None] = [truths[1], None, truths[2] * 0.9, truths[2]]
    every = [True] * 4
    assert rank_1(seen, every, truths, people) == 0.5  # a by her other picture, b; not a, not c
    assert rank_1(seen, [True, False, True, False], truths, people) == 1
    assert rank_1(seen, every, truths, ["a"] * 4) is None
    assert rank_1(seen, [False] * 4, truths, people) is None


class ByValue(Embeddings):
    """Takes the upper left pixel for the face: 0 for none."""

    def of(self, pixels: Pixels) -> Floats | None:
        value = pixels[0, 0].astype(np.float64)
        return value if value.any() else None


def picture(*colour: int) -> Pixels:
    return np.full((4, 4, 3), colour, np.uint8)


def test_a_row_of_faces() -> None:
    pairs = [
        Pair("a", picture(200, 0, 0), BLACK, person="anna"),
        Pair("b", picture(0, 200, 0), BLACK, person="bert"),
        Pair("c", picture(0, 0, 0), BLACK, person="carl"),
        Pair("d", picture(0, 0, 200), BLACK),
    ]
    looking = Recogniser(pairs, ByValue())
    assert looking.see(pairs[0], picture(100, 0, 0)) == (True, pytest.approx(1))
    assert looking.see(pairs[1], picture(0, 0, 0)) == (False, 0.0)
    assert looking.see(pairs[2], picture(0, 0, 9)) == (None, None)
    assert looking.see(pairs[3], picture(0, 0, 90)) == (True, pytest.approx(1))
    row = looking.finish_row()
    assert row.rank_1 == pytest.approx(2 / 3)
    assert row.verification is None
    assert looking.truths_without_face == {"c"}
    assert looking.finish_row().rank_1 is None  # the next row begins with nothing


def test_people_are_told_by_sets_names_and_folders() -> None:
    lfw, celeba = protocol("lfw192-x8"), protocol("celeba128-x8")
    named = Picture("Jean-Pierre_Raffarin_0002", BLACK, "", "anything")
    assert person_of(named, lfw) == "Jean-Pierre_Raffarin"
    assert person_of(Picture("182641", BLACK, "", "4930"), lfw) == "4930"
    assert person_of(Picture("a_0001", BLACK, "", "x", "4930"), lfw) == "4930"
    assert person_of(Picture("alone", BLACK, ""), lfw) == "alone"
    assert person_of(Picture("a_0001", BLACK, "", "x", "4930"), celeba) == "a_0001"


def test_a_packed_set_knows_its_people(tmp_path: Path) -> None:
    where = protocol("celeba-id192-x8")
    faces = write_set(tmp_path / "set", 3, 192, ["anna", "bert", "anna"])
    assert [pair.person for pair in make_pairs(where, faces).pairs] == ["anna", "bert", "anna"]


def test_a_benchmark_tells_rank_1_and_verification(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Embeddings, "of_user", classmethod(lambda cls: ByValue()))
    where = protocol("celeba-id192-x8")
    for person in range(24):
        folder = tmp_path / "people" / f"{person:02d}"
        folder.mkdir(parents=True)
        colour = np.array([40 + 8 * person, 250 - 9 * person, 10 + person * 5 % 200])
        for number in range(2):
            flat = np.broadcast_to(colour + number, (192, 192, 3)).astype(np.uint8)
            Image.fromarray(flat).save(folder / f"{number}.png")
    pairs = make_pairs(where, tmp_path / "people")
    assert len({pair.person for pair in pairs.pairs}) == 24
    bicubic = [Candidate("bicubic", "bicubic")]
    without = frozenset(ALL_METRICS) - {"identity"}
    events = list(run(where, pairs, bicubic, without=without))
    (row,) = [event.row for event in events if isinstance(event, RowDone)]
    notes = [event.text for event in events if isinstance(event, Note)]
    assert "rank 1 is among 24 people; verification is by 96 pairs" in notes
    assert row.rank_1 == 1
    assert row.verification == 1
    assert row.undetected == 0


def test_the_same_pixels_are_looked_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Pixels] = []

    def embedding(pixels: Pixels) -> Floats | None:
        looked.append(pixels)
        return np.arange(128) / 7 if pixels.any() else None

    monkeypatch.setattr(remembered.identity, "embedding", embedding)
    file = tmp_path / "cache" / "e.sqlite"
    first = Embeddings(file)
    vector = first.of(smooth(0))
    assert vector is not None
    assert first.of(BLACK) is None
    second = Embeddings(file)
    np.testing.assert_array_equal(second.of(smooth(0).copy()), vector)
    assert second.of(BLACK) is None
    assert len(looked) == 2
    assert second.of(BLACK.reshape(4, 1, 3)) is None  # other pictures of the same bytes
    assert len(looked) == 3


@pytest.mark.parametrize("damage", ["no database", None])
def test_a_cache_that_cannot_be_used_is_done_without(
    damage: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered.identity, "embedding", lambda _: np.ones(128))
    (tmp_path / "e.sqlite").write_text("no database " * 100)
    file = tmp_path / "e.sqlite" if damage else tmp_path / "e.sqlite" / "below.sqlite"
    found = Embeddings(file)
    for _ in range(2):
        np.testing.assert_array_equal(found.of(smooth(0)), np.ones(128))


def test_the_users_cache_is_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FHGUI_CACHE", str(tmp_path))
    monkeypatch.setattr(remembered.identity, "embedding", lambda _: None)
    Embeddings.of_user().of(BLACK)
    assert (tmp_path / remembered.FILE).is_file()
