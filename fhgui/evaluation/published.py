"""Figures that papers print: data beside our rows, marked, never computed with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from fhgui.evaluation.protocols import Protocol
from fhgui.evaluation.rows import Row

KIND = "published"
_FILE = Path(__file__).with_name("published.yaml")


def published(protocol: Protocol) -> tuple[Row, ...]:
    """Return every published row of a protocol, in the order of the file."""
    return _rows(_content().get(protocol.id, ()))


def _rows(groups: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(
        Row(
            method=name,
            label=f"{name}, {group['what']}",
            kind=KIND,
            n=group["n"],
            source=group["source"],
            **figures,
        )
        for group in groups
        for name, figures in group["rows"].items()
    )


def beside(
    protocol: Protocol, pairs_sha256: str, faces: int | None
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Split the published rows: on the very pictures that were measured, and the others.

    Parameters
    ----------
    pairs_sha256, faces : of what was measured: ``digest`` and ``faces`` of
        `fhgui.evaluation.pairs.PairSet`; without a limit, else ``faces`` is None.

    Returns
    -------
    in the same table, and in a table of their own.
    """
    groups = _content().get(protocol.id, ())
    same = [group for group in groups if _is_same(group, pairs_sha256, faces)]
    others = [group for group in groups if group not in same]
    return _rows(same), _rows(others)


def _is_same(group: Mapping[str, Any], pairs_sha256: str, faces: int | None) -> bool:
    """Tell by the pairs, or where nobody could hash them, by the number of pictures in all."""
    if "pairs_sha256" in group:
        return bool(group["pairs_sha256"] == pairs_sha256)
    return not group.get("unnamed") and group["n"] == faces


@lru_cache(maxsize=1)
def _content() -> dict[str, list[dict[str, Any]]]:
    return dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
