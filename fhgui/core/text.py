"""Text from files and of their names, made fit to be shown: it cannot pretend to be other text."""

from __future__ import annotations

import unicodedata

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that reorder what follows; ``gpj.exe`` can look like ``exe.jpg``."""

LONGEST = 1000


def visible(text: str, longest: int = LONGEST) -> str:
    r"""Return text on one line with marks that nobody sees written out as ``\x1b`` or ``\u202e``.

    Control characters, line ends, marks of direction and bytes that are no UTF-8 are written
    out; letters of any script stay. Text longer than ``longest`` loses its middle.
    """
    shown = "".join(_written_out(c) if _is_hidden(c) else c for c in text)
    if len(shown) <= longest:
        return shown
    half = longest // 2
    return f"{shown[:half]} … {shown[-half:]}"


def _is_hidden(c: str) -> bool:
    return c in BIDI or unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")


def _written_out(c: str) -> str:
    return c.encode("unicode_escape").decode("ascii")
