"""The loop: it learns, a stopped run resumes to the same weights, a NaN stops it."""

import dataclasses

import numpy as np
import pytest
import torch

from fhgui.core.errors import FhguiError
from fhgui.training.loop import learning_rate, train
from fhgui.training.recipe import Recipe


class LineTask:
    """Fit y = 2x."""

    def __init__(self, recipe):
        self.recipe = recipe
        self.network = torch.nn.Linear(1, 1)
        torch.nn.init.zeros_(self.network.weight)
        torch.nn.init.zeros_(self.network.bias)

    def loss(self, network, rng):
        x = torch.from_numpy(rng.standard_normal((self.recipe.batch, 1)).astype(np.float32))
        return torch.nn.functional.mse_loss(network(x), 2 * x)


RECIPE = Recipe(task="line", steps=60, batch=8, learning_rate=0.1, warmup_steps=5, ema_decay=0.5)


def weights(network):
    return {k: v.detach().clone() for k, v in network.state_dict().items()}


def test_it_learns(tmp_path):
    trained = train(LineTask(RECIPE), tmp_path)
    assert trained.step == 60
    assert trained.network.weight.item() == pytest.approx(2, abs=0.2)


def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path):
    whole = train(LineTask(RECIPE), tmp_path / "whole")
    saving = dataclasses.replace(RECIPE, checkpoint_s=0.0)
    task = LineTask(saving)
    plain, calls = task.loss, []

    def loss(network, rng):
        calls.append(1)
        if len(calls) == 20:
            raise KeyboardInterrupt
        return plain(network, rng)

    task.loss = loss
    with pytest.raises(KeyboardInterrupt):
        train(task, tmp_path / "parts")
    rest = train(LineTask(saving), tmp_path / "parts")
    assert rest.step == whole.step
    for name, value in weights(whole.network).items():
        torch.testing.assert_close(weights(rest.network)[name], value, rtol=0, atol=0)


def test_a_loss_that_is_not_finite_stops_the_run(tmp_path):
    task = LineTask(RECIPE)
    task.loss = lambda network, _: network.weight.sum() * float("nan")
    with pytest.raises(FhguiError, match="loss is nan at step 0"):
        train(task, tmp_path)
    assert not (tmp_path / "checkpoint.pt").exists()


def test_a_time_budget_ends_the_run(tmp_path):
    endless = dataclasses.replace(RECIPE, steps=10**9)
    trained = train(LineTask(endless), tmp_path, minutes=0.005)
    assert 0 < trained.step < 10**9
    assert (tmp_path / "checkpoint.pt").is_file()


def test_the_rate_warms_up_and_falls():
    recipe = dataclasses.replace(RECIPE, learning_rate=1.0, learning_rate_end=0.1)
    assert learning_rate(recipe, 0, 0) == pytest.approx(0.2)
    assert learning_rate(recipe, 10, 0) == pytest.approx(1.0)
    assert learning_rate(recipe, 10, 0.5) == pytest.approx(0.55)
    assert learning_rate(recipe, 10, 2.0) == pytest.approx(0.1)
