"""The worker's job of laying out a film: its time line first, then small pictures along it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.core.errors import FhguiError
from fhgui.core.film import FilmTimes
from fhgui.session import messages as m

THUMB_HW = (54, 96)
"""The largest small picture."""


def lay_out(
    command: m.LayOutFilm, send: Callable[[m.Event], None], stop: Callable[[], None]
) -> None:
    """Answer with `FilmTimed`, then one `ThumbMade` for each place that can be decoded.

    Parameters
    ----------
    send : takes the events.
    stop : raises when the work is to end.
    """
    from fhgui.evidence.source import open_source
    from fhgui.evidence.video import VideoSource

    with open_source(command.path) as source:
        times = source.times() if isinstance(source, VideoSource) else None
        send(m.FilmTimed(command.job, times))
        for index in places(source.count(), command.thumbs, times):
            stop()
            with suppress(FhguiError):  # a frame that cannot be decoded leaves its place empty
                frame = source.frame(index)
                send(m.ThumbMade(command.job, frame.index, small(frame.pixels)))


def places(count: int, wanted: int, times: FilmTimes | None) -> tuple[int, ...]:
    """Return frames along a film.

    Where a key frame lies nearer than half the distance, it is taken: it decodes at once. If all
    are such, every fourth comes first, so that a long film fills evenly; else they come in order,
    because that decodes nothing twice.
    """
    if count <= 0 or wanted <= 0:
        return ()
    step = max(1.0, count / wanted)
    even = [int((n + 0.5) * step) for n in range(min(count, wanted))]
    keys = np.array(times.keys if times is not None else (), dtype=np.int64)
    chosen = dict.fromkeys(_near(index, keys, step / 2) for index in even if index < count)
    frames = list(chosen)
    if not set(frames) <= set(keys.tolist()):
        return tuple(frames)
    return tuple(dict.fromkeys([*frames[::4], *frames[::2], *frames]))


def _near(index: int, keys: np.ndarray, reach: float) -> int:
    if not len(keys):
        return index
    nearest = int(keys[np.abs(keys - index).argmin()])
    return nearest if abs(nearest - index) < reach else index


def small(pixels: Pixels) -> Pixels:
    """Return a picture reduced to fit `THUMB_HW`, each pixel the mean of those it covers."""
    import cv2

    h, w = pixels.shape[:2]
    scale = min(1.0, THUMB_HW[0] / h, THUMB_HW[1] / w)
    size_wh = (max(1, round(w * scale)), max(1, round(h * scale)))
    return cv2.resize(pixels, size_wh, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
