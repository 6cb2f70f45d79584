"""What methods share that put faces upright while they enlarge them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch

from fhgui.alignment.cutting import sample
from fhgui.blocks.straightening import Seen, compose
from fhgui.core.arrays import Floats, Matrix, Pixels
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
        ((result, turns),) = self._seen(colour.to_float(face.pixels)[None])
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

    def restore_many(self, faces: Sequence[FaceImage]) -> list[Pixels]:
        """Return the results only: see `core.method.Batched`."""
        for face in faces:
            check_input(self.info, face)
        low = np.stack([colour.to_float(face.pixels) for face in faces])
        return [result for result, _ in self._seen(low)]

    @torch.inference_mode()
    def _seen(self, low: Floats) -> list[tuple[Pixels, list[torch.Tensor]]]:
        """Return the results of N×h×w×3, 0–255.

        With each comes how the face lies in the input by the first transformer alone and by both.
        """
        planes = planes_of(low, self.device)
        mirrored = self.config.mirrored
        seen = self.network.see(with_mirrored(planes) if mirrored else planes)
        output = mean_of_both(seen.output) if mirrored else seen.output
        first, second = seen.similarities  # of the faces, then of their mirror pictures
        values = 255 * output.cpu().double().permute(0, 2, 3, 1).numpy()
        if not all(torch.isfinite(t).all() for t in (output, first, second)):
            raise MethodError(
                "the network's answer is not a number", hint="take other weights, or another method"
            )
        both = compose(first, second)
        return [(colour.to_uint8(values[n]), [first[n], both[n]]) for n in range(len(low))]

    def _upright(self, low: Pixels, to_input: Matrix) -> Pixels:
        matrix = turning.upright(to_input, self.info.scale)
        return colour.to_uint8(np.clip(sample(low, matrix, self.info.output_hw), 0, 255))
