"""The recipes that can be trained, as their files tell: names for a list, nothing is imported."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fhgui import paths
from fhgui.core.errors import InputError
from fhgui.plain import yaml_text, yaml_value


@dataclass(frozen=True)
class RecipeEntry:
    """A recipe as a list shows it.

    Parameters
    ----------
    name : of a shipped recipe, or the path of a file: what the command line takes.
    follows : the paper's sections that it follows, from the comment on top of its file.
    task, method : what is trained; the method is empty if the recipe names none.
    steps, batch : size of a whole run, 0 if the file does not say.
    """

    name: str
    follows: str
    task: str
    method: str
    steps: int
    batch: int


def shipped_recipes() -> tuple[RecipeEntry, ...]:
    """Return the shipped recipes by name; read once, they belong to the program."""
    return _of_folder(paths.recipes())


@cache
def _of_folder(folder: Path) -> tuple[RecipeEntry, ...]:
    return tuple(_entry(file.stem, file) for file in sorted(folder.glob("*.yaml")))


def recipe_file(path: Path) -> RecipeEntry:
    """Return a recipe of the user's own.

    Raises
    ------
    InputError
        If the file cannot be read or holds no recipe.
    """
    return _entry(str(path), path)


def _entry(name: str, path: Path) -> RecipeEntry:
    try:
        text = yaml_text(path)
        values: Any = yaml_value(text)  # YAML: any shape
    except (OSError, ValueError) as error:
        raise InputError("cannot be read as a recipe", path=path, hint="choose a YAML file") from (
            error
        )
    if not isinstance(values, dict) or "task" not in values:
        raise InputError("is no recipe", path=path, hint="a recipe names its task")
    return RecipeEntry(
        name=name,
        follows=_comment(text),
        task=str(values["task"]),
        method=str(values.get("method", "")),
        steps=_whole(values.get("steps")),
        batch=_whole(values.get("batch")),
    )


def _comment(text: str) -> str:
    """Return the comment that a file begins with, as one line."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").strip())
    return re.sub(r"\s+", " ", " ".join(lines)).strip()


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
