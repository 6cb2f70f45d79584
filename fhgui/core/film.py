"""When each frame of a video is shown, and which frames decode without others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np

from fhgui.core.arrays import Floats


@dataclass(frozen=True, eq=False)
class FilmTimes:
    """The time line of a video.

    Parameters
    ----------
    times_s : float64, one a frame in presentation order: seconds from the first frame. They may
        jump back where recordings were joined end to end.
    keys : numbers of the frames where decoding can begin, ascending: key frames, and the
        recovery points of streams that refresh bit by bit; empty where packets do not tell.
    stored : whether the times are stamps stored in the file; else they follow from its rate.
    """

    times_s: Floats
    keys: tuple[int, ...]
    stored: bool

    @property
    def count(self) -> int:
        """Number of frames."""
        return len(self.times_s)

    def running_s(self) -> Floats:
        """Return when each frame is due while the film plays; where times jump back, no time goes.

        Returns
        -------
        float64, one a frame, ascending from 0.
        """
        steps = np.maximum(np.diff(self.times_s, prepend=self.times_s[:1]), 0.0)
        running: Floats = np.cumsum(steps)
        return running

    def index_at(self, time_s: float) -> int:
        """Return the last frame that is shown no later than a time; the first if there is none."""
        if not self.count:
            return 0
        found = np.flatnonzero(self.times_s <= time_s + 1e-6)
        return int(found[-1]) if len(found) else 0

    def key_before(self, index: int) -> int | None:
        """Return the nearest key frame before a frame."""
        at = bisect_left(self.keys, index)
        return self.keys[at - 1] if at else None

    def key_after(self, index: int) -> int | None:
        """Return the nearest key frame after a frame."""
        at = bisect_right(self.keys, index)
        return self.keys[at] if at < len(self.keys) else None
