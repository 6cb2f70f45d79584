"""Results on the same face held against each other: disagreement, drift, jitter, seeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fhgui.alignment.fusing import Fused, fuse_again
from fhgui.alignment.laying import Grid
from fhgui.core.arrays import Pixels
from fhgui.core.dossier import Exhibit, FaceComparison
from fhgui.core.doubt import Repeats
from fhgui.core.errors import FhguiError
from fhgui.core.face import PlacedBy
from fhgui.core.frame import Frame
from fhgui.core.method import Origin, Stage
from fhgui.core.record import Record
from fhgui.evaluation.drift import drift_table
from fhgui.evaluation.pose import grid_of
from fhgui.evaluation.spread import spreads
from fhgui.evidence.source import open_source
from fhgui.methods import registry
from fhgui.provenance.originals import Originals
from fhgui.provenance.repeats import repeats
from fhgui.provenance.run import Run
from fhgui.provenance.stored import alignment_of
from fhgui.provenance.verification.replaying import replay_request

ALONE = "disagreement across methods: there is one result with this crop and these points"

Checkpoint = Callable[[], None]
"""Called between pieces of work; may raise to stop."""


def same_face(exhibits: Sequence[Exhibit]) -> list[tuple[Exhibit, ...]]:
    """Return exhibits in groups that show the same face of the same frame, in whatever crop."""
    groups: dict[object, list[Exhibit]] = {}
    shown = {exhibit.record.id for exhibit in exhibits}
    for exhibit in exhibits:
        if exhibit.record.reused in shown:  # it shows the pictures of one that is there
            continue
        groups.setdefault(_face_key(exhibit.record), []).append(exhibit)
    return [tuple(group) for group in groups.values()]


def compare_faces(
    exhibits: Sequence[Exhibit], originals: Originals, repeat_for_s: float, checkpoint: Checkpoint
) -> tuple[FaceComparison, ...]:
    """Return one comparison for every face, in the order of the exhibits.

    Parameters
    ----------
    repeat_for_s : seconds that runs may be repeated for, newest faces first; what a map shows
        does not depend on it, only whether there is time for it.
    checkpoint : see `Checkpoint`.
    """
    groups = same_face(exhibits)
    until = time.monotonic() + repeat_for_s
    found: dict[int, Repeats] = {}
    for place in reversed(range(len(groups))):
        if time.monotonic() >= until:
            found[place] = Repeats(None, None, (_no_time(repeat_for_s),))
        else:
            again = _most_doubted(groups[place])
            found[place] = _repeated(again.record, again.result.pixels, originals, checkpoint)
    comparisons = []
    for place, group in enumerate(groups):
        checkpoint()
        results = [_Compared(e.number, e.record, e.stages) for e in group]
        comparisons.append(_compared(results, found[place], _most_doubted(group).number))
    return tuple(comparisons)


def _most_doubted(group: Sequence[Exhibit]) -> Exhibit:
    """Return the newest result with invented detail, else the newest: the one that is repeated."""
    invented = [e for e in group if e.result.origin is Origin.SYNTHESISED]
    return (invented or group)[-1]


def titles(records: Sequence[Record], numbers: Sequence[int]) -> tuple[str, ...]:
    """Return a name for each of several results: the method, with its number where it repeats."""
    methods = [record.method for record in records]
    return tuple(
        method if methods.count(method) == 1 else f"{method} ({number})"
        for method, number in zip(methods, numbers, strict=True)
    )


def compared_runs(runs: Sequence[Run]) -> FaceComparison:
    """Return the comparison of completed runs on one face, numbered from 1."""
    faces = [_Compared(n, run.record, run.stages) for n, run in enumerate(runs, start=1)]
    return _compared(faces, Repeats(None, None, ()))


def repeated_run(run: Run, checkpoint: Checkpoint) -> Repeats:
    """Repeat a completed run with moved landmarks and other seeds."""
    return _repeated(run.record, run.result.pixels, Originals(), checkpoint, run.frame)


@dataclass(frozen=True, eq=False)
class _Compared:
    """A result with what it was made of."""

    number: int
    record: Record
    stages: tuple[Stage, ...]

    @property
    def grid(self) -> Grid:
        """Where its pixels lie in the frame; of a file that was the input, in that file."""
        return grid_of(alignment_of(self.record), self.stages)


def _compared(
    results: Sequence[_Compared], repeated: Repeats, again: int | None = None
) -> FaceComparison:
    """Compare results; ``again`` is the number of the one that was repeated."""
    numbers = tuple(result.number for result in results)
    pictures = [result.stages[-1].pixels for result in results]
    named = titles([result.record for result in results], numbers)
    several = len(results) > 1
    grids = [result.grid for result in results] if several else []
    spread = spreads(pictures, grids)
    notes = (
        *(() if several else (ALONE,)),
        *_laid_words(named, grids),
        *repeated.notes,
    )
    return FaceComparison(
        exhibits=numbers,
        disagreement=max(spread, key=lambda values: values.size, default=None),
        jitter=repeated.jitter,
        seeds=repeated.seeds,
        drift=drift_table(results[0].stages[0].pixels, dict(zip(named, pictures, strict=True))),
        notes=notes,
        repeated=None if repeated.seeds is None else again,
        disagreements=spread,
    )


def _laid_words(names: Sequence[str], grids: Sequence[Grid]) -> tuple[str, ...]:
    """Return what was done to compare results of other crops or sizes; nothing if all are alike."""
    if all(grid.is_like(grids[0]) for grid in grids):
        return ()
    if all(grid.covers(grids[0]) for grid in grids):
        return ("Results of other sizes were brought to one size by cubic interpolation.",)
    others = (n for n, grid in zip(names, grids, strict=True) if not grid.covers(grids[0]))
    return (
        f"{names[0]} and {', '.join(others)} show other crops of the frame: they were laid over "
        "each other by where they lie in it, and compared where at least two of them reach.",
    )


def _repeated(
    record: Record,
    result: Pixels,
    originals: Originals,
    checkpoint: Checkpoint,
    frame: Frame | None = None,
) -> Repeats:
    frame = frame or originals.frame(record)
    if frame is None or record.alignment is None:
        words = "landmark jitter and seeds: the original is not there as recorded"
        return Repeats(None, None, (words,))
    path = originals.path(record.evidence)
    request, placed = replay_request(record, path), alignment_of(record)
    try:
        fused = _fused(record, path, frame)
    except FhguiError as error:
        return Repeats(None, None, (f"landmark jitter and seeds: {error.what}",))
    return repeats(request, frame, placed, result, checkpoint, fused)


def _fused(record: Record, path: Path, frame: Frame) -> Fused | None:
    if record.fusion is None:
        return None
    with open_source(path, frame.fields) as source:
        info = registry.info(record.method)
        return fuse_again(source.frame, frame, alignment_of(record), info, record.fusion)


def _no_time(repeat_for_s: float) -> str:
    if repeat_for_s <= 0:
        return "landmark jitter and seeds: were not asked for"
    return (
        f"landmark jitter and seeds: not computed, the {repeat_for_s:.0f} s for repeated runs were "
        "used up by newer faces"
    )


def _face_key(record: Record) -> object:
    """Return what is equal for runs on one face of one frame; templates may differ."""
    frame = None if record.frame is None else (record.frame.index, record.frame.shown)
    placed, made = record.alignment, None
    if placed is None or placed.placed_by == PlacedBy.ALIGNED:
        made = record.stages[0].sha256
    points = None if placed is None or not placed.landmarks else _rounded(placed.landmarks)
    where = None if placed is None else (points or placed.box, placed.placed_by)
    return record.evidence.sha256, frame, where, made


def _rounded(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return points to a thousandth: found twice, with other threads, they may differ by less."""
    return tuple((round(x, 3), round(y, 3)) for x, y in points)
