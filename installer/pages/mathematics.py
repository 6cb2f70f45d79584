r"""Formulas of the pages as MathML, made at build time: nothing is fetched or run when one reads.

``$x$`` stands in a line, ``$$`` on lines of their own around a formula. While Markdown works,
words stand in for the formulas, so that ``_`` and ``*`` in them mean nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from latex2mathml.converter import convert

_CODE = r"```.*?```|`[^`\n]+`"
_FORMULAS = re.compile(rf"({_CODE})|\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
_STAND_IN = re.compile(r"(?:<p>)?@formula-block-(\d+)@(?:</p>)?|@formula-line-(\d+)@")


@dataclass(frozen=True)
class Hidden:
    """A page whose formulas are out of Markdown's way.

    Parameters
    ----------
    text : Markdown with stand-ins.
    formulas : MathML, by the numbers of the stand-ins.
    """

    text: str
    formulas: tuple[str, ...]


def hidden(markdown: str) -> Hidden:
    """Return a page with its formulas turned into MathML and put aside."""
    formulas: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        code, block, line = found.groups()
        if code is not None:
            return str(code)
        display = "block" if block else "inline"
        formulas.append(convert((block or line).strip(), display=display))
        kind = "block" if block else "line"
        return f"@formula-{kind}-{len(formulas) - 1}@"

    return Hidden(_FORMULAS.sub(put_aside, markdown), tuple(formulas))


def shown(html: str, formulas: tuple[str, ...]) -> str:
    """Return a page's HTML with its formulas in their places."""

    def put_back(found: re.Match[str]) -> str:
        block, line = found.groups()
        if block is not None:
            return f'<div class="formula">{formulas[int(block)]}</div>'
        return formulas[int(line)]

    return _STAND_IN.sub(put_back, html)
