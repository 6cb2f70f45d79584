"""Folders of pictures for benchmarks, and the one face that may be shipped."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fhgui.core.arrays import Pixels

MakeFaces = Callable[..., Path]


@pytest.fixture
def make_faces(tmp_path: Path) -> MakeFaces:
    """Return what writes ``count`` smooth pictures of a size into a folder."""

    def make(count: int, hw: tuple[int, int] = (128, 128), folder: str = "faces") -> Path:
        path = tmp_path / folder
        path.mkdir(parents=True, exist_ok=True)
        for i in range(count):
            Image.fromarray(smooth(i, hw)).save(path / f"{i:03d}.png")
        return path

    return make


def smooth(seed: int, hw: tuple[int, int] = (128, 128)) -> Pixels:
    """Return a picture of random soft blobs, H×W×3 uint8."""
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize(hw[::-1], Image.Resampling.BICUBIC))


@pytest.fixture(scope="session")
def astronaut() -> Pixels:
    """Return Eileen Collins' face and shoulders, 256×256, from scikit-image (public domain)."""
    from skimage import data

    return np.ascontiguousarray(data.astronaut()[:256, 96:352])
