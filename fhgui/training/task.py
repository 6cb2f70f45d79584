"""What a method supplies to be trained: a `Task`. The loop supplies everything else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, Self, TypeAlias

import numpy as np
import torch
from torch import nn

from fhgui.core.arrays import AnyArray, Pixels
from fhgui.training import schedule
from fhgui.training.degradation.counter import Random
from fhgui.training.recipe import Recipe
from fhgui.training.schedule import Moment

Batch: TypeAlias = Mapping[str, torch.Tensor]
Networks: TypeAlias = Mapping[str, nn.Module]
Metrics: TypeAlias = Mapping[str, torch.Tensor | float]


@dataclass(frozen=True, eq=False)
class Part:
    """A network in training and the optimiser of its parameters; None for a frozen network."""

    network: nn.Module
    optimiser: torch.optim.Optimizer | None


@dataclass(frozen=True, eq=False)
class Draw:
    """Which samples a process takes at a step.

    Parameters
    ----------
    seed : of the run.
    indices : B places in the training set.
    epochs : B, the pass over the set that each belongs to.
    device : where the batch is wanted.
    """

    seed: int
    indices: AnyArray
    epochs: AnyArray
    device: torch.device

    def random(self) -> Random:
        """Return the samples' random numbers; they depend on (seed, index, epoch) only."""
        return Random.of_samples(self.seed, self.indices, self.epochs)


@dataclass(frozen=True)
class Validation:
    """What a validation found.

    Parameters
    ----------
    scores : by name, e.g. ``{"psnr_rgb": 25.1}``; the recipe's ``score`` judges, higher is better.
    sheet : H×W×3 uint8 picture of samples, if any.
    """

    scores: Mapping[str, float] = field(default_factory=dict)
    sheet: Pixels | None = None


class Context(Protocol):
    """What a step gets from the loop."""

    @property
    def networks(self) -> Networks:
        """The networks by name, on the device, in training mode."""

    @property
    def moment(self) -> Moment:
        """Where in the run this step is made."""

    def update(self, name: str, loss: torch.Tensor) -> None:
        """Make one optimiser step of network ``name`` down ``loss``'s gradient.

        Only that network's gradients are computed. Call it once a step, or as often as a
        scheme with several networks needs; a network that is not updated just waits.

        Raises
        ------
        FhguiError
            If the loss or its gradient is not finite; nothing is changed then.
        """

    @property
    def processes(self) -> int:
        """How many processes share a batch."""

    def mean(self, values: Sequence[torch.Tensor]) -> list[float]:
        """Return the means of scalars over all processes, the same in each.

        For what decides how a step goes on: processes that decide otherwise would wait for each
        other for ever.
        """


class Task(ABC):
    """What is trained.

    It keeps nothing from step to step: checkpoints hold the networks, the optimisers and where
    the run stands, and what depends on these alone resumes exactly.

    Parameters
    ----------
    recipe : its settings.
    samples : size of the training set.
    """

    recipe: Recipe
    samples: int
    notes: tuple[str, ...] = ()
    """What whoever trains should know, in sentences; told as the run begins."""

    def noted(self, notes: tuple[str, ...]) -> Self:
        """Return the task, which tells these."""
        self.notes = notes
        return self

    @abstractmethod
    def configure(self) -> Mapping[str, Part]:
        """Return the networks and optimisers by name; the first is the one to export.

        Called once. Weights must depend on the recipe's seed only.
        """

    @abstractmethod
    def batch(self, draw: Draw) -> Batch:
        """Return the samples of ``draw`` on its device.

        Called on a thread of its own, ahead of `step`: it must not touch the networks.
        """

    @abstractmethod
    def step(self, batch: Batch, context: Context) -> Metrics:
        """Make one step by way of ``context.update``; return what to plot.

        Losses must be means over the batch, so that several processes equal one.
        """

    def validate(self, networks: Networks) -> Validation:
        """Measure the networks, which are in evaluation mode; the default measures nothing."""
        return Validation()

    def rate_factor(self, moment: Moment) -> float:
        """Return the factor on every learning rate; the default is the recipe's schedule."""
        return schedule.factor(self.recipe, moment)


def draw_samples(
    recipe: Recipe, samples: int, step: int, device: torch.device, rank: int = 0, world: int = 1
) -> Draw:
    """Return the part of process ``rank`` of ``world`` in the batch of a step.

    Each epoch is a permutation of its own, by (seed, epoch); batches run on across epochs.
    """
    share = recipe.batch // world
    first = step * recipe.batch + rank * share
    places = np.arange(first, first + share)
    epochs = places // samples
    indices = np.empty_like(places)
    for epoch in np.unique(epochs):
        order = _order(recipe.seed, int(epoch), samples)
        indices[epochs == epoch] = order[places[epochs == epoch] % samples]
    return Draw(recipe.seed, indices, epochs, device)


@lru_cache(maxsize=4)
def _order(seed: int, epoch: int, samples: int) -> AnyArray:
    return np.random.default_rng((seed, epoch)).permutation(samples)
