"""Train the face denoiser of ``dcnn_mnce`` on what it meets inside RED: its own iterates.

A denoiser that has only seen Gaussian noise meets something else in RED: pictures that agree with
the evidence and lack what the reduction took away. Each sample is therefore an iterate of its own
RED loop, ×8 or ×4, at the noise level that the schedule tells there; a few have Gaussian noise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import count_parameters, seeded
from fhgui.datasets.packed import FaceSet
from fhgui.imaging.resize import resize_matrix
from fhgui.methods.dcnn_mnce.face_network import FaceDenoiser, FaceDenoiserSpec, initialise
from fhgui.training.data import parts, take
from fhgui.training.export import write_weights
from fhgui.training.recipe import Recipe
from fhgui.training.samples import mirror
from fhgui.training.task import Batch, Context, Draw, Metrics, Networks, Part, Task, Validation

CHUNK = 32


@dataclass(frozen=True, kw_only=True)
class TaskRecipe(Recipe):
    """Recipe of the face denoiser."""

    channels: int = 128
    """Filters of every convolution."""
    groups: int = 5
    """Groups of an exchange between all cells and ``blocks`` residual blocks."""
    blocks: int = 2
    """Residual blocks a group."""
    exchanged: int = 256
    """Hidden units of an exchange."""
    sigmas: tuple[float, ...] = (18.0, 13.5)
    """Noise level told at each RED iteration at ×8, 8-bit scale."""
    sigmas_x4: tuple[float, ...] = (11.0, 8.5)
    """The same at ×4."""
    red_lambda: float = 1e-3
    """λ of Eq. 5 while training."""
    x4_share: float = 0.2
    """Share of the faces that are reduced by 4 instead of 8."""
    gaussian_share: float = 0.08
    """Share of the faces that get Gaussian noise instead, of uniform level up to ``sigma_max``."""
    sigma_max: float = 50.0
    """Largest level of that noise, 8-bit scale."""
    later_share: float = 0.3
    """Share of the reduced faces that are shown as a later iterate."""
    later_from: float = 0.3
    """Fraction of the run from which on later iterates are shown."""


class Reduction:
    """Bicubic reduction by ``scale`` and its inverse problem, for batches on a device.

    Parameters
    ----------
    side_px : side of the square faces.
    """

    def __init__(self, side_px: int, scale: int) -> None:
        down = resize_matrix(side_px, side_px // scale)
        u, s, vt = np.linalg.svd(down, full_matrices=False)
        self.down, self.u, self.v, self.spectrum = (
            torch.from_numpy(np.ascontiguousarray(a, dtype=np.float32))
            for a in (down, u, vt.T, np.outer(s, s))
        )

    def to(self, device: torch.device) -> Reduction:
        """Bring the matrices to a device."""
        for name in ("down", "u", "v", "spectrum"):
            setattr(self, name, getattr(self, name).to(device))
        return self

    def reduce(self, x: torch.Tensor) -> torch.Tensor:
        """Return B×3×h×w, rounded to whole grey levels of 0–255, of B×3×H×W on that scale."""
        return torch.floor(self.down @ x @ self.down.T + 0.5).clamp(0, 255)

    def start(self, y: torch.Tensor) -> torch.Tensor:
        """Return H⁺y."""
        return self.v @ ((self.u.T @ y @ self.u) / self.spectrum) @ self.v.T

    def proximal(self, y: torch.Tensor, z: torch.Tensor, weight: float) -> torch.Tensor:
        """Return (HᵀH + λI)⁻¹(Hᵀy + λz), Eq. 5, by the SVD of H."""
        s = self.spectrum
        gap = s * (self.u.T @ y @ self.u) - s**2 * (self.v.T @ z @ self.v)
        return z + self.v @ (gap / (s**2 + weight)) @ self.v.T


class FaceDenoiserTask(Task):
    """L2 between the denoised iterate and the true face."""

    def __init__(self, recipe: TaskRecipe, network: FaceDenoiser, faces: FaceSet) -> None:
        self.recipe: TaskRecipe = recipe
        self.network = network
        self.faces, self.held_out = parts(faces, recipe.validation_faces)
        self.samples = len(self.faces)
        side_px = faces.pixels.shape[1]
        self.reductions = {8: Reduction(side_px, 8), 4: Reduction(side_px, 4)}

    def configure(self) -> dict[str, Part]:
        """Return the one network."""
        optimiser = torch.optim.Adam(
            self.network.parameters(), self.recipe.learning_rate, betas=(0.9, 0.99)
        )
        return {"denoiser": Part(self.network, optimiser)}

    def batch(self, draw: Draw) -> Batch:
        """Return ``clean`` faces on the 0–255 scale, ``corrupt`` ones, their ``level`` (8-bit).

        ``kind`` is the scale of the reduction (0: Gaussian noise), ``later`` whether the sample
        is to be shown as a later iterate.
        """
        recipe, random = self.recipe, draw.random()
        clean = mirror(take(self.faces, draw.indices, draw.device), random).float()
        kind = torch.where(random.uniform("scale") < recipe.x4_share, 4, 8)
        kind = torch.where(random.uniform("gaussian") < recipe.gaussian_share, 0, kind)
        level = random.uniform("sigma", 0, recipe.sigma_max).float()
        corrupt = clean.clone()
        noisy = kind == 0
        noise = random[noisy].normal("noise", clean.shape[1:], draw.device).float()
        corrupt[noisy] += level[noisy].to(draw.device)[:, None, None, None] * noise
        for scale, sigmas in ((8, recipe.sigmas), (4, recipe.sigmas_x4)):
            reduction = self.reductions[scale].to(draw.device)
            corrupt[kind == scale] = reduction.start(reduction.reduce(clean[kind == scale]))
            level[kind == scale] = sigmas[0]
        later = (random.uniform("later") < recipe.later_share) & ~noisy
        parts_ = {"clean": clean, "corrupt": corrupt, "level": level, "kind": kind, "later": later}
        return {name: tensor.to(draw.device) for name, tensor in parts_.items()}

    def step(self, batch: Batch, context: Context) -> Metrics:
        """Make one step down the mean squared error."""
        network = context.networks["denoiser"]
        corrupt, level = batch["corrupt"].clone(), batch["level"].clone()
        if context.moment.fraction >= self.recipe.later_from:
            for scale in (8, 4):
                self._iterate(network, batch, scale, corrupt, level)
        output = network(corrupt / 255, level / 255)
        loss = functional.mse_loss(output.float(), batch["clean"] / 255)
        context.update("denoiser", loss)
        return {"loss": loss.detach()}

    @torch.no_grad()
    def _iterate(
        self,
        network: nn.Module,
        batch: Batch,
        scale: int,
        corrupt: torch.Tensor,
        level: torch.Tensor,
    ) -> None:
        """Replace, in place, the samples marked ``later`` of one scale by their next iterate."""
        picked = batch["later"] & (batch["kind"] == scale)
        if not picked.any():
            return
        sigmas = self.recipe.sigmas if scale == 8 else self.recipe.sigmas_x4
        x = corrupt[picked]
        with torch.autocast(x.device.type, enabled=False):
            y = self.reductions[scale].reduce(batch["clean"][picked])
        told = torch.full((len(x),), sigmas[0] / 255, device=x.device)
        with torch.autocast(x.device.type, enabled=False):  # as inference computes it
            z = 255 * network(x / 255, told).float()
            found = self.reductions[scale].proximal(y, z, self.recipe.red_lambda)
        corrupt[picked] = found
        level[picked] = sigmas[1]

    def validate(self, networks: Networks) -> Validation:
        """Return the PSNR (R-G-B, dB) of held-out faces after RED at ×8 and at ×4."""
        if not len(self.held_out):
            return Validation()
        h = _function(networks["denoiser"])
        return Validation(
            {
                "psnr_rgb": self._psnr(h, 8, self.recipe.sigmas),
                "psnr_rgb_x4": self._psnr(h, 4, self.recipe.sigmas_x4),
            }
        )

    def _psnr(
        self,
        h: Callable[[torch.Tensor, float], torch.Tensor],
        scale: int,
        sigmas: tuple[float, ...],
    ) -> float:
        device = next(self.network.parameters()).device
        reduction, found = self.reductions[scale].to(device), []
        for first in range(0, len(self.held_out), CHUNK):
            rows = np.arange(first, min(first + CHUNK, len(self.held_out)))
            clean = take(self.held_out, rows, device).float()
            y = reduction.reduce(clean)
            x = reduction.start(y)
            for sigma in sigmas:
                x = reduction.proximal(y, h(x, sigma), self.recipe.red_lambda)
            error = (x.clamp(0, 255).round() - clean).square().mean(dim=(1, 2, 3))
            found += (10 * torch.log10(255**2 / error)).tolist()
        return float(np.mean(found))


def _function(network: nn.Module) -> Callable[[torch.Tensor, float], torch.Tensor]:
    """Return h(x, σ) on the 8-bit scale."""

    def h(x: torch.Tensor, sigma: float) -> torch.Tensor:
        level = torch.full((len(x),), sigma / 255, device=x.device)
        denoised: torch.Tensor = network(x / 255, level).float()
        return 255 * denoised

    return h


def make_task(recipe: TaskRecipe, faces: FaceSet) -> FaceDenoiserTask:
    """Return the task with freshly drawn weights."""
    spec = FaceDenoiserSpec(
        recipe.channels,
        recipe.groups,
        recipe.blocks,
        recipe.exchanged,
        template_px=faces.pixels.shape[1],
    )
    network = FaceDenoiser(spec)
    initialise(network, seeded(recipe.seed))
    return FaceDenoiserTask(recipe, network, faces)


def export(task: FaceDenoiserTask, network: nn.Module, path: Path) -> dict[str, object]:
    """Write the weights and return what the card says about the network."""
    identity = {"method": "dcnn_mnce", "part": "denoiser", "network": "face"}
    write_weights(network, path, identity, task.network.spec)
    return {"network": asdict(task.network.spec), "parameters": count_parameters(network)}
