"""Several frames of a film taken together: which were asked for, and what came of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FrameSpan:
    """The frames ``first`` to ``last`` of a film, both included."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """Number of frames."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class FusedFrame:
    """What became of one frame of the span.

    Parameters
    ----------
    index, pts : which frame.
    matrix : two rows of three, coordinates of the marked frame → this frame's.
    gain, offset : what makes it as bright as the marked frame: gain · value + offset.
    residual : root mean square difference from the mean of the others, smoothed, in grey levels.
    why_not : why it was left out, in words; empty for a frame that was used.
    """

    index: int
    pts: int | None
    matrix: tuple[tuple[float, float, float], tuple[float, float, float]]
    gain: float
    offset: float
    residual: float
    why_not: str = ""


@dataclass(frozen=True)
class FusionRecord:
    """How the face was made out of several frames, in plain numbers that repeat it.

    Parameters
    ----------
    frames : every frame of the span, in order; the marked one among them.
    grid : pixels of the fused picture in one pixel of the frame, along each side.
    box : the part of the marked frame that it shows: column, row, width, height.
    sigma : noise of one sample of a frame, in grey levels.
    """

    frames: tuple[FusedFrame, ...]
    grid: int
    box: tuple[int, int, int, int]
    sigma: float

    @property
    def span(self) -> FrameSpan:
        """The frames that were asked for."""
        return FrameSpan(self.frames[0].index, self.frames[-1].index)

    @property
    def used(self) -> tuple[FusedFrame, ...]:
        """The frames that tell of the face."""
        return tuple(frame for frame in self.frames if not frame.why_not)


def span_around(frame: int, count: int, total: int) -> FrameSpan:
    """Return ``count`` frames with ``frame`` in their middle, moved to lie within the film.

    Parameters
    ----------
    total : number of frames of the film; fewer than ``count`` give all of them.
    """
    first = max(0, min(frame - (count - 1) // 2, total - count))
    return FrameSpan(first, min(first + count, total) - 1)
