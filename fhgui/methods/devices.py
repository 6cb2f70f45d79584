"""Chooses the device and thread count for a run; the only place that asks torch about hardware."""

from __future__ import annotations

import os
import sys

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


def gpu_memory_used_up(error: BaseException) -> bool:
    """Tell whether an error says that a graphics card has no memory left."""
    torch = sys.modules.get("torch")
    if torch is None:
        return False
    if isinstance(error, torch.OutOfMemoryError):
        return True
    # libraries below the framework have words of their own for it
    words = ("CUDA out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED")
    return isinstance(error, RuntimeError) and any(word in str(error) for word in words)


def memory_used_up(error: BaseException) -> bool:
    """Tell whether an error says that the machine itself has no memory left."""
    if isinstance(error, MemoryError):
        return True
    cv2 = sys.modules.get("cv2")
    if cv2 is not None and isinstance(error, cv2.error):
        return "Insufficient memory" in str(error)
    return isinstance(error, RuntimeError) and "can't allocate memory" in str(error)


def free_gpu_memory() -> None:
    """Give memory that is kept for the next tensors back to the graphics card."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


def set_threads(threads: int | None) -> int:
    """Set torch's CPU threads (None: all cores) and return the number in force."""
    import torch

    torch.set_num_threads(threads or os.cpu_count() or 1)
    return torch.get_num_threads()
