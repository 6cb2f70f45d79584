"""Points carried to another frame, and points snapped to what the landmark model sees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fhgui.alignment.similarity import apply, fit_similarity
from fhgui.alignment.templates import reduced
from fhgui.core.face import Box, PlacedBy
from fhgui.methods import registry
from fhgui.provenance.request import NOT_FOLLOWED, Placement
from fhgui.session import messages as m
from fhgui.session import placement
from fhgui.session import point_jobs as pj
from fhgui.session.bench import Bench
from fhgui.session.logbook import Level
from fhgui.session.marking import Carried, Marking, PointList
from fhgui.session.work import Work

REACH_EYES = 0.5
"""A point that would snap farther than that, in eye distances, stays where the analyst set it."""

HOW = {
    PlacedBy.ANALYST: "set by hand",
    PlacedBy.AUTO: "found automatically",
    PlacedBy.SNAPPED: "set by hand and moved to where the landmark model saw them",
    PlacedBy.NETWORK: "set by the network STN0",
}
"""How landmarks came about, for the record."""

POINTS_OF_A_CROP = 5
"""A crop without points stands for so many points of the template in it."""


def carry(bench: Bench, target: int) -> None:
    """Have crop and points carried to another frame of the film, and go there."""
    work, start = bench.current, points_of(bench)
    if work is None or start is None:
        bench.note("set points or draw a crop first; then they can be carried", Level.WARNING)
        return
    target = max(0, min(target, work.count - 1))
    if target == start.frame_index:
        bench.note(f"the points are in frame {target} already; there is none beyond it")
        return
    number, anchor = bench.next_number(), _anchor(bench.marked, start)
    fields = work.aids.value.fields
    command = pj.CarryPoints(number, work.path, anchor, start, target, fields)
    bench.ask_as(command, work)


def snap(bench: Bench, which: int | None = None) -> None:
    """Have points (or one of them) moved to where the landmark model sees them."""
    work, near = bench.current, points_of(bench)
    if work is None or near is None:
        bench.note("set points or draw a crop first; then they can be snapped", Level.WARNING)
        return
    near = pj.FramePoints(work.shown_index, near.points)
    fields = work.aids.value.fields
    bench.ask_as(pj.SnapPoints(bench.next_number(), work.path, near, which, fields), work)


def straighten(bench: Bench) -> None:
    """Have the face in the crop put upright without landmarks."""
    work, box = bench.current, bench.marking.box
    if work is None or box is None:
        bench.note("draw a crop around the face first: STN0 puts it upright", Level.WARNING)
        return
    number, fields = bench.next_number(), work.aids.value.fields
    command = pj.StraightenFace(number, work.path, work.shown_index, box, fields)
    bench.ask_as(command, work)


def is_elsewhere(bench: Bench) -> bool:
    """Tell whether crop and points were set in another frame than the one shown."""
    work, marked = bench.current, bench.marked
    if work is None or marked.aligned or (marked.points is None and marked.box is None):
        return False
    return marked.set_in is not None and marked.set_in != work.shown_index


def elsewhere_words(bench: Bench) -> str:
    """Return that crop and points belong to another frame; empty if they do not."""
    if not is_elsewhere(bench):
        return ""
    what = "This crop is that of" if bench.marked.points is None else "These points were set in"
    return f"{what} frame {bench.marked.set_in}; what it shows may have moved since."


def placement_here(bench: Bench) -> Placement | None:
    """Return what to ask a run for in the frame shown; its note tells of another frame."""
    marked, place = bench.marked, bench.marking.placement()
    if place is None or not is_elsewhere(bench):
        return place
    if marked.points is None:
        whence = f"the crop is that of frame {marked.set_in}"
    elif marked.carried is not None:
        whence = "; ".join(filter(None, (marked.carried.words(), marked.note)))
    else:
        how = HOW.get(marked.placed_by, "set")
        whence = f"the landmarks were {how} in frame {marked.set_in}"
    return replace(place, note=f"{whence}; then the face {NOT_FOLLOWED}")


def points_of(bench: Bench) -> pj.FramePoints | None:
    """Return the points, or those that a crop stands for, and the frame they were set in."""
    work, marked = bench.current, bench.marked
    points = None if marked.aligned else _points(marked, _template_method(bench))
    if work is None or points is None:
        return None
    return pj.FramePoints(work.shown_index if marked.set_in is None else marked.set_in, points)


def take_points(bench: Bench, event: m.Event, command: m.Command, work: Work) -> None:
    """Mark what came back, unless the analyst did something else meanwhile."""
    if isinstance(event, pj.PointsCarried) and isinstance(command, pj.CarryPoints):
        if _still(bench, work, command.start.points):
            _take_carried(bench, work, event, command)
    elif isinstance(event, pj.PointsSeen) and isinstance(command, pj.SnapPoints):
        here = work.shown_index == command.near.frame_index
        if _still(bench, work, command.near.points) and here:
            _take_seen(bench, event, command)
    elif isinstance(event, pj.FaceStraightened) and isinstance(command, pj.StraightenFace):
        _take_straightened(bench, event, command, work)


def follow(bench: Bench, before: Marking) -> None:
    """Show the frame where points were, when their way to another is undone or done again."""
    now = bench.marked
    if now == before:
        return
    if now.carried is not None:
        bench.seek(now.carried.frame)
    elif before.carried is not None:
        bench.seek(before.carried.came_from)


def _take_carried(
    bench: Bench, work: Work, event: pj.PointsCarried, command: pj.CarryPoints
) -> None:
    start, anchor, marked = command.start, command.anchor, bench.marked
    carried = Carried(
        anchor.frame_index,
        anchor.points,
        start.frame_index,
        command.target,
        event.spread_px,
        event.agreed,
    )
    points = None if marked.points is None else event.points
    size_hw = (1, 1) if work.frame is None else work.frame.size_hw
    box = _moved(marked.box, start.points, event.points, size_hw)
    moved = marked.carried_to(carried, points, box)
    bench.mark(f"carry to frame {command.target}", moved, set_in=command.target)
    bench.note(carried.words())
    bench.seek(command.target)


def _take_seen(bench: Bench, event: pj.PointsSeen, command: pj.SnapPoints) -> None:
    marking, near = bench.marking, np.array(command.near.points)
    seen = reduced(np.array(event.landmarks), len(near))
    eyes_px = float(np.hypot(*np.diff(reduced(near, 2), axis=0)[0]))
    moved = seen
    if marking.points is not None:  # the analyst knows better than a model that is far off
        far = np.hypot(*(seen - near).T) > REACH_EYES * eyes_px
        moved = np.where(far[:, None], near, seen)
    if command.which is not None:
        only = np.arange(len(near)) == command.which
        moved = np.where(only[:, None], moved, near)
        label = f"snap point {command.which + 1}"
        bench.mark(label, marking.with_points(placement.as_points(moved)))
        return
    points, stayed = placement.as_points(moved), int(np.any(moved != seen, axis=1).sum())
    all_moved = marking.with_points(points) if stayed else marking.snapped_to(points)
    bench.mark("snap the points", all_moved)
    if stayed:
        bench.note(
            f"{stayed} of {len(near)} points stayed: the landmark model sees them more than half "
            "an eye distance away; look whether they are right",
            Level.WARNING,
        )


def _take_straightened(
    bench: Bench, event: pj.FaceStraightened, command: pj.StraightenFace, work: Work
) -> None:
    marking = bench.marking
    here = work is bench.current and work.shown_index == command.frame_index
    if not here or marking.box != command.crop:
        bench.note("the crop was changed meanwhile; it stays as it is now", Level.WARNING)
        return
    bench.mark("align without landmarks", marking.straightened_to(event.points, event.note))


def _still(bench: Bench, work: Work, points: PointList) -> bool:
    """Tell whether the points asked about are those that are set now."""
    now = points_of(bench)
    if work is bench.current and now is not None and now.points == points:
        return True
    bench.note("the points were changed meanwhile; they stay as they are now", Level.WARNING)
    return False


def _anchor(marked: Marking, start: pj.FramePoints) -> pj.FramePoints:
    """Return where points were set before anything carried them."""
    carried = marked.carried
    return start if carried is None else pj.FramePoints(carried.anchor_frame, carried.anchor)


def _points(marked: Marking, method: str) -> PointList | None:
    if marked.points is not None:
        return marked.points
    info = registry.info(method)
    alignment = placement.alignment_of(marked, info)
    if alignment is None:
        return None
    return placement.as_points(placement.overlay(alignment, info, POINTS_OF_A_CROP))


def _template_method(bench: Bench) -> str:
    return (bench.methods or registry.method_ids())[0]


def _moved(
    box: Box | None, before: PointList, after: PointList, size_hw: tuple[int, int]
) -> Box | None:
    """Return a crop moved and resized with its points, inside the frame; None if it left it."""
    if box is None:
        return None
    matrix, _ = fit_similarity(np.array(before), np.array(after))
    (x, y), zoom = apply(matrix, np.array([box.centre_xy]))[0], np.hypot(*matrix[:, 0])
    w, h = box.w * zoom, box.h * zoom
    left, top = (round(float(v)) for v in (x - (w - 1) / 2, y - (h - 1) / 2))
    right, bottom = left + round(float(w)), top + round(float(h))
    left, top = max(0, left), max(0, top)
    right, bottom = min(size_hw[1], right), min(size_hw[0], bottom)
    return (
        Box(left, top, right - left, bottom - top) if min(right - left, bottom - top) >= 8 else None
    )
