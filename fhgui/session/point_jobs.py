"""The worker's jobs on points: carry them to another frame, see where they ought to lie."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fhgui.core.arrays import Points
from fhgui.session import messages as m
from fhgui.session.placement import as_points


def carry_points(
    command: m.CarryPoints, send: Callable[[m.Event], None], stop: Callable[[], None]
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
    with open_source(command.path) as source:
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
    send(m.PointsCarried(command.job, points, motion.spread_px, motion.agreed))


def snap_points(command: m.SnapPoints, send: Callable[[m.Event], None]) -> None:
    """Answer with `PointsSeen`."""
    from fhgui.alignment.snapping import landmarks_near
    from fhgui.evidence.source import open_source

    with open_source(command.path) as source:
        pixels = source.frame(command.near.frame_index).pixels
    seen = landmarks_near(pixels, _array(command.near))
    send(m.PointsSeen(command.job, as_points(seen)))


def _array(held: m.FramePoints) -> Points:
    return np.array(held.points, dtype=np.float64)
