"""The named protocols: which faces, how they are cut and degraded, what is measured.

A number without its protocol's name is never printed, and rows of different protocols are never
in one table. Everything random in a protocol is drawn from its seed and the picture's name, so
that a face is degraded alike whichever faces are measured with it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from fhgui.core.errors import InputError

PICTURE_METRICS = ("psnr_rgb", "psnr_gray", "psnr_y", "ssim", "fsim", "sharpness", "lpips", "mps")
FACE_METRICS = ("identity", "pca_similarity")
"""``identity`` are all that a face's embedding tells: similarity, rank 1, verification."""
REDEGRADATION = "redegradation"
"""How far a result, degraded again, is from its input: mean and largest gap in grey levels."""
ALL_METRICS = (*PICTURE_METRICS, *FACE_METRICS, REDEGRADATION)


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
    labelled : whether the data tells people apart, by folders or names (`pairs.person_of`).
    upright : False if the inputs are turned: a network puts them upright for methods that take
        aligned faces.
    held_out_of : 0 takes every picture; n takes those for which `held_out` is true, about one
        in n, the others are for training.
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
    labelled: bool = False
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

FACE_HW = (128, 128)

_BICUBIC = Degradation(Kind.BICUBIC)

LFW_SIGMA_PX = 2.88
"""Paper 002 states no blur. This σ was found by `fhgui.evaluation.calibration` on the dev half's
900 pictures: bicubic scores 24.260 dB RGB, nearly as printed (24.256, on 13,233 pictures). Its SSIM
is .7219 where .7060 is printed; no σ gives both (.706 comes with 23.9 dB)."""


_LFW_BLUR = Degradation(Kind.GAUSSIAN, sigma_px=(LFW_SIGMA_PX, LFW_SIGMA_PX))


def _celeba128(scale: int, paper: str) -> Protocol:
    return Protocol(
        id=f"celeba128-x{scale}",
        title=f"CelebA {128 // scale}→128",
        paper=paper,
        scale=scale,
        hr_hw=FACE_HW,
        cut=Cut.AS_IS,
        degradation=_BICUBIC,
        data="aligned CelebA faces of 128×128 px: the 260 test faces of paper 000, or a half",
        terms=CELEBA_TERMS,
    )


def _face320(name: str, degradation: Degradation, note: str) -> Protocol:
    return Protocol(
        id=f"face320-x4-{name}",
        title=f"portraits 80×60→320×240, {name}",
        paper=PAPERS["003"],
        scale=4,
        hr_hw=(320, 240),
        cut=Cut.FACE,
        degradation=degradation,
        data="sharp upright portraits of at least 320×240 px, one a person",
        terms="of the pictures given; official US portraits are in the public domain",
        seed=320,
        held_out_of=5,
        note="The paper's Multi-PIE and PubFig are not public: compare gains over bicubic, not "
        f"figures. {note}",
    )


def _celeba216(scale: int) -> Protocol:
    return Protocol(
        id=f"celeba216-x{scale}",
        title=f"CelebA {176 // scale}×{216 // scale}→176×216",
        paper=PAPERS["004"],
        scale=scale,
        hr_hw=(216, 176),
        cut=Cut.MIDDLE,
        stored_hw=(218, 178),
        degradation=_BICUBIC,
        data="img_align_celeba, 178×218 px; with list_eval_partition.txt beside it the test part",
        terms=CELEBA_TERMS,
        note="The paper measured 60 pictures that it does not name.",
    )


def _tight216(scale: int) -> Protocol:
    return Protocol(
        id=f"celeba216-tight-x{scale}",
        title=f"CelebA close-ups {176 // scale}×{216 // scale}→176×216",
        paper="ours: paper 004's sizes on CelebA faces that fill the picture",
        scale=scale,
        hr_hw=(216, 176),
        cut=Cut.MIDDLE,
        stored_hw=(256, 256),
        degradation=_BICUBIC,
        data="aligned CelebA faces of 256×256 px, eyes about 90 px apart",
        terms=CELEBA_TERMS,
        held_out_of=5,
        note="Faces are 1.9 times as large as in celeba216: the two cannot be compared.",
    )


def _face256(name: str, data: str, terms: str, paper: str, held_out_of: int) -> Protocol:
    return Protocol(
        id=f"{name}256-x8",
        title=f"{name} 32→256",
        paper=paper,
        scale=8,
        hr_hw=(256, 256),
        cut=Cut.MIDDLE,
        degradation=_BICUBIC,
        data=data,
        terms=terms,
        held_out_of=held_out_of,
    )


