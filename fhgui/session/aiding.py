"""Wishes about loop, ruler and scale, each one step of the undo."""

from __future__ import annotations

from dataclasses import replace

from fhgui.session.aids import XY, Aids, Calibration, Ruler
from fhgui.session.bench import Bench
from fhgui.session.logbook import Level

SHORTEST_PX = 1.0
"""A ruler shorter than a pixel measures nothing."""


class Aiding:
    """Sets loop, ruler and scale of the current source.

    Parameters
    ----------
    bench : whose sources they are; its ``aids_changed`` tells of every change.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    @property
    def aids(self) -> Aids:
        """The aids on the current source."""
        work = self._bench.current
        return Aids() if work is None else work.aids.value

    def set_aids(self, label: str, aids: Aids, merge: str | None = None) -> None:
        """Replace the aids on the current source; can be undone."""
        bench = self._bench
        work = bench.current
        if work is not None and work.aids.do(label, aids, merge):
            bench.undoing.did(work.aids)
            bench.aids_changed.emit()

    def go_to_key_frame(self, direction: int) -> None:
        """Go to the next key frame after (1) or before (−1) the one looked at."""
        work = self._bench.current
        if work is None or work.film.times is None:
            return
        times = work.film.times
        at = work.frame_index
        found = times.key_after(at) if direction > 0 else times.key_before(at)
        if found is not None:
            self._bench.seek(found)

    def set_loop_end(self, is_first: bool) -> None:
        """Begin (or end) the loop at the frame looked at."""
        work = self._bench.current
        if work is not None and work.count > 1:
            label = "begin the loop here" if is_first else "end the loop here"
            moved = self.aids.with_loop_end(work.frame_index, is_first, work.count)
            self.set_aids(label, moved)

    def clear_loop(self) -> None:
        """Play the whole film again."""
        self.set_aids("clear the loop", replace(self.aids, loop=None))

    def measure(self, start: XY, end: XY, drag: int) -> None:
        """Lay the ruler on the frame looked at; all moves of one drag are one step."""
        work = self._bench.current
        if work is not None:
            ruler = Ruler(start, end, work.frame_index)
            self.set_aids("measure", replace(self.aids, ruler=ruler), merge=f"ruler-{drag}")

    def clear_ruler(self) -> None:
        """Take the ruler away; the calibration stays."""
        self.set_aids("take the ruler away", replace(self.aids, ruler=None))

    def calibrate(self, length_mm: float) -> None:
        """Say how long the thing under the ruler truly is."""
        ruler = self.aids.ruler
        if ruler is None or ruler.length_px < SHORTEST_PX or length_mm <= 0:
            self._bench.note("lay the ruler along something of known length first", Level.WARNING)
            return
        known = Calibration(ruler.length_px, length_mm)
        self.set_aids("calibrate", replace(self.aids, calibration=known))

    def clear_calibration(self) -> None:
        """Measure in pixels again."""
        self.set_aids("clear the calibration", replace(self.aids, calibration=None))
