"""The gallery: other people's faces as exemplars of detail, each as it is and as a base image.

Of every exemplar the file holds the sharp picture, and for each mode (``sr``, ``deblur``) the luma
of what the network makes of it once it is degraded: patches of a face's base image are compared
with *bases*, like with like, and what the sharp pictures have beyond their bases is the detail.
In a *full* gallery an exemplar is one person's photograph; a *prototype* is the mean of at least
eight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from fhgui import paths
from fhgui.assets import load_file
from fhgui.core.arrays import AnyArray, Pixels
from fhgui.core.errors import MethodError, WeightsError
from fhgui.core.method import Asset
from fhgui.imaging.colour import luma, to_uint8
from fhgui.methods.fsgn.exemplars import Reals, alike, described

IDENTITY: Mapping[str, str] = {"method": "fsgn", "part": "prototypes"}
"""What the header of a gallery's file says, whichever kind it is."""

SUFFIX = ".safetensors"
SHARP = "sharp"
"""Name of the array that holds the exemplars as they are."""
FULL, PROTOTYPES = "full", "prototypes"
KINDS = (PROTOTYPES, FULL)
AGAIN = "build the gallery again"
BUILD = "build one of faces of your own: fhgui gallery build SET --method fsgn --kind full --out …"


@dataclass(frozen=True)
class GallerySpec:
    """What a gallery is; it is stored in its header.

    Parameters
    ----------
    kind : ``full`` or ``prototypes``.
    size_hw : height and width of the exemplars, the method's output.
    names : of the exemplars, in order.
    modes : degradations that there are bases for.
    strengths : how many times the detail is added, for each mode: what suits most faces that were
        held out, or on the gallery's own, each from the others; 0 where detail brought nothing.
    networks : SHA-256 of the weights that made the bases, for each mode.
    least_members : pictures averaged in every exemplar, at least.
    """

    kind: str
    size_hw: tuple[int, int]
    names: tuple[str, ...]
    modes: tuple[str, ...]
    strengths: tuple[float, ...]
    networks: tuple[str, ...]
    least_members: int = 1


@dataclass(frozen=True, eq=False)
class Sharp:
    """The exemplars as they are.

    Parameters
    ----------
    pictures : N×H×W×3 uint8.
    """

    pictures: Pixels

    @cached_property
    def luma(self) -> AnyArray:
        """N×H×W uint8."""
        return np.stack([to_uint8(luma(picture)) for picture in self.pictures])


@dataclass(frozen=True, eq=False)
class Exemplars:
    """A gallery in memory, for one mode.

    Parameters
    ----------
    sharp : its pictures, which the modes share.
    bases : N×H×W uint8, luma of their base images.
    """

    spec: GallerySpec
    mode: str
    sharp: Sharp
    bases: AnyArray

    def __len__(self) -> int:
        """Return N; every exemplar also stands mirrored, as number N + i."""
        return len(self.pictures)

    @property
    def gain(self) -> float:
        """How many times the detail is added."""
        return self.spec.strengths[self.spec.modes.index(self.mode)]

    @property
    def network(self) -> str:
        """SHA-256 of the weights that made the bases."""
        return self.spec.networks[self.spec.modes.index(self.mode)]

    @property
    def pictures(self) -> Pixels:
        """N×H×W×3 uint8, sharp."""
        return self.sharp.pictures

    @cached_property
    def descriptions(self) -> Reals:
        """2N rows that say what an exemplar, or its mirror picture, is like as a whole."""
        both = [described(self._side(self.bases, side)) for side in (False, True)]
        return np.concatenate(both)

    def nearest(self, base: Reals, count: int, without: int | None = None) -> AnyArray:
        """Return the numbers, in 0 … 2N−1, of the exemplars most like a base as a whole.

        Parameters
        ----------
        base : H×W, 0–1.
        count : 0 for all.
        without : one that is left out, and its mirror picture.
        """
        left_out = () if without is None else (without, without + len(self))
        return alike(base, self.descriptions, count, left_out)

    def bases_of(self, numbers: AnyArray) -> Reals:
        """Return M×H×W float32, 0–1, of the bases of some exemplars."""
        return self._taken(self.bases, numbers)

    def sharp_of(self, numbers: AnyArray) -> Reals:
        """Return M×H×W float32, 0–1, of the sharp luma of some exemplars."""
        return self._taken(self.sharp.luma, numbers)

    def _taken(self, planes: AnyArray, numbers: AnyArray) -> Reals:
        found = np.empty((len(numbers), *planes.shape[1:]), np.float32)
        for row, number in enumerate(numbers):
            plane = planes[number % len(self)]
            found[row] = plane[:, ::-1] if number >= len(self) else plane
        found /= 255
        return found

    @staticmethod
    def _side(planes: AnyArray, mirrored: bool) -> Reals:
        return planes[:, :, ::-1] if mirrored else planes


