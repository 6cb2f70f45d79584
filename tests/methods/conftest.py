"""Real faces, for the tests that compare methods with released results."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

FACES = 12


@pytest.fixture(scope="session")
def real_faces(data_dir):
    """Return the first faces of the dev half of celeba128-x8, 128×128×3 each."""
    with zipfile.ZipFile(data_dir / "celeba128" / "test-dev.zip") as archive:
        names = sorted(n for n in archive.namelist() if not n.endswith("/"))[:FACES]
        return [np.asarray(Image.open(io.BytesIO(archive.read(n))).convert("RGB")) for n in names]
