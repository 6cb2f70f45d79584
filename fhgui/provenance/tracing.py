"""Which exemplars a recorded result is from: the run made again, with the very files it used.

Nothing of it is in the record, which would grow by megabytes: it is told by running the method on
the recorded input, and holds only if the same pixels come of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from fhgui import paths
from fhgui.core.arrays import AnyArray, Pixels
from fhgui.core.contributions import Source, Sourced, Traced
from fhgui.core.errors import MethodError, WeightsError
from fhgui.core.face import Box, FaceImage
from fhgui.core.glimpse import Glimpse, glimpse_of, surroundings
from fhgui.core.method import Asset
from fhgui.core.record import Record
from fhgui.provenance.enhance import file_identity, hashed, loaded
from fhgui.provenance.run import Run
from fhgui.provenance.sources import why_untold
from fhgui.provenance.stored import alignment_of
from fhgui.provenance.verification.replaying import replay_request

ENLARGED, GAP_PX, EDGE = 4, 6, (255, 225, 80)
"""Of sheets of places: how many times, the distance of squares, the colour of windows' edges."""
ROUNDING = 1
"""Grey levels that a result made again on another machine may differ by."""
RESTORE = "install the files of the record, see Models"


def traced_run(run: Run) -> Traced:
    """Tell which exemplars the result of a completed run is from.

    Raises
    ------
    MethodError
        If there are none, or the result cannot be made again as it was.
    WeightsError
        If the gallery or the weights that are installed are not those of the record.
    FhguiError
        If the method cannot be loaded.
    """
    record = run.record
    why = why_untold(record)
    if why:
        raise MethodError(why)
    for file in (*record.gallery, *record.weights):
        _installed(
            Asset("gallery" if file in record.gallery else "weights", file.name, file.sha256)
        )
    method = loaded(replay_request(record, Path(record.evidence.path)))
    if {asset.sha256 for asset in method.assets} != _digests(record):
        raise WeightsError(f"the files of {record.method} are not those of the run", hint=RESTORE)
    face = FaceImage(run.stages[0].pixels, alignment_of(record))
    with threadpool_limits(1, user_api="blas"):  # as the run had it
        traced = method.traced(face, record.seed) if isinstance(method, Sourced) else None
    if traced is None:
        raise MethodError(
            f"no exemplar contributed to this result of {record.method}: detail was left out, or "
            "added no times"
        )
    return _held_against(traced, run.result.pixels)


def glimpses(gallery: Asset, array: str, sources: Sequence[Source]) -> tuple[Glimpse, ...]:
    """Return the windows of some sources with their surroundings, read from the gallery's file.

    Parameters
    ----------
    gallery, array : see `Traced`.

    Raises
    ------
    WeightsError
        If the file is gone, or is another one by now.
    """
    path = _installed(gallery)
    try:
        with safe_open(path, framework="numpy") as file:
            exemplars = file.get_slice(array)
            size_hw = tuple(exemplars.get_shape()[1:3])
            return tuple(_glimpse(exemplars, size_hw, source) for source in sources)
    except (SafetensorError, OSError) as error:
        raise WeightsError("the gallery cannot be read", path=path, hint=RESTORE) from error


def place_sheet(result: Pixels, at_xy: tuple[int, int], shown: Sequence[Glimpse]) -> Pixels:
    """Return a row of squares, `ENLARGED` times: the place in the result, then the windows.

    Parameters
    ----------
    result : H×W×3 uint8. shown : at least one, as of `glimpses`.
    """
    part = glimpse_of(result, at_xy, shown[0].box.w)
    gap = np.full((ENLARGED * part.pixels.shape[0], GAP_PX, 3), 255, np.uint8)
    squares = [framed(glimpse) for glimpse in (part, *shown)]
    return np.hstack([piece for square in squares for piece in (square, gap)][:-1])


def framed(glimpse: Glimpse) -> Pixels:
    """Return a glimpse `ENLARGED` times, pixel-true, with the edge of its window drawn in."""
    drawn: Pixels = glimpse.pixels.repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1)
    box, most = glimpse.box, len(drawn) - 1
    left, top = max(0, ENLARGED * box.x), max(0, ENLARGED * box.y)
    right, bottom = (
        min(most, ENLARGED * (box.x + box.w) - 1),
        min(most, ENLARGED * (box.y + box.h) - 1),
    )
    drawn[top : bottom + 1, [left, right]] = EDGE
    drawn[[top, bottom], left : right + 1] = EDGE
    return drawn


def _glimpse(exemplars: AnyArray, size_hw: tuple[int, int], source: Source) -> Glimpse:
    shown = surroundings(size_hw, source.at_xy, source.box.w)
    rows, columns = slice(shown.y, shown.y + shown.h), slice(shown.x, shown.x + shown.w)
    pixels = exemplars[source.exemplar : source.exemplar + 1, rows, columns][0]
    left, top = source.box.x - shown.x, source.box.y - shown.y
    x, y = source.at_xy[0] - shown.x, source.at_xy[1] - shown.y
    if source.mirrored:
        pixels = pixels[:, ::-1]
        left, x = shown.w - source.box.w - left, shown.w - 1 - x
    box = Box(left, top, source.box.w, source.box.h)
    return Glimpse(np.ascontiguousarray(pixels), box, (x, y))


def _installed(asset: Asset) -> Path:
    """Return where a file of a run is, if it still is that file."""
    path = paths.model_file(asset.name)
    if path is None:
        raise WeightsError(
            f"the {asset.role} of the run is not installed", path=asset.name, hint=RESTORE
        )
    if hashed(path, file_identity(path)) != asset.sha256:
        raise WeightsError(
            f"the {asset.role} that is installed is another one than the run's (its SHA-256 is not "
            "the recorded one): which exemplars contributed cannot be told",
            path=path,
            hint=RESTORE,
        )
    return path


def _digests(record: Record) -> set[str]:
    return {file.sha256 for file in (*record.weights, *record.gallery)}


def _held_against(traced: Traced, recorded: Pixels) -> Traced:
    """Return it with how far the result made again is off the recorded one; refuse another one."""
    if traced.result.shape != recorded.shape:
        raise MethodError("made again, the result has another size than the recorded one")
    gap = int(np.abs(traced.result.astype(np.int16) - recorded).max())
    if gap > ROUNDING:
        raise MethodError(
            f"made again, the result is up to {gap} grey levels off the recorded one: which "
            "exemplars that one is from cannot be told",
            hint="verify the record: it says what has changed",
        )
    return replace(traced, gap=gap)
