"""What can be trained: one module a task, with its recipe, loss and measurements."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from fhgui.core.errors import FhguiError
from fhgui.training.recipe import Recipe, fill, read_yaml

TASKS: dict[str, str] = {
    "csrip": "fhgui.training.tasks.csrip",
    "csrip_recogniser": "fhgui.training.tasks.csrip_recogniser",
    "dcnn_denoiser": "fhgui.training.tasks.dcnn_denoiser",
    "dcnn_face_denoiser": "fhgui.training.tasks.dcnn_face_denoiser",
    "face_finder": "fhgui.training.tasks.face_finder",
    "fsgn": "fhgui.training.tasks.fsgn",
    "error_scale": "fhgui.training.tasks.error_scale",
    "landmarks": "fhgui.training.tasks.landmarks",
    "restoration": "fhgui.training.tasks.restoration",
    "straightener": "fhgui.training.tasks.straightener",
    "tdn": "fhgui.training.tasks.tdn",
}

RECIPES = Path(__file__).parents[1] / "recipes"


def task_module(task: object) -> Any:  # a module: its attributes are not typed
    """Return a task's module: ``TaskRecipe``, ``make_task``, ``export``.

    Raises
    ------
    FhguiError
        If there is no such task.
    """
    if not isinstance(task, str) or task not in TASKS:
        raise FhguiError(f"there is no task {task!r}", hint=f"choose one of {', '.join(TASKS)}")
    return import_module(TASKS[str(task)])


def recipe_names() -> tuple[str, ...]:
    """Return the names of the shipped recipes."""
    return tuple(sorted(p.stem for p in RECIPES.glob("*.yaml")))


def load_recipe(named: str | Path) -> Recipe:
    """Read a shipped recipe by its name, or a recipe file; an unknown key is an error.

    Raises
    ------
    FhguiError
        If the file cannot be read or does not fit the task's recipe.
    """
    path = RECIPES / f"{named}.yaml" if str(named) in recipe_names() else Path(named)
    if not path.is_file():
        raise FhguiError(
            f"there is no recipe {str(named)!r}",
            hint=f"give a YAML file or one of {', '.join(recipe_names())}",
        )
    values = read_yaml(path)
    recipe: Recipe = fill(task_module(values.get("task")).TaskRecipe, values, path)
    return recipe
