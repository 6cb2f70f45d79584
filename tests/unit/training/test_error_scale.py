"""The error head: what it learns beside a frozen network, and that its intervals hold."""

import dataclasses
import importlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from fhgui.assets import read_header
from fhgui.blocks.error_head import USUAL, ErrorHead, HeadSpec, laplace_loss
from fhgui.core.doubt import LEVELS
from fhgui.core.errors import FhguiError, MethodError, WeightsError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Uncertain
from fhgui.datasets.packed import FaceSet, PackedFace, open_set
from fhgui.imaging.resize import imresize
from fhgui.methods import registry
from fhgui.methods.error_scale import load_trunk
from fhgui.training.coverage import GROUPS, LEAST, calibrate
from fhgui.training.export import register
from fhgui.training.recipe import fill
from fhgui.training.start import run_recipe
from fhgui.training.task import draw_samples
from fhgui.training.tasks import error_scale, load_recipe, recipe_names
from tests.helpers import uncertain

NOISE = 60
"""Grey levels of noise on the lower half of each face; the upper half has a tenth of it."""


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    uncertain.install(monkeypatch, folder)
    return folder


@pytest.fixture
def faces(tmp_path: Path) -> FaceSet:
    """Forty-eight faces of 32×32 px, of which the lower half is hard to tell."""
    rng = np.random.default_rng(0)
    coarse = np.kron(rng.integers(80, 176, (48, 4, 4, 3)), np.ones((1, 8, 8, 1)))
    spread = np.where(np.arange(32) < 16, NOISE / 10, NOISE)[None, :, None, None]
    pixels = coarse + spread * rng.laplace(size=(48, 32, 32, 1)) / 2
    np.save(tmp_path / "faces.npy", np.clip(pixels, 0, 255).astype(np.uint8))
    (tmp_path / "faces.json").write_text(json.dumps([f"{i:02}.png" for i in range(48)]))
    return open_set(tmp_path / "faces.npy")


def recipe(**settings: object) -> error_scale.TaskRecipe:
    values = {
        "task": "error_scale",
        "method": uncertain.ID,
        "hidden": 8,
        "blocks": 1,
        "steps": 60,
        "batch": 8,
        "learning_rate": 0.02,
        "warmup_steps": 0,
        "validation_faces": 16,
        "validate_steps": 30,
        "score": "likelihood",
        "precision": "32",
    }
    return fill(error_scale.TaskRecipe, {**values, **settings})


def face_of(pixels: np.ndarray) -> FaceImage:
    placed = FaceAlignment(error_scale.IDENTITY, PlacedBy.ALIGNED, "celeba128")
    return FaceImage(pixels, placed)


def test_an_untrained_head_predicts_the_same_everywhere() -> None:
    head = ErrorHead(HeadSpec(features=5, side=4, hidden=8))
    logs = head(torch.randn(2, 5, 4, 4), torch.rand(2, 3, 32, 32))
    assert logs.shape == (2, 1, 32, 32)
    assert torch.equal(logs, torch.zeros_like(logs))


def test_the_likelihood_is_best_at_the_mean_size_of_the_errors() -> None:
    error = torch.randn(4, 1, 8, 8) / 20
    best = torch.log(error.abs().mean() / USUAL)
    losses = [float(laplace_loss(best + d + 0 * error, error)) for d in (-0.2, 0.0, 0.2)]
    assert losses[1] < min(losses[0], losses[2])


def test_calibrated_intervals_hold_what_they_promise_at_every_scale() -> None:
    rng = np.random.default_rng(1)
    scale = rng.uniform(1, 20, 40_000)
    error = np.abs(rng.laplace(size=40_000)) * scale**1.3  # the prediction is too flat
    found = calibrate(scale, error, 10)
    scale, error = rng.uniform(1, 20, 40_000), np.abs(rng.laplace(size=40_000))
    error *= scale**1.3
    for level in LEVELS:
        inside = error <= found.half_width(scale, level)
        assert inside.mean() == pytest.approx(level, abs=0.01)
        for low, high in ((1, 5), (5, 10), (10, 20)):
            picked = (scale >= low) & (scale < high)
            assert inside[picked].mean() == pytest.approx(level, abs=0.02)


def test_half_widths_never_fall_and_grow_with_the_level() -> None:
    rng = np.random.default_rng(2)
    found = calibrate(rng.uniform(1, 9, 8000), rng.uniform(0, 30, 8000), 2)
    widths = np.array(found.half_widths)
    assert (np.diff(widths, axis=1) >= 0).all()
    assert (np.diff(widths, axis=0) > 0).all()
    beyond = found.half_width(np.array([0.0, found.scales[-1] * 2]))
    assert beyond[0] == 0
    assert beyond[1] == pytest.approx(2 * widths[LEVELS.index(0.9), -1])
    with pytest.raises(MethodError, match="not calibrated for 42%"):
        found.half_width(np.ones(3), 0.42)


