"""Galleries built from sets of faces: method id → the module that builds its kind.

Each module has ``build(faces, out, options, report)``, which writes the gallery's files beside
``out`` with a card and returns their paths.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from fhgui.core.errors import MethodError
from fhgui.datasets.packed import FaceSet
from fhgui.training.galleries.options import GalleryOptions

BUILDERS: dict[str, str] = {
    "dcnn_mnce": "fhgui.training.galleries.dcnn_mnce",
    "dcnn_mnce_x4": "fhgui.training.galleries.dcnn_mnce_x4",
    "fsgn": "fhgui.training.galleries.fsgn",
    "lle": "fhgui.training.galleries.position_patches",
    "lcr": "fhgui.training.galleries.position_patches",
}

Report = Callable[[str], None]
Builder = Callable[[FaceSet, Path, GalleryOptions, Report], tuple[Path, ...]]


def builder(method: str) -> Builder:
    """Return the function that builds a method's gallery.

    Raises
    ------
    MethodError
        If the method has none.
    """
    if method not in BUILDERS:
        raise MethodError(
            f"{method} has no gallery", hint=f"methods that have one: {', '.join(BUILDERS)}"
        )
    return cast("Builder", import_module(BUILDERS[method]).build)
