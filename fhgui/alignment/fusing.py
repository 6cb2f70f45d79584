"""One face out of several frames: measured evidence instead of invention.

The frames of the span are laid over the marked one (`fhgui.alignment.registering`) and explained
by one picture on a grid up to twice as fine (`fhgui.imaging.fusion`). From it the method's input is
cut as from a frame. What is recorded says how every frame was laid, so that the pixels can be made
again without following the face.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from fhgui.alignment.carrying import Carrier
from fhgui.alignment.cutting import cut_face
from fhgui.alignment.placing import output_matrix
from fhgui.alignment.registering import Laid, View, register
from fhgui.alignment.similarity import apply, chained, fit_similarity, invert, onto_grid
from fhgui.alignment.templates import template
from fhgui.core.arrays import Floats, Matrix, Pixels, Points
from fhgui.core.errors import InputError, NoFaceError
from fhgui.core.face import Box, FaceAlignment, FaceImage, PlacedBy
from fhgui.core.frame import Frame
from fhgui.core.fusion import FrameSpan, FusedFrame, FusionRecord
from fhgui.core.method import MethodInfo
from fhgui.imaging.colour import to_float, to_uint8
from fhgui.imaging.fusion import Observation, fuse
from fhgui.imaging.resize import imresize

MOST_FRAMES = 64
"""A face is seldom alike for longer: two and a half seconds at 25 frames a second."""

FINE_PX, LARGEST_PX = 160, 320
"""Longest side of the part of a frame that is fused on a grid twice as fine, and at all."""

MOST_FINE_SAMPLES = 16 * FINE_PX**2
"""Samples fused on the finer grid at most; their weights take a third of a gigabyte."""

ROOM_PX = 4
"""Frame pixels around the method's input that are fused with it."""

VIEW_ROOM = 0.5
"""Surroundings of that part which are kept while frames are laid over each other: a share of its
sides."""

REPEATED = 1.0
"""Root mean square difference, in grey levels, below which a frame repeats the one before: cameras
and recorders fill up their rate with pictures that differ by what coding changes."""

LOST = "the face was lost"
HARMED = "its data are damaged"
RESIZED = "its size is another"

FrameAt: TypeAlias = Callable[[int], Frame]
"""Returns a frame of a film by its index."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called between frames with how many are done, of how many; may raise to stop."""


@dataclass(frozen=True, eq=False)
class Fused:
    """A face out of several frames.

    Parameters
    ----------
    pixels : H×W×3 uint8 on the fused grid.
    support : H×W float64: how many frames tell of a pixel.
    record : how it was made.
    """

    pixels: Pixels
    support: Floats
    record: FusionRecord

    def cut(self, alignment: FaceAlignment, input_hw: tuple[int, int]) -> FaceImage:
        """Return a method's input, cut as from a frame by an alignment of the marked frame."""
        onto_fused = _onto_fused(self.record.box, self.record.grid)
        there = replace(alignment, matrix=chained(invert(onto_fused), alignment.matrix))
        return FaceImage(cut_face(self.pixels, there, input_hw).pixels, alignment)


@dataclass(frozen=True, eq=False)
class _Shot:
    """A frame of the span: the surroundings of the face in it, or why there are none."""

    index: int
    pts: int | None
    view: View | None
    why_not: str = ""


def fuse_frames(
    frame_at: FrameAt,
    frame: Frame,
    alignment: FaceAlignment,
    info: MethodInfo,
    span: FrameSpan,
    progress: Progress,
) -> Fused:
    """Follow a face through the frames about the marked one, and fuse them.

    Parameters
    ----------
    frame_at : the film's frames. frame : the marked one. alignment : where the face is in it.
    info : the method whose input is wanted.
    span : frames to use; the marked one is among them. progress : see `Progress`.

    Raises
    ------
    InputError
        If there are no such frames, or the face is too large.
    NoFaceError
        If no other frame shows the face as the marked one does.
    """
    _check(frame, alignment, span)
    box = _part(frame, alignment, info)
    points = _points(alignment, info)
    shots = sorted(_followed(frame_at, frame, points, span, box, progress), key=lambda s: s.index)
    seen = [(shot, shot.view) for shot in shots if shot.view is not None]
    marked = [shot.index for shot, _ in seen].index(frame.index)
    found = register([view for _, view in seen], marked, points)
    progress(span.count, span.count)
    laid = {shot.index: one for (shot, _), one in zip(seen, found.laid, strict=True)}
    frames = tuple(_entry(shot, laid.get(shot.index), box, frame.size_hw) for shot in shots)
    if sum(not entry.why_not for entry in frames) < 2:
        raise NoFaceError(
            f"no other frame of {span.first}–{span.last} shows the face as frame {frame.index} "
            f"does ({next(entry.why_not for entry in frames if entry.why_not)})",
            hint="use frames nearer to it, or the frame alone",
        )
    record = FusionRecord(frames, _grid(box, len(frames)), _as_tuple(box), found.sigma)
    return _fused(shots, frame, record)


