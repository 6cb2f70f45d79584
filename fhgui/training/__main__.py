"""``python -m fhgui.training RECIPE --data SET --out DIR [--minutes M]``: one training run.

SET is a folder that ``fhgui dataset build`` made. The resolved recipe is saved beside the
checkpoints; ``--resume`` goes on with the run in DIR. Under ``torchrun -m fhgui.training …`` the
batch is shared by the processes. ``--json`` prints events as JSON lines. Ctrl-C, or the end of the
session, saves first. It is ``fhgui train`` for a bare GPU server, where the libraries of the
command line and of the window are missing; ``FHGUI_MODELS`` names a folder of models there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

from fhgui import paths
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import open_set
from fhgui.training.progress import Event, Reason, print_json, sentence
from fhgui.training.start import run_recipe
from fhgui.training.starting import starting_from
from fhgui.training.stopping import stoppable
from fhgui.training.tasks import load_recipe


def main(arguments: list[str] | None = None) -> int:
    """Run one training and export its result; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        torch.set_num_threads(options.threads)
        with stoppable(options.out / paths.STOP_WISH, _tell) as control:
            outcome = run_recipe(
                starting_from(load_recipe(options.recipe), options.start),
                open_set(options.data),
                options.out,
                device=options.device,
                minutes=options.minutes,
                resume=options.resume,
                report=print_json if options.json else _print,
                control=control,
            )
    except FhguiError as error:
        _tell(str(error))
        return 1
    except KeyboardInterrupt:  # told twice
        _tell("stopped; --resume goes on from the last checkpoint")
        return 1
    if outcome.trained.reason is Reason.STOPPED:
        _tell("stopped; --resume goes on with it")
        return 1
    return 0


def _print(event: Event) -> None:
    print(sentence(event), flush=True)


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fhgui.training", description=__doc__)
    parser.add_argument("recipe", help="name of a shipped recipe, or a YAML file")
    parser.add_argument("--data", type=Path, required=True, help="packed set of faces")
    parser.add_argument("--out", type=Path, required=True, help="folder for the result")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--start", default="", help="weights, or a run's folder, to start from")
    parser.add_argument("--minutes", type=float, help="wall-clock budget")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument("--json", action="store_true", help="print events as JSON lines")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser


if __name__ == "__main__":
    sys.exit(main())
