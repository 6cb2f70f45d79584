"""``urdgn`` with its weights in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fhgui.blocks.convolution import fold_batch_norm
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
        planes = planes_of(colour.to_float(face.pixels)[None], self.device)
        (values,) = enlarged(self.network, planes, mirrored=self.config.mirrored)
        yield Stage(last, last_title, colour.to_uint8(values), Origin.SYNTHESISED)


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
