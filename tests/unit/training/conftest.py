"""A few invented faces, packed."""

import json

import numpy as np
import pytest
import torch

from fhgui.datasets.packed import open_set


@pytest.fixture(autouse=True)
def one_thread():
    """Compute on one thread, like the processes that tests start: sums keep their order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def faces(tmp_path):
    """Six faces of 32×32 px."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (6, 4, 4, 3))
    np.save(tmp_path / "faces.npy", np.kron(coarse, np.ones((1, 8, 8, 1))).astype(np.uint8))
    (tmp_path / "faces.json").write_text(json.dumps([f"{i}.png" for i in range(6)]))
    return open_set(tmp_path / "faces.npy")
