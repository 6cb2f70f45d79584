"""The one training loop: a task supplies its step, the loop supplies everything else.

The data of step k depend on (seed, k) only, so that a run that was stopped and resumed sees
exactly what an uninterrupted run would have seen.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn

from fhgui.core.errors import FhguiError
from fhgui.training.recipe import Recipe


class Task(Protocol):
    """What is trained: a network, and the loss of one step."""

    @property
    def recipe(self) -> Recipe:
        """Its settings."""

    @property
    def network(self) -> nn.Module:
        """The network in training."""

    def loss(self, network: nn.Module, rng: np.random.Generator) -> torch.Tensor:
        """Return the scalar loss of one batch drawn with ``rng``."""


@dataclass(frozen=True)
class Progress:
    """One line of a running training."""

    step: int
    loss: float
    """Mean loss since the last report."""
    learning_rate: float
    elapsed_s: float


@dataclass(frozen=True, eq=False)
class Trained:
    """What a run leaves.

    Parameters
    ----------
    network : the weights to export (the moving average when the recipe asks for one).
    step, elapsed_s : optimiser steps made and wall-clock training time, over all resumed parts.
    """

    network: nn.Module
    step: int
    elapsed_s: float


REPORT_STEPS = 50


class Loop:
    """State of a training run; `train` drives it."""

    def __init__(self, task: Task, checkpoint: Path) -> None:
        self.task, self.checkpoint = task, checkpoint
        self.optimiser = torch.optim.Adam(task.network.parameters(), task.recipe.learning_rate)
        self.average = copy.deepcopy(task.network) if task.recipe.ema_decay else None
        self.step, self.elapsed_s = 0, 0.0
        if checkpoint.is_file():
            self._resume()

    @property
    def exported(self) -> nn.Module:
        """The network whose weights are the result."""
        return self.average or self.task.network

    def advance(self, fraction: float) -> float:
        """Make one step at ``fraction`` (0–1) of the schedule and return its loss.

        Raises
        ------
        FhguiError
            If the loss is not finite.
        """
        recipe, network = self.task.recipe, self.task.network
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(recipe, self.step, fraction)
        network.train()
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.task.loss(network, np.random.default_rng((recipe.seed, self.step)))
        value = float(loss.detach())
        if not math.isfinite(value):
            raise FhguiError(
                f"the loss is {value} at step {self.step}",
                path=self.checkpoint,
                hint="resume from its last checkpoint with a smaller learning rate",
            )
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        nn.utils.clip_grad_norm_(network.parameters(), recipe.clip_norm)
        self.optimiser.step()
        self._update_average()
        self.step += 1
        return value

    def save(self) -> None:
        """Write the checkpoint so that a crash leaves either the old or the new one."""
        state = {
            "step": self.step,
            "elapsed_s": self.elapsed_s,
            "network": self.task.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "average": self.average.state_dict() if self.average else None,
        }
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)

    def _resume(self) -> None:
        state: dict[str, Any] = torch.load(self.checkpoint, weights_only=True)
        self.step, self.elapsed_s = state["step"], state["elapsed_s"]
        self.task.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        if self.average is not None:
            self.average.load_state_dict(state["average"])

    @torch.no_grad()
    def _update_average(self) -> None:
        if self.average is None:
            return
        # early steps average over few, so that the random start is soon forgotten
        decay = min(self.task.recipe.ema_decay, (self.step + 1) / (self.step + 10))
        new = self.task.network.state_dict()
        for name, value in self.average.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(new[name], 1 - decay)
            else:
                value.copy_(new[name])


def learning_rate(recipe: Recipe, step: int, fraction: float) -> float:
    """Return the rate: linear warm-up, then a cosine from start to end over ``fraction`` 0–1."""
    start, end = recipe.learning_rate, recipe.learning_rate_end
    cosine = end + (start - end) * (1 + math.cos(math.pi * min(fraction, 1.0))) / 2
    return cosine * min(1.0, (step + 1) / max(1, recipe.warmup_steps))


def train(
    task: Task,
    out: Path,
    *,
    minutes: float | None = None,
    report: Callable[[Progress], None] = lambda _: None,
) -> Trained:
    """Train until the recipe's steps or the time budget are used up.

    A run whose checkpoint lies in ``out`` is resumed.

    Parameters
    ----------
    out : folder for ``checkpoint.pt``.
    minutes : wall-clock budget, counting earlier parts of the same run; the learning rate
        falls with whichever of steps and time is further along.
    """
    loop = Loop(task, out / "checkpoint.pt")
    began_s, saved_s = time.monotonic() - loop.elapsed_s, time.monotonic()
    losses: list[float] = []
    while (done := _fraction(loop, minutes)) < 1:
        losses.append(loop.advance(done))
        loop.elapsed_s = time.monotonic() - began_s
        if loop.step % REPORT_STEPS == 0:
            rate = learning_rate(task.recipe, loop.step, done)
            report(Progress(loop.step, float(np.mean(losses)), rate, loop.elapsed_s))
            losses.clear()
        if time.monotonic() - saved_s > task.recipe.checkpoint_s:
            loop.save()
            saved_s = time.monotonic()
    loop.save()
    return Trained(loop.exported, loop.step, loop.elapsed_s)


def _fraction(loop: Loop, minutes: float | None) -> float:
    by_steps = loop.step / loop.task.recipe.steps
    return by_steps if minutes is None else max(by_steps, loop.elapsed_s / (60 * minutes))