def test_too_few_pixels_are_refused() -> None:
    few = np.ones(GROUPS * LEAST - 1)
    with pytest.raises(FhguiError, match="too few to calibrate"):
        calibrate(few, few, 1)


def test_the_trunk_is_not_trained(models: Path, faces: FaceSet) -> None:
    task = error_scale.make_task(recipe(), faces)
    assert list(task.configure()) == ["head"]
    assert not any(p.requires_grad for p in task.trunk.parameters())
    batch = task.batch(draw_samples(task.recipe, task.samples, 0, torch.device("cpu")))
    assert batch["input"].shape == (8, 3, 4, 4)
    assert batch["target"].shape == (8, 3, 32, 32)
    assert float(batch["target"].max()) <= 1


def test_a_trained_head_knows_where_errors_are_and_its_intervals_hold(
    models: Path, faces: FaceSet, tmp_path: Path
) -> None:
    outcome = run_recipe(recipe(), faces, tmp_path / "run", device="cpu")
    assert outcome.weights is not None
    assert outcome.trained.scores["rank"] > 0.4
    shutil.copy(outcome.weights, models / uncertain.SCALE)
    register(models / uncertain.SCALE, {})
    method = registry.load(uncertain.ID)
    assert isinstance(method, Uncertain)
    assert [asset.name for asset in method.assets] == [uncertain.WEIGHTS, uncertain.SCALE]
    inside, widths = [], []
    for truth in np.asarray(faces.pixels[:32]):
        low = imresize(truth, (4, 4))
        half = method.expected_error(face_of(low))
        assert half is not None
        assert half.dtype == np.float32
        *_, last = method.stages(face_of(low), 0)
        error = np.abs((last.pixels.astype(float) - truth) @ [0.299, 0.587, 0.114])
        inside.append(error <= half)
        widths.append(half)
    assert np.mean(inside) == pytest.approx(0.9, abs=0.04)
    upper, lower = np.mean(widths, axis=0)[:14].mean(), np.mean(widths, axis=0)[18:].mean()
    assert lower > 3 * upper


def test_a_head_beside_other_weights_is_not_asked(
    models: Path, faces: FaceSet, tmp_path: Path
) -> None:
    outcome = run_recipe(recipe(steps=2, validation_faces=16), faces, tmp_path / "run")
    assert outcome.weights is not None
    shutil.copy(outcome.weights, models / uncertain.SCALE)
    register(models / uncertain.SCALE, {})
    trunk, _ = load_trunk(uncertain.ID)
    assert isinstance(trunk, uncertain.Network)
    trunk.shift.data += 1
    path = models / uncertain.WEIGHTS
    identity = {"method": uncertain.ID, "part": "network"}
    uncertain.write_weights(trunk, path, identity, uncertain.Spec())
    register(path, {})
    method = registry.load(uncertain.ID)
    assert isinstance(method, Uncertain)
    assert [asset.name for asset in method.assets] == [uncertain.WEIGHTS]
    assert method.expected_error(face_of(np.zeros((4, 4, 3), np.uint8))) is None


def test_a_damaged_header_is_told(models: Path) -> None:
    path = models / uncertain.SCALE
    identity = {"method": uncertain.ID, "part": "error-scale"}
    _, asset = load_trunk(uncertain.ID)
    error_scale.write_arrays({}, path, identity, {"trunk": asset.sha256, "head": {"depth": 3}})
    register(path, {})
    with pytest.raises(WeightsError, match="do not fit the error head"):
        registry.load(uncertain.ID)


SHIPPED = [name for name in recipe_names() if load_recipe(name).task == "error_scale"]
PACKAGES = {"atlas": "fhgui.methods.atlas", "atlas_blind": "fhgui.methods.atlas.blind"}


def test_the_house_models_have_recipes_of_their_error_heads() -> None:
    assert SHIPPED == ["atlas_blind_error", "atlas_error"]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_recipe_makes_two_steps_beside_its_network(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shipped = load_recipe(name)
    assert isinstance(shipped, error_scale.TaskRecipe)
    monkeypatch.setenv("FHGUI_MODELS", str(tmp_path))
    monkeypatch.setitem(registry.PACKAGES, shipped.method, PACKAGES[shipped.method])
    module = importlib.import_module(f"{PACKAGES[shipped.architecture or shipped.method]}.network")
    spec, path = module.Spec(channels=8, groups=1, exchanged=4), tmp_path / shipped.method
    identity = {"method": shipped.method, "part": "network"}
    uncertain.write_weights(module.build(spec), path / "network.safetensors", identity, spec)
    register(path / "network.safetensors", {})
    invented = np.random.default_rng(0).integers(0, 256, (6, 128, 128, 3), np.uint8)
    faces = FaceSet(invented, tuple(map(PackedFace, "abcdef")))
    short = dataclasses.replace(shipped, steps=2, batch=2, validation_faces=4, precision="32")
    outcome = run_recipe(short, faces, tmp_path / "run", device="cpu")
    assert outcome.weights is not None
    assert read_header(outcome.weights)["method"] == shipped.method
