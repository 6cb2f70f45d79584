"""A few invented faces, packed."""

import numpy as np
import pytest
from PIL import Image

from fhgui.training.data import pack_faces


@pytest.fixture
def picture_folder(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for i in range(6):
        pixels = np.kron(rng.integers(0, 256, (4, 4, 3)), np.ones((8, 8, 1))).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{i}.png")
    return folder


@pytest.fixture
def faces(picture_folder, tmp_path):
    return pack_faces([picture_folder], tmp_path / "faces.npy", (32, 32))
