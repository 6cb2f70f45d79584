"""A model's card as people read it: what the file is, what it was trained on, how well it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from fhgui.core.errors import WeightsError

Facts: TypeAlias = tuple[tuple[str, str], ...]
"""(title, words), in the order in which they are shown."""

FILE_KEYS = {
    "what": "What it is",
    "data": "Training data",
    "faces": "Faces",
    "terms": "Terms of use",
    "privacy": "Privacy",
    "parameters": "Parameters",
    "steps": "Steps trained",
    "minutes": "Minutes trained",
    "validation": "Validation",
    "machine": "Trained on",
    "trimmed": "Trimmed",
    "figures": "Figures of the part",
    "network": "Network",
    "spec": "Shape",
    "recipe": "Recipe",
    "settings": "Settings",
    "weights": "Made with",
    "digest": "Digest of the data",
}
"""Keys of a card about one file, and their titles; further keys follow as they are called."""

CARD_KEYS = {
    "limits": "Known limits",
    "seconds_a_face": "Seconds a face",
    "peak_memory_mb": "Peak memory (MB)",
    "made_on": "Measured on",
}
SAID = frozenset({"protocol", "measured", "columns"})
"""What the figures of a card say about themselves."""

NOT_SHOWN = frozenset({"method", "files", "figures", "sha256"})


@dataclass(frozen=True)
class ModelCard:
    """A card about one file.

    Parameters
    ----------
    about : of this file.
    whole : of the model that the file is a part of.
    measured_by : how the figures were measured; empty without any.
    columns : titles of the figures.
    figures : (row, values) of what was measured.
    """

    about: Facts = ()
    whole: Facts = ()
    measured_by: str = ""
    columns: tuple[str, ...] = ()
    figures: tuple[tuple[str, tuple[str, ...]], ...] = ()


def card_of(path: Path) -> ModelCard:
    """Return the card beside a file; an empty one if there is none to read."""
    from fhgui.assets import read_card

    try:
        card = read_card(path)
    except WeightsError:
        return ModelCard()
    measured = card.get("figures")
    measured = measured if isinstance(measured, dict) else {}
    columns = str(measured.get("columns", "")).partition(";")[0]
    rows = ((str(k), v) for k, v in measured.items() if isinstance(v, list))
    others = {k: v for k, v in measured.items() if not isinstance(v, list) and k not in SAID}
    return ModelCard(
        about=tuple(_facts(card["files"][path.name], FILE_KEYS)),
        whole=(*_facts(card, CARD_KEYS), *((_title(k), _words(v)) for k, v in others.items())),
        measured_by=str(measured.get("protocol", measured.get("measured", ""))),
        columns=tuple(_column_titles(columns)),
        figures=tuple((name, tuple(_words(value) for value in values)) for name, values in rows),
    )


def _facts(values: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    shown = set(NOT_SHOWN) - set(titles)
    for key in (*titles, *(key for key in values if key not in titles)):
        if key in values and key not in shown:
            yield titles.get(key, _title(key)), _words(values[key])


def _title(key: object) -> str:
    words = str(key).replace("_", " ")
    return words[:1].upper() + words[1:]


def _column_titles(columns: str) -> Iterator[str]:
    """Return the titles in words like ``PSNR of RGB (dB), PSNR, SSIM and FSIM of gray``."""
    return (title.strip() for part in columns.split(",") for title in part.split(" and ") if title)


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        nested = any(isinstance(v, Mapping | list) for v in value.values())
        parts = (f"{str(k).replace('_', ' ')} {_words(v)}" for k, v in value.items())
        return ("; " if nested else ", ").join(parts)
    if isinstance(value, list):
        return ", ".join(_words(item) for item in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) and value > 9999 else str(value)
