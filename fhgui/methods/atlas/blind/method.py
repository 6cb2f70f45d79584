"""``atlas_blind`` with its weights in memory."""

from __future__ import annotations

from fhgui.methods.atlas.blind.config import INFO, Config
from fhgui.methods.atlas.method import LoadedAtlas, load_variant


def load(config: Config, device: str) -> LoadedAtlas:
    """Load the network; errors as of ``atlas``."""
    return load_variant(INFO, config, device)
