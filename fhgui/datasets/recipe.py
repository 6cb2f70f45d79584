"""What a build is asked for, and the words for what becomes of a picture."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from enum import StrEnum

from fhgui.alignment.placing import aligned
from fhgui.core.errors import FhguiError, InputError
from fhgui.datasets.packed import SPLITS

MAX_SIDE_PX = 2048


class Reason(StrEnum):
    """Why a picture is not in the set."""

    UNREADABLE = "unreadable"
    NOT_A_PICTURE = "not a picture"
    TOO_LARGE = "too large"
    TOO_SMALL = "too small"
    NO_FACE = "no face"
    BLURRED = "blurred"
    DUPLICATE = "duplicate"


class DroppedError(FhguiError):
    """A picture is left out of the set; ``what`` holds the details."""

    def __init__(self, reason: Reason, what: str = "") -> None:
        super().__init__(what)
        self.reason = reason


@dataclass(frozen=True)
class BuildRecipe:
    """The settings of a build; the manifest keeps them all."""

    size_hw: tuple[int, int] = (128, 128)
    """Height and width of the packed faces in pixels."""
    template: str | None = None
    """Faces are found and laid on this template; None: the pictures are aligned already, their
    middle is cut to the proportions of ``size_hw`` and resized; of the right size they are kept
    to the last bit."""
    labels: str = "none"
    """``folder``: the folder that a picture lies in is the person's name, the same name the same
    person in every source; pictures outside any folder stay unlabelled."""
    shares: tuple[float, float, float] = (0.9, 0.05, 0.05)
    """Shares of persons (pictures, where they are unlabelled) for train, val and test."""
    split_by: str = "person"
    """``picture``: a person's pictures are shared out one by one, so that the same people are in
    train and val: what recognising them takes."""
    max_enlargement: float = 2.0
    """A face that would have to be enlarged more is too small."""
    min_sharpness: float = 25.0
    """Least variance of the Laplacian of a face's gray. Of 20,000 aligned CelebA faces at 128 px
    one in a thousand is below 30; of the same faces enlarged ×4 from 32 px 86 % are below 25, of
    those blurred by σ = 2 px over 99 %."""
    duplicate_bits: int | None = 20
    """Largest distance of two 256-bit `fhgui.datasets.filters.dhash` of one picture; None keeps
    duplicates. Among the 200 million pairs of those 20,000 faces 40 are this near, all of them
    correlated by .966 or more; from 26 bits on strangers come in (.744). JPEG of quality 50 moves
    a face by 4 bits (median; at most 18)."""
    every_nth: int = 25
    """Frames of a video: each n-th from the first."""

    def __post_init__(self) -> None:
        sides_fit = all(8 <= side <= MAX_SIDE_PX for side in self.size_hw)
        _require(sides_fit, f"the size of faces must be 8 to {MAX_SIDE_PX} pixels a side")
        _require(self.labels in ("none", "folder"), "labels are 'none' or 'folder'")
        _require(self.split_by in ("person", "picture"), "a set is split by person or by picture")
        shares_fit = all(share >= 0 for share in self.shares) and abs(sum(self.shares) - 1) < 1e-6
        _require(shares_fit, "the shares of train, val and test must not be negative and sum to 1")
        enlarges = math.isfinite(self.max_enlargement) and self.max_enlargement > 0
        _require(enlarges, "the largest enlargement must be a number of more than 0")
        _require(math.isfinite(self.min_sharpness), "the least sharpness must be a finite number")
        _require(self.every_nth >= 1, "every n-th frame needs n of at least 1")
        if self.template is not None:
            aligned(self.size_hw, self.template)  # refuses unknown names and other proportions

    def split_of(self, identity: str | None, sha256: str) -> str:
        """Return the split of a face, the same in every build with equal shares.

        With ``split_by`` "person" it is that of all the person's faces.
        """
        alone = identity is None or self.split_by == "picture"
        key = f"picture {sha256}" if alone else f"person {identity}"
        number = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:8]
        place = int.from_bytes(number) / 2**64
        for split, share in zip(SPLITS, self.shares, strict=True):
            if place < share:
                return split
            place -= share
        return next(s for s, share in zip(SPLITS, self.shares, strict=True) if share > 0)


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise InputError(sentence)
