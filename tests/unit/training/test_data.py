"""Which faces are trained on, which are validated on, and what a batch holds."""

import dataclasses

import numpy as np
import pytest
import torch

from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.training.data import parts, take

CPU = torch.device("cpu")


def with_splits(*splits):
    pixels = np.arange(len(splits), dtype=np.uint8)[:, None, None, None].repeat(3, axis=3)
    faces = tuple(PackedFace(f"{i}", split=split) for i, split in enumerate(splits))
    return FaceSet(pixels, faces)


def names(sets):
    return [s.names for s in sets]


def test_the_sets_own_split_is_used():
    faces = with_splits("train", "train", "val", "val", "val", "test")
    assert names(parts(faces, 2)) == [("0", "1"), ("2", "3")]
    assert names(parts(faces, 0)) == [("0", "1"), ()]


def test_without_a_split_the_last_faces_are_kept_back():
    faces = with_splits("train", "train", "train", "test")
    assert names(parts(faces, 1)) == [("0", "1"), ("2",)]
    train, kept = parts(faces, 1)
    assert train.pixels.flatten().max() == 1
    assert kept.pixels.flatten()[0] == 2


@pytest.mark.parametrize("splits", [("train", "train"), ("test",), ("val",)])
def test_something_must_be_left(splits):
    with pytest.raises(FhguiError, match="cannot spare 2 for validation"):
        parts(with_splits(*splits), 2)


def test_a_batch_holds_the_faces_asked_for(faces):
    batch = take(faces, np.array([4, 0, 4]), CPU)
    assert batch.shape == (3, 3, 32, 32)
    np.testing.assert_array_equal(batch[0].permute(1, 2, 0), faces.pixels[4])
    np.testing.assert_array_equal(batch[2], batch[0])


def test_a_set_that_was_cut_short_is_named(faces, tmp_path):
    (tmp_path / "faces.npy").write_bytes((tmp_path / "faces.npy").read_bytes()[:5000])
    with pytest.raises(FhguiError, match=r"faces\.npy: was deleted or cut short"):
        take(faces, np.array([0]), CPU)


def test_sets_in_memory_need_no_file(faces):
    held = dataclasses.replace(faces, pixels=np.array(faces.pixels))
    assert torch.equal(take(held, np.array([2, 0]), CPU), take(faces, np.array([2, 0]), CPU))
