"""The guided filter: smooths a picture but for the edges of a guide, in time free of the radius.

K. He, J. Sun, X. Tang, "Guided Image Filtering", IEEE Trans. PAMI 35(6), 2013.
"""

from __future__ import annotations

import cv2
import numpy as np

from fhgui.core.arrays import Floats


def guided_filter(picture: Floats, guide: Floats, radius_px: int, epsilon: float) -> Floats:
    """Return q = āI + b̄, the picture as locally linear function of its guide.

    Parameters
    ----------
    picture : H×W or H×W×C, p, on any linear scale.
    guide : H×W, I, gray; what ``epsilon`` is measured on.
    radius_px : of the square window ω: 2r + 1 pixels a side.
    epsilon : ε > 0: a window with less variance than this is smoothed, with more kept.

    Returns
    -------
    As ``picture``, float64. Beyond the edges both go on mirrored.

    Raises
    ------
    ValueError
        If the sizes differ, or radius or ε are not positive.
    """
    if guide.shape != picture.shape[:2]:
        raise ValueError(f"a guide of {guide.shape} for a picture of {picture.shape}")
    if radius_px < 1 or not epsilon > 0:
        raise ValueError(f"no guided filter of radius {radius_px} and epsilon {epsilon}")
    if picture.ndim == 2:
        return _filter_plane(picture, guide, radius_px, epsilon)
    planes = [_filter_plane(p, guide, radius_px, epsilon) for p in np.moveaxis(picture, -1, 0)]
    return np.stack(planes, axis=-1)


def _filter_plane(picture: Floats, guide: Floats, radius_px: int, epsilon: float) -> Floats:
    mean_p, mean_i = _mean(picture, radius_px), _mean(guide, radius_px)
    covariance = _mean(picture * guide, radius_px) - mean_p * mean_i
    variance = _mean(guide * guide, radius_px) - mean_i * mean_i
    a = covariance / (np.maximum(variance, 0) + epsilon)  # Eq. 5
    b = mean_p - a * mean_i  # Eq. 6
    smoothed: Floats = _mean(a, radius_px) * guide + _mean(b, radius_px)  # Eq. 8
    return smoothed


def _mean(plane: Floats, radius_px: int) -> Floats:
    side = 2 * radius_px + 1
    values = np.ascontiguousarray(plane, dtype=np.float64)
    return np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT), np.float64)
