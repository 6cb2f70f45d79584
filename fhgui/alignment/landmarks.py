"""Landmarks of a face whose box is known.

References
----------
V. Kazemi, J. Sullivan, "One millisecond face alignment with an ensemble of regression trees",
CVPR 2014. dlib's 68-point model was trained on iBUG 300-W (non-commercial data).
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from fhgui.alignment.dlib_models import model_file
from fhgui.core.arrays import Floats, Pixels, Points

PREDICTOR = "shape_predictor_68_face_landmarks.dat"


def landmarks_in(pixels: Pixels, edges: Floats) -> Points:
    """Return the 68×2 landmarks of an upright face whose box is known.

    Parameters
    ----------
    pixels : H×W×3 uint8; the face best some 100 pixels wide.
    edges : left, top, right, bottom of the detector's box (pixel i: i … i+1).

    Raises
    ------
    WeightsError
        If the landmark model is not installed.
    """
    left, top, right, bottom = (round(float(edge)) for edge in edges)
    rectangle = import_module("dlib").rectangle(left, top, right - 1, bottom - 1)
    parts = predictor()(pixels, rectangle).parts()
    return np.array([(p.x, p.y) for p in parts], dtype=np.float64)


@lru_cache(maxsize=1)
def predictor() -> Any:  # dlib has no type hints
    """Return dlib's own 68-point model, loaded once; errors as of `landmarks_in`."""
    return import_module("dlib").shape_predictor(str(model_file(PREDICTOR)))
