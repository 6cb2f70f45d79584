"""Figures that papers print: data beside our rows, marked, never computed with."""

from __future__ import annotations

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
    return tuple(
        Row(
            method=name,
            label=f"{name}, {group['what']}",
            kind=KIND,
            n=group["n"],
            source=group["source"],
            **figures,
        )
        for group in _content().get(protocol.id, ())
        for name, figures in group["rows"].items()
    )


def beside(protocol: Protocol, n: int) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Split the published rows: on as many pictures as were measured, and the others.

    Returns
    -------
    in the same table, and in a table of their own.
    """
    rows = published(protocol)
    return tuple(r for r in rows if r.n == n), tuple(r for r in rows if r.n != n)


@lru_cache(maxsize=1)
def _content() -> dict[str, list[dict[str, Any]]]:
    return dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