_ALL = (
    _celeba128(8, PAPERS["000"]),
    _celeba128(4, "ours: the faces of celeba128-x8, reduced by 4"),
    Protocol(
        id="lfw192-x8",
        title="LFW 24→192",
        paper=PAPERS["002"],
        scale=8,
        hr_hw=(192, 192),
        cut=Cut.CENTRE,
        stored_hw=(250, 250),
        degradation=_LFW_BLUR,
        labelled=True,
        data="LFW deepfunneled, 250×250 px",
        terms="LFW: research",
        note=f"The paper states no blur: σ = {LFW_SIGMA_PX} px was calibrated so that bicubic "
        "scores 24.256 dB RGB as printed (24.260 on the dev half's 900 pictures); its SSIM is then "
        ".7219, where .7060 is printed.",
    ),
    Protocol(
        id="celeba-id192-x8",
        title="CelebA people 24→192",
        paper="ours: paper 002's sizes and blur on people with several pictures each",
        scale=8,
        hr_hw=(192, 192),
        cut=Cut.AS_IS,
        degradation=_LFW_BLUR,
        data="a packed set of 192×192 px faces, several a person (fhgui dataset build --template "
        "lfw192 --labels folder): its test part",
        terms=CELEBA_TERMS,
        labelled=True,
        note="For rank 1 and verification: a result is held against other pictures of the person. "
        "Of a set that is split by picture the people are those of the training: recognition of "
        "strangers may be worse.",
    ),
    Protocol(
        id="unaligned128-x8",
        title="unaligned CelebA 16→128",
        paper=PAPERS["001"],
        scale=8,
        hr_hw=FACE_HW,
        cut=Cut.AS_IS,
        degradation=Degradation(Kind.TURNED, turn_deg=45.0, shift=0.05),
        data="aligned CelebA faces of 128×128 px",
        terms=CELEBA_TERMS,
        copies=3,
        seed=128,
        upright=False,
        note="Inputs are turned by up to ±45° and shifted by up to ±5 %, three a face; beyond the "
        "picture its edge goes on. As in the paper, methods that take upright faces see "
        "them put upright by the network STN0; `bicubic_raw` enlarges them as they are.",
    ),
    _face320(
        "sr",
        Degradation(Kind.GAUSSIAN, sigma_px=(1.4, 1.7)),
        "Each face has its own σ of 1.4 to 1.7 px.",
    ),
    _face320(
        "deblur",
        Degradation(Kind.MOTION, kernels=200, kernel_px=(11, 31)),
        "Each face has one of 200 camera paths of 11 to 31 px.",
    ),
    _celeba216(4),
    _celeba216(8),
    _tight216(4),
    _tight216(8),
    _face256(
        "face",
        "FFHQ: its images1024x1024, or faces of 256×256 px",
        "FFHQ: CC BY-NC-SA 4.0, pictures under their own licences",
        PAPERS["004"],
        0,
    ),
    _face256(
        "celeba",
        "aligned CelebA faces of 256×256 px",
        CELEBA_TERMS,
        "ours: paper 004's sizes on CelebA",
        5,
    ),
    Protocol(
        id="fei-x4",
        title="FEI 25×30→100×120",
        paper="Jiang, Hu, Wang, Han: Noise Robust Face Hallucination via Locality-Constrained "
        "Representation, IEEE Trans. Multimedia 2014",
        scale=4,
        hr_hw=(120, 100),
        cut=Cut.AS_IS,
        degradation=Degradation(Kind.AVERAGE),
        data="FEI frontal faces of 100×120 px, the 40 test faces",
        terms="FEI: research",
        note="An average of 4×4 pixels and one sample of each: the mean of 4×4 blocks.",
    ),
    Protocol(
        id="scface-x4",
        title="SCface cameras 32→128",
        paper=PAPERS["004"],
        scale=4,
        hr_hw=FACE_HW,
        cut=Cut.CAMERA,
        degradation=Degradation(Kind.CAMERA),
        data="SCface: surveillance_cameras_distance_1 to 3 and its frontal mugshots",
        terms="SCface: research, by agreement",
        metrics=("identity",),
        note="The truth is the mugshot, another picture of the person: similarity only. The "
        "paper's similarities (LR .075, SISN .540) are MobileFaceNet's for six people and cannot "
        "stand beside dlib's.",
    ),
)

PROTOCOLS: dict[str, Protocol] = {protocol.id: protocol for protocol in _ALL}


def held_out(name: str, one_in: int) -> bool:
    """Tell whether a picture is for testing; by its name without ending, the same for ever."""
    number = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8]
    return int.from_bytes(number, "big") % one_in == 0


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
