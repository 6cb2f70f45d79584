"""Train STN0, which sees how a tiny face is turned, on faces whose turn is known."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from fhgui.blocks.convolution import count_parameters
from fhgui.blocks.straightening import degrees, disagreement
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet
from fhgui.methods.tdn.config import STRAIGHTENER
from fhgui.methods.tdn.network import Straightener, StraightenerSpec
from fhgui.training.data import parts, take
from fhgui.training.degradation.counter import Random
from fhgui.training.degradation.steps import Bicubic, Step, Turned, apply
from fhgui.training.export import write_weights
from fhgui.training.recipe import Recipe
from fhgui.training.samples import mirror
from fhgui.training.starting import begin_from
from fhgui.training.task import Batch, Context, Draw, Metrics, Networks, Part, Task, Validation
from fhgui.training.tasks.tdn import RADIUS_SHARE
from fhgui.training.validation import SEED


@dataclass(frozen=True, kw_only=True)
class TaskRecipe(Recipe):
    """Recipe of STN0."""

    filters: tuple[int, ...] = (20, 20)
    """Of its two convolutions."""
    hidden: int = 20
    """Units of the layer before the last."""
    scale: int = 8
    """Sharp size ÷ degraded size."""
    degradation: tuple[Step, ...] = (Turned(), Bicubic())
    """Steps from the sharp face to the low-resolution one; the first is ``turned``."""
    start: str = ""
    """Weights to start from, a file, a name under ``models/`` or the folder of a run."""


class StraightenerTask(Task):
    """Mean square distance between where faces are sampled and where they should be."""

    def __init__(self, recipe: TaskRecipe, network: Straightener, faces: FaceSet) -> None:
        self.recipe: TaskRecipe = recipe
        turned = recipe.degradation[0]
        if not isinstance(turned, Turned):
            raise FhguiError("the first step of the degradation must turn the faces")
        self.turned, self.network = turned, network
        self.faces, self.held_out = parts(faces, recipe.validation_faces)
        self.samples = len(self.faces)
        self.side_px = faces.pixels.shape[1] // recipe.scale

    def configure(self) -> dict[str, Part]:
        """Return the one network."""
        optimiser = torch.optim.Adam(self.network.parameters(), self.recipe.learning_rate)
        return {"network": Part(self.network, optimiser)}

    def batch(self, draw: Draw) -> Batch:
        """Return ``input`` on the 0–1 scale and ``similarity``."""
        return self._turned(self.faces, draw.indices, draw.random(), draw.device, mirrored=True)

    def step(self, batch: Batch, context: Context) -> Metrics:
        """Make one step down the distance."""
        told = context.networks["network"](batch["input"])
        loss = disagreement(told, batch["similarity"], RADIUS_SHARE * self.side_px)
        context.update("network", loss)
        return {"loss": loss.detach()}

    def validate(self, networks: Networks) -> Validation:
        """Return how well held-out faces are put upright.

        ``accuracy`` is minus the root of the mean square distance, in pixels of the input;
        ``turn_error_deg`` the median.
        """
        if not len(self.held_out):
            return Validation()
        network = networks["network"]
        indices = np.arange(len(self.held_out))
        random = Random.of_samples(SEED, indices, np.zeros_like(indices))
        device = next(network.parameters()).device
        batch = self._turned(self.held_out, indices, random, device, mirrored=False)
        told = network(batch["input"])
        radius_px = RADIUS_SHARE * self.side_px
        distance = float(disagreement(told, batch["similarity"], radius_px)) ** 0.5 * radius_px
        apart = degrees(told - batch["similarity"]).abs().median()
        return Validation({"accuracy": -distance, "turn_error_deg": float(apart)})

    def _turned(
        self,
        faces: FaceSet,
        indices: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
        random: Random,
        device: torch.device,
        *,
        mirrored: bool,
    ) -> Batch:
        sharp = take(faces, indices, device)
        sharp = mirror(sharp, random) if mirrored else sharp
        low = apply(self.recipe.degradation, sharp, random, (self.side_px, self.side_px))
        similarity = self.turned.similarity(random.child(0), self.side_px)
        return {"input": low.float() / 255, "similarity": similarity.to(device)}


def make_task(recipe: TaskRecipe, faces: FaceSet) -> StraightenerTask:
    """Return the task with freshly drawn weights, or those to start from."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        network = Straightener(StraightenerSpec(recipe.filters, recipe.hidden))
    notes = begin_from(network, recipe.start)
    return StraightenerTask(recipe, network, faces).noted(notes)


def export(task: StraightenerTask, network: nn.Module, path: Path) -> dict[str, object]:
    """Write the weights and return what the card says about the network."""
    spec = task.network.spec
    write_weights(
        network, path, {"method": "tdn", "part": "straightener", "name": STRAIGHTENER}, spec
    )
    return {"network": asdict(spec), "parameters": count_parameters(network)}
