"""``sisn`` loaded for ×4."""

from __future__ import annotations

from fhgui.methods.sisn.method import LoadedSisn, load_variant
from fhgui.methods.sisn.x4.config import INFO, Config


def load(config: Config, device: str) -> LoadedSisn:
    """Load the network; errors as of ``sisn``."""
    return load_variant(INFO, config, device)
