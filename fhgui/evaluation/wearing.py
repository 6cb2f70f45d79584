"""How well the wear of a picture is told: noise, JPEG quality, blocks, fields, sensor scale.

Pictures are reduced first, so that they begin unworn, and are worn in known ways; only for noise
they are taken as they are stored, because a reduced picture has hardly any plain part left. Real
noise is held against pairs of a camera's picture and the mean of many (``…_real``, ``…_mean``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from scipy.stats import spearmanr

from fhgui.core.arrays import Pixels
from fhgui.core.errors import InputError
from fhgui.core.fields import Fields
from fhgui.datasets.reading import Reader, decode
from fhgui.datasets.recipe import DroppedError
from fhgui.evaluation import worn
from fhgui.evaluation.metrics import psnr
from fhgui.evaluation.pictures import list_pictures
from fhgui.evaluation.surveys import Cell, Survey, Tell
from fhgui.imaging.blocking import VISIBLE, estimate_blocking, estimate_jpeg
from fhgui.imaging.colour import luma
from fhgui.imaging.enlarging import Enlargement, estimate_enlargement
from fhgui.imaging.interlacing import estimate_combing, one_field
from fhgui.imaging.noise import estimate_noise

Row: TypeAlias = tuple[Cell, ...]

COLUMNS = (
    "estimate",
    "done to the picture",
    "pictures",
    "told",
    "10 %",
    "90 %",
    "right (%)",
    "what is right",
)
SHARE = 0.6
"""Share of its sides to which a picture is reduced, to begin unworn."""
MOST = 24
"""Pictures worn if no limit is given, evenly spread: every one is worn in sixty ways."""

SIGMAS = (0, 2, 5, 10, 15, 25)
QUALITIES = (20, 35, 50, 65, 80, 90, 95)
QUANTISERS = {"libx264": (18, 26, 34, 42), "mpeg2video": (3, 8, 16, 31)}
SHIFTS_PX = (0, 1, 2, 4, 8)
FACTORS = (1.25, 1.5, 2.0, 3.0, 4.0)

REAL, MEAN = "real", "mean"


def survey(data: Path, limit: int | None, tell: Tell) -> Survey:
    """Wear pictures and print what is told of it.

    Parameters
    ----------
    data : folder or zip of pictures; pairs ``NAME_real`` and ``NAME_mean`` are of real noise.
    limit : pictures worn, and pairs, at most.

    Raises
    ------
    InputError
        If there are no pictures to wear.
    """
    stored, pairs = _pictures(data, limit)
    if not stored and not pairs:
        raise InputError("holds no pictures that can be read", path=data)
    fresh = [worn.freshened(p, SHARE) for p in stored]
    parts: tuple[tuple[str, Callable[[], Iterator[Row]]], ...] = (
        ("real noise", lambda: _real_noise(pairs)),
        ("noise", lambda: _noise(stored)),
        ("JPEG", lambda: _jpeg(fresh)),
        ("blocks", lambda: _blocks(fresh)),
        ("fields", lambda: _fields(fresh)),
        ("enlarging", lambda: _enlarging(fresh)),
    )
    rows: list[Row] = []
    for name, rows_of in parts:
        tell(name)
        rows += rows_of() if stored or name == "real noise" else ()
    return Survey("What can be told of a picture's wear", COLUMNS, tuple(rows), NOTES)


NOTES = (
    "Noise in grey levels of luma; of real pairs the ratio of told to true σ.",
    "H.264 smooths the edges of its blocks: they tell that a film was compressed, not how much.",
    "Fields: gain is PSNR of the upper field with its lines filled, over that of the woven frame, "
    "against the upper field's moment, in dB.",
    "An enlarging that leaves no trace is told as 1, none. Factors s and s/(s − 1) leave the same "
    "line: bilinear 3 and 4 are told as 1.5 and 1.33.",
)


def _pictures(data: Path, limit: int | None) -> tuple[list[Pixels], list[tuple[Pixels, Pixels]]]:
    """Return pictures as they are stored, and pairs of real noise.

    Raises
    ------
    InputError
        If one of them cannot be read.
    """
    listed = dict(list_pictures(data, []))
    real = [n for n in listed if n.endswith(REAL) and n[: -len(REAL)] + MEAN in listed]
    means = [n[: -len(REAL)] + MEAN for n in real]
    others = sorted(set(listed) - {*real, *means})
    with Reader() as reader:

        def pixels(name: str) -> Pixels:
            item = listed[name]
            try:
                return decode(reader.stored(item), item)
            except DroppedError as error:
                raise InputError(
                    "cannot be read as a picture", path=item.name, hint="take it away"
                ) from error

        stored = [pixels(n) for n in _spread(others, limit or MOST)]
        pairs = zip(_spread(real, limit), _spread(means, limit), strict=True)
        return stored, [(pixels(a), pixels(b)) for a, b in pairs]


def _spread(names: Sequence[str], most: int | None) -> list[str]:
    step = 1 if most is None else max(1, -(-len(names) // most))
    return list(names[::step])


def _real_noise(pairs: Sequence[tuple[Pixels, Pixels]]) -> Iterator[Row]:
    if not pairs:
        return
    true = np.array([(luma(real) - luma(mean)).std() for real, mean in pairs])
    told = np.array([_sigma(real) for real, _ in pairs])
    rest = np.array([_sigma(mean) for _, mean in pairs])
    ratio = told / true
    order = float(spearmanr(true, told).statistic) if len(pairs) > 2 else float("nan")
    said = f"real, σ {np.median(true):.1f} (rank correlation {order:.2f})"
    yield _row("noise", said, ratio, np.abs(ratio - 1) <= 0.5, "within half of the truth")
    yield _row("noise", "mean of many real ones", rest, rest < np.median(true) / 2, "below half")


def _noise(stored: Sequence[Pixels]) -> Iterator[Row]:
    rng = np.random.default_rng(0)
    for sigma in SIGMAS:
        told = np.array([_sigma(worn.with_noise(p, sigma, rng)) for p in stored])
        off = np.abs(told - sigma)
        yield _row("noise", f"white, σ {sigma}", told, off <= max(0.2 * sigma, 1), "±20 %, or ±1")


def _jpeg(fresh: Sequence[Pixels]) -> Iterator[Row]:
    never = [estimate_jpeg(p) for p in fresh]
    yield _row("JPEG", "none", [], [j is None for j in never], "none told")
    for quality in QUALITIES:
        told = [estimate_jpeg(worn.as_jpeg(p, quality)) for p in fresh]
        values = [j.quality for j in told if j]
        right = [j is not None and abs(j.quality - quality) <= 2 for j in told]
        yield _row("JPEG", f"quality {quality}", values, right, "±2")
    cut = [estimate_jpeg(worn.as_jpeg(p, 60)[3:, 5:]) for p in fresh]
    right = [j is not None and j.offset_xy == (3, 5) for j in cut]
    yield _row("JPEG", "quality 60, then cut", [j.quality for j in cut if j], right, "its grid")


def _blocks(fresh: Sequence[Pixels]) -> Iterator[Row]:
    plain = _strengths(fresh)
    yield _row("blocks", "none", plain, plain < VISIBLE, "none told")
    for codec, quantisers in QUANTISERS.items():
        found = [_strengths([worn.as_film(p, codec, q) for p in fresh]) for q in quantisers]
        for quantiser, told in zip(quantisers, found, strict=True):
            said = f"{codec}, quantiser {quantiser}"
            yield _row("blocks", said, told, told >= VISIBLE, "told")
        numbers = np.repeat(quantisers, len(fresh))
        order = float(spearmanr(numbers, np.concatenate(found), nan_policy="omit").statistic)
        yield ("blocks", f"{codec}, rank correlation", len(numbers), order, *(None,) * 4)


def _fields(fresh: Sequence[Pixels]) -> Iterator[Row]:
    for shift in SHIFTS_PX:
        made = [worn.woven(p, shift) for p in fresh]
        told = [c is not None and c.is_interlaced for c in (estimate_combing(f) for f, _ in made)]
        gain = [
            psnr(one_field(frame, Fields.UPPER), now) - psnr(frame, now) if shift else 0.0
            for frame, now in made
        ]
        right = told if shift else [not t for t in told]
        yield _row(
            "fields", f"moved {shift} px; gain", gain, right, "told" if shift else "none told"
        )


def _enlarging(fresh: Sequence[Pixels]) -> Iterator[Row]:
    plain = [estimate_enlargement(p) for p in fresh]
    yield _row("sensor scale", "none", [], [e == Enlargement() for e in plain], "none told")
    for kernel in worn.KERNELS:
        for factor in FACTORS:
            found = [estimate_enlargement(worn.enlarged(p, factor, kernel)) for p in fresh]
            told = np.array([e.across for e in found if e])
            right = np.abs(told - factor) <= 0.02 * factor
            yield _row("sensor scale", f"{factor:g} times, {kernel}", told, right, "±2 %")


def _sigma(pixels: Pixels) -> float:
    noise = estimate_noise(pixels)
    return float("nan") if noise is None else noise.sigma


def _strengths(pictures: Sequence[Pixels]) -> np.ndarray:
    found = [estimate_blocking(p) for p in pictures]
    return np.array([f.strength if f else np.nan for f in found])


def _row(
    estimate: str,
    done: str,
    told: Sequence[float] | np.ndarray,
    right: Sequence[bool] | np.ndarray,
    what: str,
) -> Row:
    """Return a row: median and spread of what was told, and how often it is right."""
    values = np.asarray(told, np.float64)
    values = values[~np.isnan(values)]
    spread: Row = (None, None, None)
    if len(values):
        median, low, high = np.quantile(values, [0.5, 0.1, 0.9]).tolist()
        spread = (median, low, high)
    share = 100 * float(np.mean(right)) if len(right) else None
    return (estimate, done, len(right), *spread, share, what)