def fuse_again(
    frame_at: FrameAt,
    frame: Frame,
    alignment: FaceAlignment,
    info: MethodInfo,
    record: FusionRecord,
) -> Fused:
    """Fuse frames as a record says that they were laid; their time stamps are the film's own.

    Raises
    ------
    InputError
        As `fuse_frames`.
    """
    _check(frame, alignment, record.span)
    box = _part(frame, alignment, info)
    shots = []
    for entry in record.frames:
        shown = frame_at(entry.index)
        view = None if entry.why_not else _view(shown, np.array(entry.matrix), box)
        shots.append(_Shot(entry.index, shown.pts, view))
    frames = tuple(
        replace(entry, pts=shot.pts) for entry, shot in zip(record.frames, shots, strict=True)
    )
    grid = _grid(box, len(frames))
    return _fused(shots, frame, replace(record, frames=frames, grid=grid, box=_as_tuple(box)))


def _check(frame: Frame, alignment: FaceAlignment, span: FrameSpan) -> None:
    if alignment.placed_by is PlacedBy.ALIGNED:
        raise InputError(
            "frames that already are the method's input cannot be fused",
            hint="place the face by landmarks or a box",
        )
    if not span.first <= frame.index <= span.last:
        raise InputError(
            f"frame {frame.index} is not among the frames {span.first}–{span.last}",
            hint="give frames about the one in which the face was marked",
        )
    if not 2 <= span.count <= MOST_FRAMES:
        raise InputError(
            f"{span.count} frames cannot be fused", hint=f"give 2 to {MOST_FRAMES} of them"
        )


def _part(frame: Frame, alignment: FaceAlignment, info: MethodInfo) -> Box:
    """Return the part of the marked frame that the method's input is cut from."""
    height, width = info.input_hw
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) - 0.5
    places = apply(invert(alignment.matrix), corners)
    bounds_wh = frame.size_hw[::-1]
    x0, y0 = np.clip(np.floor(places.min(axis=0)) - ROOM_PX, 0, bounds_wh).astype(int)
    x1, y1 = np.clip(np.ceil(places.max(axis=0)) + ROOM_PX + 1, 0, bounds_wh).astype(int)
    side = max(x1 - x0, y1 - y0)
    if min(x1 - x0, y1 - y0) < 1 or side > LARGEST_PX:
        raise InputError(
            f"the face with its surroundings is {side} px large: frames are fused up to "
            f"{LARGEST_PX} px",
            hint="a face of that size needs no fusion: use the frame alone",
        )
    return Box(int(x0), int(y0), int(x1 - x0), int(y1 - y0))


def _grid(box: Box, frames: int) -> int:
    """Return how many times as fine as the frame's the fused grid is."""
    few = frames * box.w * box.h <= MOST_FINE_SAMPLES
    return 2 if max(box.w, box.h) <= FINE_PX and few else 1


def _points(alignment: FaceAlignment, info: MethodInfo) -> Points:
    """Return points to follow the face by: its landmarks, or where the template has them."""
    if alignment.landmarks is not None:
        return alignment.landmarks
    to_frame = invert(output_matrix(alignment, info.scale))
    return apply(to_frame, template(alignment.template).reduced(5))


def _followed(
    frame_at: FrameAt,
    frame: Frame,
    points: Points,
    span: FrameSpan,
    box: Box,
    progress: Progress,
) -> Iterator[_Shot]:
    """Yield every frame of the span with about where the face is: the marked one, then outwards."""
    still, done = np.eye(2, 3), 1
    yield _Shot(frame.index, frame.pts, _view(frame, still, box))
    back, on = range(frame.index - 1, span.first - 1, -1), range(frame.index + 1, span.last + 1)
    for indices in (back, on):
        carrier, guess, before = Carrier(frame.pixels, points), still, frame
        for index in indices:
            progress(done, span.count)
            done += 1
            shown = frame_at(index)
            if shown.damage or shown.size_hw != frame.size_hw:
                yield _Shot(index, shown.pts, None, HARMED if shown.damage else RESIZED)
                continue
            place = _view(shown, guess, box)
            if place is not None and _is_repeated(place, before):
                why = f"it is the same picture as frame {before.index}"
                yield _Shot(index, shown.pts, None, why)
                continue
            before = shown
            with contextlib.suppress(NoFaceError):  # registering may still find it where it was
                guess = fit_similarity(points, carrier.step(shown.pixels))[0]
            view = _view(shown, guess, box)
            yield _Shot(index, shown.pts, view, "" if view else LOST)


