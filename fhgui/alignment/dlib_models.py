"""Where dlib's own models lie on this machine."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from fhgui.core.errors import WeightsError


def model_file(name: str) -> Path:
    """Return a file of `face_recognition_models`, whose own import fails without setuptools.

    Raises
    ------
    WeightsError
        If it is not there.
    """
    package = find_spec("face_recognition_models")
    for folder in (package and package.submodule_search_locations) or ():
        path = Path(folder) / "models" / name
        if path.is_file():
            return path
    raise WeightsError(
        f"dlib's model {name} is not installed",
        hint="install the package face_recognition_models; eyes can be marked by hand without it",
    )
