"""Text from files and of their names, made fit to be shown: it cannot pretend to be other text."""

from __future__ import annotations

import unicodedata

HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode categories without a shape of their own. Among them are the marks that reorder what
follows (``gpj.exe`` can look like ``exe.jpg``) and spaces of no width."""

LONGEST = 1000


def visible(text: str, longest: int = LONGEST) -> str:
    r"""Return text on one line with marks that nobody sees written out as ``\x1b`` or ``\u202e``.

    Control characters, line ends, marks of direction and bytes that are no UTF-8 are written
    out; letters of any script stay. Text longer than ``longest`` loses its middle.
    """
    shown = "".join(written_out(c) if _is_hidden(c) else c for c in text)
    if len(shown) <= longest:
        return shown
    half = longest // 2
    return f"{shown[:half]} … {shown[-half:]}"


def written_out(c: str) -> str:
    r"""Return a character as its code point: ``\x1b``, ``\u202e``."""
    return c.encode("unicode_escape").decode("ascii")


def _is_hidden(c: str) -> bool:
    return unicodedata.category(c) in HIDDEN
