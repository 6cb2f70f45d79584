"""The shipped training recipes, and what every field of a recipe means."""

from __future__ import annotations

import dataclasses
from html import escape
from typing import Any

from fhgui.methods.settings import field_docstrings
from fhgui.training.recipe import Recipe
from fhgui.training.tasks import RECIPES, TASKS, recipe_names, task_module
from installer.pages.cards import table

PAGE = "reference/recipes.md"
HEAD = """# Training recipes

A recipe is a YAML file that fills the typed fields of its task; an unknown key is an error, and the
resolved recipe is saved beside its checkpoints. `fhgui train NAME` takes a shipped one by its name,
or a file of your own. See [Train a model](../training.md).

## Shipped recipes

"""


def recipe_page() -> dict[str, str]:
    """Return path → Markdown of all recipes and fields."""
    parts = [HEAD]
    for name in recipe_names():
        text = (RECIPES / f"{name}.yaml").read_text(encoding="utf-8").strip()
        inside = "\n".join(f"    {line}".rstrip() for line in text.splitlines())
        parts.append(f'??? note "{name}"\n    ```yaml\n{inside}\n    ```\n\n')
    parts.append("## Fields of every recipe\n\n" + _fields(Recipe, set()))
    common = {f.name for f in dataclasses.fields(Recipe)}
    for task in TASKS:
        own = _fields(task_module(task).TaskRecipe, common)
        parts.append(f"## Fields of the task `{task}`\n\n{own}")
    return {PAGE: "".join(parts)}


def _fields(kind: Any, left_out: set[str]) -> str:  # each task has a recipe type of its own
    helps = field_docstrings(kind)
    rows = [
        (f"`{field.name}`", _default(field), escape(helps.get(field.name, "")))
        for field in dataclasses.fields(kind)
        if field.name not in left_out
    ]
    return table(("field", "default", "meaning"), rows)


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is dataclasses.MISSING:
        made = field.default_factory is not dataclasses.MISSING
        return "made" if made else "to be given"
    return f"`{field.default!r}`"
