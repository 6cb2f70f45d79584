"""Recipes: typed, every field described, unknown keys refused, every shipped one loads."""

import dataclasses
import inspect
from pathlib import Path

import pytest

import fhgui.training
from fhgui.core.errors import FhguiError
from fhgui.training.recipe import Recipe
from fhgui.training.tasks import TASKS, load_recipe, task_module

SHIPPED = sorted((Path(fhgui.training.__file__).parent / "recipes").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_every_shipped_recipe_loads(path):
    recipe = load_recipe(path)
    assert recipe.task in TASKS
    assert recipe.steps > 0


def test_something_is_shipped():
    assert SHIPPED


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
