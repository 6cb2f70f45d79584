"""Train TDN, UR-DGN and their like: pixels, known turns, and a discriminator if wanted.

The method's ``network`` module supplies ``Spec`` and ``build``; a network that straightens faces
has a method ``see`` that returns its output and its transformers' similarities, which are then
told how each face was turned (`TaskRecipe.transform_weight`). Yu and Porikli 2017, Eqs. 1–5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import count_parameters, fold_batch_norm
from fhgui.blocks.straightening import compose, degrees, disagreement
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet
from fhgui.methods.tdn.config import ADVERSARIAL
from fhgui.methods.tdn.discriminator import Discriminator
from fhgui.training.data import parts, take
from fhgui.training.degradation.counter import Random
from fhgui.training.degradation.steps import Bicubic, Step, Turned, apply
from fhgui.training.export import write_weights
from fhgui.training.recipe import Recipe, fill
from fhgui.training.samples import mirror
from fhgui.training.starting import begin_from, start_from
from fhgui.training.task import Batch, Context, Draw, Metrics, Networks, Part, Task, Validation
from fhgui.training.tasks.restoration import network_module
from fhgui.training.validation import SEED, held_out

PSNR_EPS = 1e-6
"""Keeps the logarithm of a perfect face finite: 60 dB."""
RADIUS_SHARE = 0.25
"""Turns are compared by what they do at this share of the side from the middle: where the eyes
and the mouth are."""


@dataclass(frozen=True, kw_only=True)
class TaskRecipe(Recipe):
    """Recipe of an upsampler with or without a discriminator."""

    method: str
    """Id of the method that is trained."""
    architecture: str = ""
    """Id or path below ``methods`` of the ``network`` module; empty for the method's own."""
    network: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the network's ``Spec``; missing ones have its defaults."""
    scale: int = 8
    """Sharp size ÷ degraded size."""
    degradation: tuple[Step, ...] = (Turned(), Bicubic())
    """Steps from the sharp face to the low-resolution one; the first may be ``turned``."""
    loss: Literal["l2", "psnr"] = "l2"
    """Eq. 1: mean square; ``psnr``: mean over the faces of its logarithm, what PSNR averages."""
    transform_weight: float = 0.0
    """Weight of how far the transformers are from the known turn; the paper has 0."""
    adversarial: bool = False
    """Whether a discriminator judges the output (Eq. 2)."""
    adversarial_weight: float = 0.01
    """λ of Eq. 5, relative to the mean square on a scale of −1 … 1; falls by ``decay`` an epoch."""
    adversarial_floor: float = 0.005
    """λ never falls below."""
    gate: float = 0.3
    """The discriminator rests while one of its losses is below, the upsampler does not listen to
    it while one is above 1 − gate; if both held, both go on (the authors' code)."""
    dropout: float = 0.2
    """Share of feature maps that the discriminator drops."""
    optimiser: Literal["rmsprop", "adam"] = "rmsprop"
    """RMSprop with α = .9, ε = 1e-8 (Eqs. 3 and 4), or Adam."""
    start: str = ""
    """Weights to start from, a file, a name under ``models/`` or the folder of a run."""
    blend: float = 1.0
    """Share of what was trained in the weights that are exported; the rest is of those that it was
    started from. Between them pixels and sharpness are traded (network interpolation, Wang et al.
    2018, ESRGAN, section 3.4)."""
    straightener: str = ""
    """Weights of STN0 for a first transformer of its shape, named ``stn``; likewise."""


