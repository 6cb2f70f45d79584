"""Learning rates over a run, as factors on each optimiser's own rate."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fhgui.training.recipe import Recipe

TAIL = 0.3
"""Share of a time budget."""


@dataclass(frozen=True)
class Moment:
    """Where in a run a step is made.

    Parameters
    ----------
    step : optimiser steps made so far.
    epoch : passes over the training set so far.
    fraction : 0 … 1 of the steps or of the time budget, whichever is further along.
    drops : times that validation has stopped to improve.
    timed : the run has a time budget.
    """

    step: int
    epoch: float
    fraction: float
    drops: int = 0
    timed: bool = False


def factor(recipe: Recipe, moment: Moment) -> float:
    """Return what the rates at the start are multiplied with.

    Linear warm-up, then the recipe's schedule; never below learning_rate_end/learning_rate. Of a
    time budget the last `TAIL` ends at that, linearly: schedules that fall with the epochs would
    else end a short run at a high rate.
    """
    floor = recipe.learning_rate_end / recipe.learning_rate
    warm = min(1.0, (moment.step + 1) / max(1, recipe.warmup_steps))
    falls = moment.timed and recipe.schedule != "cosine"
    tail = max(0.0, min(1.0, (1 - moment.fraction) / TAIL)) if falls else 1.0
    return warm * max(floor, tail * _SCHEDULES[recipe.schedule](recipe, moment))


def _constant(recipe: Recipe, moment: Moment) -> float:
    return 1.0


def _cosine(recipe: Recipe, moment: Moment) -> float:
    floor = recipe.learning_rate_end / recipe.learning_rate
    return floor + (1 - floor) * (1 + math.cos(math.pi * min(moment.fraction, 1.0))) / 2


def _exponential(recipe: Recipe, moment: Moment) -> float:
    return recipe.decay ** math.floor(moment.epoch)


def _step(recipe: Recipe, moment: Moment) -> float:
    return recipe.decay ** sum(moment.epoch >= epoch for epoch in recipe.decay_epochs)


def _plateau(recipe: Recipe, moment: Moment) -> float:
    return recipe.decay**moment.drops


_SCHEDULES = {
    "constant": _constant,
    "cosine": _cosine,
    "exponential": _exponential,
    "step": _step,
    "plateau": _plateau,
}
