"""The tasks of TDN and STN0: what they draw, what they step, what they leave."""

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet
from fhgui.methods.tdn.network import Straightener, StraightenerSpec, Upsampler
from fhgui.methods.urdgn import network as urdgn
from fhgui.training.recipe import fill
from fhgui.training.start import run_recipe
from fhgui.training.task import draw_samples
from fhgui.training.tasks import straightener, tdn

BICUBIC = {"kind": "bicubic"}
COMMON = {"steps": 3, "batch": 3, "warmup_steps": 0, "validation_faces": 2, "validate_steps": 3}


@pytest.fixture
def faces(faces):
    """The faces of the other tests, 128 pixels high."""
    large = np.repeat(np.repeat(faces.pixels, 4, axis=1), 4, axis=2)
    return FaceSet(large, faces.faces, faces.digest)


def recipe(**settings):
    values = {"task": "tdn", "method": "tdn", "network": {"width": 0.03125}, **COMMON}
    return fill(tdn.TaskRecipe, {**values, **settings})


class Watching:
    """A context that only counts the updates."""

    def __init__(self, task):
        self.networks = {name: part.network.eval() for name, part in task.configure().items()}
        self.updated = []

        class Moment:
            epoch = 0.0

        self.moment = Moment

    def update(self, name, loss):
        assert torch.isfinite(loss)
        self.updated.append(name)

    def mean(self, values):
        return [float(value) for value in values]


def test_the_loss_knows_how_faces_are_turned(faces):
    task = tdn.make_task(recipe(transform_weight=1.0), faces)
    batch = task.batch(draw_samples(task.recipe, task.samples, 0, torch.device("cpu")))
    assert batch["input"].shape == (3, 3, 16, 16)
    assert batch["similarity"].shape == (3, 4)
    context = Watching(task)
    metrics = task.step(batch, context)
    true = batch["similarity"]
    linear = 2 * (1 - torch.cos(true[:, 0]))  # |I − R|² on the unit circle
    expected = (linear + true[:, 2:].square().sum(1) / 16).mean()
    assert context.updated == ["network"]
    assert float(metrics["turn"]) == pytest.approx(float(expected), rel=1e-4)


@pytest.mark.parametrize(
    ("real", "false", "steps", "heard"),
    [(5.0, -5.0, 0, True), (0.0, 0.0, 1, True), (5.0, 5.0, 1, True), (-3.0, 0.0, 1, False)],
)
def test_the_gate(faces, real, false, steps, heard):
    """Logits of the judge → whether it learns, and whether the upsampler listens."""
    task = tdn.make_task(recipe(adversarial=True), faces)
    context = Watching(task)
    target = torch.zeros(1, 3, 128, 128)
    output = torch.ones(1, 3, 128, 128)

    class Judge(torch.nn.Module):
        def forward(self, seen):
            return torch.full((1, 1), real if float(seen.mean()) < 0.5 else false)

    context.networks["discriminator"] = Judge()
    told = task._judge(output, target, context)
    assert context.updated == ["discriminator"] * steps
    assert (float(told["fooled"]) > 0) == heard


def test_without_its_own_turn_a_network_only_sees_upright_faces(faces):
    made = tdn.make_task(
        recipe(method="urdgn", network={"width": [0.25, 0.1, 0.1, 0.05]}, degradation=[BICUBIC]),
        faces,
    )
    batch = made.batch(draw_samples(made.recipe, made.samples, 0, torch.device("cpu")))
    assert set(batch) == {"input", "target"}


def test_urdgn_begins_as_an_enlargement():
    low = torch.rand(8, 3, 16, 16)
    network = urdgn.build(urdgn.Spec(width=(0.25, 0.1, 0.1, 0.05)))
    large = torch.nn.functional.interpolate(low, scale_factor=8)
    told = torch.stack((network(low).flatten(), large.flatten()))
    assert torch.corrcoef(told)[0, 1] > 0.8


@pytest.mark.parametrize("adversarial", [False, True])
def test_runs_leave_folded_weights(faces, tmp_path, adversarial):
    outcome = run_recipe(recipe(adversarial=adversarial, loss="psnr"), faces, tmp_path / "run")
    arrays = load_file(outcome.weights)
    assert not [name for name in arrays if "running" in name]
    network = outcome.trained.network
    assert isinstance(network, Upsampler)
    assert np.isfinite(outcome.trained.scores["psnr_rgb"])
    assert 0 <= outcome.trained.scores["turn_error_deg"] <= 180


def test_stn0_learns_a_turn(faces, tmp_path):
    made = fill(
        straightener.TaskRecipe,
        {"task": "straightener", "filters": [8, 8], **COMMON, "score": "accuracy", "steps": 30},
    )
    outcome = run_recipe(made, faces, tmp_path / "run")
    assert isinstance(outcome.trained.network, Straightener)
    task = straightener.make_task(made, faces)
    start = Straightener(StraightenerSpec((8, 8)))
    with torch.no_grad():
        untrained = task.validate({"network": start.eval()}).scores["accuracy"]
    assert outcome.trained.scores["accuracy"] > untrained


def test_stn0_needs_turned_faces(faces):
    values = {"task": "straightener", **COMMON, "degradation": [{"kind": "bicubic"}]}
    with pytest.raises(FhguiError, match="must turn the faces"):
        straightener.make_task(fill(straightener.TaskRecipe, values), faces)


def test_what_is_exported_may_lie_between_the_start_and_what_was_trained(faces, tmp_path):
    begun = run_recipe(recipe(), faces, tmp_path / "begun").weights
    arrays = [load_file(begun)]
    for share in (1.0, 0.25):
        chosen = recipe(adversarial=True, start=str(begun), blend=share)
        outcome = run_recipe(chosen, faces, tmp_path / f"run-{share}")
        arrays.append(load_file(outcome.weights))
    start, trained, blended = arrays
    apart = 0.0
    for name in start:
        between = 0.75 * start[name].astype(float) + 0.25 * trained[name].astype(float)
        assert np.allclose(blended[name], between, atol=2e-3), name
        apart = max(apart, np.abs(trained[name].astype(float) - start[name]).max())
    assert apart > 0.003  # it began as the very network in the file
    with pytest.raises(FhguiError, match="nothing to blend"):
        run_recipe(recipe(blend=0.5), faces, tmp_path / "none")
