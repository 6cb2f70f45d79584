"""The commands that the pages show: every line of a fenced ``sh`` block.

A comment on the line above a block says what a test may do with it: nothing said, it is run;
``<!-- heavy: why -->``, it is run when one asks for that; ``<!-- shown: why -->``, it cannot be run
on its own (it opens a window, needs the internet, or data that cannot be shipped).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>heavy|shown): (?P<why>[^\n]+?) -->\n)?```(?P<kind>sh|python)\n"
    r"(?P<text>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
RUN, HEAVY, SHOWN = "run", "heavy", "shown"


@dataclass(frozen=True)
class Command:
    """A command line of a page.

    Parameters
    ----------
    page : file name, e.g. ``training.md``.
    words : the line, its comment left out.
    treatment : `RUN`, `HEAVY` or `SHOWN`.
    why : why it is not simply run; empty if it is.
    """

    page: str
    words: str
    treatment: str
    why: str = ""


def commands_of(page: Path) -> Iterator[Command]:
    """Yield the command lines of a page in their order."""
    for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        if found["kind"] == "sh":
            for line in _lines(found["text"]):
                yield Command(page.name, line, found["mark"] or RUN, found["why"] or "")


def programs_of(page: Path) -> Iterator[str]:
    """Yield the fenced Python programs of a page."""
    for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        if found["kind"] == "python":
            yield found["text"]


def _lines(text: str) -> Iterator[str]:
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        words = re.split(r"\s+#\s", f" {line}")[0].strip()
        if words and not words.startswith("#"):
            yield words
