"""What is known about the weights and galleries of a record: their cards, and whether they fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fhgui import paths
from fhgui.assets import read_card
from fhgui.core.dossier import CardFacts, Rows
from fhgui.core.errors import WeightsError
from fhgui.core.record import FileRef, Record
from fhgui.evidence.hashing import sha256_file

OTHER_FILES = "files"
LONGEST = 600
"""Characters of one value; a card is for people to read."""


def card_facts(record: Record, digests: dict[str, str]) -> tuple[CardFacts, ...]:
    """Return the card of every file that a run used.

    Parameters
    ----------
    digests : path → SHA-256 of files hashed before; added to.
    """
    return tuple(_facts(file, digests) for file in (*record.weights, *record.gallery))


def _facts(file: FileRef, digests: dict[str, str]) -> CardFacts:
    path = paths.model_file(file.name)
    if path is None:
        return CardFacts(file.name, file.sha256, False, (("state", "is not installed here"),))
    try:
        card = read_card(path)
    except WeightsError as error:
        return CardFacts(file.name, file.sha256, False, (("state", error.what),))
    if str(path) not in digests:
        digests[str(path)] = sha256_file(path)
    stated = str(card[OTHER_FILES][path.name]["sha256"])
    matches = file.sha256 == digests[str(path)] == stated
    return CardFacts(file.name, file.sha256, matches, _rows(card, path.name))


def _rows(card: Mapping[str, Any], name: str) -> Rows:
    """Return what the card says of one file, then what it says of all."""
    own = card[OTHER_FILES][name]
    rest = {k: v for k, v in card.items() if k != OTHER_FILES}
    return tuple((str(k), _text(v)) for k, v in (*own.items(), *rest.items()) if k != "sha256")


def _text(value: Any) -> str:  # YAML: any shape
    if isinstance(value, Mapping):
        text = "; ".join(f"{k}: {_text(v)}" for k, v in value.items())
    elif isinstance(value, list):
        text = ", ".join(_text(v) for v in value)
    else:
        text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
