"""Makes the input of a pair from its truth, by a protocol's degradation."""

from __future__ import annotations

import hashlib

import numpy as np
from scipy.ndimage import convolve

from fhgui.alignment.cutting import cut_face
from fhgui.core.arrays import Matrix, Pixels
from fhgui.core.face import FaceAlignment, PlacedBy
from fhgui.evaluation.pose import Pose, pose_of
from fhgui.evaluation.protocols import Degradation, Kind, Protocol
from fhgui.imaging.colour import to_float, to_uint8
from fhgui.imaging.motion import kernel_bank
from fhgui.imaging.operators import LinearOperator, OperatorSpec, make_operator
from fhgui.imaging.resize import imresize


def generator(seed: int, name: str, copy: int) -> np.random.Generator:
    """Return the random numbers of one input: they depend on nothing but the arguments."""
    digest = hashlib.sha256(f"{seed} {copy} {name}".encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def operator_of(protocol: Protocol, name: str, copy: int = 0) -> LinearOperator | None:
    """Return the operator that makes an input, but for its rounding; None where none is at hand.

    Parameters
    ----------
    name, copy : as of `degrade`.
    """
    how = protocol.degradation
    if how.kind in (Kind.BICUBIC, Kind.AVERAGE):
        return make_operator(how.kind.value, protocol.hr_hw, protocol.scale)
    if how.kind is Kind.GAUSSIAN:
        rng = generator(protocol.seed, name, copy)
        spec = OperatorSpec(gaussian_sigma_px=float(rng.uniform(*how.sigma_px)))
        return make_operator("gaussian", protocol.hr_hw, protocol.scale, spec)
    return None


def degrade(truth: Pixels, protocol: Protocol, name: str, copy: int = 0) -> Pixels:
    """Return the h×w×3 uint8 input of an H×W×3 uint8 truth.

    Parameters
    ----------
    name, copy : what the random parts are drawn from, beside the protocol's seed.
    """
    how = protocol.degradation
    rng = generator(protocol.seed, name, copy)
    if how.kind is Kind.BICUBIC:
        return imresize(truth, protocol.lr_hw)
    operator = operator_of(protocol, name, copy)
    if operator is not None:
        return to_uint8(operator.forward(to_float(truth)))
    if how.kind is Kind.MOTION:
        return _moved(truth, how, protocol, rng)
    if how.kind is Kind.TURNED:
        alignment = FaceAlignment(turn(protocol, rng), PlacedBy.BOX, "turned by the protocol")
        return cut_face(truth, alignment, protocol.lr_hw).pixels
    raise ValueError(f"{protocol.id}: its inputs are not made of its truths")


def turn(protocol: Protocol, rng: np.random.Generator) -> Matrix:
    """Return the 2×3 similarity from the truth's grid to the input's: turned, shifted, reduced."""
    how = protocol.degradation
    angle = np.deg2rad(rng.uniform(-how.turn_deg, how.turn_deg))
    shift_xy = rng.uniform(-how.shift, how.shift, 2) * np.array(protocol.lr_hw[::-1])
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = rotation / protocol.scale
    middle_hr, middle_lr = ((np.array(hw[::-1]) - 1) / 2 for hw in (protocol.hr_hw, protocol.lr_hw))
    return np.column_stack([linear, middle_lr + shift_xy - linear @ middle_hr])


def pose_given(protocol: Protocol, name: str, copy: int = 0) -> Pose | None:
    """Return how a protocol that turns its inputs turned one; None for the others.

    Parameters
    ----------
    name, copy : as of `degrade`.
    """
    if protocol.degradation.kind is not Kind.TURNED:
        return None
    matrix = turn(protocol, generator(protocol.seed, name, copy))
    finer = (protocol.scale - 1) / 2  # a pixel of the input's grid on the truth's
    shift = matrix[:, 2] + matrix[:, :2] @ np.full(2, finer)
    return pose_of(np.column_stack([protocol.scale * matrix[:, :2], shift]), protocol.lr_hw)


def _moved(truth: Pixels, how: Degradation, protocol: Protocol, rng: np.random.Generator) -> Pixels:
    bank = kernel_bank(how.kernels, *how.kernel_px, seed=protocol.seed)
    kernel = bank[int(rng.integers(how.kernels))]
    blurred = convolve(to_float(truth), kernel[..., None], mode="reflect")
    return to_uint8(imresize(blurred, protocol.lr_hw))
