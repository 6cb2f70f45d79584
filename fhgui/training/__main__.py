"""``python -m fhgui.training RECIPE --data FACES.npy --out DIR [--minutes M]``: one training run.

``--pack ZIP …`` packs archives of aligned pictures into FACES.npy first. The resolved recipe is
saved beside the checkpoint; a second call with the same DIR resumes.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

import torch

from fhgui.core.errors import FhguiError
from fhgui.training.data import FaceSet, open_faces, pack_faces
from fhgui.training.export import machine, write_card
from fhgui.training.loop import Progress, train
from fhgui.training.tasks import load_recipe, task_module


def main(arguments: list[str] | None = None) -> int:
    """Run one training and export its result; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except FhguiError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(options: argparse.Namespace) -> None:
    torch.set_num_threads(options.threads)
    recipe, out = load_recipe(options.recipe), options.out
    module = task_module(recipe.task)
    task = module.make_task(recipe, _faces(options))
    out.mkdir(parents=True, exist_ok=True)
    write_card(dataclasses.asdict(recipe), out / "recipe.yaml")
    trained = train(task, out, minutes=options.minutes, report=_print)
    facts = module.export(task, trained.network, out / "weights.safetensors")
    measured = {"steps": trained.step, "minutes": round(trained.elapsed_s / 60, 1)}
    write_card({**facts, **measured, "machine": machine()}, out / "training.yaml")


def _faces(options: argparse.Namespace) -> FaceSet:
    if options.pack:
        return pack_faces(options.pack, options.data, (options.size_px, options.size_px))
    return open_faces(options.data)


def _print(progress: Progress) -> None:
    print(
        f"step {progress.step}  loss {progress.loss:.6f}  "
        f"rate {progress.learning_rate:.2e}  {progress.elapsed_s / 60:.1f} min",
        flush=True,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fhgui.training", description=__doc__)
    parser.add_argument("recipe", type=Path, help="YAML file of training/recipes/")
    parser.add_argument("--data", type=Path, required=True, help="packed faces, .npy")
    parser.add_argument("--pack", type=Path, nargs="+", help="pack these archives into --data")
    parser.add_argument("--size-px", type=int, default=128, help="side of the packed faces")
    parser.add_argument("--out", type=Path, required=True, help="folder for the result")
    parser.add_argument("--minutes", type=float, help="wall-clock budget")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser


if __name__ == "__main__":
    sys.exit(main())
