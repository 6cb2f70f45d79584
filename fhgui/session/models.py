"""Looks at the model files of every method: whether they are there and as their cards say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fhgui import paths
from fhgui.core.method import MethodInfo
from fhgui.methods import registry
from fhgui.session.messages import ModelRow


def model_rows(checkpoint: Callable[[], None]) -> tuple[ModelRow, ...]:
    """Return one row for each file that a method needs; methods without files get one as well.

    Parameters
    ----------
    checkpoint : called before each file is read; may raise to stop.
    """
    rows: list[ModelRow] = []
    for method in registry.method_ids():
        info = registry.info(method)
        if not info.assets:
            rows.append(ModelRow(method, info.title, "", "", None, "", "needs no files", ""))
        for role, name in info.assets:
            checkpoint()
            rows.append(_row(info, role, name))
    return tuple(rows)


def missing_assets(info: MethodInfo) -> tuple[str, ...]:
    """Return the names of a method's files that are not installed."""
    return tuple(name for _, name in info.assets if paths.model_file(name) is None)


def available_methods() -> tuple[str, ...]:
    """Return the methods whose files are all installed, in the order they are shown."""
    ids = registry.method_ids()
    return tuple(i for i in ids if not missing_assets(registry.info(i)))


def _row(info: MethodInfo, role: str, name: str) -> ModelRow:
    from fhgui.evidence.hashing import sha256_file

    path = paths.model_file(name)
    card, text = card_of(name)
    if path is None:
        return ModelRow(info.id, info.title, role, name, None, "", "missing", text)
    digest = sha256_file(path)
    stated = stated_digest(card, path.name)
    verdict = "not on a card" if stated is None else "matches its card"
    if stated is not None and stated != digest:
        verdict = "differs from its card"
    return ModelRow(info.id, info.title, role, name, path.stat().st_size, digest, verdict, text)


def card_of(name: str) -> tuple[Any, str]:  # YAML of a card: any shape
    """Return the model card beside a file, parsed and as text; ``(None, "")`` without one."""
    import yaml

    path = paths.model_file(name)
    if path is None or not path.with_name("card.yaml").is_file():
        return None, ""
    text = path.with_name("card.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text), text


def stated_digest(card: Any, file_name: str) -> str | None:  # see card_of
    """Return the SHA-256 that a card gives for a file, wherever in the card it stands."""
    if isinstance(card, list):
        found = (stated_digest(value, file_name) for value in card)
        return next((digest for digest in found if digest), None)
    if not isinstance(card, dict):
        return None
    if isinstance(card.get(file_name), str):
        return str(card[file_name])
    if "sha256" in card and str(card.get("file", card.get("name", ""))).endswith(file_name):
        return str(card["sha256"])
    return stated_digest(list(card.values()), file_name)
