"""Which exemplars a result is from: traced by the worker once somebody looks, told place by place.

The worker makes the run again once; after that a place is looked up here, and only the pictures
of its windows are read, beside whatever else goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from fhgui.core.contributions import Source, Traced
from fhgui.core.glimpse import Glimpse
from fhgui.core.method import Asset
from fhgui.session import messages as m
from fhgui.session.origins import Origins, Place
from fhgui.session.viewing import Tray

if TYPE_CHECKING:  # the worker imports this module and needs no bench
    from fhgui.provenance.run import Run
    from fhgui.session.bench import Bench
    from fhgui.session.results import Result
    from fhgui.session.work import Work

SHOWN = 24
"""Windows of a place that are shown, those that count most."""
STOPPED = "it was stopped before it was known"


@dataclass(frozen=True)
class TraceRun(m.Command):
    """Tell which exemplars the result of a run is from; ``of`` is its job."""

    of: int
    run: Run


@dataclass(frozen=True)
class ReadWindows(m.BesideCommand):
    """Read the windows of some sources from the gallery at ``path``; ``of`` is the result's job."""

    lane: ClassVar[m.Lane] = m.Lane.HAND

    of: int
    gallery: Asset
    array: str
    at_xy: tuple[int, int]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class RunTraced(m.Event):
    """Which exemplars a result is from."""

    traced: Traced


@dataclass(frozen=True)
class WindowsRead(m.Event):
    """Windows with their surroundings, in the order they were asked for."""

    glimpses: tuple[Glimpse, ...]


def trace(command: TraceRun, send: Callable[[m.Event], None]) -> None:
    """Answer with `RunTraced`: what the worker does.

    Raises
    ------
    FhguiError
        As of `fhgui.provenance.tracing.traced_run`.
    """
    from fhgui.provenance.tracing import traced_run

    traced = traced_run(command.run)
    _ = traced.contributions.spread  # computed here: the window need not
    send(RunTraced(command.job, traced))


def read_windows(command: ReadWindows, send: Callable[[m.Event], None]) -> None:
    """Answer with `WindowsRead`.

    Raises
    ------
    WeightsError
        If the gallery is gone, or another one by now.
    """
    from fhgui.provenance.tracing import glimpses

    found = glimpses(command.gallery, command.array, command.sources)
    send(WindowsRead(command.job, found))


def want_origins(bench: Bench) -> None:
    """Have the selected result traced, and the windows of the place read, while they are shown."""
    work, result = bench.current, bench.selected
    if work is None or result is None or bench.view.tray is not Tray.EXEMPLARS:
        return
    if not result.origins.asked:
        _want_trace(bench, work, result)
    elif result.origins.traced is not None:
        _want_place(bench, work, result)


def ask_again(bench: Bench) -> None:
    """Have the selected result traced once more: the files may be there now."""
    work, result = bench.current, bench.selected
    if work is not None and result is not None:
        bench.put(work, replace(result, origins=Origins()))
        want_origins(bench)


def take_origins(bench: Bench, event: m.Event, command: m.Command, work: Work) -> None:
    """Keep what the worker found, or why it could not."""
    if not isinstance(command, TraceRun | ReadWindows):
        return
    result = work.result(command.of)
    if result is None:
        return
    if isinstance(command, ReadWindows):
        _take_windows(bench, event, command, work, result)
        _read_selected(bench, event, command)
    elif isinstance(event, RunTraced):
        bench.put(work, replace(result, origins=replace(result.origins, traced=event.traced)))
        want_origins(bench)
    elif isinstance(event, m.Failed | m.Cancelled):
        why = event.sentence if isinstance(event, m.Failed) else STOPPED
        bench.put(work, replace(result, origins=replace(result.origins, why_not=why)))


def _want_trace(bench: Bench, work: Work, result: Result) -> None:
    from fhgui.provenance.sources import why_untold

    run = result.run
    if not result.status.over or run is None:
        return
    why = why_untold(run.record)
    bench.put(work, replace(result, origins=Origins(asked=True, why_not=why)))
    if not why:
        bare = replace(run, frame=None)  # it takes no part, and may be large
        bench.ask_as(TraceRun(bench.next_number(), result.job, bare), work)


def _want_place(bench: Bench, work: Work, result: Result) -> None:
    """Look the place up, unless it is; its windows are read one place after the other."""
    origins, at_xy = result.origins, bench.view.place
    traced = origins.traced
    if traced is None or at_xy is None or (origins.place and origins.place.at_xy == at_xy):
        return
    height, width = traced.contributions.size_hw
    if not (0 <= at_xy[0] < width and 0 <= at_xy[1] < height):  # of a result of another size
        return
    place = Place(at_xy, traced.contributions.at(*at_xy))
    held = replace(result, origins=replace(origins, place=place))
    bench.put(work, held)
    if not bench.doing(ReadWindows):
        _read(bench, work, held)


def _read(bench: Bench, work: Work, result: Result) -> None:
    traced, place = result.origins.traced, result.origins.place
    if traced is not None and place is not None:
        number, gallery = bench.next_number(), traced.gallery
        sources, path = place.sources[:SHOWN], Path(gallery.name)
        command = ReadWindows(number, path, result.job, gallery, traced.array, place.at_xy, sources)
        bench.ask_as(command, work)


def _read_selected(bench: Bench, event: m.Event, command: ReadWindows) -> None:
    """Read the windows of a result that was selected while those of another were being read."""
    work, result = bench.current, bench.selected
    if work is None or result is None or result.job == command.of:
        return
    place = result.origins.place
    waits = place is not None and not place.glimpses and not place.unread
    if waits and isinstance(event, WindowsRead | m.Failed | m.Cancelled):
        _read(bench, work, result)


def _take_windows(
    bench: Bench, event: m.Event, command: ReadWindows, work: Work, result: Result
) -> None:
    place = result.origins.place
    if place is None or not isinstance(event, WindowsRead | m.Failed):
        return
    if place.at_xy != command.at_xy:  # it moved on meanwhile
        _read(bench, work, result)
        return
    if isinstance(event, WindowsRead):
        place = replace(place, glimpses=event.glimpses)
    else:
        place = replace(place, unread=event.sentence)
    bench.put(work, replace(result, origins=replace(result.origins, place=place)))
