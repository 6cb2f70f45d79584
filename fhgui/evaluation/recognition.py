"""Whether a machine that recognises people takes a result for the person it was made of.

Two questions beside the similarity of `fhgui.evaluation.identity`, both by the Euclidean distance
for which dlib's network was trained. *Rank 1*: is the truth nearest to a result, among the truths
of all people measured, one of the same person? *Verification*: result of one picture against the
truth of *another*, same person or not, as on LFW (Huang, Ramesh, Berg, Learned-Miller: Labeled
Faces in the Wild, UMass 07-49, 2007): ten folds without a person in common, the threshold of each
chosen on the other nine. A result in which no face is found is nobody, in both.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from fhgui.core.arrays import Floats, Pixels
from fhgui.evaluation.embeddings import Embeddings
from fhgui.evaluation.identity import cosine
from fhgui.evaluation.pictures import Pair
from fhgui.evaluation.rows import NOBODY, Recognised

FOLDS = 10
MOST_A_FOLD = 300
"""Pairs of one person in a fold, and as many of two: LFW's numbers."""
SEED = 2007


@dataclass(frozen=True)
class Trial:
    """A question of verification.

    Parameters
    ----------
    probe, reference : numbers of pictures: result of the one, truth of the other.
    same : whether they show one person. fold : 0 to `FOLDS` − 1.
    """

    probe: int
    reference: int
    same: bool
    fold: int


class Recogniser:
    """Looks at the faces of a row, and knows those of all truths.

    Parameters
    ----------
    pairs : everything that is measured.
    """

    def __init__(self, pairs: Sequence[Pair], embeddings: Embeddings) -> None:
        self._pairs = pairs
        self._embeddings = embeddings
        self._probes: dict[str, Floats | None] = {}
        self.truths_without_face: set[str] = set()
        self.sentence: str | None = None
        """Among how many people and by how many pairs it was judged; None before a row ends."""

    def see(self, pair: Pair, result: Pixels) -> tuple[bool | None, float | None]:
        """Return whether a face is found in a result, and its cosine to the truth's.

        Both are None if there is no face in the truth; the cosine is 0 if there is none in the
        result.
        """
        truth = self._truth(pair)
        if truth is None:
            self.truths_without_face.add(pair.name)
            return None, None
        seen = self._embeddings.of(result)
        self._probes[pair.name] = seen
        return seen is not None, 0.0 if seen is None else cosine(seen, truth)

    def finish_row(self) -> Recognised:
        """Return what was seen since the last row came to."""
        probes, self._probes = self._probes, {}
        if not probes:
            return NOBODY
        known = [pair for pair in self._pairs if self._truth(pair) is not None]
        vectors = np.stack([v for pair in known if (v := self._truth(pair)) is not None])
        people = [pair.person or pair.name for pair in known]
        seen = [probes.get(pair.name) for pair in known]
        measured = [pair.name in probes for pair in known]
        truths = [hashlib.sha256(pair.truth.tobytes()).hexdigest() for pair in known]
        every = make_trials(people, truths)
        self.sentence = _sentence(len(set(people)), len(every))
        trials = [trial for trial in every if measured[trial.probe]]
        distances = np.array([_distance(seen[t.probe], vectors[t.reference]) for t in trials])
        return Recognised(rank_1(seen, measured, vectors, people), accuracy(distances, trials))

    def _truth(self, pair: Pair) -> Floats | None:
        return self._embeddings.of(pair.truth)


def rank_1(
    seen: Sequence[Floats | None],
    measured: Sequence[bool],
    truths: Floats,
    people: Sequence[str],
) -> float | None:
    """Return the share of results that are nearest to a truth of their own person.

    Parameters
    ----------
    seen : embeddings of results. measured : whether there is a result, for each picture.
    truths : N×128. people : who each picture shows.

    Returns
    -------
    None for fewer than two people, or without a result.
    """
    if len(set(people)) < 2 or not any(measured):
        return None
    right = [
        probe is not None and people[int(np.argmin(np.linalg.norm(truths - probe, axis=1)))] == own
        for probe, own, there in zip(seen, people, measured, strict=True)
        if there
    ]
    return sum(right) / len(right)


def make_trials(people: Sequence[str], truths: Sequence[str]) -> tuple[Trial, ...]:
    """Return the questions of verification; none with too few people of several pictures.

    Parameters
    ----------
    people, truths : of each picture, who it shows and what its truth is called: a result is never
        held against the truth that it was made of.
    """
    rng = np.random.default_rng(SEED)
    of_person: dict[str, list[int]] = defaultdict(list)
    for number, person in enumerate(people):
        of_person[person].append(number)
    several = sorted(p for p, of in of_person.items() if len({truths[i] for i in of}) > 1)
    if len(several) < 2 * FOLDS:
        return ()
    shuffled = [several[i] for i in rng.permutation(len(several))]
    found: list[Trial] = []
    for fold in range(FOLDS):
        found += _fold(fold, [of_person[p] for p in shuffled[fold::FOLDS]], truths, rng)
    return tuple(found)


def accuracy(distances: Floats, trials: Sequence[Trial]) -> float | None:
    """Return the share of trials that a distance answers right, the mean over the folds.

    Parameters
    ----------
    distances : one a trial; infinite where no face is found.

    Returns
    -------
    None for fewer than two folds with trials.
    """
    folds = np.array([trial.fold for trial in trials])
    same = np.array([trial.same for trial in trials])
    present = np.unique(folds)
    if len(present) < 2:
        return None
    right = []
    for fold in present:
        there = folds == fold
        threshold = _best_threshold(distances[~there], same[~there])
        right.append(np.mean((distances[there] <= threshold) == same[there]))
    return float(np.mean(right))


def _fold(
    fold: int, people: Sequence[Sequence[int]], truths: Sequence[str], rng: np.random.Generator
) -> list[Trial]:
    """Return pairs of one person, and as many of two."""
    own = [(i, j) for of in people for i, j in permutations(of, 2) if truths[i] != truths[j]]
    others = [
        (i, j) for a, b in permutations(range(len(people)), 2) for i in people[a] for j in people[b]
    ]
    count = min(MOST_A_FOLD, len(own), len(others))
    chosen = [
        (pairs[int(at)], same)
        for pairs, same in ((own, True), (others, False))
        for at in np.sort(rng.permutation(len(pairs))[:count])
    ]
    return [Trial(probe, reference, same, fold) for (probe, reference), same in chosen]


def _best_threshold(distances: Floats, same: NDArray[np.bool_]) -> float:
    """Return the largest distance that is still one person, so that most answers are right."""
    order = np.argsort(distances, kind="stable")
    ordered, agree = distances[order], np.where(same[order], 1, -1)
    gained = np.cumsum(agree)
    ends = np.append(ordered[1:] > ordered[:-1], True) & np.isfinite(ordered)  # not amid equals
    if not ends.any() or gained[ends].max() <= 0:
        return -np.inf
    at = int(np.flatnonzero(ends)[np.argmax(gained[ends])])
    following = ordered[at + 1] if at + 1 < len(ordered) else np.inf
    return float((ordered[at] + following) / 2 if np.isfinite(following) else ordered[at])


def _sentence(people: int, trials: int) -> str | None:
    if people < 2:
        return None
    verified = f"; verification is by {trials:,} pairs" if trials else ""
    return f"rank 1 is among {people:,} people{verified}"


def _distance(probe: Floats | None, truth: Floats) -> float:
    return float("inf") if probe is None else float(np.linalg.norm(probe - truth))
