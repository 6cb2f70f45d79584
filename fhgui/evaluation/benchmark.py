"""The one evaluator: pairs of a protocol through every candidate, scores as they come.

`run` is a generator of events; closing it between two faces stops the work. Figures do not
depend on the order of rows, on other rows, or on a limit; but rank 1 and verification are among
the faces that are measured.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from fhgui.core.arrays import Pixels
from fhgui.core.errors import FhguiError
from fhgui.core.method import Asset
from fhgui.evaluation import candidates as entries
from fhgui.evaluation import metrics
from fhgui.evaluation.candidates import Candidate
from fhgui.evaluation.degrading import operator_of
from fhgui.evaluation.embeddings import Embeddings
from fhgui.evaluation.events import Event, ImageScored, Note, RowDone, Started
from fhgui.evaluation.lpips import Lpips
from fhgui.evaluation.measures import measured
from fhgui.evaluation.pairs import PairSet, left_out_sentence
from fhgui.evaluation.pictures import Pair, UnfitError
from fhgui.evaluation.protocols import PICTURE_METRICS, REDEGRADATION, Protocol
from fhgui.evaluation.recognition import Recogniser
from fhgui.evaluation.rows import EQUAL_DB, PictureScores, summarise
from fhgui.evaluation.runners import Runner, restored, takes_many_in
from fhgui.imaging.consistency import gap_of

MISSING_NAMED = 3


@dataclass(frozen=True)
class Loaded:
    """What a candidate was loaded from, for ``run.json``.

    Parameters
    ----------
    config : its settings, resolved, in words.
    """

    candidate: Candidate
    config: object
    assets: tuple[Asset, ...]


def check(
    wanted: Sequence[Candidate], protocol: Protocol, device: str, skip_unfit: bool = False
) -> tuple[tuple[Loaded, ...], tuple[str, ...]]:
    """Load every candidate once, so that what cannot run is told before hours of work.

    Parameters
    ----------
    skip_unfit : leave out those that do not load instead of refusing.

    Returns
    -------
    loaded : the candidates that run. notes : a sentence for each that was left out.

    Raises
    ------
    FhguiError
        The first that cannot be loaded.
    """
    entries.check_labels(wanted)
    loaded: list[Loaded] = []
    notes: list[str] = []
    for candidate in wanted:
        try:
            runner = entries.load(candidate, protocol, device)
        except FhguiError as error:
            if not skip_unfit:
                raise
            whose = "" if candidate.label in error.what else f"{candidate.label}, "
            notes.append(f"left out: {whose}{error.what}")
        else:
            loaded.append(Loaded(candidate, runner.config, runner.assets))
    return tuple(loaded), tuple(notes)


def run(
    protocol: Protocol,
    pairs: PairSet,
    wanted: Sequence[Candidate],
    device: str = "cpu",
    without: frozenset[str] = frozenset(),
    measures: frozenset[str] = frozenset(),
    at_once: int = 1,
) -> Iterator[Event]:
    """Measure the candidates on the pairs, one after the other.

    Parameters
    ----------
    wanted : candidates that `check` has passed.
    without : metrics to leave out.
    measures : what to measure besides, of `studies.MEASURES`.
    at_once : so many faces go through a method in one go if it can: `core.method.Batched`.
    """
    scorer = Scorer(protocol, pairs, without)
    yield Started(protocol.id, tuple(c.label for c in wanted), len(pairs.pairs))
    upright = entries.upright_sentence(wanted, protocol)
    together = together_sentence(at_once)
    notes = (left_out_sentence(pairs.left_out), *pairs.notes, upright, scorer.lpips_note, together)
    yield from (Note(text) for text in notes if text)
    for candidate in wanted:
        runner = entries.load(candidate, protocol, device)
        results = _results(runner, pairs.pairs, at_once)
        events = _measure(candidate, results, len(pairs.pairs), scorer)
        yield from measured(events, runner, pairs.pairs, measures)
        del runner  # before the next is loaded: two galleries need twice the memory
    if scorer.recogniser.sentence:
        yield Note(scorer.recogniser.sentence)
    if scorer.recogniser.truths_without_face:
        count = len(scorer.recogniser.truths_without_face)
        yield Note(
            f"in {count} of {len(pairs.pairs)} truths no face is found: they have no identity score"
        )


def together_sentence(at_once: int) -> str | None:
    """Return what figures made of many faces in one go are to be read with; None for one by one."""
    if at_once == 1:
        return None
    return (
        f"methods that can take several took up to {at_once} faces in one go: values may be a grey "
        "level off those of one by one"
    )


def _measure(
    candidate: Candidate, results: Iterator[_Result], count: int, scorer: Scorer
) -> Iterator[Event]:
    scores: list[PictureScores] = []
    missing: list[str] = []
    for number, (pair, result, seconds) in enumerate(results, 1):
        if isinstance(result, UnfitError):
            missing.append(f"{pair.name} {result.what}")
            continue
        score = scorer.score(pair, result, None if candidate.pictures else seconds)
        scores.append(score)
        yield ImageScored(candidate.label, pair.name, number, count, score, result)
    if missing:
        more = f" and {len(missing) - MISSING_NAMED} more" if len(missing) > MISSING_NAMED else ""
        named = "; ".join(missing[:MISSING_NAMED])
        yield Note(f"{candidate.label} lacks {len(missing)} of {count}: {named}{more}")
    method = candidate.method or candidate.label
    yield RowDone(
        summarise(
            method,
            candidate.label,
            candidate.kind,
            candidate.settings,
            scores,
            len(missing),
            scorer.recogniser.finish_row(),
        )
    )


_Result = tuple[Pair, Pixels | UnfitError, float]
"""A pair, what became of it, and the seconds it took."""


def _results(runner: Runner, pairs: Sequence[Pair], at_once: int) -> Iterator[_Result]:
    """Yield what a runner makes of pairs, in their order."""
    step = at_once if takes_many_in(runner) else 1
    for start in range(0, len(pairs), step):
        group = pairs[start : start + step]
        begun = time.perf_counter()
        results: Sequence[Pixels | UnfitError]
        try:
            # one thread: bits must not depend on the machine, and torch has threads of its own
            with threadpool_limits(1, user_api="blas"):
                results = restored(runner, group)
        except UnfitError as error:  # of pictures that are read one by one
            results = [error]
        seconds = (time.perf_counter() - begun) / len(group)
        for pair, result in zip(group, results, strict=True):
            yield pair, result, seconds


@dataclass(eq=False)
class Scorer:
    """Scores results by the metrics of a protocol; remembers what truths look like.

    Parameters
    ----------
    without : metrics to leave out.
    """

    protocol: Protocol
    pairs: PairSet
    without: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._wanted = frozenset(self.protocol.metrics) - self.without
        self.recogniser = Recogniser(self.pairs.pairs, Embeddings.of_user())
        self._lpips: Lpips | None = None
        self.lpips_note: str | None = None
        if self._wanted & {"lpips", "mps"}:
            self._lpips, self.lpips_note = Lpips.find()

    def score(self, pair: Pair, result: Pixels, seconds: float | None) -> PictureScores:
        """Return the scores of a result."""
        with threadpool_limits(1, user_api="blas"):
            values: dict[str, float | None] = {}
            if self._wanted & frozenset(PICTURE_METRICS):
                values |= self._compare(pair, result)
            if "pca_similarity" in self._wanted and self.pairs.space is not None:
                values["pca_similarity"] = self.pairs.space.similarity(result, pair.truth)
            if REDEGRADATION in self._wanted:
                values |= self._redegraded(pair, result)
            looked = "identity" in self._wanted
            found, likeness = self.recogniser.see(pair, result) if looked else (None, None)
        return PictureScores(**values, identity=likeness, detected=found, seconds=seconds)

    def _compare(self, pair: Pair, result: Pixels) -> dict[str, float | None]:
        scores = metrics.score(result, pair.truth)
        values: dict[str, float | None] = {
            "psnr_rgb": min(scores.psnr_rgb, EQUAL_DB),
            "psnr_gray": min(scores.psnr_gray, EQUAL_DB),
            "psnr_y": min(scores.psnr_y, EQUAL_DB),
            "ssim": scores.ssim,
            "fsim": scores.fsim,
            "sharpness": scores.sharpness,
        }
        if self._lpips is not None:
            distance = self._lpips.distance(result, pair.truth)
            values["lpips"] = distance
            values["mps"] = (scores.ssim + 1 - distance) / 2
        return {name: value for name, value in values.items() if name in self._wanted}

    def _redegraded(self, pair: Pair, result: Pixels) -> dict[str, float | None]:
        operator = operator_of(self.protocol, pair.name)
        if operator is None:
            return {}
        gap = gap_of(result, pair.input, operator)
        return {"redegradation_mean": gap.mean, "redegradation_max": gap.largest}
