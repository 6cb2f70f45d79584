"""What methods share that put faces upright while they enlarge them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch

from fhgui.alignment.cutting import sample
from fhgui.blocks.straightening import Seen, compose
from fhgui.core.arrays import Matrix, Pixels
from fhgui.core.errors import MethodError
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Stage
from fhgui.imaging import colour
from fhgui.imaging.resize import imresize
from fhgui.methods import turning
from fhgui.methods.checks import check_input
from fhgui.methods.restoring import mean_of_both, planes_of, with_mirrored


class StraighteningConfig(Protocol):
    """Settings of such a method."""

    @property
    def mirrored(self) -> bool:
        """Whether the result is the mean with that of the mirrored face."""


class StraighteningNetwork(Protocol):
    """A network with two spatial transformers."""

    def see(self, low: torch.Tensor) -> Seen:
        """Return the upright faces of n×3×h×w, 0–1, and how each transformer saw them turned."""


@dataclass(frozen=True, eq=False)
class Straightening:
    """Straightens and enlarges faces, ready to run.

    Parameters
    ----------
    info : its stages are bicubic, a view of each transformer, and the result.
    network : in evaluation mode, on ``device``.
    """

    info: MethodInfo
    config: StraighteningConfig
    assets: tuple[Asset, ...]
    network: StraighteningNetwork
    device: str

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:  # no randomness
        """Yield bicubic, the input as each transformer puts it upright, and the result."""
        check_input(self.info, face)
        result, turns = self._seen(face.pixels)
        side = self.info.input_hw[0]
        matrices = [turning.matrix_of(turn, side) for turn in turns]
        (name, title), *views, (last, last_title) = self.info.stages
        outlines = tuple(
            turning.square(matrix, side, self.info.scale, view_title)
            for matrix, (_, view_title) in zip(matrices, views, strict=True)
        )
        bicubic = imresize(face.pixels, self.info.output_hw)
        yield Stage(name, title, bicubic, Origin.INTERPOLATED, outlines=outlines)
        for (view, view_title), matrix, turn in zip(views, matrices, turns, strict=True):
            pixels = self._upright(face.pixels, matrix)
            read = turning.readings(turn)
            yield Stage(view, view_title, pixels, Origin.INTERPOLATED, read)
        yield Stage(last, last_title, result, Origin.SYNTHESISED)

    @torch.inference_mode()
    def _seen(self, low: Pixels) -> tuple[Pixels, list[torch.Tensor]]:
        """Return the result, and how the face lies in the input by the first alone and by both."""
        planes = planes_of(colour.to_float(low)[None], self.device)
        mirrored = self.config.mirrored
        seen = self.network.see(with_mirrored(planes) if mirrored else planes)
        output = mean_of_both(seen.output) if mirrored else seen.output
        first, second = seen.similarities  # of the face itself, which stands first
        values = 255 * output[0].cpu().double().permute(1, 2, 0).numpy()
        if not all(torch.isfinite(t).all() for t in (output, first, second)):
            raise MethodError(
                "the network's answer is not a number", hint="take other weights, or another method"
            )
        return colour.to_uint8(values), [first[0], compose(first, second)[0]]

    def _upright(self, low: Pixels, to_input: Matrix) -> Pixels:
        matrix = turning.upright(to_input, self.info.scale)
        return colour.to_uint8(np.clip(sample(low, matrix, self.info.output_hw), 0, 255))
