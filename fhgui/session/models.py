"""Which methods can run: those whose files are all there."""

from __future__ import annotations

from fhgui import paths
from fhgui.core.method import MethodInfo
from fhgui.methods import registry


def missing_assets(info: MethodInfo) -> tuple[str, ...]:
    """Return the names of a method's files that are not installed."""
    return tuple(name for _, name in info.assets if paths.model_file(name) is None)


def available_methods() -> tuple[str, ...]:
    """Return the methods whose files are all installed, in the order they are shown."""
    ids = registry.method_ids()
    return tuple(i for i in ids if not missing_assets(registry.info(i)))
