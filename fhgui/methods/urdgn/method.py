"""``urdgn`` with its weights in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fhgui.blocks.convolution import fold_batch_norm
from fhgui.core.arrays import Pixels
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Stage
from fhgui.imaging import colour
from fhgui.imaging.resize import imresize
from fhgui.methods.checks import check_input
from fhgui.methods.restoring import enlarged, load_network, planes_of
from fhgui.methods.urdgn.config import INFO, Config
from fhgui.methods.urdgn.network import Spec, Upsampler


@dataclass(frozen=True, eq=False)
class LoadedUrdgn:
    """Enlarges aligned faces, ready to run; ``network``'s batch norm is folded."""

    info: MethodInfo
    config: Config
    assets: tuple[Asset, ...]
    network: Upsampler
    device: str

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:  # no randomness
        """Yield bicubic and the result."""
        check_input(self.info, face)
        (first, first_title), (last, last_title) = self.info.stages
        bicubic = imresize(face.pixels, self.info.output_hw)
        yield Stage(first, first_title, bicubic, Origin.INTERPOLATED)
        (result,) = self.restore_many([face])
        yield Stage(last, last_title, result, Origin.SYNTHESISED)

    def restore_many(self, faces: Sequence[FaceImage]) -> list[Pixels]:
        """Return the results only: see `core.method.Batched`."""
        for face in faces:
            check_input(self.info, face)
        low = np.stack([colour.to_float(face.pixels) for face in faces])
        planes = planes_of(low, self.device)
        return list(colour.to_uint8(enlarged(self.network, planes, mirrored=self.config.mirrored)))


def load(config: Config, device: str) -> LoadedUrdgn:
    """Load the network.

    Raises
    ------
    MethodError
        If the device is not there.
    WeightsError
        If the weights are missing, damaged or of another method.
    """
    ((_, name),) = INFO.assets
    ready = load_network(INFO.id, name, device, _folded, Spec)
    return LoadedUrdgn(INFO, config, (ready.asset,), ready.network, ready.device)


def _folded(spec: Spec) -> Upsampler:
    return fold_batch_norm(Upsampler(spec))
