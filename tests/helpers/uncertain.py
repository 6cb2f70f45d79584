"""A tiny method that estimates its error, as a package that the registry finds."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from fhgui.blocks.error_head import USUAL, ErrorHead, HeadSpec
from fhgui.core.doubt import INTERVAL, LEVELS
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Stage
from fhgui.imaging.colour import to_uint8
from fhgui.methods import registry
from fhgui.methods.error_scale import (
    PART,
    Calibration,
    ErrorModel,
    load_error_model,
    load_trunk,
)
from fhgui.training.export import register, write_arrays, write_weights

ID = "tinted"
WEIGHTS, SCALE = f"{ID}/network.safetensors", f"{ID}/error-scale.safetensors"
INFO = MethodInfo(
    id=ID,
    title="Tinted",
    paper="none",
    purpose="Tests only.",
    scale=8,
    input_hw=(4, 4),
    output_hw=(32, 32),
    template="celeba128",
    stages=(("result", "Result"),),
    degradation="bicubic",
    assets=(("weights", WEIGHTS), ("weights", SCALE)),
    generative=True,
    estimates_error=True,
)


@dataclasses.dataclass(frozen=True)
class Config:
    """No settings."""


@dataclasses.dataclass(frozen=True)
class Spec:
    """Shape."""

    channels: int = 6


class Network(nn.Module):
    """Every pixel of the input as a square, with features beside it."""

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.features = nn.Conv2d(3, spec.channels, 1)
        self.shift = nn.Parameter(torch.zeros(1))

    def see(self, low: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the enlarged faces and features."""
        large = nn.functional.interpolate(low, scale_factor=8.0)
        return large + self.shift, self.features(low)


@dataclasses.dataclass(frozen=True, eq=False)
class Tinted:
    """The method, loaded."""

    config: Config
    assets: tuple[Asset, ...]
    info: MethodInfo
    network: Network
    error: ErrorModel | None

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:
        """Yield the result."""
        large, _ = self._seen(face)
        pixels = to_uint8(255 * large[0].detach().permute(1, 2, 0).double().numpy())
        yield Stage("result", "Result", pixels, Origin.SYNTHESISED)

    def expected_error(
        self, face: FaceImage, coverage: float = INTERVAL
    ) -> NDArray[np.float32] | None:
        """Return the half width of the interval."""
        if self.error is None:
            return None
        large, features = self._seen(face)
        return self.error.half_width(features, large, coverage)

    def _seen(self, face: FaceImage) -> tuple[torch.Tensor, torch.Tensor]:
        low = torch.from_numpy(np.array(face.pixels)).permute(2, 0, 1)[None].float() / 255
        return self.network.see(low)


def load(config: Config, device: str) -> Tinted:
    """Load the network, and the error head if it is installed."""
    from fhgui import paths

    trunk, asset = load_trunk(ID)
    assert isinstance(trunk, Network)
    error = None
    if paths.model_file(SCALE) is not None:
        error = load_error_model(SCALE, ID, asset, device)
    assets = (asset,) if error is None else (asset, error.asset)
    return Tinted(config, assets, INFO, trunk, error)


def install(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    """Make the registry know the method, its network lying in a folder of models."""
    monkeypatch.setenv("FHGUI_MODELS", str(models))
    here = sys.modules[__name__]
    package = ModuleType(f"fhgui.methods.{ID}", "Tests only.")
    names = {"": package, ".config": here, ".network": here, ".method": here}
    for name, module in names.items():
        monkeypatch.setitem(sys.modules, f"fhgui.methods.{ID}{name}", module)
    monkeypatch.setitem(registry.PACKAGES, ID, f"fhgui.methods.{ID}")
    torch.manual_seed(0)
    path = models / WEIGHTS
    write_weights(Network(Spec()), path, {"method": ID, "part": "network"}, Spec())
    register(path, {})


def build(spec: Spec) -> Network:
    """Return the network."""
    return Network(spec)


def install_scale(models: Path) -> None:
    """Put an error head beside the network: untrained, so that it predicts `USUAL` everywhere."""
    _, trunk = load_trunk(ID)
    spec = HeadSpec(Spec().channels, 4, 8, 8, 1)
    halves = tuple((3.0 * number, 6.0 * number) for number, _ in enumerate(LEVELS, 1))
    calibration = Calibration(LEVELS, (255 * USUAL / 2, 255 * USUAL * 1.5), halves, 5)
    header = {
        "head": dataclasses.asdict(spec),
        "trunk": trunk.sha256,
        "calibration": dataclasses.asdict(calibration),
    }
    arrays = {k: v.detach().numpy() for k, v in ErrorHead(spec).state_dict().items()}
    write_arrays(arrays, models / SCALE, {"method": ID, "part": PART}, header)
    register(models / SCALE, {})


HALF_WIDTH = 13.5
"""Of the `INTERVAL` interval, the third level, with that head: the mean of 9 and 18."""
