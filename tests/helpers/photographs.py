"""Photographs synthesised for tests of sets: patterns that no filter takes for one another."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from fhgui.core.arrays import Pixels


def pattern(seed: int, height: int = 32, width: int = 32) -> Pixels:
    """Return H×W×3 uint8: seeded blocks of 2 pixels, sharp and unlike those of any other seed."""
    random = np.random.Generator(np.random.PCG64(seed))
    blocks = random.integers(0, 256, ((height + 1) // 2, (width + 1) // 2, 3), dtype=np.uint8)
    return blocks.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]


def astronaut() -> Pixels:
    """Return 512×512×3 uint8: one real face, about 85 pixels wide."""
    from skimage import data

    pixels: Pixels = data.astronaut()  # type: ignore[no-untyped-call]  # has no hints
    return pixels


def encoded(pixels: Pixels, form: str = "PNG", quality: int = 90) -> bytes:
    """Return a picture file's bytes."""
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, form, quality=quality)
    return buffer.getvalue()


def write_people(folder: Path, people: int = 5, pictures: int = 4) -> Path:
    """Write ``person-P/N.png`` and return the folder."""
    for person in range(people):
        (folder / f"person-{person}").mkdir(parents=True)
        for number in range(pictures):
            data = encoded(pattern(100 * person + number))
            (folder / f"person-{person}" / f"{number}.png").write_bytes(data)
    return folder
