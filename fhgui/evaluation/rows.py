"""The figures: of one result picture, and of a row of a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np

EQUAL_DB = 10 * math.log10(255**2 / 1e-12)
"""PSNR given for a result that equals its truth, so that a mean stays finite: 168.1 dB."""


@dataclass(frozen=True)
class Recognised:
    """What recognition comes to over a row; None where there are too few people.

    Parameters
    ----------
    rank_1 : share of results nearest to a truth of their own person.
    verification : share of pairs that are told right, one person or two.
    """

    rank_1: float | None = None
    verification: float | None = None


NOBODY = Recognised()


@dataclass(frozen=True)
class PictureScores:
    """Scores of one result; None where a metric is not measured or not available.

    Parameters
    ----------
    identity : cosine of the faces' embeddings; 0 if no face is found in the result, None if none
        is found in the truth.
    detected : whether a face is found in the result; None as for ``identity``.
    sharpness : gradient energy over that of the truth.
    redegradation_mean, redegradation_max : gap between the result degraded again and the input,
        grey levels: its mean and its largest value over pixels and colours.
    seconds : wall time of the method; None for released pictures.
    """

    psnr_rgb: float | None = None
    psnr_gray: float | None = None
    psnr_y: float | None = None
    ssim: float | None = None
    fsim: float | None = None
    sharpness: float | None = None
    lpips: float | None = None
    mps: float | None = None
    identity: float | None = None
    detected: bool | None = None
    pca_similarity: float | None = None
    redegradation_mean: float | None = None
    redegradation_max: float | None = None
    seconds: float | None = None

    def as_json(self) -> dict[str, float | bool | None]:
        """Return every field by name."""
        return asdict(self)


@dataclass(frozen=True)
class Row:
    """A row of a table; means over its pictures, None where not available.

    Parameters
    ----------
    method : a method's id, or the name in a paper.
    label : unique name of the row.
    kind : ``measured``, ``reference`` (released pictures, scored here) or ``published``.
    n, missing : pictures scored, and pictures of the protocol that the row lacks.
    identity : undetected faces count as 0. identity_cosine : mean over the detected ones only.
    redegradation_max : the largest of all pictures.
    undetected : results in which no face is found where the truth has one.
    rank_1 : share of results nearest to a truth of their own person among all that are measured.
    verification : share of pairs told right, one person or two (`evaluation.recognition`).
    seconds_per_face : median wall time.
    source : of published figures: paper and table.
    """

    method: str
    label: str
    kind: str
    n: int
    missing: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    psnr_rgb: float | None = None
    psnr_gray: float | None = None
    psnr_y: float | None = None
    ssim: float | None = None
    fsim: float | None = None
    sharpness: float | None = None
    lpips: float | None = None
    mps: float | None = None
    identity: float | None = None
    identity_cosine: float | None = None
    undetected: int | None = None
    rank_1: float | None = None
    verification: float | None = None
    pca_similarity: float | None = None
    redegradation_mean: float | None = None
    redegradation_max: float | None = None
    psnr_rgb_std: float | None = None
    psnr_gray_std: float | None = None
    psnr_y_std: float | None = None
    seconds_per_face: float | None = None
    source: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return every field by name."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}


def summarise(
    method: str,
    label: str,
    kind: str,
    settings: Mapping[str, Any],
    scores: Sequence[PictureScores],
    missing: int,
    recognised: Recognised = NOBODY,
) -> Row:
    """Return the row of the pictures' scores; they may be none."""
    means: dict[str, Any] = {
        name: _mean([getattr(s, name) for s in scores])
        for name in (f.name for f in fields(PictureScores))
        if name not in ("detected", "seconds", "redegradation_max")
    }
    spreads: dict[str, Any] = {
        f"{name}_std": _std([getattr(s, name) for s in scores])
        for name in ("psnr_rgb", "psnr_gray", "psnr_y")
    }
    looked = [s.detected for s in scores if s.detected is not None]
    seconds = [s.seconds for s in scores if s.seconds is not None]
    gaps = [s.redegradation_max for s in scores if s.redegradation_max is not None]
    return Row(
        method=method,
        label=label,
        kind=kind,
        n=len(scores),
        missing=missing,
        settings=settings,
        **means,
        **spreads,
        identity_cosine=_mean([s.identity for s in scores if s.detected]),
        redegradation_max=max(gaps, default=None),
        undetected=looked.count(False) if looked else None,
        rank_1=recognised.rank_1,
        verification=recognised.verification,
        seconds_per_face=float(np.median(seconds)) if seconds else None,
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def _std(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.std(known)) if known else None


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value
