"""Methods as tests of their own steps want them."""

from collections.abc import Mapping

from fhgui.core.method import Method
from fhgui.methods import registry


def bare(
    method_id: str, settings: Mapping[str, object] | None = None, device: str = "cpu"
) -> Method:
    """Load a method without the stage that makes its result consistent with the evidence."""
    return registry.load(method_id, {"consistent": False, **(settings or {})}, device)
