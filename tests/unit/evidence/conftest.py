"""Clips are made once a session: encoding takes longer than the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.evidence.media import Recipe, make

Clip = Callable[[Recipe], Path]


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """Return a maker of clips that makes each only once; tests never write to them."""
    folder = tmp_path_factory.mktemp("clips")
    made: dict[str, Path] = {}

    def get(recipe: Recipe) -> Path:
        if recipe.name not in made:
            made[recipe.name] = make(recipe, folder)
        return made[recipe.name]

    return get
