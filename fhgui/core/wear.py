"""What was told of a frame's wear, in words, and which of it a method reckons with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WORDS = {
    "noise": "noise",
    "blocks": "compression",
    "fields": "two fields of different moments",
    "enlarged": "enlarging before it was stored",
}
"""Kinds of wear: the name in code, and in a sentence."""


@dataclass(frozen=True)
class ToldWear:
    """Estimates about a frame, in words.

    Parameters
    ----------
    lines : title and words of each estimate.
    found : kinds of `WORDS` that are there to be seen.
    """

    lines: tuple[tuple[str, str], ...]
    found: tuple[str, ...]


def not_modelled(found: Iterable[str], models: Iterable[str]) -> str:
    """Return, in words, what is in a frame and not in a method's model; empty if nothing is.

    Parameters
    ----------
    found, models : kinds of `WORDS`.
    """
    known = set(models)
    left = [WORDS[kind] for kind in WORDS if kind in set(found) and kind not in known]
    return " and ".join([", ".join(left[:-1]), left[-1]] if len(left) > 1 else left)
