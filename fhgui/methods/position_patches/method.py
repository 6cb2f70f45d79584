"""A position patch method with its gallery in memory: bicubic, and the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from fhgui.assets import load_file
from fhgui.core.arrays import Floats, Pixels
from fhgui.core.errors import MethodError
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Stage
from fhgui.imaging import colour
from fhgui.imaging.resize import imresize
from fhgui.methods.checks import check_input
from fhgui.methods.devices import resolve_device
from fhgui.methods.position_patches.gallery import IDENTITY, Gallery, from_arrays
from fhgui.methods.position_patches.weights import nearest, reconstruction_weights

GALLERY = "position_patches/prototypes"
"""The bundled gallery, without its suffix."""
SUFFIX = ".safetensors"

Penalty = Callable[[Floats], Floats]
"""B×K squared distances of the neighbours → B×K penalties a_k on their weights."""


class PatchConfig(Protocol):
    """The settings that every position patch method has."""

    @property
    def gallery(self) -> str:
        """Path of the gallery under the model folders, or an absolute one."""

    @property
    def neighbours(self) -> int:
        """Neighbours of a patch; 0 for all."""

    @property
    def entries(self) -> int:
        """First faces of a full gallery that are used; 0 for all."""


@dataclass(frozen=True, eq=False)
class PositionPatches:
    """A method that carries weights of low- over to high-resolution patches, in luma.

    Parameters
    ----------
    penalty : what sets the methods apart.
    """

    info: MethodInfo
    config: PatchConfig
    assets: tuple[Asset, ...]
    gallery: Gallery
    penalty: Penalty

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:  # no randomness
        """Yield bicubic and the result."""
        check_input(self.info, face)
        (first, first_title), (last, last_title) = self.info.stages
        start = imresize(face.pixels, self.info.output_hw)
        yield Stage(first, first_title, start, Origin.INTERPOLATED)
        (result,) = self.restore_many([face])
        yield Stage(last, last_title, result, Origin.SYNTHESISED)

    def restore_many(self, faces: Sequence[FaceImage]) -> list[Pixels]:
        """Return the results of some faces; positions are gone through once for all of them."""
        for face in faces:
            check_input(self.info, face)
        low = [colour.to_float(face.pixels) for face in faces]
        restored = self.restore(np.stack([colour.luma(values) for values in low]))
        # colour differences stay bicubic's
        enlarged = [imresize(values, self.info.output_hw) for values in low]
        pairs = zip(enlarged, restored, strict=True)
        return [colour.to_uint8(colour.with_luma(e, luma)) for e, luma in pairs]

    def restore(self, low: Floats) -> Floats:
        """Return B×H×W luma of B×h×w luma, 0–255, not clipped."""
        grid = self.gallery.spec.grid
        flat = low.reshape(len(low), -1)
        patches = [self._patches(flat[:, w], i) for i, w in enumerate(grid.windows)]
        return grid.compose(np.stack(patches))

    def _patches(self, windows: Floats, position: int) -> Floats:
        """Return B×p² high-resolution patches of B×w² windows at one position."""
        queries = self.gallery.features.of(windows, position)
        entries = self.gallery.entries(position)
        picks = nearest(queries, entries, self.config.neighbours)
        offsets = entries[picks].astype(np.float64) - queries[:, None]
        squared = np.einsum("bkd,bkd->bk", offsets, offsets)
        weights = reconstruction_weights(offsets, self.penalty(squared))
        return self.gallery.carry(position, picks, weights)


def load_method(
    info: MethodInfo, config: PatchConfig, device: str, penalty: Penalty
) -> PositionPatches:
    """Load the gallery; sizes, scale, template and degradation of the method are the gallery's.

    Raises
    ------
    MethodError
        If a setting makes no sense or the device is not there.
    WeightsError
        If the gallery is missing, damaged or of another method.
    """
    resolve_device(device)  # refuses what is not there; these small sums run on the processor
    check_whole(config.neighbours, "neighbours")
    check_whole(config.entries, "entries")
    name = config.gallery.removesuffix(SUFFIX) + SUFFIX
    loaded = load_file("gallery", name, IDENTITY)
    gallery = from_arrays(loaded.spec, loaded.arrays, name, config.entries)
    fitted = replace(
        info,
        scale=gallery.spec.scale,
        input_hw=gallery.spec.grid.lr_hw,
        output_hw=gallery.spec.hr_hw,
        template=gallery.spec.template,
        degradation=gallery.spec.degradation,
        assets=(("gallery", name),),
    )
    return PositionPatches(fitted, config, (loaded.asset,), gallery, penalty)


def check_whole(value: int, name: str) -> None:
    """Refuse a count below 0."""
    if value < 0:
        raise MethodError(f"{name} must be 0 (all) or more, not {value!r}")


def check_positive(value: float, name: str) -> None:
    """Refuse what is no finite number above 0."""
    if not (np.isfinite(value) and value > 0):
        raise MethodError(f"{name} must be a positive number, not {value!r}")
