"""How near results come to a reference of the examiner: figures about pictures, not people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fhgui.core.arrays import Pixels

MEANING = (
    "A reference is a better picture of the same moment: the original of a test, or the same frame "
    "at a higher resolution. The figures say how near pixels come to it. They are no similarity to "
    "a person, and a portrait of somebody is no reference."
)


@dataclass(frozen=True)
class ReferenceScore:
    """One result against the reference; PSNR in dB, SSIM and FSIM up to 1.

    Parameters
    ----------
    record : id of the run's record.
    psnr_rgb, psnr_y, ssim, fsim : as in the benchmark; None where there is no score.
    note : why there is no score, in words.
    """

    record: str
    psnr_rgb: float | None = None
    psnr_y: float | None = None
    ssim: float | None = None
    fsim: float | None = None
    note: str = ""


@dataclass(frozen=True, eq=False)
class Reference:
    """A reference and what came of it.

    Parameters
    ----------
    path, sha256 : the file.
    how : how it was laid over the results, in words.
    pixels : H×W×3 uint8, on the grid of the first result that it fits.
    scores : one for every result that was asked for.
    laid_onto : id of the record of the result whose grid it lies on.
    """

    path: Path
    sha256: str
    how: str
    pixels: Pixels
    scores: tuple[ReferenceScore, ...]
    laid_onto: str

    def score_of(self, record: str) -> ReferenceScore | None:
        """Return the score of a run by the id of its record."""
        return next((s for s in self.scores if s.record == record), None)
