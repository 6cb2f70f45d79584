"""Chooses the device and thread count for a run; the only place that asks torch about hardware."""

from __future__ import annotations

import os

from fhgui.core.errors import MethodError


def resolve_device(name: str) -> str:
    """Return ``cpu`` or ``cuda`` for ``auto``, ``cpu`` or ``cuda``.

    Raises
    ------
    MethodError
        If the name is unknown, or CUDA is asked for and not there.
    """
    if name == "cpu":
        return name
    if name not in ("auto", "cuda"):
        raise MethodError(f"there is no device {name!r}", hint="choose auto, cpu or cuda")
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if name == "cuda":
        raise MethodError("no CUDA device is available here", hint="choose auto or cpu")
    return "cpu"


def set_threads(threads: int | None) -> int:
    """Set torch's CPU threads (None: all cores) and return the number in force."""
    import torch

    torch.set_num_threads(threads or os.cpu_count() or 1)
    return torch.get_num_threads()
