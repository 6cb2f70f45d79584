"""How alike two pictures of a face look to a machine that recognises people.

dlib's residual network maps an aligned face to 128 numbers; the similarity is the cosine of two
such vectors. It measures what an enhancement keeps of its own truth and says nothing of who
somebody is. The cosine of two strangers is far above 0 (their vectors share a common part):
compare methods with each other, not with 1.

The face is looked for in the picture enlarged ×2 by bicubic interpolation when its shorter side
is below 200 px, because the detector needs faces of 80 px and dlib's landmarks are whole pixels;
and with its edges going on for a quarter of that side, because the detector wants to see some
surroundings. It knows frontal faces: profiles often count as undetected, truths among them.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from fhgui.alignment.dlib_models import model_file
from fhgui.alignment.gradients import find_large_faces
from fhgui.core.arrays import Floats, Pixels
from fhgui.core.face import DetectedFace
from fhgui.imaging.resize import imresize

NETWORK = "dlib_face_recognition_resnet_model_v1.dat"
ENLARGED_BELOW_PX = 200
SURROUNDINGS = 0.25
SMALLEST_SHARE = 0.2
"""Faces narrower than this share of the shorter side, surroundings included, are not meant."""


def embedding(pixels: Pixels) -> Floats | None:
    """Return the 128 numbers of the face in a picture; None if none is found.

    Parameters
    ----------
    pixels : H×W×3 uint8; of several faces the widest counts.

    Raises
    ------
    WeightsError
        If dlib's network is not installed.
    """
    seen, widest = face_in(pixels)
    if widest is None:
        return None
    vector = _network().compute_face_descriptor(seen, _shape(widest))
    return np.array(vector, dtype=np.float64)


def face_in(pixels: Pixels) -> tuple[Pixels, DetectedFace | None]:
    """Return the picture as the detector saw it and the widest face in it, if any."""
    seen = _prepared(pixels)
    faces = find_large_faces(seen, smallest_px=SMALLEST_SHARE * min(seen.shape[:2]))
    return seen, max(faces, key=lambda face: face.box.w, default=None)


def cosine(a: Floats, b: Floats) -> float:
    """Return the cosine of two vectors; 0 if one of them is null."""
    norms = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / norms if norms > 0 else 0.0


def _prepared(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    if min(height, width) < ENLARGED_BELOW_PX:
        pixels = imresize(pixels, (2 * height, 2 * width))
    border = round(SURROUNDINGS * min(pixels.shape[:2]))
    return np.pad(pixels, ((border, border), (border, border), (0, 0)), mode="edge")


def _shape(face: DetectedFace) -> Any:  # dlib has no type hints
    dlib = import_module("dlib")
    box = face.box
    rectangle = dlib.rectangle(box.x, box.y, box.x + box.w - 1, box.y + box.h - 1)
    points = [dlib.point(int(x), int(y)) for x, y in np.floor(face.landmarks + 0.5)]
    return dlib.full_object_detection(rectangle, points)


@lru_cache(maxsize=1)
def _network() -> Any:  # as above
    return import_module("dlib").face_recognition_model_v1(str(model_file(NETWORK)))
