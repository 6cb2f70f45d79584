"""Train the denoiser of ``dcnn_mnce``: remove Gaussian noise of a stated level from faces."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import fold_batch_norm, seeded
from fhgui.core.arrays import AnyArray, Floats
from fhgui.imaging.resize import resize_matrix
from fhgui.methods.dcnn_mnce.network import Denoiser, DenoiserSpec, initialise
from fhgui.training.data import FaceSet
from fhgui.training.export import write_weights
from fhgui.training.recipe import Recipe

Batch: TypeAlias = NDArray[np.float32]
SCALE = 8


@dataclass(frozen=True, kw_only=True)
class TaskRecipe(Recipe):
    """Recipe of the denoiser."""

    channels: int = 64
    """Filters of each hidden layer."""
    dilations: tuple[int, ...] = (1, 2, 3, 4, 3, 2, 1)
    """Dilation of each convolution."""
    unshuffle: int = 2
    """Space-to-depth factor; 1 is the paper's full resolution."""
    harmonics: int = 0
    """Harmonics of the planes that tell where on the template a pixel lies; needs whole faces."""
    patch_px: int = 64
    """Side of the random square cut from each face."""
    sigma_max: float = 55.0
    """Noise levels are uniform from 0 to this, on the 8-bit scale."""
    degraded_share: float = 0.0
    """Share of each batch whose corruption is not Gaussian but what RED meets: part of
    the error of back-projection (x − H⁺Hx, bicubic ×8) plus weak noise, with its true level.
    0 is the paper."""
    weak_sigma: float = 10.0
    """Largest level of the weak noise on those."""


@dataclass(frozen=True, eq=False)
class DenoiserTask:
    """L2 on the predicted noise (methods.md, Denoiser)."""

    recipe: TaskRecipe
    network: Denoiser
    faces: FaceSet
    projection: AnyArray
    """H×H float32 matrix of what bicubic ×8 keeps of a column, D⁺D."""

    def loss(self, network: nn.Module, rng: np.random.Generator) -> torch.Tensor:
        """Return the mean squared error of one batch."""
        recipe = self.recipe
        clean, corrupt = self._samples(rng)
        level = np.sqrt(np.mean((corrupt - clean) ** 2, axis=(1, 2, 3)))
        gaussian = len(clean) - round(recipe.degraded_share * len(clean))
        sigma = rng.uniform(0, recipe.sigma_max / 255, len(clean)).astype(np.float32)
        sigma[gaussian:] = rng.uniform(0, recipe.weak_sigma / 255, len(clean) - gaussian)
        corrupt += rng.standard_normal(clean.shape, np.float32) * sigma[:, None, None, None]
        total = torch.from_numpy(np.hypot(level, sigma).astype(np.float32))
        return functional.mse_loss(
            network(torch.from_numpy(corrupt), total), torch.from_numpy(clean)
        )

    def _samples(self, rng: np.random.Generator) -> tuple[Batch, Batch]:
        """Return clean patches and the same with part of the error of back-projection."""
        recipe = self.recipe
        whole = draw_faces(self.faces, recipe.batch, rng)
        partly = whole.copy()
        degraded = slice(recipe.batch - round(recipe.degraded_share * recipe.batch), None)
        amount = rng.uniform(0.3, 1, (len(partly[degraded]), 1, 1, 1)).astype(np.float32)
        kept = self.projection @ whole[degraded] @ self.projection.T
        partly[degraded] += amount * (kept - whole[degraded])
        return crop_both(whole, partly, recipe.patch_px, rng)


def make_task(recipe: TaskRecipe, faces: FaceSet) -> DenoiserTask:
    """Return the task with freshly drawn weights."""
    spec = DenoiserSpec(recipe.channels, recipe.dilations, recipe.unshuffle, recipe.harmonics)
    network = Denoiser(spec)
    initialise(network, seeded(recipe.seed))
    down = resize_matrix(faces.pixels.shape[1], faces.pixels.shape[1] // SCALE)
    projection = (np.linalg.pinv(down) @ down).astype(np.float32)
    return DenoiserTask(recipe, network, faces, projection)


def draw_faces(faces: FaceSet, count: int, rng: np.random.Generator) -> Batch:
    """Return count×3×H×W float32 faces in [0, 1], half of them mirrored."""
    picked = faces.pixels[rng.integers(len(faces), size=count)]
    mirrored = rng.random(count) < 0.5
    picked[mirrored] = picked[mirrored, :, ::-1]
    batch: Batch = np.ascontiguousarray(picked.transpose(0, 3, 1, 2), dtype=np.float32)
    batch /= 255
    return batch


def crop_both(
    first: Batch, second: Batch, side_px: int, rng: np.random.Generator
) -> tuple[Batch, Batch]:
    """Return the same random square of each pair, one place a pair."""
    height, width = first.shape[-2:]
    tops = rng.integers(height - side_px + 1, size=len(first))
    lefts = rng.integers(width - side_px + 1, size=len(first))
    first_cut, second_cut = (
        np.stack(
            [p[:, y : y + side_px, x : x + side_px] for p, y, x in zip(b, tops, lefts, strict=True)]
        )
        for b in (first, second)
    )
    return first_cut, second_cut


@torch.no_grad()
def denoising_psnr(network: nn.Module, faces: FaceSet, sigma: float, seed: int = 0) -> Floats:
    """Return the mean PSNR (dB, peak 255) of noisy and of denoised faces at one noise level."""
    network.eval()
    rng = np.random.default_rng(seed)
    rows = []
    for face in faces.pixels:
        clean = np.ascontiguousarray(face.transpose(2, 0, 1), dtype=np.float32)[None] / 255
        noisy = clean + rng.standard_normal(clean.shape, np.float32) * np.float32(sigma / 255)
        level = torch.tensor([sigma / 255])
        denoised = network(torch.from_numpy(noisy), level).clamp(0, 1).numpy()
        rows.append([_psnr(noisy, clean), _psnr(denoised, clean)])
    means: Floats = np.mean(rows, axis=0)
    return means


def _psnr(image: AnyArray, truth: AnyArray) -> float:
    return float(-10 * np.log10(np.mean((image - truth) ** 2)))


def export(task: DenoiserTask, network: nn.Module, path: Path) -> dict[str, object]:
    """Write the folded weights and return what the card says about the network."""
    folded = fold_batch_norm(network)
    write_weights(folded, path, {"method": "dcnn_mnce", "part": "denoiser"}, task.network.spec)
    return {
        "network": asdict(task.network.spec),
        "parameters": sum(p.numel() for p in folded.parameters()),
    }
