"""The gallery of ``lcr``, which is also that of ``lle``."""

from __future__ import annotations

from fhgui.training.galleries.position_patches import build

__all__ = ["build"]
