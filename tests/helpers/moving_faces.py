"""Films of one face that moves by parts of a pixel, with what is true of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fhgui.alignment.cutting import sample
from fhgui.alignment.similarity import chained, invert
from fhgui.core.arrays import Floats, Matrix, Pixels, Points
from fhgui.imaging.colour import to_uint8
from fhgui.imaging.resize import imresize
from tests.helpers.photographs import astronaut

EYES = np.array([[203.2, 101.5], [246.5, 104.2]])
"""Eye centres in `astronaut`, as dlib finds them."""


@dataclass(frozen=True, eq=False)
class Film:
    """Pictures, the same without noise, how each moved, and the eyes in the first.

    Parameters
    ----------
    motions : 2×3 each, coordinates of the first picture → this one's.
    """

    pictures: tuple[Pixels, ...]
    clean: tuple[Pixels, ...]
    motions: tuple[Matrix, ...]
    eyes: Points


def moving_face(
    count: int = 8, reduction: int = 3, sigma: float = 8.0, seed: int = 0, turn_deg: float = 2.0
) -> Film:
    """Return a film of a face some 85 / ``reduction`` pixels wide, shifted and turned at random."""
    random = np.random.Generator(np.random.PCG64(seed))
    scene = astronaut()[15:255, 90:330].astype(np.float64)
    size = scene.shape[0] // reduction
    clean, motions = [], []
    to_scene = np.array([[reduction, 0, (reduction - 1) / 2], [0, reduction, (reduction - 1) / 2]])
    for number in range(count):
        moved = _motion(random, turn_deg, scene, reduction) if number else np.eye(2, 3)
        seen = sample(scene, moved, (scene.shape[0], scene.shape[1])) if number else scene
        clean.append(imresize(seen, (size, size)))
        motions.append(chained(chained(to_scene, moved), invert(to_scene)))
    noisy = tuple(to_uint8(p + random.normal(0, sigma, p.shape)) for p in clean)
    eyes = (EYES - (90, 15) + 0.5) / reduction - 0.5
    return Film(noisy, tuple(map(to_uint8, clean)), tuple(motions), eyes)


def _motion(random: np.random.Generator, turn_deg: float, scene: Floats, reduction: int) -> Matrix:
    angle = np.deg2rad(random.uniform(-turn_deg, turn_deg))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = (np.array(scene.shape[1::-1]) - 1) / 2
    shift = random.uniform(-1.5, 1.5, 2) * reduction
    return np.column_stack([turn, centre - turn @ centre + shift])
