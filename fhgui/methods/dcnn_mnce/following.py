"""Where the components of a face are that carries landmarks, seen from the template."""

from __future__ import annotations

import numpy as np

from fhgui.alignment.templates import template
from fhgui.core.arrays import Points
from fhgui.core.face import FaceImage
from fhgui.core.method import MethodInfo

_LANDMARKS: dict[int, dict[str, slice]] = {
    68: {
        "brows": slice(17, 27),
        "eyes": slice(36, 48),
        "nose": slice(27, 36),
        "mouth": slice(48, 68),
    },
    5: {"brows": slice(0, 2), "eyes": slice(0, 2), "nose": slice(2, 3), "mouth": slice(3, 5)},
}
"""Which landmarks tell where a component is, by how many there are."""


def shifts(face: FaceImage, info: MethodInfo, limit_px: int) -> dict[str, tuple[int, int]]:
    """Return how many pixels (x, y) right and down of the template each component is.

    Components that are where the template has them are left out, and so are all of a face that
    carries fewer than five landmarks.

    Parameters
    ----------
    limit_px : no component is taken to be further away than this; 0 to keep to the template.
    """
    landmarks = face.alignment.landmarks
    if landmarks is None or len(landmarks) not in _LANDMARKS or limit_px == 0:
        return {}
    found = _on_output_grid(landmarks, face, info.scale)
    usual = template(info.template).reduced(len(landmarks))
    by_name = {}
    for name, rows in _LANDMARKS[len(landmarks)].items():
        away = np.rint((found[rows] - usual[rows]).mean(axis=0)).clip(-limit_px, limit_px)
        if away.any():
            by_name[name] = (int(away[0]), int(away[1]))
    return by_name


def _on_output_grid(landmarks: Points, face: FaceImage, scale: int) -> Points:
    matrix = face.alignment.matrix
    points: Points = (landmarks @ matrix[:, :2].T + matrix[:, 2] + 0.5) * scale - 0.5
    return points
