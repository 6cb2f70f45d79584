"""From a recipe and a data set to weights with their facts: what the command and the panel call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet
from fhgui.training.checkpoint import plain
from fhgui.training.export import machine, register
from fhgui.training.fabric import is_first, processes
from fhgui.training.loop import Trained, train
from fhgui.training.progress import Control, Reason, Report, always_go, silent
from fhgui.training.recipe import Recipe
from fhgui.training.tasks import task_module

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """What a training run left in its folder.

    Parameters
    ----------
    trained : network and figures.
    weights : ``weights.safetensors``, None if the run was stopped before its end; of several
        processes the first one writes it.
    facts : ``card.yaml``: digest, data, recipe and figures of the run, None likewise.
    """

    trained: Trained
    weights: Path | None
    facts: Path | None


def run_recipe(
    recipe: Recipe,
    faces: FaceSet,
    out: Path,
    *,
    device: str = "auto",
    minutes: float | None = None,
    resume: bool = False,
    report: Report = silent,
    control: Control = always_go,
    about: Mapping[str, object] | None = None,
) -> Outcome:
    """Train by a recipe and export the weights; parameters as of `loop.train`.

    Parameters
    ----------
    about : what the card is to say besides, e.g. the names of the data and their terms.

    Notes
    -----
    A run that was stopped by ``control`` exports nothing: resume it.

    Raises
    ------
    FhguiError
        If anything is wrong with the data, the folder, the machine or the numbers.
    """
    module = task_module(recipe.task)
    task = module.make_task(recipe, faces)
    # what no gradient trains, trains itself
    run = _alone(task.train) if hasattr(task, "train") else partial(train, task, device=device)
    trained: Trained = run(out, minutes=minutes, resume=resume, report=report, control=control)
    if trained.reason is Reason.STOPPED or not is_first():
        return Outcome(trained, None, None)
    weights = out / "weights.safetensors"
    described = module.export(task, trained.network, weights)
    data = {"faces": len(faces), "digest": faces.digest}
    register(weights, {**(about or {}), **data, **described, **_figures(trained, recipe)})
    return Outcome(trained, weights, out / "card.yaml")


def _alone(run: T) -> T:
    if processes() > 1:
        raise FhguiError("this task trains in one process", hint="start it without torchrun")
    return run


def _figures(trained: Trained, recipe: Recipe) -> dict[str, object]:
    return {
        "recipe": plain(asdict(recipe)),
        "steps": trained.step,
        "best_step": trained.best_step,
        "minutes": round(trained.elapsed_s / 60, 1),
        "validation": {k: round(v, 3) for k, v in trained.scores.items()},
        "machine": machine(trained.device),
    }
