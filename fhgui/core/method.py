"""What a method is, and the stages that it yields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from fhgui.core.arrays import Pixels, Points
from fhgui.core.doubt import INTERVAL
from fhgui.core.face import FaceImage
from fhgui.core.setting import Preset


class Origin(StrEnum):
    """Where the pixels of a stage come from: one glance tells evidence from invention."""

    MEASURED = "measured"
    """The evidence itself, cut out and resampled to the method's grid: nothing is added."""
    INTERPOLATED = "interpolated"
    """Computed from the evidence alone."""
    SYNTHESISED = "synthesised"
    """Holds detail learned from other people's faces."""


@dataclass(frozen=True)
class Reading:
    """A quantity that a stage measured on its input, or estimated: an angle, a blur.

    Parameters
    ----------
    name : slug used in records, with its unit where it has one: ``angle_deg``, ``scale``.
    value : finite; or a word, e.g. a kind of blur.
    unit : as it is shown behind the value: ``°``, ``px``; empty for plain numbers and words.
    title : words for people, e.g. ``Angle``.
    """

    name: str
    value: float | str
    unit: str
    title: str

    @property
    def words(self) -> str:
        """Title, value and unit, e.g. ``Angle 12.5°``."""
        value = self.value if isinstance(self.value, str) else f"{self.value:g}"
        space = "" if self.unit in ("", "°", "%") else " "
        return f"{self.title} {value}{space}{self.unit}"


@dataclass(frozen=True, eq=False)
class Outline:
    """A line over a stage: what a method looked at. Never drawn into the stage's pixels.

    Parameters
    ----------
    title : words for people, e.g. ``Square put upright``.
    points : N×2 float64 (x, y) on the stage's own grid, pixel centres at integers.
    closed : whether the last point is joined to the first.
    """

    title: str
    points: Points
    closed: bool = True


@dataclass(frozen=True, eq=False)
class Stage:
    """One inspectable step of a method.

    Parameters
    ----------
    name : slug used in file names and records, e.g. ``mnce-1``.
    title : words for people, e.g. ``MNCE layer 1``.
    pixels : H×W×3 uint8 sRGB; signed quantities are shown about mid-grey 128.
    origin : where the pixels come from.
    readings : what was measured in this step.
    outlines : what was looked at in this step, as lines over the pixels.
    """

    name: str
    title: str
    pixels: Pixels
    origin: Origin
    readings: tuple[Reading, ...] = ()
    outlines: tuple[Outline, ...] = ()


@dataclass(frozen=True)
class Asset:
    """A file that a method needs: weights or a gallery.

    Parameters
    ----------
    role : ``weights`` or ``gallery``.
    name : path under ``models/``, with forward slashes.
    sha256 : digest of the file, hex.
    """

    role: str
    name: str
    sha256: str


SIDES_PX = (4, 128)
"""Shortest and longest side of the input of a method that takes any size: four pixels hold no face
any more, and eight times 128 pixels take a gigabyte."""


@dataclass(frozen=True)
class GalleryInfo:
    """The galleries of training faces that a method takes detail from: a user can build others.

    Parameters
    ----------
    kinds : of galleries; each name is what ``fhgui gallery build --kind`` takes, the values are
        what a run with such a gallery sets beside ``gallery``. The first is the usual one.
    endings : of the names of the files that make up one gallery, in the order they are written.
    """

    kinds: tuple[Preset, ...]
    endings: tuple[str, ...] = (".safetensors",)


@dataclass(frozen=True)
class MethodInfo:
    """What is known about a method before anything heavy is loaded.

    Parameters
    ----------
    id, title, paper : identifier, name for people, citation.
    purpose : one sentence: when an analyst would choose it.
    scale : output size / input size.
    input_hw, output_hw : sizes in pixels, (height, width).
    template : landmark template that its input is aligned to (see ``alignment.templates``),
        given on the *output* grid.
    stages : (name, title) of every stage it yields, in order; the last is the result.
    degradation : name of the operator assumed to have made the input (``imaging.operators``).
    assets : names of the files under ``models/`` that it needs, by role.
    generative : whether its result holds detail learned from other people's faces.
    presets : settings that belong together, beside the defaults.
    estimates_error : whether it says how far its result may be off: `Uncertain` once loaded.
    models : kinds of wear that it reckons with, of `fhgui.core.wear.WORDS`: it takes noisy or
        compressed pixels for what they are. Others take them for evidence.
    tells_sources : whether it can tell which exemplars of a gallery its result is from
        (`fhgui.core.contributions.Sourced` once loaded).
    any_size : whether it also takes pictures of other sizes than ``input_hw`` (`takes`), given
        as already aligned; faces that are placed are cut to ``input_hw`` all the same.
    gallery : which galleries can be built for its setting ``gallery``; None if it has none.
    """

    id: str
    title: str
    paper: str
    purpose: str
    scale: int
    input_hw: tuple[int, int]
    output_hw: tuple[int, int]
    template: str
    stages: tuple[tuple[str, str], ...]
    degradation: str
    assets: tuple[tuple[str, str], ...]
    generative: bool
    presets: tuple[Preset, ...] = ()
    estimates_error: bool = False
    any_size: bool = False
    tells_sources: bool = False
    models: tuple[str, ...] = ()
    gallery: GalleryInfo | None = None

    def takes(self, size_hw: tuple[int, ...]) -> bool:
        """Return whether an aligned picture of this height and width can be the input."""
        least, most = SIDES_PX
        fits = len(size_hw) == 2 and all(least <= side <= most for side in size_hw)
        return size_hw == self.input_hw or (self.any_size and fits)


class Method(Protocol):
    """A method with its weights in memory, ready to run.

    ``stages`` yields each stage when it is finished, in the order of ``info.stages``; the last
    one is the result. A run can be cancelled at every yield by closing the generator. The same
    face, config, device and thread count give the same pixels; ``seed`` feeds all randomness.
    """

    @property
    def info(self) -> MethodInfo:
        """What is known about the method."""

    @property
    def assets(self) -> tuple[Asset, ...]:
        """The files it was loaded from, with their digests."""

    @property
    def config(self) -> object:
        """Its frozen config dataclass, every setting resolved."""

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:
        """Yield the stages for one face; a wrong input size raises `MethodError`."""


@runtime_checkable
class Uncertain(Protocol):
    """A method that estimates how far its result may be off, for each pixel."""

    def expected_error(
        self, face: FaceImage, coverage: float = INTERVAL
    ) -> NDArray[np.float32] | None:
        """Return the half width of an interval about the result that holds the true grey.

        Parameters
        ----------
        face : the method's input; a wrong size raises `MethodError`.
        coverage : share of pixels of unseen faces whose luma the interval is to hold.

        Returns
        -------
        H×W float32 > 0, grey levels of luma; None if what it takes is not installed.

        Raises
        ------
        MethodError
            If it is not calibrated for that coverage.
        """


@runtime_checkable
class Batched(Protocol):
    """A method whose network can see many faces in one go, which keeps a GPU busy.

    Sums are then rounded in another order than one by one, so that a value may be one grey level
    off: good for figures about many faces, never for evidence.
    """

    def restore_many(self, faces: Sequence[FaceImage]) -> list[Pixels]:
        """Return the last stage's pixels of faces of one size, as by the seed 0.

        Raises
        ------
        MethodError
            If a face has a wrong size.
        """
