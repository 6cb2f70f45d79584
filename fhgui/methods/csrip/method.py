"""``csrip`` with its weights in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.ndimage import convolve

from fhgui.blocks.convolution import fold_batch_norm
from fhgui.core.arrays import Floats, Pixels
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Stage
from fhgui.imaging import colour
from fhgui.imaging.resize import imresize
from fhgui.methods.checks import check_input
from fhgui.methods.csrip.config import ENDING, INFO, SHARPENED, Config
from fhgui.methods.csrip.network import Csrip, Spec
from fhgui.methods.restoring import load_network, mean_of_both, planes_of, with_mirrored

KERNEL = np.array([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]])
"""The sharpening filter of appendix A.2."""


@dataclass(frozen=True, eq=False)
class LoadedCsrip:
    """C-SRIP.

    Parameters
    ----------
    network : in evaluation mode, batch norms folded, on ``device``.
    """

    info: MethodInfo
    config: Config
    assets: tuple[Asset, ...]
    network: Csrip
    device: str

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:  # no randomness
        """Yield bicubic, what each module makes, all of one size, and perhaps the sharpened one."""
        check_input(self.info, face)
        height, width = face.pixels.shape[:2]
        large_hw = height * self.info.scale, width * self.info.scale
        (name, title), *others = self.info.stages
        yield Stage(name, title, imresize(face.pixels, large_hw), Origin.INTERPOLATED)
        pictures = [x[0] for x in self.restore(colour.to_float(face.pixels)[None])]
        if self.config.sharpened:
            pictures.append(sharpened(pictures[-1]))
        for (name, title), picture in zip(others, pictures, strict=True):
            pixels = colour.to_uint8(imresize(picture, large_hw))
            yield Stage(name, title, pixels, Origin.SYNTHESISED)

    def restore_many(self, faces: Sequence[FaceImage]) -> list[Pixels]:
        """Return the results only, for many faces of one size at a time."""
        for face in faces:
            check_input(self.info, face)
        low = np.stack([colour.to_float(face.pixels) for face in faces])
        results = self.restore(low)[-1]
        if self.config.sharpened:
            results = np.stack([sharpened(result) for result in results])
        return list(colour.to_uint8(results))

    @torch.inference_mode()
    def restore(self, low: Floats) -> tuple[Floats, ...]:
        """Return N×2h×2w×3, N×4h×4w×3 and N×8h×8w×3 of N×h×w×3, 0–255; not rounded.

        Without branches the network makes the last only.
        """
        planes = planes_of(low, self.device)
        if self.config.mirrored:
            pictures = tuple(mean_of_both(x) for x in self.network(with_mirrored(planes)))
        else:
            pictures = self.network(planes)
        return tuple(255 * x.cpu().double().permute(0, 2, 3, 1).numpy() for x in pictures)


def sharpened(picture: Floats) -> Floats:
    """Return H×W×3, 0–255, filtered by `KERNEL`, edges repeated, clipped as the paper's are."""
    result: Floats = convolve(np.clip(picture, 0, 255), KERNEL[..., None], mode="nearest")
    return np.clip(result, 0, 255)


def load(config: Config, device: str) -> LoadedCsrip:
    """Load the network.

    Raises
    ------
    MethodError
        If the device is not there.
    WeightsError
        If the weights are missing, damaged or of another method.
    """
    name = config.weights.removesuffix(ENDING) + ENDING
    ready = load_network(INFO.id, name, device, _folded, Spec)
    info = dataclasses.replace(
        INFO, stages=_stages(config, branches=ready.spec.branches), assets=(("weights", name),)
    )
    return LoadedCsrip(info, config, (ready.asset,), ready.network, ready.device)


def _stages(config: Config, *, branches: bool) -> tuple[tuple[str, str], ...]:
    first, *on_the_way, last = INFO.stages
    after = (SHARPENED,) if config.sharpened else ()
    return (first, *(on_the_way if branches else ()), last, *after)


def _folded(spec: Spec) -> Csrip:
    return fold_batch_norm(Csrip(spec))
