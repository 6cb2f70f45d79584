"""The named protocols: which faces, how they are cut and degraded, what is measured.

A number without its protocol's name is never printed, and rows of different protocols are never
in one table. Everything random in a protocol is drawn from its seed and the picture's name, so
that a face is degraded alike whichever faces are measured with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fhgui.core.errors import InputError

PICTURE_METRICS = ("psnr_rgb", "psnr_gray", "psnr_y", "ssim", "fsim", "lpips", "mps")
FACE_METRICS = ("identity", "pca_similarity")
ALL_METRICS = (*PICTURE_METRICS, *FACE_METRICS)


class Cut(StrEnum):
    """How the high-resolution picture is taken out of a stored one."""

    AS_IS = "as is"
    """The stored picture must have the protocol's size."""
    CENTRE = "centre crop"
    """The middle pixels of a stored picture of exactly ``stored_hw``."""
    MIDDLE = "middle, reduced"
    """The middle at the protocol's proportions, reduced by MATLAB's bicubic; never enlarged."""
    FACE = "face found and aligned"
    """The face is found and laid on the protocol's grid; never enlarged."""
    CAMERA = "camera picture and mugshot"
    """The input is the face of a camera picture, the truth another picture of the person."""


class Kind(StrEnum):
    """How the low-resolution picture is made of the high-resolution one."""

    BICUBIC = "bicubic"
    """MATLAB's antialiased bicubic reduction."""
    GAUSSIAN = "gaussian"
    """Gaussian blur, then one sample a low-resolution pixel, at its centre."""
    AVERAGE = "average"
    """Mean of the scale×scale pixels below each low-resolution pixel."""
    MOTION = "motion"
    """A kernel of a seeded bank of camera paths, then bicubic reduction."""
    TURNED = "turned"
    """Rotated and shifted about the centre, then bicubic reduction."""
    CAMERA = "camera"
    """None: the camera made it."""


@dataclass(frozen=True)
class Degradation:
    """A degradation and its parameters; the result is rounded to 8 bit.

    Parameters
    ----------
    sigma_px : Gaussian: least and largest σ in high-resolution pixels, drawn evenly.
    kernels : motion: number in the bank.
    kernel_px : motion: least and largest side.
    turn_deg, shift : turned: largest angle, and largest shift as a share of the side.
    """

    kind: Kind
    sigma_px: tuple[float, float] = (0.0, 0.0)
    kernels: int = 0
    kernel_px: tuple[int, int] = (0, 0)
    turn_deg: float = 0.0
    shift: float = 0.0


@dataclass(frozen=True)
class Protocol:
    """A named protocol.

    Parameters
    ----------
    id, title, paper : identifier, name for people, where it is from.
    scale : high-resolution over low-resolution size.
    hr_hw : size of the truth; the input has that over ``scale``.
    cut, stored_hw : how the truth is cut from a stored picture, of which size (None: any).
    degradation : how the input is made.
    data, terms : what it takes, and the terms of that data.
    metrics : of `ALL_METRICS`, in the order of the table.
    copies : inputs made of each face.
    seed : of everything random.
    upright : False if the inputs are turned: methods for aligned faces are refused.
    held_out_of : 0 takes every picture; n takes those n-ths that `in_test_share` names, the
        others are for training.
    note : what to know of it, in sentences.
    """

    id: str
    title: str
    paper: str
    scale: int
    hr_hw: tuple[int, int]
    cut: Cut
    degradation: Degradation
    data: str
    terms: str
    stored_hw: tuple[int, int] | None = None
    metrics: tuple[str, ...] = ALL_METRICS
    copies: int = 1
    seed: int = 0
    upright: bool = True
    held_out_of: int = 0
    note: str = ""

    @property
    def lr_hw(self) -> tuple[int, int]:
        """Height and width of the inputs."""
        return self.hr_hw[0] // self.scale, self.hr_hw[1] // self.scale


PAPERS = {
    "000": "Jiang, Yu, Hu, Tang, Ma: Deep CNN Denoiser and Multi-layer Neighbor Component "
    "Embedding for Face Hallucination, IJCAI 2018",
    "001": "Yu, Porikli: Face Hallucination with Tiny Unaligned Images by Transformative "
    "Discriminative Neural Networks, AAAI 2017",
    "002": "Grm, Scheirer, Štruc: Face Hallucination Using Cascaded Super-Resolution and Identity "
    "Priors, IEEE Trans. Image Processing 2020",
    "003": "Song et al.: Joint Face Hallucination and Deblurring via Structure Generation and "
    "Detail Enhancement, IJCV 2019",
    "004": "Lu et al.: Face Hallucination via Split-Attention in Split-Attention Network, ACM "
    "Multimedia 2021",
}
CELEBA_TERMS = "CelebA: non-commercial research"

_BICUBIC = Degradation(Kind.BICUBIC)

LFW_SIGMA_PX = 2.4
"""Placeholder until calibrated."""

_ALL = (
    Protocol(
        id="celeba128-x8",
        title="CelebA 16→128",
        paper=PAPERS["000"],
        scale=8,
        hr_hw=(128, 128),
        cut=Cut.AS_IS,
        degradation=_BICUBIC,
        data="aligned CelebA faces of 128×128 px: the 260 test faces of the paper, or a half",
        terms=CELEBA_TERMS,
    ),
    Protocol(
        id="celeba128-x4",
        title="CelebA 32→128",
        paper="ours: the faces of celeba128-x8, reduced by 4",
        scale=4,
        hr_hw=(128, 128),
        cut=Cut.AS_IS,
        degradation=_BICUBIC,
        data="aligned CelebA faces of 128×128 px: the 260 test faces of paper 000, or a half",
        terms=CELEBA_TERMS,
    ),
)

PROTOCOLS: dict[str, Protocol] = {protocol.id: protocol for protocol in _ALL}


def protocol(protocol_id: str) -> Protocol:
    """Return a protocol by its id.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if protocol_id not in PROTOCOLS:
        raise InputError(
            f"there is no protocol {protocol_id!r}", hint=f"choose one of {', '.join(PROTOCOLS)}"
        )
    return PROTOCOLS[protocol_id]
