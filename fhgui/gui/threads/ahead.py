"""Imports and reads ahead of time what a page needs: opening it shall not hold the window up."""

from __future__ import annotations

import contextlib
from importlib import import_module
from pathlib import Path
from threading import Thread

from fhgui import paths
from fhgui.core.errors import FhguiError
from fhgui.session.recipes import shipped_recipes
from fhgui.session.studies import shipped_studies

AFTER_MS = 2500
"""How long after the window is painted: its own work comes first."""

SLOW = (
    "scipy.sparse",
    "pyqtgraph",
    "fhgui.gui.panels.train_page",
    "fhgui.gui.panels.benchmark_page",
    "fhgui.gui.panels.model_page",
)
"""What takes longer to import than a person should notice; what is needed first, first."""


def import_ahead() -> None:
    """Begin; returns at once. A page that is opened meanwhile waits for the rest."""
    Thread(target=_import, name="fhgui-imports-ahead", daemon=True).start()


def _import() -> None:
    for name in SLOW:
        with contextlib.suppress(ImportError):  # the page that needs it will say so
            import_module(name)
    with contextlib.suppress(FhguiError):
        shipped_recipes()
        shipped_studies("")
    with contextlib.suppress(OSError):  # the system then has them in memory when help is opened
        for file in filter(Path.is_file, paths.resource("help").rglob("*")):
            file.read_bytes()
