"""What makes one run of a method differ from another, for machines and in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fhgui.core.errors import FhguiError
from fhgui.core.fields import Fields
from fhgui.methods import registry
from fhgui.provenance.request import EnhanceRequest
from fhgui.session.fusing import fuse_words


def identity(request: EnhanceRequest) -> tuple[object, ...]:
    """Return what a run of a face is by: method, every setting resolved, seed, device."""
    try:
        config = registry.make_config(request.method, request.settings)
    except FhguiError:  # of another version
        config = tuple(sorted((k, str(v)) for k, v in request.settings.items()))
    device = "auto" if request.after_loss else request.device  # it stands for the run that was lost
    how = request.seed, device, request.degradation, request.fuse, request.fields
    return request.method, config, *how


def changed_values(method: str, values: Mapping[str, object]) -> dict[str, object]:
    """Return the values that differ from the defaults of a method."""
    default = registry.default_config(method)
    return {k: v for k, v in values.items() if _plain(v) != _plain(getattr(default, k, None))}


def run_words(request: EnhanceRequest) -> tuple[str, ...]:
    """Return what is not as usual in a run, in a few words each."""
    seed = f"seed {request.seed}" if request.seed else ""
    device = "" if request.device == "auto" else request.device
    settings = settings_words(request.method, request.settings)
    field = "" if request.fields is Fields.WOVEN else f"{request.fields.value} field"
    said = (fuse_words(request), field, settings, seed, device)
    return tuple(words for words in said if words)


def settings_words(method: str, settings: Mapping[str, object]) -> str:
    """Return the preset that settings are, or what differs from the defaults; empty if nothing."""
    try:
        changed = changed_values(method, settings)
        presets = registry.info(method).presets
    except FhguiError:  # a method that this version does not have
        return ""
    named = next((p.name for p in presets if dict(p.values) == changed), "")
    return named or ", ".join(_words(k, v) for k, v in changed.items())


def _words(name: str, value: object) -> str:
    shown = name.removesuffix("_px").replace("_", " ")
    if isinstance(value, bool):
        return shown if value else f"not {shown}"
    if isinstance(value, str) and Path(value).is_absolute():  # the record has the whole of it
        value = "/".join(("…", *Path(value).parts[-2:]))
    return f"{shown} {value:g}" if isinstance(value, float) else f"{shown} {value}"


def _plain(value: object) -> object:
    """Return a list of JSON as the tuple that a config holds."""
    return tuple(value) if isinstance(value, list) else value
