"""``atlas`` with its weights in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from fhgui.core.arrays import Floats, Pixels
from fhgui.core.doubt import INTERVAL
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Stage
from fhgui.imaging import colour
from fhgui.imaging.operators import make_operator
from fhgui.imaging.resize import imresize
from fhgui.methods.atlas.config import INFO, Config
from fhgui.methods.atlas.network import Atlas, Spec
from fhgui.methods.checks import check_input
from fhgui.methods.error_scale import ErrorModel, load_error_model
from fhgui.methods.restoring import enlarged, load_network, planes_of


@dataclass(frozen=True, eq=False)
class LoadedAtlas:
    """Atlas, exact or blind.

    Parameters
    ----------
    network : in evaluation mode, on ``device``.
    error : how far its pixels may be off; None if that was not trained.
    """

    info: MethodInfo
    config: Config
    assets: tuple[Asset, ...]
    network: Atlas
    device: str
    error: ErrorModel | None = None

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:  # no randomness
        """Yield bicubic, what the evidence fixes (exact only), and the result."""
        check_input(self.info, face)
        titles = dict(self.info.stages)
        bicubic = imresize(face.pixels, self.info.output_hw)
        yield Stage("bicubic", titles["bicubic"], bicubic, Origin.INTERPOLATED)
        if "evidence" in titles:
            operator = make_operator("bicubic", self.info.output_hw, self.info.scale)
            fixed = operator.pseudo_inverse(colour.to_float(face.pixels))
            yield Stage("evidence", titles["evidence"], colour.to_uint8(fixed), Origin.INTERPOLATED)
        (result,) = self.restore_many([face])
        yield Stage("result", titles["result"], result, Origin.SYNTHESISED)

    def restore_many(self, faces: Sequence[FaceImage]) -> list[Pixels]:
        """Return the results only, for many faces at a time."""
        for face in faces:
            check_input(self.info, face)
        low = np.stack([colour.to_float(face.pixels) for face in faces])
        return list(colour.to_uint8(self.restore(low)))

    @torch.inference_mode()
    def expected_error(
        self, face: FaceImage, coverage: float = INTERVAL
    ) -> NDArray[np.float32] | None:
        """Return how far the result may be off: see `core.method.Uncertain`.

        The scale is that of the face as it is, not of its mirrored twin: the calibration was
        counted on the final results all the same.
        """
        check_input(self.info, face)
        if self.error is None:
            return None
        restored, features = self.network.see(
            planes_of(colour.to_float(face.pixels)[None], self.device)
        )
        return self.error.half_width(features, restored, coverage)

    def restore(self, low: Floats) -> Floats:
        """Return N×H×W×3 of N×h×w×3, both 0–255; not rounded."""
        planes = planes_of(low, self.device)
        return enlarged(self.network, planes, mirrored=self.config.mirrored)


def load(config: Config, device: str) -> LoadedAtlas:
    """Load the network.

    Raises
    ------
    MethodError
        If the device is not there.
    WeightsError
        If the weights are missing, damaged or of another method.
    """
    return load_variant(INFO, config, device)


def load_variant(info: MethodInfo, config: Config, device: str) -> LoadedAtlas:
    """Load the network of ``info``; errors as of `load`."""
    (_, name), *beside = info.assets
    ready = load_network(info.id, name, device, Atlas, Spec)
    error = None
    if beside:  # the error scale, once it is trained
        error = load_error_model(beside[0][1], info.id, ready.asset, ready.device)
    assets = (ready.asset,) if error is None else (ready.asset, error.asset)
    return LoadedAtlas(info, config, assets, ready.network, ready.device, error)
