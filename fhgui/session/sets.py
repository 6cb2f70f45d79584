"""What a set of faces holds, in the few figures that somebody who trains wants to see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from fhgui.core.arrays import Pixels
from fhgui.core.errors import FhguiError, InputError

SAMPLES = 6


@dataclass(frozen=True, eq=False)
class SetSummary:
    """A packed set of faces.

    Parameters
    ----------
    faces : how many. size_hw : of each, pixels.
    splits : faces of each split that has any, in the order train, val, test.
    identities : people who are told apart; 0 without labels.
    samples : up to `SAMPLES` faces evenly from the set, N×H×W×3 uint8.
    """

    path: Path
    faces: int
    size_hw: tuple[int, int]
    splits: tuple[tuple[str, int], ...]
    identities: int
    samples: Pixels

    def words(self) -> str:
        """Return ``3,623 faces of 128×128 px · train 3,300, val 323 · 307 people``."""
        height, width = self.size_hw
        parts = [f"{self.faces:,} faces of {width}×{height} px"]
        parts.append(", ".join(f"{name} {count:,}" for name, count in self.splits))
        if self.identities:
            parts.append(f"{self.identities:,} people")
        return " · ".join(parts)


def holds_set(folder: Path) -> bool:
    """Tell whether there is a set in a folder, whole or not."""
    from fhgui.datasets.packed import MANIFEST

    return (folder / MANIFEST).is_file()


def look_at_set(path: Path) -> SetSummary:
    """Read what a set holds; takes up to a second for a large one.

    Raises
    ------
    FhguiError
        If there is no whole set of faces in the folder.
    """
    from fhgui.datasets.packed import SPLITS, open_set

    found = open_set(path)
    if not len(found):
        raise InputError("holds no faces", path=path, hint="build it from other photographs")
    counts = Counter(face.split for face in found.faces)
    count = len(found)
    rows = sorted({i * count // SAMPLES for i in range(SAMPLES)})
    try:
        samples = found.pixels[rows]
    except OSError as error:
        raise FhguiError("cannot be read", path=path, hint="check the disk") from error
    return SetSummary(
        path=path,
        faces=count,
        size_hw=(found.pixels.shape[1], found.pixels.shape[2]),
        splits=tuple((name, counts[name]) for name in SPLITS if counts[name]),
        identities=len({i for i in found.identities if i is not None}),
        samples=samples,
    )
