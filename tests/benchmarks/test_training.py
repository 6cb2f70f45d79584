"""What the loop and the data cost beside the network's own arithmetic."""

import sys
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from fhgui.datasets.packed import open_set
from fhgui.training.loop import train
from fhgui.training.recipe import fill
from fhgui.training.task import Context, draw_samples
from fhgui.training.tasks import restoration
from tests.unit.training.test_restoration import Spec

STEPS = 10
ROUNDS = 5
MOST_EXTRA = 0.10


def build(_: Spec) -> nn.Module:
    """Return eight layers of VDSR's kind, narrower."""
    middle = [m for _ in range(6) for m in (nn.Conv2d(32, 32, 3, padding=1), nn.ReLU())]
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), *middle, nn.Conv2d(32, 3, 3, padding=1)
    )


class Stopwatch(restoration.RestorationTask):
    """Notes when each step begins."""

    began: list[float]

    def step(self, batch: Any, context: Context) -> Any:
        """Note the time, then make the step."""
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.began.append(time.perf_counter())
        return super().step(batch, context)


@pytest.fixture
def task_of(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a maker of tasks on a packed set of invented faces."""
    module = SimpleNamespace(Spec=Spec, build=build)
    monkeypatch.setitem(sys.modules, "fhgui.methods.tiny.network", module)
    path = tmp_path / "faces.npy"
    np.save(path, np.random.default_rng(0).integers(0, 256, (2000, 128, 128, 3), np.uint8))
    path.with_suffix(".json").write_text(str([""] * 2000).replace("'", '"'))
    faces = open_set(path)

    def make(kind: str) -> Stopwatch:
        values = {"task": "restoration", "method": "tiny", "steps": STEPS, "batch": 4}
        recipe = fill(
            restoration.TaskRecipe,
            {**values, "degradation": [{"kind": kind}], "checkpoint_s": 1e9, "precision": "32"},
        )
        made = restoration.make_task(recipe, faces)
        task = Stopwatch(made.recipe, made.network, made.spec, faces)
        task.began = []
        return task

    return make


def pure_step_s(task: Stopwatch) -> float:
    """Return seconds a step of the same network on tensors that lie ready."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    batch = task.batch(draw_samples(task.recipe, task.samples, 0, device))
    network = task.network.to(device)
    optimiser = torch.optim.Adam(network.parameters(), 1e-3)
    times = []
    for _ in range(STEPS):
        if device.type == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter())
        optimiser.zero_grad(set_to_none=True)
        loss = functional.l1_loss(network(batch["input"]), batch["target"])
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
    return float(np.median(np.diff(times)[2:]))


@pytest.mark.parametrize("kind", ["bicubic", "cctv"])
def test_loop_against_pure_compute(benchmark: Any, task_of: Any, tmp_path: Any, kind: str) -> None:
    loops, pures = [], []

    def once() -> None:
        task = task_of(kind)
        train(task, tmp_path / f"run{len(loops)}")
        loops.append(float(np.median(np.diff(task.began)[2:])))
        pures.append(pure_step_s(task_of(kind)))

    benchmark.pedantic(once, rounds=ROUNDS)
    loop, pure = min(loops), min(pures)  # the rounds least disturbed by other programs
    extra = loop / pure - 1
    benchmark.extra_info.update(loop_ms=1e3 * loop, pure_ms=1e3 * pure, extra_percent=100 * extra)
    print(f"\n{kind}: {benchmark.extra_info}")
    assert extra < MOST_EXTRA
