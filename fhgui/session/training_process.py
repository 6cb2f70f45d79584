"""A training as a process: its order, its command line, its files.

It writes its events to ``progress.jsonl`` and its last word to ``errors.log`` in the run's folder.
Asked to terminate it saves a checkpoint and ends; asked once more it ends at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fhgui import paths
from fhgui.session import detached

PROGRESS, ERRORS = "progress.jsonl", "errors.log"


@dataclass(frozen=True)
class Order:
    """What was asked to be trained.

    Parameters
    ----------
    recipe : name of a shipped recipe, or path of a file.
    data : folders of packed sets.
    out : folder of the run.
    device : ``auto``, ``cpu`` or ``cuda``.
    minutes : wall-clock budget over all parts of the run; None for all steps of the recipe.
    start : folder of a run, or weights, to begin from; empty for what the recipe says.
    terms : on what terms the faces may be used, for the card; empty if nobody said.
    """

    recipe: str
    data: tuple[Path, ...]
    out: Path
    device: str = "auto"
    minutes: float | None = None
    start: str = ""
    terms: str = ""


def train_command(order: Order, resume: bool) -> list[str]:
    """Return the command line of a training."""
    command = [*paths.program(), "train", order.recipe]
    for folder in order.data:
        command += ["--data", str(folder)]
    command += ["--out", str(order.out), "--device", order.device, "--json"]
    if order.minutes is not None:
        command += ["--minutes", f"{order.minutes:g}"]
    if order.start:
        command += ["--start", order.start]
    if order.terms:
        command += ["--terms", order.terms]
    return [*command, *(["--resume"] if resume else [])]


def add_command(weights: Path) -> list[str]:
    """Return the command line that installs trained weights."""
    return [*paths.program(), "models", "add", str(weights), "--json"]


def launch(command: Sequence[str], folder: Path) -> int:
    """Start a training in its folder and return its process id.

    Raises
    ------
    OutputError
        If its folder cannot be written, or the program cannot be started.
    """
    return detached.launch(command, "training", folder, ERRORS, PROGRESS)
