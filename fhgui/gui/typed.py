"""What people type into fields."""

from __future__ import annotations

from pathlib import Path


def typed_path(text: str) -> Path:
    """Return the path that was typed, absolute; ``~`` is a home folder where somebody has one."""
    path = Path(text.strip())
    try:
        return path.expanduser().absolute()
    except RuntimeError:  # nobody is called so
        return path.absolute()
