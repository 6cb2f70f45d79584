"""Cuts the small picture for a method out of a frame, without inventing or folding detail.

A face that is larger than the input grid is first sampled on a grid k times as fine, where
nothing is reduced, and then reduced by k with MATLAB's antialiased ``imresize``: what the papers
did to make their test inputs. A face that is smaller is only interpolated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fhgui.alignment.similarity import apply, invert, onto_grid, scale_of
from fhgui.core.arrays import AnyArray, Floats, Matrix, Pixels, Points
from fhgui.core.errors import InputError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.imaging.colour import to_uint8
from fhgui.imaging.resize import cubic, imresize, resize_matrix

BAND = 4096
"""Pixels that are sampled at once."""

STRIP = 1 << 19
"""Pixels of a finer grid that are held at once: a face that fills a photograph has a hundred times
as many."""


def cut_face(
    frame_pixels: Pixels, alignment: FaceAlignment, input_hw: tuple[int, int]
) -> FaceImage:
    """Return the face on the method's input grid.

    Parameters
    ----------
    frame_pixels : H×W×3 uint8 R-G-B.
    alignment : from `fhgui.alignment.placing`.
    input_hw : height and width of the result.

    Raises
    ------
    InputError
        If the alignment says that the frame already is the input, and its size is another.
    """
    if alignment.placed_by is PlacedBy.ALIGNED and frame_pixels.shape[:2] != input_hw:
        height, width = frame_pixels.shape[:2]
        raise InputError(
            f"the picture is {width}×{height} pixels, the method's input is "
            f"{input_hw[1]}×{input_hw[0]}",
            hint="place the face by landmarks or a box, or give a picture of that size",
        )
    k = _oversampling(alignment.matrix)
    fine_hw = (input_hw[0] * k, input_hw[1] * k)
    onto_fine = onto_grid(alignment.matrix, k)
    if fine_hw[0] * fine_hw[1] <= STRIP:
        rows = sample(frame_pixels, onto_fine, fine_hw)
    else:
        rows = _sample_reduced(frame_pixels, onto_fine, fine_hw, input_hw[0])
    return FaceImage(to_uint8(imresize(rows, input_hw)), alignment)


def sample(pixels: AnyArray, matrix: Matrix, out_hw: tuple[int, int]) -> Floats:
    """Return the picture seen through a similarity, by cubic convolution of 4×4 samples.

    Parameters
    ----------
    pixels : H×W×C, of any kind of number.
    matrix : 2×3, picture → result; it should not reduce (see `cut_face`).
    out_hw : height and width of the result.

    Returns
    -------
    h×w×C float64, not clipped. Beyond its edges the picture's edge samples go on. Positions are
    exact (OpenCV's are rounded to 1/32 pixel), the kernel is that of ``imresize`` (a = −½).
    """
    values = np.concatenate(list(_bands(pixels, matrix, out_hw)))
    return values.reshape(*out_hw, -1)


def _bands(pixels: AnyArray, matrix: Matrix, out_hw: tuple[int, int]) -> Iterator[Floats]:
    """Yield the values of `sample`, row by row, in bands that stay in the processor's cache."""
    to_picture = invert(matrix)
    count = out_hw[0] * out_hw[1]
    for start in range(0, count, BAND):
        y, x = np.divmod(np.arange(start, min(start + BAND, count)), out_hw[1])
        yield sample_at(pixels, apply(to_picture, np.column_stack([x, y]).astype(np.float64)))


def _sample_reduced(
    pixels: AnyArray, matrix: Matrix, fine_hw: tuple[int, int], height: int
) -> Floats:
    """Return the h×w×C rows to which `imresize` reduces those of `sample`, and the same bits.

    The fine rows come from the top, strip by strip, and are added to the sums in that order.
    """
    from scipy import sparse

    down = sparse.csr_array(resize_matrix(fine_hw[0], height))
    so_far = sparse.eye_array(height, format="csr")
    sums, top = np.zeros((height, fine_hw[1] * pixels.shape[2])), 0
    for rows in _strips(_bands(pixels, matrix, fine_hw), fine_hw[1]):
        bottom = top + len(rows)
        adding = sparse.hstack([so_far, down[:, top:bottom]], format="csr")
        sums, top = adding @ np.concatenate([sums, rows]), bottom
    return sums.reshape(height, fine_hw[1], -1)


def _strips(bands: Iterator[Floats], width: int) -> Iterator[Floats]:
    """Yield whole rows of a grid, r×(w·C), as many at a time as `STRIP` allows."""
    held: list[Floats] = []
    least = max(STRIP, width)
    for band in bands:
        held.append(band)
        count = sum(map(len, held))
        if count >= least:
            values = np.concatenate(held)
            whole = count - count % width
            yield values[:whole].reshape(whole // width, -1)
            held = [values[whole:].copy()]
    rest = np.concatenate(held)
    if len(rest):
        yield rest.reshape(len(rest) // width, -1)


def sample_at(pixels: AnyArray, points: Points) -> Floats:
    """Return the N×C values of an H×W×C picture at N×2 points, by the same rule as `sample`."""
    columns, across = _taps(points[:, 0], pixels.shape[1])
    rows, down = _taps(points[:, 1], pixels.shape[0])
    samples = pixels.reshape(-1, pixels.shape[2])
    values = np.zeros((len(points), pixels.shape[2]))
    for i in range(4):  # tap by tap: half the time of one sum over 4×4 patches, the same bits
        for j in range(4):
            at = rows[:, i] * pixels.shape[1] + columns[:, j]
            tap = samples.take(at, axis=0).astype(np.float64)
            tap *= (down[:, i] * across[:, j])[:, None]
            values += tap
    return values


def _taps(places: Floats, size: int) -> tuple[NDArray[np.intp], Floats]:
    """Return the indices of the four samples around each place, and their weights."""
    indices = np.floor(places)[:, None] + np.arange(-1, 3)
    weights = cubic(places[:, None] - indices)
    return np.clip(indices, 0, size - 1).astype(np.intp), weights


def _oversampling(matrix: Matrix) -> int:
    """Return the smallest k for which a grid k times as fine reduces nothing."""
    return max(1, math.ceil(1 / scale_of(matrix) - 1e-9))
