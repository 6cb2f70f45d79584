"""What the transformers found out, as matrices, numbers and outlines."""

from __future__ import annotations

import math

import numpy as np
import torch

from fhgui.alignment.similarity import apply, invert, onto_grid
from fhgui.core.arrays import Floats, Matrix
from fhgui.core.method import Outline, Reading

ANGLE_DIGITS, SCALE_DIGITS, SHIFT_DIGITS = 2, 4, 3
"""Digits of readings: coarser than the rounding by which two processors differ."""


def matrix_of(similarity: torch.Tensor, side_px: int) -> Matrix:
    """Return the 2×3 matrix from the upright grid to that of the input.

    Parameters
    ----------
    similarity : (angle, scale, t₁, t₂) of `fhgui.blocks.straightening`, t in pixels.
    side_px : both grids are ``side_px``² pixels; the similarity is about their middle.
    """
    angle, scale, *shift = similarity.double().cpu().tolist()
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    linear = np.array([[cos, -sin], [sin, cos]])
    middle = np.full(2, (side_px - 1) / 2)
    return np.column_stack([linear, middle + shift - linear @ middle])


def upright(to_input: Matrix, scale: int) -> Matrix:
    """Return the 2×3 matrix from the input to the upright grid ``scale`` times as fine."""
    return onto_grid(invert(to_input), scale)


def readings(similarity: torch.Tensor) -> tuple[Reading, ...]:
    """Return what was done to the face: how it is turned, how large it is, where its middle lies.

    The angle is positive for a face turned clockwise; a scale above 1 is a face larger than the
    upright one; the shift is in pixels of the input, to the right and down.
    """
    angle, scale, right, down = similarity.double().cpu().tolist()
    turned = (math.degrees(angle) + 180) % 360 - 180
    return (
        Reading("angle_deg", _rounded(turned, ANGLE_DIGITS), "°", "Angle"),
        Reading("scale", _rounded(scale, SCALE_DIGITS), "", "Scale"),
        Reading("shift_x_px", _rounded(right, SHIFT_DIGITS), "px", "Shift right"),
        Reading("shift_y_px", _rounded(down, SHIFT_DIGITS), "px", "Shift down"),
    )


def square(to_input: Matrix, side_px: int, scale: int, title: str) -> Outline:
    """Return the upright square where it lies on the input, enlarged ``scale`` times."""
    edge = side_px - 0.5
    corners = np.array([[-0.5, -0.5], [edge, -0.5], [edge, edge], [-0.5, edge]])
    points: Floats = (apply(to_input, corners) + 0.5) * scale - 0.5
    return Outline(title, np.round(points, SHIFT_DIGITS) + 0.0)


def _rounded(value: float, digits: int) -> float:
    return round(value, digits) + 0.0  # no −0.0
