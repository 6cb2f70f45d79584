"""The only module that finds ``resources/`` and ``models/``.

Both lie beside the package in a checkout and inside it (``fhgui/_bundled``) in a wheel or a
frozen program. ``FHGUI_MODELS`` names a further folder that is searched first, so that models
trained by a laboratory need no write access to the program.
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _bundled(name: str) -> Path:
    for root in (_PACKAGE.parent, _PACKAGE / "_bundled"):
        if (root / name).is_dir():
            return root / name
    return _PACKAGE / "_bundled" / name


def resource(name: str) -> Path:
    """Return the path of a file under ``resources/``; it may not exist."""
    return _bundled("resources") / name


def model_folders() -> tuple[Path, ...]:
    """Return the folders that hold models, the one to prefer first."""
    own = os.environ.get("FHGUI_MODELS")
    return (*((Path(own),) if own else ()), _bundled("models"))


def model_file(name: str) -> Path | None:
    """Return the first existing file called ``name`` under the model folders."""
    return next((f / name for f in model_folders() if (f / name).is_file()), None)
