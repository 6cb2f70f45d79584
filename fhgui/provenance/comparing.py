"""Results on the same face held against each other: disagreement, drift, jitter, seeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from fhgui.alignment.fusing import Fused, fuse_again
from fhgui.core.arrays import Pixels
from fhgui.core.dossier import Exhibit, FaceComparison
from fhgui.core.doubt import Repeats
from fhgui.core.errors import FhguiError
from fhgui.core.frame import Frame
from fhgui.core.record import Record
from fhgui.evaluation.drift import drift_table
from fhgui.evaluation.spread import on_one_grid, spread
from fhgui.evidence.source import open_source
from fhgui.methods import registry
from fhgui.provenance.originals import Originals
from fhgui.provenance.repeats import repeats
from fhgui.provenance.run import Run
from fhgui.provenance.stored import alignment_of
from fhgui.provenance.verification.replaying import replay_request

Checkpoint = Callable[[], None]
"""Called between pieces of work; may raise to stop."""


def same_face(exhibits: Sequence[Exhibit]) -> list[tuple[Exhibit, ...]]:
    """Return exhibits in groups with the same input from the same place of the same frame."""
    groups: dict[object, list[Exhibit]] = {}
    for exhibit in exhibits:
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
            last = groups[place][-1]
            found[place] = _repeated(last.record, last.result.pixels, originals, checkpoint)
    comparisons = []
    for place, group in enumerate(groups):
        checkpoint()
        results = [(e.number, e.record, e.result.pixels) for e in group]
        comparisons.append(_compared(group[0].face, results, found[place]))
    return tuple(comparisons)


def titles(records: Sequence[Record], numbers: Sequence[int]) -> tuple[str, ...]:
    """Return a name for each of several results: the method, with its number where it repeats."""
    methods = [record.method for record in records]
    return tuple(
        method if methods.count(method) == 1 else f"{method} ({number})"
        for method, number in zip(methods, numbers, strict=True)
    )


def compared_runs(runs: Sequence[Run]) -> FaceComparison:
    """Return the comparison of completed runs on one face, numbered from 1."""
    faces = tuple((n, run.record, run.result.pixels) for n, run in enumerate(runs, start=1))
    return _compared(runs[0].stages[0].pixels, faces, Repeats(None, None, ()))


def repeated_run(run: Run, checkpoint: Checkpoint) -> Repeats:
    """Repeat a completed run with moved landmarks and other seeds."""
    return _repeated(run.record, run.result.pixels, Originals(), checkpoint, run.frame)


def _compared(
    face: Pixels, results: Sequence[tuple[int, Record, Pixels]], repeated: Repeats
) -> FaceComparison:
    numbers = tuple(number for number, _, _ in results)
    pictures = [pixels for _, _, pixels in results]
    named = titles([record for _, record, _ in results], numbers)
    several = len(results) > 1
    mixed = len({pixels.shape for pixels in pictures}) > 1
    notes = (
        *(() if several else ("disagreement across methods: there is one result on this face",)),
        *(("results of other sizes were interpolated to the largest",) if mixed else ()),
        *repeated.notes,
    )
    return FaceComparison(
        exhibits=numbers,
        disagreement=spread(on_one_grid(pictures)) if several else None,
        jitter=repeated.jitter,
        seeds=repeated.seeds,
        drift=drift_table(face, dict(zip(named, pictures, strict=True))),
        notes=notes,
        repeated=None if repeated.seeds is None else numbers[-1],
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
    matrix = None if record.alignment is None else record.alignment.matrix
    frame = None if record.frame is None else record.frame.index
    return record.evidence.sha256, frame, matrix, record.stages[0].sha256
