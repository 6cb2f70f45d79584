"""What cheap cameras and recorders do to a whole scene, one picture at a time.

`steps` degrades faces towards a method's input; here the grid stays, as a detector meets it: out
of focus, dark, noisy, enlarged by a recorder and compressed. Ranges are our judgement of CCTV.
"""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np

from fhgui.core.arrays import AnyArray, Pixels

Values: TypeAlias = AnyArray
"""H×W×3 float32, 0–255."""


def record(scene: Pixels, random: np.random.Generator) -> Pixels:
    """Return an H×W×3 uint8 scene as some camera recorded it; 12 in 100 stay as they are."""
    if random.random() < 0.12:
        return scene
    values = _light(scene.astype(np.float32), random)
    values = _blur(values, random)
    values = _coarser(values, random) if random.random() < 0.25 else values
    values = _noise(values, random) if random.random() < 0.75 else values
    pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return _compress(pixels, random) if random.random() < 0.75 else pixels


def _light(values: Values, random: np.random.Generator) -> Values:
    """Change exposure, contrast, white balance and colour."""
    if random.random() < 0.3:
        gray = values @ np.array([0.299, 0.587, 0.114], np.float32)
        share = np.float32(random.uniform(0, 0.4) if random.random() < 0.3 else 0)
        values = share * values + (1 - share) * gray[..., None]
    elif random.random() < 0.6:
        values = values * random.uniform(0.8, 1.2, 3).astype(np.float32)
    gamma, gain = random.uniform(0.6, 1.6), random.uniform(0.6, 1.25)
    values = 255 * (np.clip(values, 0, 255) / 255) ** np.float32(gamma) * np.float32(gain)
    if random.random() < 0.1:  # at night
        values = values * np.float32(random.uniform(0.3, 0.7))
    lift = np.float32(random.uniform(0, 50) if random.random() < 0.3 else 0)
    return np.clip(lift + values * (1 - lift / 255), 0, 255)


def _blur(values: Values, random: np.random.Generator) -> Values:
    chance = random.random()
    if chance < 0.55:
        return cv2.GaussianBlur(values, (0, 0), random.uniform(0.2, 1.4))
    if chance < 0.7:
        return cv2.filter2D(values, -1, _streak(random))
    return values


def _streak(random: np.random.Generator) -> AnyArray:
    """Return the 9×9 kernel of a straight motion of 2 to 6 pixels."""
    angle, half = random.uniform(0, np.pi), random.uniform(1, 3)
    large = np.zeros((45, 45), np.float32)
    along = np.array([np.cos(angle), np.sin(angle)]) * half * 5
    start, end = np.rint(22 - along).astype(int), np.rint(22 + along).astype(int)
    cv2.line(large, start.tolist(), end.tolist(), 1.0, 5)
    kernel = cv2.resize(large, (9, 9), interpolation=cv2.INTER_AREA)
    streak: AnyArray = kernel / kernel.sum()
    return streak


def _coarser(values: Values, random: np.random.Generator) -> Values:
    """Reduce and enlarge again, as recorders do; now and then one axis only (fields of a frame)."""
    height, width = values.shape[:2]
    share = random.uniform(0.5, 0.9)
    small = (width if random.random() < 0.2 else round(width * share), round(height * share))
    kernel = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_AREA)[random.integers(3)]
    reduced = cv2.resize(values, small, interpolation=kernel)
    return cv2.resize(reduced, (width, height), interpolation=cv2.INTER_LINEAR)


def _noise(values: Values, random: np.random.Generator) -> Values:
    """Add noise of a sensor, now and then in coarse grains as denoisers leave it."""
    sigma, gain = random.uniform(0, 14), random.uniform(0, 0.3)
    grains: Values = random.standard_normal(values.shape, np.float32)
    if random.random() < 0.3:
        grains = cv2.GaussianBlur(grains, (0, 0), random.uniform(0.5, 1.0))
        grains = grains / (grains.std() + 1e-6)
    if random.random() < 0.3:  # of brightness only
        grains = np.repeat(grains[..., :1], 3, axis=2)
    noisy: Values = values + grains * np.sqrt(sigma**2 + gain * np.maximum(values, 0))
    return noisy


def _compress(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Go through a JPEG file, its blocks anywhere; now and then smoothed as by H.264's filter."""
    down, right = random.integers(0, 8, 2).tolist()
    padded = cv2.copyMakeBorder(pixels, down, 0, right, 0, cv2.BORDER_REPLICATE)
    quality = int(random.uniform(18, 95))
    _, stored = cv2.imencode(".jpg", padded, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded: AnyArray = np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR))[down:, right:]
    if random.random() < 0.3:
        decoded = cv2.GaussianBlur(decoded, (0, 0), random.uniform(0.3, 0.8))
    return np.ascontiguousarray(decoded).astype(np.uint8, copy=False)
