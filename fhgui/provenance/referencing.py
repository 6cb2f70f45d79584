"""Scores results against a reference that shows the same moment.

A reference is taken in two forms only: a picture of the result's own size, or the frame that the
face was cut from at a higher resolution. Both lie over the result without anybody looking for a
face in it, so that no portrait of a person can be held against a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fhgui.alignment.cutting import cut_face
from fhgui.core.arrays import Matrix, Pixels
from fhgui.core.errors import FhguiError, InputError
from fhgui.core.face import PlacedBy
from fhgui.core.frame import Frame
from fhgui.core.reference import Reference, ReferenceScore
from fhgui.evaluation.metrics import score
from fhgui.evaluation.pose import grid_of
from fhgui.evidence.hashing import sha256_file
from fhgui.evidence.source import open_source
from fhgui.provenance.originals import Originals
from fhgui.provenance.run import Run
from fhgui.provenance.stored import alignment_of

SAME_SIZE = "the reference has the size of the result and was taken as it is"
SAME_VIEW = (
    "the reference shows the whole frame, {:g} times as finely, and was cut in the same place"
)
SMALLEST_PX = 11
"""The window of SSIM; FSIM needs as much."""


def against_reference(runs: Sequence[Run], path: Path) -> Reference:
    """Score completed runs on one face against a reference.

    Raises
    ------
    FhguiError
        If the reference cannot be read or fits none of the results.
    """
    sha256 = sha256_file(path)
    with open_source(path) as source:
        frame = source.frame(0)
    scores: list[ReferenceScore] = []
    first: tuple[Pixels, str, str] | None = None
    refusal: FhguiError | None = None
    for run in runs:
        try:
            truth, how = _laid_over(frame, run, path)
        except FhguiError as error:
            refusal = error
            scores.append(ReferenceScore(run.record.id, note=error.what))
            continue
        first = first or (truth, how, run.record.id)
        scores.append(_scored(run, truth))
    if first is None:
        raise refusal or InputError("there is no result to score", path=path)
    pixels, how, laid_onto = first
    return Reference(path, sha256, how, pixels, tuple(scores), laid_onto)


def _scored(run: Run, truth: Pixels) -> ReferenceScore:
    if min(truth.shape[:2]) < SMALLEST_PX:
        return ReferenceScore(run.record.id, note="the result is too small to be scored")
    found = score(run.result.pixels, truth)
    return ReferenceScore(run.record.id, found.psnr_rgb, found.psnr_y, found.ssim, found.fsim)


def _laid_over(reference: Frame, run: Run, path: Path) -> tuple[Pixels, str]:
    """Return the reference on the grid of a result, and how it came there."""
    h, w = run.result.pixels.shape[:2]
    if reference.size_hw == (h, w):
        return reference.pixels, SAME_SIZE
    frame = run.frame or Originals().frame(run.record)
    if frame is not None and run.record.alignment is not None:
        factor = _same_view(reference.size_hw, frame.size_hw)
        placed = alignment_of(run.record)
        if factor is not None and placed.placed_by is not PlacedBy.ALIGNED:
            matrix = _from_finer(grid_of(placed, run.stages).matrix, factor)
            cut = cut_face(reference.pixels, replace(placed, matrix=matrix), (h, w))
            return cut.pixels, SAME_VIEW.format(factor)
    raise InputError(
        f"the reference is {reference.size_hw[1]}×{reference.size_hw[0]} px: neither the size of "
        f"the result ({w}×{h} px) nor the same view as the frame",
        path=path,
        hint="give the original of the test, or the same frame at a higher resolution",
    )


def _same_view(reference_hw: tuple[int, int], frame_hw: tuple[int, int]) -> float | None:
    """Return how many times as fine the reference is; None if its sides are in other proportion."""
    factor = reference_hw[1] / frame_hw[1]
    fits = abs(reference_hw[0] - factor * frame_hw[0]) <= 0.5
    return factor if fits and factor >= 1 else None


def _from_finer(matrix: Matrix, factor: float) -> Matrix:
    """Return ``matrix`` for coordinates of a frame that is ``factor`` times as fine."""
    finer: Matrix = matrix.copy()
    finer[:, :2] /= factor  # x_frame = (x_fine + ½)/factor − ½
    finer[:, 2] += matrix[:, :2].sum(axis=1) * (0.5 / factor - 0.5)
    return finer