def load_galleries(name: str, modes: Sequence[str]) -> tuple[dict[str, Exemplars], Asset]:
    """Read a gallery for some modes, which share its sharp pictures.

    Parameters
    ----------
    name : its path under the model folders, or an absolute one; with or without suffix.

    Raises
    ------
    MethodError
        If it has no bases for a mode.
    WeightsError
        If it is missing, damaged, empty or of another method or version.
    """
    file = name.removesuffix(SUFFIX) + SUFFIX
    if paths.model_file(file) is None:
        raise WeightsError("the gallery file is missing", path=file, hint=BUILD)
    loaded = load_file("gallery", file, IDENTITY)
    spec = make_spec(loaded.spec, file)
    for mode in modes:
        if mode not in spec.modes:
            raise MethodError(
                f"the gallery {name} holds no faces for the mode {mode}",
                hint=f"choose {' or '.join(spec.modes)}, or {AGAIN} for this mode",
            )
    try:
        sharp = Sharp(loaded.arrays[SHARP])
        bases = {mode: loaded.arrays[base_name(mode)] for mode in modes}
    except KeyError as error:
        raise WeightsError(f"the gallery lacks {error}", path=file, hint=AGAIN) from error
    shape = (len(spec.names), *spec.size_hw)
    shapes = [sharp.pictures.shape[:3], *(planes.shape for planes in bases.values())]
    if not spec.names or any(found != shape for found in shapes):
        raise WeightsError("the gallery is empty or misshaped", path=file, hint=AGAIN)
    found = {mode: Exemplars(spec, mode, sharp, planes) for mode, planes in bases.items()}
    return found, loaded.asset


def load_gallery(name: str, mode: str) -> tuple[Exemplars, Asset]:
    """Read a gallery for one mode; as `load_galleries`."""
    found, asset = load_galleries(name, (mode,))
    return found[mode], asset


def make_spec(values: Mapping[str, Any], name: str) -> GallerySpec:
    """Return the spec that a header holds.

    Raises
    ------
    WeightsError
        If it is of another version.
    """
    try:
        spec = GallerySpec(**{k: _tuple(v) for k, v in values.items()})
        counts = {len(spec.modes), len(spec.strengths), len(spec.networks)}
    except TypeError as error:
        raise WeightsError(
            f"the gallery is of another version ({error})", path=name, hint=AGAIN
        ) from error
    if len(counts) != 1:
        raise WeightsError("the gallery contradicts itself", path=name, hint=AGAIN)
    return spec


def header_of(spec: GallerySpec) -> dict[str, Any]:
    """Return what `make_spec` reads."""
    return asdict(spec)


def base_name(mode: str) -> str:
    """Return the name of the array that holds the bases for a mode."""
    return f"base.{mode}"


def _tuple(value: Any) -> Any:  # whatever JSON holds
    return tuple(value) if isinstance(value, list) else value
