"""Train a recogniser of C-SRIP: who is it, by fine detail alone (paper 002, section 3.3).

The faces are reduced to the recogniser's size, and what a Gaussian blur leaves of them is taken
away. The set must name its people and hold other pictures of the same ones in "val".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import count_parameters, fold_batch_norm
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet
from fhgui.methods.csrip.recogniser import Recogniser, RecogniserSpec, build
from fhgui.training.data import parts, take
from fhgui.training.export import write_weights
from fhgui.training.people import People, people_of
from fhgui.training.recipe import Recipe, fill
from fhgui.training.samples import crop, mirror
from fhgui.training.starting import begin_from
from fhgui.training.structure import reduced, residual
from fhgui.training.task import Batch, Context, Draw, Metrics, Networks, Part, Task, Validation

CHUNK = 32
PART = "recogniser"
SCALE = 8
"""Size of the set's faces over that of the evidence; a recogniser stands at a part of it."""


@dataclass(frozen=True, kw_only=True)
class TaskRecipe(Recipe):
    """Recipe of a recogniser."""

    network: Mapping[str, Any] = field(default_factory=dict)
    """Fields of `RecogniserSpec` but ``people``, which the set tells."""
    crop_px: int = 0
    """Side of the random square of the reduced face that is trained on; 0 for whole faces."""
    weight_decay: float = 0.0
    """Of AdamW."""
    smoothing: float = 0.0
    """Share of the probability that is spread over all people (label smoothing)."""
    start: str = ""
    """Weights to start from: a file, a name under ``models/``, or the folder of a run; the next
    smaller recogniser's are a good beginning."""


class RecogniserTask(Task):
    """Cross-entropy of the people (Eq. 1)."""

    def __init__(
        self, recipe: TaskRecipe, network: Recogniser, people: People, faces: FaceSet
    ) -> None:
        self.recipe: TaskRecipe = recipe
        self.network, self.spec, self.people = network, network.spec, people
        self.faces, self.held_out = parts(faces, recipe.validation_faces)
        self.samples = len(self.faces)
        self.labels = people.labels(self.faces)
        self.reduction = _reduction(self.spec.side_px, faces)

    def configure(self) -> dict[str, Part]:
        """Return the one network."""
        recipe = self.recipe
        optimiser = torch.optim.AdamW(
            self.network.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        return {"network": Part(self.network, optimiser)}

    def batch(self, draw: Draw) -> Batch:
        """Return ``residual``, B×3×n×n in grey levels, and ``label``."""
        random = draw.random()
        seen = self.seen(mirror(take(self.faces, draw.indices, draw.device), random))
        if self.recipe.crop_px:
            (seen,) = crop((seen,), (self.recipe.crop_px,), random)
        label = torch.from_numpy(self.labels[draw.indices]).to(draw.device)
        return {"residual": seen, "label": label}

    def step(self, batch: Batch, context: Context) -> Metrics:
        """Make one step down the cross-entropy."""
        logits = context.networks["network"](batch["residual"])
        label = batch["label"]
        loss = functional.cross_entropy(logits, label, label_smoothing=self.recipe.smoothing)
        context.update("network", loss)
        known = (logits.detach().argmax(1) == label).float().mean()
        return {"loss": loss.detach(), "rank_1": known}

    def validate(self, networks: Networks) -> Validation:
        """Return the share of held-out pictures whose person comes first, and the likelihood."""
        labels = self.people.labels(self.held_out)
        places = np.flatnonzero(labels >= 0)
        if not places.size:
            return Validation()
        network = networks["network"]
        device = next(network.parameters()).device
        logits = torch.cat(
            [
                network(self.seen(take(self.held_out, places[i : i + CHUNK], device))).cpu()
                for i in range(0, len(places), CHUNK)
            ]
        )
        label = torch.from_numpy(labels[places])
        known = (logits.argmax(1) == label).double().mean()
        likelihood = -functional.cross_entropy(logits, label)
        return Validation({"rank_1": float(known), "likelihood": float(likelihood)})

    def seen(self, sharp: torch.Tensor) -> torch.Tensor:
        """Return what the recogniser sees of B×3×H×W uint8 faces."""
        return residual(reduced(sharp, self.reduction), detail_sigma_px(self.reduction))


def detail_sigma_px(reduction: int) -> float:
    """Return σ of the blur that is taken away from faces ``reduction`` times below full size.

    With s = 8 / ``reduction`` times the evidence's size it is (s − 1)/3: 1/3, 1 and 7/3.
    """
    return (SCALE / reduction - 1) / 3


def make_task(recipe: TaskRecipe, faces: FaceSet) -> RecogniserTask:
    """Return the task with freshly drawn weights.

    Raises
    ------
    FhguiError
        If the set does not name its people, or its faces are no multiple of the recogniser's.
    """
    train, _ = parts(faces, recipe.validation_faces)
    people = people_of(train)
    spec = replace(fill(RecogniserSpec, recipe.network), people=len(people))
    _reduction(spec.side_px, faces)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        network = build(spec)
    notes = begin_from(network, recipe.start)
    return RecogniserTask(recipe, network, people, faces).noted(notes)


def export(task: RecogniserTask, network: nn.Module, path: Path) -> dict[str, object]:
    """Write the folded weights and return what the card says about the network."""
    folded = fold_batch_norm(network)
    identity = {
        "method": "csrip",
        "part": PART,
        "name": f"csrip/recogniser_{task.spec.side_px}.safetensors",
        "people_sha256": task.people.digest,
    }
    write_weights(folded, path, identity, task.spec)
    return {"network": asdict(task.spec), "parameters": count_parameters(folded)}


def _reduction(side_px: int, faces: FaceSet) -> int:
    height, width = map(int, faces.pixels.shape[1:3])
    if height != width or height % side_px or height // side_px not in (1, 2, 4):
        raise FhguiError(
            f"a recogniser of {side_px} px cannot be trained on faces of {width}×{height} px",
            hint="its faces are as large as the set's, or a half or a quarter of it",
        )
    return height // side_px
