"""What computed a result: versions of everything that touches pixels."""

from __future__ import annotations

import os
import platform
from functools import cache
from importlib import metadata

from fhgui import __version__

LIBRARIES = (
    "torch",
    "numpy",
    "scipy",
    "opencv-python-headless",
    "pillow",
    "av",
    "dlib-bin",
    "face_recognition_models",
    "scikit-image",
    "safetensors",
)


def software() -> dict[str, str]:
    """Return name and version of this program."""
    return {"name": "fhgui", "version": __version__}


def environment() -> dict[str, str]:
    """Return interpreter, system, processor and library versions."""
    libraries = {name: version(name) for name in LIBRARIES}
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "cores": str(os.cpu_count() or 1),
        **libraries,
    }


@cache
def version(library: str) -> str:
    """Return the installed version of a distribution, or ``not installed``."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "not installed"
