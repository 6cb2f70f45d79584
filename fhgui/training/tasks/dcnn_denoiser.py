"""Train the denoiser of paper 000: remove Gaussian noise of a stated level from any pictures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import fold_batch_norm, seeded
from fhgui.core.arrays import AnyArray, Floats
from fhgui.datasets.packed import FaceSet
from fhgui.methods.dcnn_mnce.network import Denoiser, DenoiserSpec, initialise
from fhgui.methods.dcnn_mnce.priors import PRIORS
from fhgui.training.data import parts, take
from fhgui.training.export import write_weights
from fhgui.training.recipe import Recipe
from fhgui.training.samples import crop, mirror
from fhgui.training.task import Batch, Context, Draw, Metrics, Networks, Part, Task, Validation

VALIDATION_SIGMA = 25.0
"""Noise level of validations, 8-bit scale."""


@dataclass(frozen=True, kw_only=True)
class TaskRecipe(Recipe):
    """Recipe of the denoiser."""

    channels: int = 64
    """Filters of each hidden layer."""
    dilations: tuple[int, ...] = (1, 2, 3, 4, 3, 2, 1)
    """Dilation of each convolution."""
    unshuffle: int = 2
    """Space-to-depth factor; 1 is the paper's full resolution."""
    patch_px: int = 64
    """Side of the random square cut from each face."""
    sigma_max: float = 55.0
    """Noise levels are uniform from 0 to this, on the 8-bit scale."""


class DenoiserTask(Task):
    """L2 on the predicted noise (methods.md, Denoiser)."""

    def __init__(self, recipe: TaskRecipe, network: Denoiser, faces: FaceSet) -> None:
        self.recipe: TaskRecipe = recipe
        self.network = network
        self.faces, self.held_out = parts(faces, recipe.validation_faces)
        self.samples = len(self.faces)

    def configure(self) -> dict[str, Part]:
        """Return the one network."""
        optimiser = torch.optim.Adam(self.network.parameters(), self.recipe.learning_rate)
        return {"denoiser": Part(self.network, optimiser)}

    def batch(self, draw: Draw) -> Batch:
        """Return ``clean`` and ``corrupt`` patches and the corruption's ``level``, scale 0–1."""
        random = draw.random()
        whole = mirror(take(self.faces, draw.indices, draw.device), random).float() / 255
        (clean,) = crop((whole,), (self.recipe.patch_px,), random)
        level = (random.uniform("sigma") * self.recipe.sigma_max / 255).to(clean)
        noise = random.normal("noise", clean.shape[1:], draw.device).float()
        return {
            "clean": clean,
            "corrupt": clean + level[:, None, None, None] * noise,
            "level": level,
        }

    def step(self, batch: Batch, context: Context) -> Metrics:
        """Make one step down the mean squared error."""
        output = context.networks["denoiser"](batch["corrupt"], batch["level"])
        loss = functional.mse_loss(output, batch["clean"])
        context.update("denoiser", loss)
        return {"loss": loss.detach()}

    def validate(self, networks: Networks) -> Validation:
        """Return the PSNR of held-out faces with noise of σ 25 taken off."""
        if not len(self.held_out):
            return Validation()
        noisy, denoised = denoising_psnr(networks["denoiser"], self.held_out, VALIDATION_SIGMA)
        return Validation({"psnr_rgb": float(denoised), "psnr_noisy": float(noisy)})


def make_task(recipe: TaskRecipe, faces: FaceSet) -> DenoiserTask:
    """Return the task with freshly drawn weights."""
    spec = DenoiserSpec(recipe.channels, recipe.dilations, recipe.unshuffle)
    network = Denoiser(spec)
    initialise(network, seeded(recipe.seed))
    return DenoiserTask(recipe, network, faces)


@torch.no_grad()
def denoising_psnr(network: nn.Module, faces: FaceSet, sigma: float, seed: int = 0) -> Floats:
    """Return the mean PSNR (dB, peak 255) of noisy and of denoised faces at one noise level."""
    network.eval()
    device = next(network.parameters()).device
    rng = np.random.default_rng(seed)
    rows = []
    for face in faces.pixels:
        clean = np.ascontiguousarray(face.transpose(2, 0, 1), dtype=np.float32)[None] / 255
        noisy = clean + rng.standard_normal(clean.shape, np.float32) * np.float32(sigma / 255)
        level = torch.tensor([sigma / 255], device=device)
        given = torch.from_numpy(noisy).to(device)
        denoised = network(given, level).clamp(0, 1).cpu().numpy()
        rows.append([_psnr(noisy, clean), _psnr(denoised, clean)])
    means: Floats = np.mean(rows, axis=0)
    return means


def _psnr(image: AnyArray, truth: AnyArray) -> float:
    return float(-10 * np.log10(np.mean((image - truth) ** 2)))


def export(task: DenoiserTask, network: nn.Module, path: Path) -> dict[str, object]:
    """Write the folded weights and return what the card says about the network."""
    folded = fold_batch_norm(network)
    identity = {"method": "dcnn_mnce", "part": "denoiser", "network": "plain"}
    name = PRIORS["natural"].file
    write_weights(folded, path, {**identity, "name": name}, task.network.spec)
    return {
        "network": asdict(task.network.spec),
        "parameters": sum(p.numel() for p in folded.parameters()),
    }
