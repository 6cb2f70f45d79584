"""What training takes from a packed set: faces to train on, faces to validate on, batches."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from fhgui.core.arrays import AnyArray
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet

RESIDENT_BYTES = 4 << 30
"""Sets up to this size lie on the card as a whole while they are trained on."""
CHUNK = 1024
"""Faces that are brought there at once."""


def parts(faces: FaceSet, validation_faces: int) -> tuple[FaceSet, FaceSet]:
    """Return the faces to train on and up to ``validation_faces`` others.

    The others come from the set's "val" split, or from the end of "train" if it has none: names
    are in order, so that then at most one person is on both sides. "test" is never touched.

    Raises
    ------
    FhguiError
        If nothing would be left to train on.
    """
    train, others = faces.split("train"), faces.split("val")
    if validation_faces and not len(others):
        cut = max(0, len(train) - validation_faces)
        train, others = _rows(train, 0, cut), _rows(train, cut, len(train))
    if not len(train):
        raise FhguiError(
            f"a set of {len(faces)} faces cannot spare {validation_faces} for validation",
            hint="take fewer validation_faces, or more faces",
        )
    return train, _rows(others, 0, validation_faces)


def take(faces: FaceSet, indices: AnyArray, device: torch.device) -> torch.Tensor:
    """Return B×3×H×W uint8 R-G-B of some faces, on a device.

    Raises
    ------
    FhguiError
        If the file was deleted or cut short since it was opened.
    """
    pixels = faces.pixels
    if isinstance(pixels, np.memmap) and pixels.filename is not None:
        path = Path(pixels.filename)
        if not path.is_file() or path.stat().st_size < pixels.nbytes:
            raise FhguiError(
                "was deleted or cut short while it was in use",
                path=path,
                hint="put the data set back, then resume",
            )
    if device.type == "cuda" and faces.pixels.nbytes <= RESIDENT_BYTES:
        batch = _on_card(faces, device)[torch.from_numpy(np.asarray(indices)).to(device)]
    else:
        batch = torch.from_numpy(np.asarray(pixels[indices])).to(device, non_blocking=True)
    return batch.permute(0, 3, 1, 2).contiguous()


@lru_cache(maxsize=2)
def _on_card(faces: FaceSet, device: torch.device) -> torch.Tensor:
    """Return all of a set, N×H×W×3 uint8, on a card: to bring each batch there takes longer."""
    whole = torch.empty(faces.pixels.shape, dtype=torch.uint8, device=device)
    for start in range(0, len(faces), CHUNK):
        part = np.array(faces.pixels[start : start + CHUNK])
        whole[start : start + CHUNK] = torch.from_numpy(part)
    return whole


def _rows(faces: FaceSet, start: int, stop: int) -> FaceSet:
    return FaceSet(faces.pixels[start:stop], faces.faces[start:stop], faces.digest)
