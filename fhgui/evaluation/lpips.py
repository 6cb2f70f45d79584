"""LPIPS: a perceptual distance that needs weights which do not come with the program.

R. Zhang, P. Isola, A. A. Efros, E. Shechtman, O. Wang, "The Unreasonable Effectiveness of Deep
Features as a Perceptual Metric", CVPR 2018: AlexNet's features, weights v0.1. Two files make it
available, both below ``lpips/`` in the user's folder of models (``FHGUI_MODELS``):
``alexnet.safetensors``, AlexNet as torchvision publishes it, and ``alex.safetensors``, the linear
weights v0.1 as the authors publish them. Both are published as pickles, which this program does not
read: PyTorch writes the tensors of the one as the other,
``save_file(torch.load("alex.pth", weights_only=True), "alex.safetensors")`` with ``save_file`` of
``safetensors.torch``. Without the files the columns LPIPS and MPS stay empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fhgui import paths
from fhgui.core.arrays import Pixels
from fhgui.core.errors import WeightsError
from fhgui.evidence.hashing import sha256_file

if TYPE_CHECKING:
    import torch

BACKBONE, LINEAR = "lpips/alexnet.safetensors", "lpips/alex.safetensors"
SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
"""What brings pictures of −1 … 1 to ImageNet's mean and spread."""
LAYERS = ((0, 4, 2), (3, 1, 2), (6, 1, 1), (8, 1, 1), (10, 1, 1))
"""(number in torchvision's ``features``, stride, padding) of the five convolutions."""
POOLED_AFTER = (0, 1)
"""Layers whose output is pooled 3×3 by 2 before the next."""
EPSILON = 1e-10


@dataclass(frozen=True, eq=False)
class Lpips:
    """The distance with its weights in memory.

    Parameters
    ----------
    convolutions : (weight, bias) of the five convolutions. lines : five rows of C weights.
    files : the two files.
    """

    convolutions: tuple[tuple[torch.Tensor, torch.Tensor], ...]
    lines: tuple[torch.Tensor, ...]
    files: tuple[Path, ...]

    @staticmethod
    def find() -> tuple[Lpips | None, str | None]:
        """Return the distance, or None and a sentence that says what is missing.

        Raises
        ------
        WeightsError
            If the files are there and cannot be used.
        """
        found = tuple(paths.model_file(name) for name in (BACKBONE, LINEAR))
        backbone, linear = found
        if backbone is None or linear is None:
            missing = " and ".join(
                name for name, path in zip((BACKBONE, LINEAR), found, strict=True) if path is None
            )
            return None, (
                f"LPIPS and MPS are not available: {missing} (AlexNet, v0.1) would have to lie in "
                "the user's folder of models"
            )
        return load(backbone, linear), None

    def distance(self, a: Pixels, b: Pixels) -> float:
        """Return LPIPS of two H×W×3 uint8 pictures, H and W ≥ 63: 0 for equal ones."""
        import torch

        with torch.inference_mode():
            pairs = zip(self._features(a), self._features(b), self.lines, strict=True)
            parts = [((x - y) ** 2 * line).sum(dim=1).mean() for x, y, line in pairs]
            return float(sum(float(part) for part in parts))

    def _features(self, pixels: Pixels) -> list[torch.Tensor]:
        """Return the five layers' outputs, each position of unit length over the channels."""
        import torch
        from torch.nn import functional

        shift, scale = (torch.tensor(v).view(1, 3, 1, 1) for v in (SHIFT, SCALE))
        planes = torch.from_numpy(np.array(pixels)).permute(2, 0, 1)[None].float()
        x = (planes / 127.5 - 1 - shift) / scale
        outputs: list[torch.Tensor] = []
        for number, ((_, stride, padding), (weight, bias)) in enumerate(
            zip(LAYERS, self.convolutions, strict=True)
        ):
            x = functional.relu(functional.conv2d(x, weight, bias, stride, padding))
            outputs.append(x / (x.pow(2).sum(dim=1, keepdim=True).sqrt() + EPSILON))
            if number in POOLED_AFTER:
                x = functional.max_pool2d(x, 3, 2)
        return outputs


def file_digests() -> dict[str, str]:
    """Return name → SHA-256 of the files that are there."""
    found = ((name, paths.model_file(name)) for name in (BACKBONE, LINEAR))
    return {name: sha256_file(path) for name, path in found if path is not None}


def load(backbone: Path, linear: Path) -> Lpips:
    """Load the two files.

    Raises
    ------
    WeightsError
        If a file is damaged or holds something else.
    """
    features, lines = _state(backbone), _state(linear)
    try:
        convolutions = tuple(
            (features[f"features.{n}.weight"].float(), features[f"features.{n}.bias"].float())
            for n, _, _ in LAYERS
        )
        weights = tuple(lines[f"lin{n}.model.1.weight"].float() for n in range(len(LAYERS)))
    except (KeyError, AttributeError) as error:
        raise WeightsError(
            f"is not what LPIPS needs ({error} is missing)",
            path=backbone,
            hint=f"take AlexNet as torchvision publishes it, and {LINEAR} of LPIPS v0.1",
        ) from error
    for (weight, _), line in zip(convolutions, weights, strict=True):
        if line.shape != (1, weight.shape[0], 1, 1):
            raise WeightsError("does not fit AlexNet", path=linear, hint="take LPIPS v0.1, Alex")
    return Lpips(convolutions, weights, (backbone, linear))


def _state(path: Path) -> Mapping[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise WeightsError("cannot be read as weights", path=path, hint="copy it again") from error
