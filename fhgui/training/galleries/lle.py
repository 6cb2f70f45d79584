"""The gallery of ``lle``, which is also that of ``lcr``."""

from __future__ import annotations

from fhgui.training.galleries.position_patches import build

__all__ = ["build"]
