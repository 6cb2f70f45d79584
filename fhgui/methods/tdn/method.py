"""``tdn`` with its weights in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from fhgui.alignment.cutting import sample
from fhgui.blocks.convolution import fold_batch_norm
from fhgui.blocks.straightening import compose
from fhgui.core.arrays import Matrix, Pixels
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Stage
from fhgui.imaging import colour
from fhgui.imaging.resize import imresize
from fhgui.methods.assets import load_file
from fhgui.methods.checks import check_input
from fhgui.methods.devices import resolve_device
from fhgui.methods.restoring import network_of, planes_of
from fhgui.methods.tdn import turning
from fhgui.methods.tdn.config import ADVERSARIAL, INFO, PLAIN, Config
from fhgui.methods.tdn.network import SIDE, Spec, Upsampler


@dataclass(frozen=True, eq=False)
class LoadedTdn:
    """Straightens and enlarges faces, ready to run.

    Parameters
    ----------
    network : n×3×16×16 R-G-B on the 0–1 scale → n×3×128×128, upright; batch norm is folded.
    """

    info: MethodInfo
    config: Config
    assets: tuple[Asset, ...]
    network: Upsampler
    device: str

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:  # no randomness
        """Yield bicubic, the input as each transformer puts it upright, and the result."""
        check_input(self.info, face)
        result, turns = self._seen(face.pixels)
        matrices = [turning.matrix_of(turn, SIDE) for turn in turns]
        (name, title), *views, (last, last_title) = self.info.stages
        outlines = tuple(
            turning.square(matrix, SIDE, self.info.scale, view_title)
            for matrix, (_, view_title) in zip(matrices, views, strict=True)
        )
        bicubic = imresize(face.pixels, self.info.output_hw)
        yield Stage(name, title, bicubic, Origin.INTERPOLATED, outlines=outlines)
        for (view, view_title), matrix, turn in zip(views, matrices, turns, strict=True):
            pixels = self._straightened(face.pixels, matrix)
            read = turning.readings(turn)
            yield Stage(view, view_title, pixels, Origin.INTERPOLATED, read)
        yield Stage(last, last_title, result, Origin.SYNTHESISED)

    @torch.inference_mode()
    def _seen(self, low: Pixels) -> tuple[Pixels, list[torch.Tensor]]:
        """Return the result, and how the face lies in the input by STN1 alone and by both."""
        planes = planes_of(colour.to_float(low)[None], self.device)
        seen = self.network.see(planes)
        first, second = seen.similarities
        values = 255 * seen.output[0].cpu().double().permute(1, 2, 0).numpy()
        return colour.to_uint8(values), [first[0], compose(first, second)[0]]

    def _straightened(self, low: Pixels, to_input: Matrix) -> Pixels:
        matrix = turning.upright(to_input, self.info.scale)
        return colour.to_uint8(np.clip(sample(low, matrix, self.info.output_hw), 0, 255))


def load(config: Config, device: str) -> LoadedTdn:
    """Load the network.

    Raises
    ------
    MethodError
        If the device is not there.
    WeightsError
        If the weights are missing, damaged or of another method.
    """
    resolved = resolve_device(device)
    name = ADVERSARIAL if config.adversarial else PLAIN
    loaded = load_file("weights", name, {"method": INFO.id, "part": "network"})
    network, _ = network_of(loaded, _folded, Spec)
    info = replace(INFO, assets=(("weights", name),))
    return LoadedTdn(info, config, (loaded.asset,), network.to(resolved), resolved)


def _folded(spec: Spec) -> Upsampler:
    return fold_batch_norm(Upsampler(spec))
