"""Recipes: typed, every field described, unknown keys refused, every shipped one loads."""

import dataclasses
import inspect
from pathlib import Path

import numpy as np
import pytest

import fhgui.training
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.training.checkpoint import RunFolder
from fhgui.training.recipe import Recipe, read_yaml
from fhgui.training.start import run_recipe
from fhgui.training.tasks import TASKS, load_recipe, recipe_names, task_module

SIZE_HW = (128, 128)
SHIPPED = sorted((Path(fhgui.training.__file__).parent / "recipes").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_every_shipped_recipe_loads(path):
    recipe = load_recipe(path)
    assert recipe.task in TASKS
    assert recipe.steps > 0


def test_something_is_shipped():
    assert tuple(sorted(p.stem for p in SHIPPED)) == recipe_names()
    assert "dcnn_denoiser" in recipe_names()


NOT_HERE = ("csrip", "csrip_recogniser", "error_scale", "face_finder", "fsgn", "landmarks")
"""Trained beside an installed network, with names, landmarks or backgrounds: in their own tests."""

BY_THEMSELVES = [name for name in recipe_names() if load_recipe(name).task not in NOT_HERE]


@pytest.mark.parametrize("name", BY_THEMSELVES)
def test_every_shipped_recipe_makes_two_steps(name, tmp_path):
    invented = np.random.default_rng(0).integers(0, 256, (5, *SIZE_HW, 3), np.uint8)
    shipped = load_recipe(name)
    short = dataclasses.replace(
        shipped, steps=2, batch=2, validation_faces=min(shipped.validation_faces, 1)
    )
    if "sisn" in (getattr(shipped, "architecture", ""), getattr(shipped, "method", "")):
        shallow = {**shipped.network, "groups": 1, "blocks": 1}  # ten of ten take seconds
        short = dataclasses.replace(short, network=shallow)
    done = run_recipe(
        short, FaceSet(invented, tuple(map(PackedFace, "abcde"))), tmp_path / "run", device="cpu"
    )
    assert done.trained.step == 2
    assert done.weights.is_file()
    assert read_yaml(tmp_path / "run" / "recipe.yaml")["task"] == shipped.task


def test_the_resolved_recipe_makes_the_same_recipe(tmp_path):
    recipe = load_recipe("dcnn_denoiser")
    RunFolder(tmp_path).begin(recipe, resume=False)
    assert load_recipe(tmp_path / "recipe.yaml") == recipe


def test_numbers_that_yaml_takes_for_text(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text("task: dcnn_denoiser\nsteps: 5\nbatch: 2\nlearning_rate: 1e-4\n")
    assert load_recipe(path).learning_rate == 1e-4


@pytest.mark.parametrize("kind", [Recipe, *(task_module(t).TaskRecipe for t in TASKS)])
def test_every_field_has_a_docstring(kind):
    source = inspect.getsource(kind)
    own = kind.__annotations__
    for field in dataclasses.fields(kind):
        if field.name in own:
            after = source.split(f"    {field.name}:", 1)[1].split("\n", 1)[1]
            assert after.lstrip().startswith('"""'), field.name


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("task: dcnn_denoiser\nsteps: 5\nbatch: 2\nlr: 1\n", "unknown setting lr"),
        ("task: dcnn_denoiser\nsteps: 5\n", "batch"),
        ("task: dcnn_denoiser\nsteps: many\nbatch: 2\n", "steps must be int"),
        ("task: dcnn_denoiser\nsteps: true\nbatch: 2\n", "steps must be int"),
        ("task: dcnn_denoiser\nsteps: 5\nbatch: 2\nlearning_rate: fast\n", "rate must be float"),
        ("task: dcnn_denoiser\nsteps: 5\nbatch: 2\nschedule: up\n", "one of cosine, exponential"),
        ("task: paint\nsteps: 5\n", "no task 'paint'"),
        ("- 1\n", "holds no settings"),
        ("a: [\n", "cannot be read"),
    ],
)
def test_mistakes_are_named(tmp_path, text, sentence):
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    with pytest.raises(FhguiError, match=sentence):
        load_recipe(path)


def test_a_missing_recipe_is_named(tmp_path):
    with pytest.raises(FhguiError, match=r"none\.yaml"):
        load_recipe(tmp_path / "none.yaml")
