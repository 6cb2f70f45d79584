"""The fast search for exemplars of `fsgn` against the paper's, in one run: seconds and dB.

Both take the same face, base layer and gallery (the user's own, ``fsgn/full``); only the setting
``dense`` differs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Method
from fhgui.evaluation.metrics import psnr
from fhgui.evaluation.pairs import make_pairs
from fhgui.evaluation.pictures import Pair
from fhgui.evaluation.protocols import protocol
from fhgui.evaluation.surveys import Cell, Survey, Tell
from fhgui.methods import registry

MODES = ("sr", "deblur")
FACES = 1
"""Faces of each mode unless a limit says otherwise: the paper's search takes minutes a face."""
REPEATS = 3
"""Times that the fast search is run; the median counts."""

COLUMNS = (
    "mode",
    "face",
    "base, dB",
    "fast, dB",
    "dense, dB",
    "fast, s",
    "dense, s",
    "times faster",
    "whole method with fast, s",
)


@dataclass(frozen=True, eq=False)
class Timed:
    """One run: the base layer, the result, and seconds of the detail and of everything."""

    base: Pixels
    result: Pixels
    detail_s: float
    whole_s: float


def survey(data: Path, limit: int | None, tell: Tell) -> Survey:
    """Search both ways for the detail of some faces of ``face320-x4-sr`` and ``-deblur``.

    Raises
    ------
    InputError
        If the data hold no such faces.
    WeightsError
        If there is no gallery ``fsgn/full`` in the model folders.
    """
    rows: list[tuple[Cell, ...]] = []
    for mode in MODES:
        fast, dense = (_method(mode, dense=dense) for dense in (False, True))
        pairs = make_pairs(protocol(f"face320-x4-{mode}"), data, limit or FACES).pairs
        for pair in pairs:
            rows.append(_row(mode, pair, fast, dense))
            tell(f"{mode}: {pair.name}, dense {rows[-1][6]:.0f} s")
    return Survey(
        "Detail of exemplars: the fast search and the paper's",
        COLUMNS,
        (*rows, _mean(rows)),
        (
            "dense: every patch with every window of every exemplar of the gallery, also mirrored; "
            "fast: as it is shipped",
            "s: from the base layer to the result; of the fast search the median of "
            f"{REPEATS} runs, of the dense one run",
        ),
    )


def _method(mode: str, *, dense: bool) -> Method:
    return registry.load("fsgn", {"mode": mode, "detail": True, "dense": dense}, "cpu")


def _row(mode: str, pair: Pair, fast: Method, dense: Method) -> tuple[Cell, ...]:
    quick = sorted((_timed(fast, pair) for _ in range(REPEATS)), key=lambda run: run.detail_s)
    middle, slow = quick[REPEATS // 2], _timed(dense, pair)
    scores = (psnr(p, pair.truth) for p in (middle.base, middle.result, slow.result))
    seconds = middle.detail_s, slow.detail_s
    return (mode, pair.name, *scores, *seconds, seconds[1] / seconds[0], middle.whole_s)


def _timed(method: Method, pair: Pair) -> Timed:
    placed = FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, method.info.template)
    begun = time.perf_counter()
    seen: dict[str, tuple[Pixels, float]] = {}
    for stage in method.stages(FaceImage(pair.input, placed), seed=0):
        seen[stage.name] = stage.pixels, time.perf_counter()
    (base, at_base), (result, at_end) = seen["base"], seen["result"]
    return Timed(base, result, at_end - at_base, at_end - begun)


def _mean(rows: list[tuple[Cell, ...]]) -> tuple[Cell, ...]:
    figures = np.array([row[2:] for row in rows], dtype=np.float64).mean(axis=0)
    return ("mean", f"{len(rows)} faces", *figures.tolist())
