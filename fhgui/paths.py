"""The only module that finds ``resources/`` and ``models/``.

Both lie beside the package in a checkout and inside it (``fhgui/_bundled``) in a wheel or a
frozen program. The user's own folder of models is searched first, so that models trained by a
laboratory need no write access to the program: ``FHGUI_MODELS``, or the system's place for a
user's data. How the program itself is started again is known here too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from typing import Any

RENDER_REPORT = "render-report"
"""First argument with which the program is the process that makes a report."""

STOP_WISH = "stop-wish"
"""File in a training's folder that asks it to save and end: not every system has signals for it."""

_PACKAGE = Path(__file__).resolve().parent
_FIRST: ContextVar[tuple[Path, ...]] = ContextVar("folders that are tried out", default=())


def _bundled(name: str) -> Path:
    for root in (_PACKAGE.parent, _PACKAGE / "_bundled"):
        if (root / name).is_dir():
            return root / name
    return _PACKAGE / "_bundled" / name


def resource(name: str) -> Path:
    """Return the path of a file under ``resources/``; it may not exist."""
    return _bundled("resources") / name


def manual() -> Path:
    """Return the manual's first page; in a checkout it may not have been built yet."""
    return resource("manual/site/index.html")


def manual_builder() -> Path | None:
    """Return the program of a checkout that builds the manual; None in a wheel or frozen."""
    builder = _PACKAGE.parent / "installer" / "manual.py"
    return builder if builder.is_file() else None


def program() -> list[str]:
    """Return the command with which this program is started again."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "fhgui"]


def recipes() -> Path:
    """Return the folder of the shipped training recipes; reading them imports nothing."""
    return _PACKAGE / "training" / "recipes"


def studies() -> Path:
    """Return the folder of the shipped studies; reading them imports nothing."""
    return _PACKAGE / "evaluation" / "studies"


def model_folders() -> tuple[Path, ...]:
    """Return the folders that hold models, the one to prefer first."""
    return (*_FIRST.get(), user_models(), _bundled("models"))


def user_models() -> Path:
    """Return the user's own folder of models; it may not exist."""
    return _own("FHGUI_MODELS", "models")


def user_cases() -> Path:
    """Return the user's own folder of automatic cases; it may not exist."""
    return _own("FHGUI_CASES", "cases").absolute()


def user_presets() -> Path:
    """Return the file of the user's own presets; it may not exist."""
    return _own("FHGUI_PRESETS", "presets.json")


def user_cache() -> Path:
    """Return the folder of what can be computed again at any time; it may not exist."""
    named = os.environ.get("FHGUI_CACHE")
    return Path(named) if named else _platform().user_cache_path("fhgui", appauthor=False)


def user_languages() -> Path:
    """Return the user's own folder of translations of the window; it may not exist."""
    return _own("FHGUI_LANGUAGES", "languages")


def user_keys() -> Path:
    """Return the folder proposed for a signing key of the user's own; it may not exist."""
    return _own("FHGUI_KEYS", "signing")


def _own(variable: str, name: str) -> Path:
    """Return what a variable names; else a place among the user's data."""
    named = os.environ.get(variable)
    return Path(named) if named else _platform().user_data_path("fhgui", appauthor=False) / name


def _platform() -> Any:  # a module, imported late: a bare server for training may lack it
    return import_module("platformdirs")


@contextmanager
def searched_first(folder: Path) -> Iterator[None]:
    """Prefer the models in a further folder for a while, to try them out."""
    token = _FIRST.set((folder, *_FIRST.get()))
    try:
        yield
    finally:
        _FIRST.reset(token)


def model_file(name: str) -> Path | None:
    """Return the first existing file called ``name`` under the model folders."""
    return next((f / name for f in model_folders() if (f / name).is_file()), None)
