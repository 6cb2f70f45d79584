"""``dcnn_mnce`` loaded for ×4."""

from __future__ import annotations

from fhgui.methods.dcnn_mnce.method import DcnnMnce, load_scale
from fhgui.methods.dcnn_mnce.x4.config import INFO, Config


def load(config: Config, device: str) -> DcnnMnce:
    """Load the denoiser and the gallery; errors as of ``dcnn_mnce``."""
    return load_scale(INFO, config, device)
