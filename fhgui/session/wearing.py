"""What is told of the wear of the frame shown, and which of its fields are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fhgui.core.fields import Fields
from fhgui.core.wear import ToldWear
from fhgui.session import messages as m

if TYPE_CHECKING:  # the worker imports this module and needs no bench
    from fhgui.session.aiding import Aiding
    from fhgui.session.bench import Bench
    from fhgui.session.work import Work


LABELS = {
    Fields.WOVEN: "show both fields",
    Fields.UPPER: "show the upper field",
    Fields.LOWER: "show the lower field",
}
"""Names of the choice, as undo shows them."""


@dataclass(frozen=True)
class EstimateWear(m.BesideCommand):
    """Tell what camera and storage did to a frame."""

    frame_index: int
    fields: Fields


@dataclass(frozen=True)
class WearTold(m.Event):
    """What is told of a frame's wear."""

    worn: ToldWear


def estimate(command: EstimateWear, send: Callable[[m.Event], None]) -> None:
    """Answer with `WearTold`: what the worker does."""
    from fhgui.evidence.source import open_source
    from fhgui.imaging.wear import estimate_wear

    with open_source(command.path, command.fields) as source:
        pixels, is_video = source.frame(command.frame_index).pixels, source.info.kind == "video"
    send(WearTold(command.job, estimate_wear(pixels, is_video).told))


def want_wear(bench: Bench) -> None:
    """Have the wear of the frame shown estimated, once."""
    work = bench.current
    if work is None or work.frame is None or _key(work) in work.worn:
        return
    index, fields = _key(work)
    bench.ask_once(
        ("wear", index, fields), work, lambda job: EstimateWear(job, work.path, index, fields)
    )


def worn(bench: Bench) -> ToldWear | None:
    """Return what is told of the frame shown; None until it is, and if nobody asked."""
    work = bench.current
    return None if work is None or work.frame is None else work.worn.get(_key(work))


def take_wear(bench: Bench, event: m.Event, command: m.Command, work: Work) -> None:
    """Keep what the worker told."""
    if isinstance(event, WearTold) and isinstance(command, EstimateWear):
        work.worn[command.frame_index, command.fields] = event.worn
        if work is bench.current:
            bench.aids_changed.emit()


def set_fields(aiding: Aiding, fields: Fields) -> None:
    """Show other fields of the current source; can be undone, and every run records it."""
    aiding.set_aids(LABELS[fields], replace(aiding.aids, fields=fields))


def _key(work: Work) -> tuple[int, Fields]:
    assert work.frame is not None  # asked before
    return work.frame.index, work.frame.fields
