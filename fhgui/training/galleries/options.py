"""What the user may choose when a gallery is built, alike for every method that has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LEAST_MEMBERS = 8
"""Fewest pictures averaged in a prototype: no single person's face is stored or can be pasted."""

KINDS = ("prototypes", "full")

UNSTATED = "not stated by whoever built it"


@dataclass(frozen=True)
class GalleryOptions:
    """How a gallery is to be built; None and 0 leave it to the method."""

    kind: str = "prototypes"
    """One of `KINDS`; a method may know more."""
    prototypes: int | None = None
    """Prototypes of each region and layer; those of too few pictures are dissolved."""
    faces: int | None = None
    """Only the first faces of the set are used; None for all."""
    held_out: int | None = None
    """First faces of the set that stay out of the gallery, for choosing settings."""
    start: str = "denoiser"
    """What the method's last step starts from: ``denoiser`` or ``bicubic``."""
    seed: int = 0
    """Feeds all randomness."""
    threads: int | None = None
    """CPU threads; None for all cores."""
    work: Path | None = None
    """Folder for what a stopped build goes on with; it stays, and other builds share it."""
    terms: str = UNSTATED
    """Terms of the data, for the card."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Settings of the method or of its gallery that differ from the defaults."""