class TdnTask(Task):
    """See the module."""

    def __init__(self, recipe: TaskRecipe, network: nn.Module, spec: Any, faces: FaceSet) -> None:
        # spec: the method's own dataclass
        self.recipe: TaskRecipe = recipe
        self.network, self.spec = network, spec
        self.faces, self.held_out = parts(faces, recipe.validation_faces)
        self.samples = len(self.faces)
        height, width = faces.pixels.shape[1:3]
        if height != width or height % recipe.scale:
            raise FhguiError(f"faces of {width}×{height} px cannot be turned and reduced here")
        self.side_px = height // recipe.scale
        self.straightens = hasattr(network, "see") and isinstance(recipe.degradation[0], Turned)

    def configure(self) -> dict[str, Part]:
        """Return the upsampler, and the discriminator if there is one."""
        networks = {"network": self.network}
        if self.recipe.adversarial:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(self.recipe.seed)
                networks["discriminator"] = Discriminator(self.recipe.dropout)
        return {name: Part(net, self._optimiser(net)) for name, net in networks.items()}

    def batch(self, draw: Draw) -> Batch:
        """Return ``input`` and ``target`` on the 0–1 scale, and the ``similarity`` if turned."""
        random = draw.random()
        sharp = mirror(take(self.faces, draw.indices, draw.device), random)
        low = apply(self.recipe.degradation, sharp, random, (self.side_px, self.side_px))
        batch = {"input": low.float() / 255, "target": sharp.float() / 255}
        if self.straightens:
            batch["similarity"] = self._similarity(random).to(draw.device)
        return batch

    def step(self, batch: Batch, context: Context) -> Metrics:
        """Make one step of the upsampler and, if its turn has come, of the discriminator."""
        output, told = self._see(context.networks["network"], batch["input"])
        error = (output - batch["target"]).square().mean(dim=(1, 2, 3))
        metrics: dict[str, torch.Tensor | float] = {"mse": error.detach().mean()}
        psnr = self.recipe.loss == "psnr"
        loss = torch.log(error + PSNR_EPS).mean() if psnr else error.mean()
        if told is not None:
            turned = disagreement(told, batch["similarity"], RADIUS_SHARE * self.side_px)
            loss = loss + self.recipe.transform_weight * turned
            metrics["turn"] = turned.detach()
        if self.recipe.adversarial:
            judged = self._judge(output, batch["target"], context)
            # Eq. 4 on a scale of −1 … 1, whose squares are four times as large
            scaled = self._adversarial_weight(context) / 4
            relative = 1 / (error.detach().mean() + PSNR_EPS) if psnr else 1.0
            loss = loss + scaled * relative * judged.pop("fooled")
            metrics |= judged
        context.update("network", loss)
        return metrics | {"loss": loss.detach()}

    def validate(self, networks: Networks) -> Validation:
        """Return the held-out faces' PSNR and, if they are turned, the median error in degrees."""
        if not len(self.held_out):
            return Validation()
        network = networks["network"]
        device = next(network.parameters()).device
        recipe = self.recipe
        found = held_out(
            lambda low: 255 * self._see(network, low.float() / 255)[0].double(),
            self.held_out,
            recipe.degradation,
            recipe.scale,
            device,
        )
        turns = {"turn_error_deg": self._turn_error(network, device)} if self.straightens else {}
        return Validation({**found.scores, **turns}, found.sheet)

    def _see(
        self, network: nn.Module, low: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return the output and what all transformers together tell of the turn."""
        if not self.straightens:
            return network(low), None
        seen = network.see(low)  # type: ignore[operator]  # straightens says that it is there
        return seen.output, reduce(compose, seen.similarities)

    def _judge(
        self, output: torch.Tensor, target: torch.Tensor, context: Context
    ) -> dict[str, torch.Tensor | float]:
        """Step the discriminator if it may; return its losses, and ``fooled`` for the upsampler."""
        judge = context.networks["discriminator"]
        real, false = judge(target), judge(output.detach())
        on_real = functional.binary_cross_entropy_with_logits(real, torch.ones_like(real))
        on_false = functional.binary_cross_entropy_with_logits(false, torch.zeros_like(false))
        values = context.mean([on_real, on_false])
        rests, deaf = min(values) < self.recipe.gate, max(values) > 1 - self.recipe.gate
        both = rests and deaf
        if both or not rests:
            context.update("discriminator", on_real + on_false)
        told = judge(output)
        fooled = functional.binary_cross_entropy_with_logits(told, torch.ones_like(told))
        heard = fooled if both or not deaf else fooled * 0
        return {"real": values[0], "false": values[1], "fooled": heard}

    def _adversarial_weight(self, context: Context) -> float:
        """Return λ of Eq. 5."""
        fallen = self.recipe.adversarial_weight * 0.99 ** int(context.moment.epoch)
        return max(fallen, self.recipe.adversarial_floor)

    def _similarity(self, random: Random) -> torch.Tensor:
        """Return B×4 of the first step's turns, t in pixels of the input."""
        turned = self.recipe.degradation[0]
        assert isinstance(turned, Turned)
        return turned.similarity(random.child(0), self.side_px)

    def _turn_error(self, network: nn.Module, device: torch.device) -> float:
        indices = np.arange(len(self.held_out))
        sharp = take(self.held_out, indices, device)
        random = Random.of_samples(SEED, indices, np.zeros_like(indices))
        low = apply(self.recipe.degradation, sharp, random, (self.side_px, self.side_px))
        told = self._see(network, low.float() / 255)[1]
        assert told is not None
        apart = degrees(told.cpu() - self._similarity(random))
        return float(apart.abs().median())

    def _optimiser(self, network: nn.Module) -> torch.optim.Optimizer:
        rate = self.recipe.learning_rate
        if self.recipe.optimiser == "adam":
            return torch.optim.Adam(network.parameters(), rate)
        return torch.optim.RMSprop(network.parameters(), rate, alpha=0.9, eps=1e-8)


def make_task(recipe: TaskRecipe, faces: FaceSet) -> TdnTask:
    """Return the task with freshly drawn weights, or those to start from."""
    if recipe.blend < 1 and not recipe.start:
        raise FhguiError(
            "there is nothing to blend the trained weights with",
            hint="name the weights to start from, or leave blend out",
        )
    module = network_module(recipe.architecture or recipe.method)
    spec = fill(module.Spec, recipe.network)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        network = module.build(spec)
    notes = begin_from(network, recipe.start, recipe.straightener)
    if recipe.start and recipe.straightener:
        notes = (*notes, f"the first transformer begins as in {recipe.straightener}")
    return TdnTask(recipe, network, spec, faces).noted(notes)


def export(task: TdnTask, network: nn.Module, path: Path) -> dict[str, object]:
    """Write the folded weights and return what the card says about the network."""
    folded = fold_batch_norm(network)
    if task.recipe.blend < 1:
        _blend(folded, _started(task), task.recipe.blend)
    identity = {"method": task.recipe.method, "part": "network"}
    if task.recipe.adversarial and task.recipe.method == "tdn":  # urdgn has no other network
        identity["name"] = ADVERSARIAL
    write_weights(folded, path, identity, task.spec)
    return {
        "network": asdict(task.spec),
        "parameters": count_parameters(folded),
        "adversarial": task.recipe.adversarial,
    }


def _started(task: TdnTask) -> nn.Module:
    """Return the network that the training was started from, folded."""
    recipe = task.recipe
    module = network_module(recipe.architecture or recipe.method)
    network: nn.Module = module.build(task.spec)
    start_from(network, recipe.start)
    return fold_batch_norm(network)


@torch.no_grad()
def _blend(trained: nn.Module, start: nn.Module, share: float) -> None:
    """Move weights towards those of the start, of which 1 − ``share`` remains; in place."""
    begun = start.state_dict()
    for name, value in trained.state_dict().items():
        if value.is_floating_point():
            value.copy_(torch.lerp(begun[name].double(), value.double(), share))
