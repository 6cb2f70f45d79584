"""``fhgui methods``: every method, what it takes and whether its weights are present."""

from __future__ import annotations

from typing import Any

from fhgui import paths
from fhgui.cli.console import JsonOption, emit
from fhgui.core.method import MethodInfo
from fhgui.methods import registry


def methods(as_json: JsonOption = False) -> None:
    """List every method with its paper, sizes, stages and weights."""
    infos = [registry.info(method_id) for method_id in registry.method_ids()]
    emit(as_json, {"methods": [_entry(info) for info in infos]}, lambda: _show_all(infos))


def _entry(info: MethodInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "title": info.title,
        "paper": info.paper,
        "purpose": info.purpose,
        "scale": info.scale,
        "input_hw": list(info.input_hw),
        "output_hw": list(info.output_hw),
        "any_size": info.any_size,
        "stages": [name for name, _ in info.stages],
        "weights": all(paths.model_file(name) for _, name in info.assets),
        "card": _card(info),
    }


def _card(info: MethodInfo) -> str | None:
    files = [path for _, name in info.assets if (path := paths.model_file(name))]
    cards = [path.with_name("card.yaml") for path in files]
    return next((str(card) for card in cards if card.is_file()), None)


def _show_all(infos: list[MethodInfo]) -> None:
    for info in infos:
        _show(info)


def _show(info: MethodInfo) -> None:
    entry = _entry(info)
    (ih, iw), (oh, ow) = info.input_hw, info.output_hw
    others = ", other sizes too" if info.any_size else ""
    print(f"{info.id:<12} {info.title}: {iw}x{ih} -> {ow}x{oh} (x{info.scale}){others}")
    print(f"{'':<12} {info.paper}")
    print(f"{'':<12} {info.purpose}")
    print(f"{'':<12} stages: {', '.join(entry['stages'])}")
    state = "none needed" if not info.assets else "present" if entry["weights"] else "MISSING"
    print(f"{'':<12} weights: {state}")
