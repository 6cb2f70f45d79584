"""Docstrings as mkdocstrings reads them: what stands behind a name is its description.

The house writes ``name : what it is`` and leaves types to the signature; numpydoc's readers take
that for a type. So before they are read, descriptions are moved to a line of their own.
"""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

_SECTION = re.compile(r"^(Parameters|Attributes)\n-+\n((?:.*\n?)*?)(?=\n\S[^\n]*\n-{3,}|\Z)", re.M)
_NAMED = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*) : (.+)$", re.M)


class Described(Extension):
    """Gives every parameter its description and the type of the signature."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Rewrite the docstring of an object that was loaded."""
        if obj.docstring is not None:
            obj.docstring.value = described(obj.docstring.value)


def described(text: str) -> str:
    """Return a docstring whose parameters have their descriptions below them."""

    def moved(section: re.Match[str]) -> str:
        body = _NAMED.sub(r"\1\n    \2", section[2])
        return f"{section[1]}\n{'-' * len(section[1])}\n{body}"

    return _SECTION.sub(moved, text)
