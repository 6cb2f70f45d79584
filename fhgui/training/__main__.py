"""``python -m fhgui.training RECIPE --data SET --out DIR [--minutes M]``: one training run.

SET is a folder that ``fhgui dataset build`` made. The resolved recipe is saved beside the
checkpoints; ``--resume`` goes on with the run in DIR. Under ``torchrun -m fhgui.training …`` the
batch is shared by the processes. ``--json`` prints events as JSON lines.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import Any

import torch

from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import open_set
from fhgui.training.progress import Event, sentence
from fhgui.training.recipe import Recipe
from fhgui.training.start import run_recipe
from fhgui.training.tasks import load_recipe


def main(arguments: list[str] | None = None) -> int:
    """Run one training and export its result; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        torch.set_num_threads(options.threads)
        recipe = load_recipe(options.recipe)
        run_recipe(
            starting_from(recipe, options.start) if options.start else recipe,
            open_set(options.data),
            options.out,
            device=options.device,
            minutes=options.minutes,
            resume=options.resume,
            report=_print_json if options.json else _print,
        )
    except FhguiError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; --resume goes on from the last checkpoint", file=sys.stderr)
        return 1
    return 0


def starting_from(recipe: Recipe, start: str) -> Recipe:
    """Return the recipe with other weights to start from.

    Raises
    ------
    FhguiError
        If its task always starts anew.
    """
    if not hasattr(recipe, "start"):
        raise FhguiError(f"runs of the task {recipe.task!r} cannot start from weights")
    changes: dict[str, Any] = {"start": start}  # a field that not every recipe has
    return dataclasses.replace(recipe, **changes)


def _print_json(event: Event) -> None:
    print(event.to_json(), flush=True)


def _print(event: Event) -> None:
    print(sentence(event), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fhgui.training", description=__doc__)
    parser.add_argument("recipe", help="name of a shipped recipe, or a YAML file")
    parser.add_argument("--data", type=Path, required=True, help="packed set of faces")
    parser.add_argument("--out", type=Path, required=True, help="folder for the result")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--start", help="weights, or a run's folder, to start from")
    parser.add_argument("--minutes", type=float, help="wall-clock budget")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument("--json", action="store_true", help="print events as JSON lines")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser


if __name__ == "__main__":
    sys.exit(main())
