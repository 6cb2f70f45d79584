"""How much face the evidence holds: pixels a metre against the classes of IEC 62676-4.

A face is *assumed* to be 16 cm wide; nothing in a single picture can measure it.
"""

from __future__ import annotations

import numpy as np

from fhgui.alignment.templates import reduced
from fhgui.core.arrays import Points
from fhgui.core.face import Adequacy, AdequacyClass, Box, FaceAlignment

FACE_WIDTH_M = 0.16
"""Assumed width of a face (forensic convention, stated in every report)."""

CLASSES = (
    (1500.0, AdequacyClass.SCRUTINISE),
    (500.0, AdequacyClass.VALIDATE),
    (250.0, AdequacyClass.CHARACTERISE),
    (125.0, AdequacyClass.PERCEIVE),
)
"""Least pixels a metre of each class, IEC 62676-4:2025."""

JAW_TO_EYES = 2.27
"""Width of the jaw line over the distance of the eye centres: that of the template `celeba128`,
so that 2, 5 or 68 points of one face give one width."""


def assess(alignment: FaceAlignment) -> Adequacy:
    """Return how much face the frame of an alignment holds.

    Raises
    ------
    ValueError
        If it has neither landmarks nor box: the picture already is a method's input, and what
        the frame held is not known.
    """
    return assess_face(alignment.box, alignment.landmarks)


def assess_face(box: Box | None, landmarks: Points | None) -> Adequacy:
    """Return how much face there is, from its landmarks or else from its box.

    Parameters
    ----------
    box : its width is the face's width where there are no landmarks.
    landmarks : 2×2, 5×2 or 68×2 frame coordinates. The width is that of the jaw line (points 0
        to 16) along the line of the eyes; of 2 or 5 points, `JAW_TO_EYES` eye distances.

    Raises
    ------
    ValueError
        Without either.
    """
    if landmarks is not None:
        face_px, eyes_px = _widths(landmarks)
    elif box is not None:
        face_px, eyes_px = float(box.w), None
    else:
        raise ValueError("a face needs a box or landmarks to be assessed")
    density = face_px / FACE_WIDTH_M
    return Adequacy(face_px, eyes_px, density, class_of(density))


def class_of(density_px_per_m: float) -> AdequacyClass:
    """Return the best class whose least density is reached."""
    for least, reached in CLASSES:
        if density_px_per_m >= least:
            return reached
    return AdequacyClass.BELOW


def _widths(landmarks: Points) -> tuple[float, float]:
    """Return the width of the face and the distance of the eye centres, in frame pixels."""
    left_eye, right_eye = reduced(landmarks, 2)
    eyes_px = float(np.hypot(*(right_eye - left_eye)))
    if len(landmarks) < 68:
        return JAW_TO_EYES * eyes_px, eyes_px
    along = (right_eye - left_eye) / eyes_px
    return float(abs((landmarks[16] - landmarks[0]) @ along)), eyes_px