def _is_repeated(view: View, before: Frame) -> bool:
    """Tell whether a film only repeats its picture here: what noise it has would be told twice."""
    x, y = view.corner_xy
    height, width = view.pixels.shape[:2]
    gap = to_float(before.pixels[y : y + height, x : x + width]) - view.pixels
    return float(np.sqrt(np.mean(gap**2))) < REPEATED


def _view(frame: Frame, guess: Matrix, box: Box) -> View | None:
    """Return the surroundings of the face in a frame; None if it is outside."""
    corners = apply(guess, _corners(box))
    room = VIEW_ROOM * max(box.w, box.h)
    bounds_wh = frame.size_hw[::-1]
    x0, y0 = np.clip(np.floor(corners.min(axis=0) - room), 0, bounds_wh).astype(int)
    x1, y1 = np.clip(np.ceil(corners.max(axis=0) + room) + 1, 0, bounds_wh).astype(int)
    if min(x1 - x0, y1 - y0) < 2:
        return None
    return View(frame.pixels[y0:y1, x0:x1].copy(), (int(x0), int(y0)), guess)


def _entry(shot: _Shot, laid: Laid | None, box: Box, frame_hw: tuple[int, int]) -> FusedFrame:
    if laid is None or shot.view is None:
        return FusedFrame(shot.index, shot.pts, _plain(np.eye(2, 3)), 1.0, 0.0, 0.0, shot.why_not)
    why = laid.why_not or ("" if _holds(shot.view, laid.matrix, box, frame_hw) else LOST)
    numbers = (laid.gain, laid.offset, laid.residual)
    return FusedFrame(shot.index, shot.pts, _plain(laid.matrix), *numbers, why)


def _holds(view: View, matrix: Matrix, box: Box, frame_hw: tuple[int, int]) -> bool:
    """Tell whether a view holds all that its frame has of the part: replay sees no more."""
    corners = apply(matrix, _corners(box))
    low = np.maximum(np.floor(corners.min(axis=0)), 0)
    high = np.minimum(np.ceil(corners.max(axis=0)), np.array(frame_hw[::-1]) - 1)
    first = np.array(view.corner_xy)
    last = first + view.pixels.shape[1::-1] - 1
    return bool(np.all(low >= first) and np.all(high <= last))


def _fused(shots: Sequence[_Shot], frame: Frame, record: FusionRecord) -> Fused:
    x, y, width, height = record.box
    size_hw = height * record.grid, width * record.grid
    start = imresize(to_float(frame.pixels[y : y + height, x : x + width]), size_hw)
    observations = [
        _observed(shot.view, entry, record)
        for shot, entry in zip(shots, record.frames, strict=True)
        if shot.view is not None and not entry.why_not
    ]
    with threadpool_limits(1, user_api="blas"):  # sums do not depend on the number of threads
        found = fuse(observations, start, record.grid, record.sigma)
    return Fused(to_uint8(found.picture), found.support, record)


def _observed(view: View, entry: FusedFrame, record: FusionRecord) -> Observation:
    """Return the samples of a view that lie in the part, as bright as the marked frame."""
    row, column = np.indices(view.pixels.shape[:2], dtype=np.float64)
    places = np.column_stack([column.ravel(), row.ravel()]) + view.corner_xy
    onto_fused = chained(invert(np.array(entry.matrix)), _onto_fused(record.box, record.grid))
    there = apply(onto_fused, places)
    _, _, width, height = record.box
    edge = np.array([width, height]) * record.grid - 0.5
    inside = ((there >= -0.5) & (there <= edge)).all(axis=1)
    values = to_float(view.pixels).reshape(-1, 3)[inside]
    return Observation(entry.gain * values + entry.offset, there[inside])


def _onto_fused(box: tuple[int, int, int, int], grid: int) -> Matrix:
    """Return the 2×3 matrix from the marked frame to the fused grid."""
    return onto_grid(np.array([[1.0, 0.0, -box[0]], [0.0, 1.0, -box[1]]]), grid)


def _corners(box: Box) -> Points:
    right, below = box.x + box.w - 0.5, box.y + box.h - 0.5
    left, top = box.x - 0.5, box.y - 0.5
    return np.array([[left, top], [right, top], [left, below], [right, below]])


def _as_tuple(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.w, box.h


def _plain(matrix: Matrix) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    (a, b, c), (d, e, f) = matrix.tolist()
    return (a, b, c), (d, e, f)
