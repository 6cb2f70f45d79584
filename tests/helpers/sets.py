"""Small packed sets of faces that are noise."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from fhgui.datasets.packed import (
    FACES,
    INDEX,
    MANIFEST,
    Manifest,
    PackedFace,
    index_bytes,
    manifest_bytes,
)


def write_set(folder: Path, count: int, side: int, people: Sequence[str] = ()) -> Path:
    """Write a set of ``count`` faces of ``side``×``side`` px, all for training; return its path.

    Parameters
    ----------
    people : whom each face shows; empty if nobody said.
    """
    folder.mkdir(parents=True)
    pixels = np.random.default_rng(0).integers(0, 256, (count, side, side, 3), np.uint8)
    np.save(folder / FACES, pixels)
    who = people or (None,) * count
    faces = tuple(PackedFace(f"face-{i}", identity=who[i]) for i in range(count))
    index = index_bytes(faces)
    (folder / INDEX).write_bytes(index)
    manifest = Manifest(
        recipe={},
        software={},
        sources=(),
        pictures=(),
        shape=(count, side, side, 3),
        faces_sha256=hashlib.sha256((folder / FACES).read_bytes()).hexdigest(),
        index_sha256=hashlib.sha256(index).hexdigest(),
    )
    (folder / MANIFEST).write_bytes(manifest_bytes(manifest))
    return folder
