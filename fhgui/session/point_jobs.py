"""The worker's jobs on points: carry them to another frame, see where they ought to lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from fhgui.core.arrays import Points
from fhgui.core.face import Box
from fhgui.core.fields import Fields
from fhgui.session import messages as m
from fhgui.session.placement import as_points


@dataclass(frozen=True)
class FramePoints:
    """Points of a face in one frame: 2, 5 or 68 (x, y) pairs, frame pixels."""

    frame_index: int
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class CarryPoints(m.BesideCommand):
    """Follow a face from the frame ``start`` to ``target``; its points were set in ``anchor``.

    Beside runs, so that the next face can be placed while they go on.
    """

    lane: ClassVar[m.Lane] = m.Lane.HAND

    anchor: FramePoints
    start: FramePoints
    target: int
    fields: Fields = Fields.WOVEN


@dataclass(frozen=True)
class SnapPoints(m.BesideCommand):
    """See with the landmark model where points ought to lie; ``which`` is one of them, or all."""

    lane: ClassVar[m.Lane] = m.Lane.HAND

    near: FramePoints
    which: int | None = None
    fields: Fields = Fields.WOVEN


@dataclass(frozen=True)
class StraightenFace(m.BesideCommand):
    """Have STN0 put the face in a crop upright, without landmarks."""

    lane: ClassVar[m.Lane] = m.Lane.HAND

    frame_index: int
    crop: Box
    fields: Fields = Fields.WOVEN


POINT_JOBS = (CarryPoints, SnapPoints, StraightenFace)
"""Jobs that move points; all can be cancelled."""


@dataclass(frozen=True)
class PointsCarried(m.Event):
    """Where the points are in the target frame.

    Parameters
    ----------
    spread_px : root mean square distance of the agreeing places from one similarity.
    agreed : share of the places that agree, 0–1.
    """

    points: tuple[tuple[float, float], ...]
    spread_px: float
    agreed: float


@dataclass(frozen=True)
class PointsSeen(m.Event):
    """The 68 landmarks that the model sees about the points."""

    landmarks: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class FaceStraightened(m.Event):
    """The two points that an upright template has for eyes, and what the record says of them."""

    points: tuple[tuple[float, float], ...]
    note: str


def carry_points(
    command: CarryPoints, send: Callable[[m.Event], None], stop: Callable[[], None]
) -> None:
    """Answer with `PointsCarried`, after `Progress`.

    Parameters
    ----------
    send : takes the events.
    stop : raises when the job was cancelled.

    Raises
    ------
    NoFaceError
        Where the face is lost, with the frame in which it was.
    """
    from fhgui.alignment.carrying import Carrier
    from fhgui.core.errors import NoFaceError
    from fhgui.evidence.source import open_source

    start, target = command.start.frame_index, command.target
    way = range(start, target, 1 if target > start else -1)
    with open_source(command.path, command.fields) as source:
        anchor = source.frame(command.anchor.frame_index).pixels
        carrier = Carrier(anchor, _array(command.anchor))
        if command.start != command.anchor:
            carrier.go_on_from(source.frame(start).pixels, _array(command.start))
        for done, index in enumerate(way):
            stop()
            send(m.Progress(command.job, done, len(way), "carrying points"))
            reached = index + way.step
            try:
                carrier.step(source.frame(reached).pixels)
            except NoFaceError as error:
                lost = f"{error.what}, between frames {index} and {reached}"
                raise NoFaceError(lost, path=command.path, hint=error.hint) from error
    points, motion = as_points(carrier.points), carrier.motion
    send(PointsCarried(command.job, points, motion.spread_px, motion.agreed))


def snap_points(command: SnapPoints, send: Callable[[m.Event], None]) -> None:
    """Answer with `PointsSeen`."""
    from fhgui.alignment.snapping import landmarks_near
    from fhgui.evidence.source import open_source

    with open_source(command.path, command.fields) as source:
        pixels = source.frame(command.near.frame_index).pixels
    seen = landmarks_near(pixels, _array(command.near))
    send(PointsSeen(command.job, as_points(seen)))


def straighten_face(command: StraightenFace, send: Callable[[m.Event], None]) -> None:
    """Answer with `FaceStraightened`.

    Raises
    ------
    WeightsError
        If STN0's weights are missing or damaged.
    """
    from fhgui.evidence.source import open_source
    from fhgui.methods.tdn.aligner import eyes_in_box

    with open_source(command.path, command.fields) as source:
        pixels = source.frame(command.frame_index).pixels
    eyes, note = eyes_in_box(pixels, command.crop)
    send(FaceStraightened(command.job, as_points(eyes), note))


def _array(held: FramePoints) -> Points:
    return np.array(held.points, dtype=np.float64)
