"""What a study measures besides scores: it listens to the events of a row and adds its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fhgui.evaluation.coverage import Meter
from fhgui.evaluation.events import (
    CoverageFound,
    Event,
    ImageScored,
    Note,
    RowDone,
    TransformsFound,
)
from fhgui.evaluation.pictures import Pair
from fhgui.evaluation.runners import Estimating, Runner, Straightening
from fhgui.evaluation.transforms import Tally


def measured(
    events: Iterator[Event], runner: Runner, pairs: Sequence[Pair], measures: frozenset[str]
) -> Iterator[Event]:
    """Return the events of a row with those of the measures that are asked for.

    Parameters
    ----------
    measures : of `fhgui.evaluation.studies.MEASURES`.
    """
    if "coverage" in measures:
        events = covered(events, runner, pairs)
    if "transforms" in measures:
        events = recovered(events, runner, pairs)
    return events


def covered(events: Iterator[Event], runner: Runner, pairs: Sequence[Pair]) -> Iterator[Event]:
    """Pass the events of a row on, and hold its expected errors against the true ones."""
    meter = Meter()
    for event in events:
        yield event
        if isinstance(event, ImageScored) and isinstance(runner, Estimating):
            pair = pairs[event.done - 1]
            half_widths = runner.expected_errors(pair)
            if half_widths is not None:
                meter.see(event.result, pair.truth, half_widths)
        elif isinstance(event, RowDone):
            found = meter.found(event.row.label)
            none = Note(f"{event.row.label} does not estimate its error")
            yield none if found is None else CoverageFound(found)


def recovered(events: Iterator[Event], runner: Runner, pairs: Sequence[Pair]) -> Iterator[Event]:
    """Pass the events of a row on, and hold the poses it finds against the true ones."""
    tally = Tally()
    for event in events:
        yield event
        if isinstance(event, ImageScored) and isinstance(runner, Straightening):
            pair = pairs[event.done - 1]
            found = None if pair.pose is None else runner.found_pose(pair)
            if pair.pose is not None and found is not None:
                tally.see(pair.name, pair.pose, found)
        elif isinstance(event, RowDone):
            found_all = tally.found(event.row.label)
            none = Note(f"{event.row.label} does not tell how it found the faces")
            yield none if found_all is None else TransformsFound(found_all)
