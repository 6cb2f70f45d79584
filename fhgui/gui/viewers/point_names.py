"""What the points are called."""

from __future__ import annotations

NAMES = {
    2: ("left eye", "right eye"),
    5: ("left eye", "right eye", "nose tip", "mouth left", "mouth right"),
}
PARTS_68 = (
    ("jaw", 17),
    ("brow left", 5),
    ("brow right", 5),
    ("nose", 9),
    ("eye left", 6),
    ("eye right", 6),
    ("lips out", 12),
    ("lips in", 8),
)
"""Parts of the 68 points in their order, and how many belong to each; the picture's left."""


def names_of(count: int) -> tuple[str, ...]:
    """Return the names of 2, 5 or 68 points."""
    if count != 68:
        return NAMES.get(count, tuple(str(i + 1) for i in range(count)))
    return tuple(f"{part} {i + 1}" for part, size in PARTS_68 for i in range(size))


def name_of(index: int, count: int) -> str:
    """Return the name of one of so many points."""
    return names_of(count)[index]
