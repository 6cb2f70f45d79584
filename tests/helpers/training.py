"""Tasks small enough to train within a test, and a script to train one in a process of its own."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import torch

from fhgui.training.loop import train
from fhgui.training.recipe import Recipe
from fhgui.training.task import Batch, Context, Draw, Metrics, Networks, Part, Task, Validation

LINE = Recipe(
    task="line",
    steps=60,
    batch=8,
    learning_rate=0.1,
    warmup_steps=5,
    ema_decay=0.5,
    report_steps=10,
    validate_steps=20,
    score="closeness",
)


class LineTask(Task):
    """Fit y = 2x with a small network that has batch statistics and dropout.

    Parameters
    ----------
    slow_s : how long each step takes at least.
    """

    samples = 24

    def __init__(self, recipe: Recipe = LINE, slow_s: float = 0.0, *, plain: bool = False) -> None:
        self.recipe, self.slow_s = recipe, slow_s
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            middle: list[torch.nn.Module] = [torch.nn.Tanh()]
            if not plain:
                middle += [torch.nn.BatchNorm1d(4), torch.nn.Dropout(0.1)]
            self.network = torch.nn.Sequential(
                torch.nn.Linear(1, 4), *middle, torch.nn.Linear(4, 1)
            )

    def configure(self) -> dict[str, Part]:
        """Return the one network."""
        return {"line": Part(self.network, torch.optim.Adam(self.network.parameters(), 0.1))}

    def batch(self, draw: Draw) -> Batch:
        """Return x and y."""
        x = draw.random().uniform("x", -1, 1, (1,)).float().to(draw.device)
        return {"x": x, "y": 2 * x}

    def step(self, batch: Batch, context: Context) -> Metrics:
        """Make one step."""
        time.sleep(self.slow_s)
        loss = torch.nn.functional.mse_loss(context.networks["line"](batch["x"]), batch["y"])
        context.update("line", loss)
        return {"loss": loss.detach()}

    def validate(self, networks: Networks) -> Validation:
        """Return minus the largest error on a grid."""
        x = torch.linspace(-1, 1, 9)[:, None]
        error = (networks["line"](x) - 2 * x).abs().max()
        return Validation({"closeness": -float(error)}, np.zeros((4, 4, 3), np.uint8))


def main() -> None:
    """Train a `LineTask`: ``python -m tests.helpers.training OUT slow|shared``."""
    out, kind = Path(sys.argv[1]), sys.argv[2]
    torch.set_num_threads(1)
    task = LineTask(KILLED, slow_s=0.02) if kind == "slow" else LineTask(LINE, plain=True)
    train(task, out, device="cpu", report=lambda event: print(event.to_json(), flush=True))


KILLED = Recipe(**{**vars(LINE), "steps": 100, "checkpoint_s": 0.1, "validate_steps": 1000})

if __name__ == "__main__":
    main()
