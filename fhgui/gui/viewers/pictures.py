"""Which pictures stand side by side: the input, every result as far as it got, a map of doubt."""

from __future__ import annotations

import numpy as np

from fhgui.core.method import Origin
from fhgui.gui.viewers.painting import inferno
from fhgui.gui.viewers.picture_cell import Picture
from fhgui.session.results import FaceWork, Result, Status
from fhgui.session.viewing import DoubtMap

WAITING = {
    Status.QUEUED: "waiting",
    Status.RUNNING: "working …",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
    Status.COMPLETED: "",
}
MAP_TITLES = {
    DoubtMap.INVENTED: "Invented",
    DoubtMap.REDEGRADED: "Re-degraded",
}


def pictures_of(face: FaceWork, selected: Result | None, doubt: DoubtMap) -> list[Picture]:
    """Return the pictures of a face, the input first, a chosen map of doubt last."""
    pictures = [_input(face)]
    pictures += [_result(number, r) for number, r in enumerate(face.results, start=2)]
    if doubt is not DoubtMap.NONE and selected is not None:
        pictures.append(_map(selected, doubt))
    return pictures


def decibels(value: float) -> str:
    """Return e.g. ``41.2 dB``; ``exact`` for no difference at all."""
    return "exact" if np.isinf(value) else f"{value:.1f} dB"


def _input(face: FaceWork) -> Picture:
    if face.face is None:
        waiting = any(not r.status.over for r in face.results)
        return Picture("1  Input", None, empty="placing the face …" if waiting else "no input")
    h, w = face.face.size_hw
    return Picture(f"1  Input {w}×{h}", face.face.pixels, Origin.MEASURED)


def _result(number: int, result: Result) -> Picture:
    title = f"{number}  {result.name}"
    stage = result.stage
    if stage is None or (not result.status.over and len(result.stages) < 2):
        empty = result.message or WAITING[result.status]
        return Picture(title, None, job=result.job, empty=empty)
    last = len(result.stages) == result.total and stage is result.stages[-1]
    if not last:
        title += f" · {stage.title}"
    note = "" if result.status is Status.COMPLETED else WAITING[result.status]
    if last and result.doubt is not None:
        note = decibels(result.doubt.redegradation_db)
    return Picture(title, stage.pixels, stage.origin, note, job=result.job)


def _map(result: Result, doubt: DoubtMap) -> Picture:
    title = f"{MAP_TITLES[doubt]}, {result.name}"
    if result.doubt is None:
        gone = result.status in (Status.FAILED, Status.CANCELLED)
        empty = "no map: the run did not finish" if gone else "computing …"
        return Picture(title, None, empty=empty)
    values = result.doubt.invented if doubt is DoubtMap.INVENTED else result.doubt.redegraded
    top = max(8.0, float(np.percentile(values, 99.5)))
    return Picture(title, inferno(values, top), top=top, values=values)
