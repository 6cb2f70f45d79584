"""``sisn`` with its weights in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from fhgui.blocks.convolution import fold_batch_norm
from fhgui.core.arrays import Floats, Pixels
from fhgui.core.errors import WeightsError
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Stage
from fhgui.imaging import colour
from fhgui.imaging.resize import imresize
from fhgui.methods.checks import check_input
from fhgui.methods.restoring import enlarged, load_network, planes_of
from fhgui.methods.sisn.config import INFO, Config
from fhgui.methods.sisn.network import Sisn, Spec

GROUP = "esag"
"""Name of a group's stage, before its number."""


@dataclass(frozen=True, eq=False)
class LoadedSisn:
    """SISN for one scale and size of faces.

    Parameters
    ----------
    network : in evaluation mode, batch norms folded, on ``device``.
    """

    info: MethodInfo
    config: Config
    assets: tuple[Asset, ...]
    network: Sisn
    device: str

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:  # no randomness
        """Yield bicubic, on demand what each group changes, and the result."""
        check_input(self.info, face)
        titles = dict(self.info.stages)
        large_hw = _times(face.pixels.shape[:2], self.info.scale)
        bicubic = imresize(face.pixels, large_hw)
        yield Stage("bicubic", titles["bicubic"], bicubic, Origin.INTERPOLATED)
        low = colour.to_float(face.pixels)[None]
        if self.config.attention_maps:
            for number, pixels in enumerate(self.attention(low, large_hw), 1):
                name = f"{GROUP}-{number}"
                yield Stage(name, titles[name], pixels, Origin.SYNTHESISED)
        result = colour.to_uint8(self.restore(low)[0])
        yield Stage("result", titles["result"], result, Origin.SYNTHESISED)

    def restore_many(self, faces: Sequence[FaceImage]) -> list[Pixels]:
        """Return the results only, for many faces of one size at a time."""
        for face in faces:
            check_input(self.info, face)
        low = np.stack([colour.to_float(face.pixels) for face in faces])
        return list(colour.to_uint8(self.restore(low)))

    def restore(self, low: Floats) -> Floats:
        """Return N×sh×sw×3 of N×h×w×3, both 0–255; not rounded."""
        planes = planes_of(low, self.device)
        return enlarged(self.network, planes, mirrored=self.config.mirrored)

    @torch.inference_mode()
    def attention(self, low: Floats, large_hw: tuple[int, int]) -> list[Pixels]:
        """Return H×W×3 gray pictures of what each group changes in one face.

        The root mean square over the features of what the group adds to them, enlarged; white is
        the group's own maximum.
        """
        seen: list[torch.Tensor] = []
        self.network(planes_of(low, self.device), lambda before, after: seen.append(after - before))
        strengths = [x[0].double().square().mean(0).sqrt().cpu().numpy() for x in seen]
        return [_gray(strength, large_hw) for strength in strengths]


def load(config: Config, device: str) -> LoadedSisn:
    """Load the network.

    Raises
    ------
    MethodError
        If the device is not there.
    WeightsError
        If the weights are missing, damaged, of another method or another scale.
    """
    return load_variant(INFO, config, device)


def load_variant(info: MethodInfo, config: Config, device: str) -> LoadedSisn:
    """Load the network of ``info``; errors as of `load`."""
    ((_, name),) = info.assets
    ready = load_network(info.id, name, device, _folded, Spec)
    spec = ready.spec
    if spec.scale != info.scale:
        raise WeightsError(f"the network enlarges {spec.scale} times, not {info.scale}", path=name)
    if config.attention_maps:
        maps = [(f"{GROUP}-{n}", f"Change by group {n}") for n in range(1, spec.groups + 1)]
        first, *rest = info.stages
        info = dataclasses.replace(info, stages=(first, *maps, *rest))
    return LoadedSisn(info, config, (ready.asset,), ready.network, ready.device)


def _folded(spec: Spec) -> Sisn:
    return fold_batch_norm(Sisn(spec))


def _gray(strength: Floats, large_hw: tuple[int, int]) -> Pixels:
    white = strength.max() or 1.0
    large = imresize(255 * np.repeat(strength[..., None], 3, 2) / white, large_hw)
    return colour.to_uint8(large)


def _times(size_hw: tuple[int, ...], scale: int) -> tuple[int, int]:
    return size_hw[0] * scale, size_hw[1] * scale
