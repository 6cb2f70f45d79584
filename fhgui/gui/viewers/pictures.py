"""Which pictures stand side by side: the input, every result as far as it got, a map of doubt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fhgui.alignment.laying import Grid
from fhgui.core.arrays import AnyArray
from fhgui.core.dossier import DriftRow
from fhgui.core.doubt import LEGENDS, DoubtKind, DoubtMaps
from fhgui.core.method import Origin
from fhgui.core.text import visible
from fhgui.evaluation.pose import grid_of
from fhgui.gui.viewers.painting import heat
from fhgui.gui.viewers.picture_cell import Picture
from fhgui.gui.viewers.picture_view import Sample
from fhgui.imaging.heat import inferno
from fhgui.session.results import FaceWork, Result, Status
from fhgui.session.viewing import DoubtMap, ViewState

WAITING = {
    Status.QUEUED: "waiting",
    Status.RUNNING: "working …",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
    Status.COMPLETED: "",
}
DEGRADING = (DoubtMap.INVENTED, DoubtMap.FIXED, DoubtMap.REDEGRADED)
"""Maps that rest on degrading the result again."""
DRIFT_MEANING = "distance for a face recogniser, never a similarity to a person"


def pictures_of(face: FaceWork, selected: Result | None, view: ViewState) -> list[Picture]:
    """Return the pictures of a face: the input, the results, a reference, a map of doubt.

    The map of doubt lies beside the results, about the selected one, or over all of them on one
    common scale.
    """
    pictures = [_input(face)]
    pictures += [_result(number, r) for number, r in enumerate(face.results, start=2)]
    doubt = view.doubt
    if view.over and doubt is not DoubtMap.NONE:
        pictures = _laid_over(pictures, face, selected, view)
    pictures += _reference(face)
    if doubt is not DoubtMap.NONE and selected is not None and not view.over:
        pictures.append(_map(face, selected, doubt))
    return pictures


def common_top(pictures: Sequence[Picture]) -> float | None:
    """Return the largest value of the scale that maps over pictures share; None without maps."""
    return next((p.over_top for p in pictures if p.over is not None), None)


def shows_its_end(result: Result) -> bool:
    """Tell whether a result is whole and its last stage is the one shown."""
    whole = bool(result.stages) and result.total == len(result.stages)
    return whole and result.stage is result.stages[-1]


def _laid_over(
    pictures: list[Picture], face: FaceWork, selected: Result | None, view: ViewState
) -> list[Picture]:
    """Lay the map of each result over it; jitter and seeds are known of the selected one only."""
    maps: dict[int, AnyArray] = {}
    for result in face.results:
        alone = view.doubt in (DoubtMap.JITTER, DoubtMap.SEEDS) and result is not selected
        finished = shows_its_end(result)
        values = None if alone or not finished else _values(face, result, view.doubt)
        if values is not None:
            maps[result.job] = values
    if not maps:
        return pictures
    top = max(map(_top, maps.values()))
    return [_with_map(p, maps.get(p.job or 0), top, view.opacity) for p in pictures]


def _with_map(picture: Picture, values: AnyArray | None, top: float, opacity: float) -> Picture:
    if values is None or picture.pixels is None:
        return picture
    over = heat(values, top, opacity)
    return replace(picture, over=over, over_top=top, values=values)


def _reference(face: FaceWork) -> list[Picture]:
    chosen = face.reference
    if chosen is None:
        return []
    found = chosen.found
    if found is None:
        return [Picture("Reference", None, empty="scoring …")]
    title = f"Reference · {visible(chosen.path.name, 60)}"
    runs = ((r, r.run.record.id) for r in face.results if r.run is not None)
    on = next((result for result, record in runs if record == found.laid_onto), None)
    grid = None if on is None or on.face is None else grid_of(on.face.alignment, on.stages)
    return [Picture(title, found.pixels, name="Reference", grid=grid)]


def doubt_words(face: FaceWork | None, selected: Result | None, doubt: DoubtMap) -> str:
    """Return what a map of doubt shows, what it does not promise, and how it was made."""
    if doubt is DoubtMap.NONE or face is None or selected is None:
        return ""
    legend = LEGENDS[DoubtKind(doubt.value)]
    lines = [f"{legend.title}: {legend.shows} {legend.promises_not}"]
    if doubt in (DoubtMap.INVENTED, DoubtMap.FIXED) and selected.doubt is not None:
        lines.append(_energies(selected.doubt))
    if doubt in DEGRADING and selected.doubt is not None and selected.doubt.note:
        lines.append(selected.doubt.note)
    if doubt is DoubtMap.EXPECTED and selected.doubt is not None:
        lines += _expected(selected.doubt)
    if doubt in (DoubtMap.JITTER, DoubtMap.SEEDS) and selected.repeats is not None:
        word = "landmark jitter" if doubt is DoubtMap.JITTER else "seeds"
        lines += [note for note in selected.repeats.notes if note.startswith(word)]
    if doubt is DoubtMap.METHODS and face.comparison is not None:
        lines += [*face.comparison.notes, *_drift(face.comparison.drift)]
    return "\n".join(lines)


def decibels(value: float) -> str:
    """Return e.g. ``41.2 dB``; ``exact`` for no difference at all."""
    return "exact" if np.isinf(value) else f"{value:.1f} dB"


def _input(face: FaceWork) -> Picture:
    if face.face is None:
        waiting = any(not r.status.over for r in face.results)
        return Picture("1  Input", None, empty="placing the face …" if waiting else "no input")
    h, w = face.face.size_hw
    grid = Grid(face.face.alignment.matrix, face.face.size_hw)
    first = next((r.stages[0] for r in face.results if r.stages and took_in(r, grid)), None)
    return Picture(
        f"1  Input {w}×{h}",
        face.face.pixels,
        Origin.MEASURED if first is None else first.origin,  # of several frames it is computed
        name="1  Input",
        stage="" if first is None else first.name,
        grid=grid,
    )


def took_in(result: Result, grid: Grid | None) -> bool:
    """Tell whether a run took in this very cut of the frame."""
    cut = result.face
    if cut is None or grid is None:
        return False
    return Grid(cut.alignment.matrix, cut.size_hw).is_like(grid)


def _result(number: int, result: Result) -> Picture:
    title = name = f"{number}  {result.label}"
    stage = result.stage
    if stage is None or (not result.status.over and len(result.stages) < 2):
        empty = result.message or WAITING[result.status]
        return Picture(title, None, job=result.job, empty=empty, name=name)
    last = len(result.stages) == result.total and stage is result.stages[-1]
    if not last:
        title += f" · {stage.title}"
    note = "" if result.status is Status.COMPLETED else WAITING[result.status]
    if last and result.doubt is not None:
        note = f"fits {decibels(result.doubt.redegradation_db)}"
    return Picture(
        title,
        stage.pixels,
        stage.origin,
        note,
        job=result.job,
        name=name,
        stage=stage.name,
        outlines=stage.outlines,
        grid=_grid(result),
    )


def _grid(result: Result) -> Grid | None:
    """Return where the pixels of the stage on show lie in the frame."""
    if result.face is None:
        return None
    end = len(result.stages) if result.shown is None else result.shown + 1
    return grid_of(result.face.alignment, result.stages[:end])


def _map(face: FaceWork, result: Result, doubt: DoubtMap) -> Picture:
    title = LEGENDS[DoubtKind(doubt.value)].title
    title = f"{title}, {result.label}"
    values = _values(face, result, doubt)
    if values is None:
        return Picture(title, None, empty=_why_not(face, result, doubt))
    top = _top(values)
    return Picture(title, inferno(values, top), top=top, values=values, grid=_grid(result))


def _top(values: AnyArray) -> float:
    known = values[~np.isnan(values)]
    return max(8.0, float(np.percentile(known, 99.5))) if known.size else 8.0


def _values(face: FaceWork, result: Result, doubt: DoubtMap) -> AnyArray | None:
    if doubt is DoubtMap.METHODS:
        return _disagreement(face, result)
    if doubt in (DoubtMap.JITTER, DoubtMap.SEEDS):
        found = result.repeats
        return None if found is None else getattr(found, doubt.value)  # the fields' names
    return None if result.doubt is None else getattr(result.doubt, doubt.value)


def _disagreement(face: FaceWork, result: Result) -> AnyArray | None:
    """Return where the methods disagree, on the grid of one result."""
    if face.comparison is None or result.run is None:
        return None
    known = zip(face.compared, face.comparison.disagreements, strict=False)  # none of one result
    return dict(known).get(result.run.record.id)


def _why_not(face: FaceWork, result: Result, doubt: DoubtMap) -> str:
    if doubt is DoubtMap.METHODS:
        if face.comparison is not None and len(face.comparison.exhibits) < 2:
            return "no map: one result only\nrun another method on this face"
        gone = all(r.status in (Status.FAILED, Status.CANCELLED) for r in face.results)
    else:
        gone = result.status in (Status.FAILED, Status.CANCELLED)
    if gone:
        return "no map: the run did not finish"
    if doubt in (DoubtMap.JITTER, DoubtMap.SEEDS) and result.repeats is not None:
        return "no map: " + "; ".join(result.repeats.notes)
    if doubt is DoubtMap.EXPECTED and result.doubt is not None:
        return f"no map: {result.doubt.expected_note}"
    return "computing …"


def _energies(doubt: DoubtMaps) -> str:
    return (
        f"Energy fixed by evidence {doubt.fixed_energy:.0f}, invented {doubt.invented_energy:.1f} "
        f"grey levels²: {doubt.fixed_words} fixed."
    )


def _expected(doubt: DoubtMaps) -> list[str]:
    if doubt.expected is None:
        return []
    middle, high = np.percentile(doubt.expected, (50, 95))
    return [f"Here ± {middle:.1f} at the median pixel, ± {high:.1f} at the worst twentieth."]


def _drift(rows: Sequence[DriftRow]) -> list[str]:
    """Return the drift from plain interpolation as one line, else that between methods."""
    if not rows:
        return []
    told = [(row, row.distance) for row in rows if row.distance is not None]
    short = [pair for pair in told if pair[0].against == rows[0].against] or told
    words = [f"{row.method} – {row.against} {distance:.2f}" for row, distance in short]
    known = {name for row, _ in told for name in (row.method, row.against)}
    missing = [n for row in rows for n in (row.method, row.against) if n not in known]
    if missing:
        notes = (row.note for row in rows if row.distance is None)
        why = "no face was detected" if all(map(_is_undetected, notes)) else rows[0].note
        words.append(f"none of {', '.join(dict.fromkeys(missing))} ({why})")
    return [f"Identity drift ({DRIFT_MEANING}): {'; '.join(words)}."]


def _is_undetected(note: str) -> bool:
    return note.startswith("no face was detected")


def value_at(picture: Picture, sample: Sample) -> float | None:
    """Return what a map says at a pixel of the picture, whatever the map's own grid is.

    None where it says nothing.
    """
    if picture.values is None or picture.pixels is None:
        return None
    (h, w), (rows, columns) = picture.pixels.shape[:2], picture.values.shape[:2]
    value = float(picture.values[sample.y * rows // h, sample.x * columns // w])
    return None if math.isnan(value) else value
