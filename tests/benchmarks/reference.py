"""The fixed convolution by which every figure is divided, so that machines can be compared.

A machine twice as fast halves both, and the ratio stays; it is measured just before and just after
what it divides, so that a processor that slows down meanwhile slows both.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

CHANNELS, SIDE = 64, 128
GFLOP = 2 * CHANNELS**2 * 9 * SIDE**2 / 1e9
"""Of 64 → 64 filters of 3×3 on 128×128 places, float32: a layer of VDSR."""
TIMES, WARM = 9, 2
WORDS = f"one convolution 3×3 of {CHANNELS} to {CHANNELS} channels on {SIDE}×{SIDE}, one thread"


def reference_s() -> float:
    """Return the median of some runs of the convolution, by one thread.

    What is measured may have set another number of threads, which is left as it is.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _median_s()
    finally:
        torch.set_num_threads(threads)


def _median_s() -> float:
    values = torch.Generator().manual_seed(0)
    picture = torch.rand(1, CHANNELS, SIDE, SIDE, generator=values)
    weight = torch.rand(CHANNELS, CHANNELS, 3, 3, generator=values)
    taken = []
    with torch.inference_mode():
        for _ in range(WARM + TIMES):
            began = time.perf_counter()
            torch.nn.functional.conv2d(picture, weight, padding=1)
            taken.append(time.perf_counter() - began)
    return statistics.median(taken[WARM:])


@dataclass(frozen=True)
class Place:
    """Where a figure goes: table, row, column, and by what it is divided beside the reference."""

    table: str
    row: str
    column: str
    each: int = 1


def measured(
    benchmark: Any, place: Place, do: Callable[[], object], rounds: int = 5, **more: Any
) -> Any:
    """Time ``do`` between two references; what the table needs goes along with the benchmark.

    Parameters
    ----------
    more : handed on to pytest-benchmark's ``pedantic``, e.g. ``setup``.
    """
    before_s = reference_s()
    result = benchmark.pedantic(do, rounds=rounds, **{"warmup_rounds": 1, **more})
    reference = (before_s + reference_s()) / 2
    if benchmark.stats is not None:  # switched off: run once, without figures
        median_s = benchmark.stats.stats.median / place.each
        benchmark.extra_info.update(
            table=place.table,
            row=place.row,
            column=place.column,
            ms=1e3 * median_s,
            ratio=median_s / reference,
            reference_ms=1e3 * reference,
        )
    return result
