"""``fhgui train``: trains a model by a recipe; what was stopped goes on with ``--resume``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fhgui import paths
from fhgui.cli import console
from fhgui.core.errors import WeightsError

if TYPE_CHECKING:
    from fhgui.datasets.packed import FaceSet
    from fhgui.training.progress import Event
    from fhgui.training.start import Outcome

UNSTATED = "not stated by whoever trained it"


def train(
    recipe: Annotated[str, typer.Argument(help="Name of a shipped recipe, or a YAML file.")],
    data: Annotated[list[Path], typer.Option("--data", help="Folder of a set; repeatable.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for checkpoints and the result.")],
    more: Annotated[
        list[Path] | None, typer.Argument(metavar="[SET]...", help="Further sets.")
    ] = None,
    device: console.DeviceOption = "auto",
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0.001, help="Wall-clock budget.")
    ] = None,
    start: Annotated[
        str,
        typer.Option(
            "--start",
            metavar="FOLDER_OR_FILE",
            help="Folder of a run, or weights, to start from instead of what the recipe says.",
        ),
    ] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    terms: Annotated[
        str, typer.Option("--terms", help="Terms of the data, for the model's card.")
    ] = UNSTATED,
    threads: console.ThreadsOption = None,
    as_json: console.JsonOption = False,
) -> None:
    """Train by a recipe on sets of faces; export weights and card. Ctrl-C saves, then stops."""
    from fhgui.core.errors import CancelledError
    from fhgui.methods.devices import resolve_device, set_threads
    from fhgui.training.fabric import is_first
    from fhgui.training.progress import print_json
    from fhgui.training.start import run_recipe
    from fhgui.training.starting import starting_from
    from fhgui.training.stopping import stoppable
    from fhgui.training.tasks import load_recipe

    settings = starting_from(load_recipe(recipe), start)
    folders = [*data, *(more or ())]
    faces = _open(folders)
    set_threads(threads)
    with stoppable(out / paths.STOP_WISH, console.tell) as control:
        outcome = run_recipe(
            settings,
            faces,
            out,
            device=resolve_device(device),
            minutes=minutes,
            resume=resume,
            report=print_json if as_json else _tell,
            control=control,
            about={"data": [folder.resolve().name for folder in folders], "terms": terms},
        )
    if not is_first():
        return  # of several processes one speaks
    if outcome.weights is None:
        raise CancelledError("training was stopped", path=out, hint="--resume goes on with it")
    _emit(outcome, as_json)


def _open(folders: list[Path]) -> FaceSet:
    from fhgui.datasets.joined import join_sets
    from fhgui.datasets.packed import open_set

    return join_sets([open_set(folder) for folder in folders])


def _tell(event: Event) -> None:
    from fhgui.training.progress import sentence

    console.tell(sentence(event))


def _emit(outcome: Outcome, as_json: bool) -> None:
    from fhgui.assets import stated

    weights = outcome.weights
    if weights is None:
        raise ValueError("a stopped run has nothing to show")
    trained = outcome.trained
    payload = {
        "event": "exported",
        "weights": str(weights),
        "card": str(outcome.facts),
        "sha256": stated(weights)["sha256"],
        "steps": trained.step,
        "minutes": round(trained.elapsed_s / 60, 2),
        "validation": trained.scores,
    }
    console.emit(as_json, payload, lambda: _show(weights))


def _show(weights: Path) -> None:
    print(f"{weights}: trained, its card is beside it")
    from fhgui.methods import installed

    try:
        installed.target(weights)
        print(f"install it with: fhgui models add {weights}")
    except WeightsError:
        print("no method loads it as it is: other trainings start from it")
