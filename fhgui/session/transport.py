"""Plays the current film: which frame is due now, by the film's own clock.

Without Qt and without a timer: who has one calls `Transport.tick` often enough.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
from psygnal import Signal

from fhgui.core.arrays import Floats
from fhgui.session.bench import Bench
from fhgui.session.file_state import GONE
from fhgui.session.work import Work

FALLBACK_FPS = 25.0
FASTEST = 8.0
SLOWEST = 0.25
PATIENCE_S = 0.5
"""How far the decoder may fall behind before the film waits for it: farther, every wait would make
the next leap longer."""


class Transport:
    """Play, stop, speed and repetition.

    Parameters
    ----------
    bench : whose current film is played.
    clock : seconds of a clock that never goes back.

    Notes
    -----
    Signals: ``changed`` (playing, speed or repetition).
    """

    changed = Signal()

    def __init__(self, bench: Bench, clock: Callable[[], float] = time.monotonic) -> None:
        self._bench = bench
        self._clock = clock
        self.speed = 1.0
        self.direction = 1
        self.playing = False
        self.repeats = False
        self.late = False
        self._due: Floats = np.zeros(1)
        self._asked = 0
        self._begun_s = self._begun_film_s = 0.0

    def toggle(self) -> None:
        """Play at true speed, or stop."""
        if self.playing:
            self.stop()
        else:
            self.speed = 1.0
            self.play(1)

    def press(self, direction: int) -> None:
        """Do what the keys J (−1) and L (1) do: play, and faster with every further press."""
        same = self.playing and direction == self.direction
        self.speed = min(FASTEST, 2 * self.speed) if same else 1.0
        self.play(direction)

    def set_speed(self, speed: float) -> None:
        """Play so many times as fast as the film was taken, now and from now on."""
        self.speed = min(FASTEST, max(SLOWEST, speed))
        if self.playing:
            self._begin(self._asked)
        self.changed.emit()

    def play(self, direction: int) -> None:
        """Play forwards (1) or backwards (−1)."""
        work = self._bench.current
        if work is None or work.count < 2:
            return
        first, last = self.ends(work)
        self.direction, self.playing = direction, True
        start = work.frame_index
        if not first <= start <= last or start == (last if direction > 0 else first):
            start = first if direction > 0 else last
        self._due = due_s(work)
        self._begin(start)
        self._bench.seek(start)
        self.changed.emit()

    def stop(self) -> None:
        """Stop where the film is."""
        if self.playing:
            self.playing = self.late = False
            self.changed.emit()

    def set_repeats(self, on: bool) -> None:
        """Begin again at the end, or stop there."""
        self.repeats = on
        self.changed.emit()

    def ends(self, work: Work) -> tuple[int, int]:
        """Return the first and the last frame that are played."""
        loop = work.aids.value.loop
        if loop is None or not self.repeats:
            return 0, work.count - 1
        return loop.first, min(loop.last, work.count - 1)

    def tick(self) -> None:
        """Go to the frame that is due now; wait for the decoder if it is behind.

        A damaged frame takes its time, too; what is seen meanwhile is the frame before it.
        """
        work = self._bench.current
        if not self.playing or work is None or work.frame is None or work.trouble == GONE:
            self.stop()
            return
        if work.frame.index != work.frame_index and work.frame_index not in work.damaged:
            self._wait_for_decoder()
            return
        if work.frame_index != self._asked:  # the analyst went elsewhere: play on from there
            self._begin(work.frame_index)
            return
        self._go_on(work)

    def _go_on(self, work: Work) -> None:
        first, last = self.ends(work)
        start, final = (first, last) if self.direction > 0 else (last, first)
        due = min(last, max(first, self._frame_due()))
        if due != self._asked:
            self._asked = due
            self._bench.seek(due)
        elif due == final and self._film_s() * self.direction >= self._end_s(final):
            if not self.repeats:
                self.stop()
                return
            self._begin(start)
            self._bench.seek(start)

    def _begin(self, index: int) -> None:
        self._asked = index
        self._begun_s = self._clock()
        self._begun_film_s = float(self._due[min(index, len(self._due) - 1)])

    def _film_s(self) -> float:
        passed = (self._clock() - self._begun_s) * self.speed * self.direction
        return self._begun_film_s + passed

    def _frame_due(self) -> int:
        """Return the frame that is shown now; time that stands still never leads back."""
        now = self._film_s()
        if self.direction > 0:
            return max(self._asked, int(np.searchsorted(self._due, now + 1e-9, side="right")) - 1)
        return min(self._asked, int(np.searchsorted(self._due, now - 1e-9, side="left")))

    def _end_s(self, final: int) -> float:
        """Return the film time, along the direction, at which the last frame was shown enough."""
        length = float(np.median(np.diff(self._due))) if len(self._due) > 1 else 0.04
        return float(self._due[min(final, len(self._due) - 1)]) * self.direction + length

    def _wait_for_decoder(self) -> None:
        behind = abs(self._film_s() - float(self._due[min(self._asked, len(self._due) - 1)]))
        late = behind > PATIENCE_S * max(1.0, self.speed)
        if late:
            self._begin(self._asked)
        if late and not self.late:
            self.late = True
            self.changed.emit()


def due_s(work: Work) -> Floats:
    """Return when each frame of a film is due, by its time stamps or else by its mean rate."""
    times = work.film.times
    if times is not None and times.count == work.count:
        return times.running_s()
    fps = rate_of(work)
    return np.arange(work.count) / fps


def rate_of(work: Work) -> float:
    """Return the frames a second that a film states; the fallback without a usable statement."""
    stated = work.info.rate_fps if work.info else None
    usable = stated is not None and math.isfinite(stated) and stated > 0
    return float(stated) if stated is not None and usable else FALLBACK_FPS
