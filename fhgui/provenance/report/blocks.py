"""What a report consists of, before it becomes pages or a web page.

`fhgui.provenance.report.content` tells the story once, in these blocks; ``pdf`` and ``html`` each
know how to show every kind. Pictures are made when they are shown, so that only one is in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from PIL import Image

from fhgui.core.dossier import Rows

Colour: TypeAlias = tuple[int, int, int]
"""R-G-B, 0–255."""


class Tone(Enum):
    """How a paragraph is meant."""

    PLAIN = "plain"
    NOTE = "note"
    """Small print."""
    WARNING = "warning"
    """Must not be overlooked."""


@dataclass(frozen=True)
class Heading:
    """A numbered heading; ``level`` 1 begins a section, 2 an exhibit or part, 3 a part of it."""

    text: str
    level: int
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Running text; line ends in it are kept."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Facts:
    """Names and values, one pair a row."""

    rows: Rows


@dataclass(frozen=True)
class Grid:
    """A table with a heading row.

    Parameters
    ----------
    header : titles of the columns.
    rows : cells; every row as long as the header.
    shares : widths of the columns in relation to each other.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Scale:
    """The colour scale below a map: from ``low`` (dark) to ``high`` (bright)."""

    low: str
    high: str


@dataclass(frozen=True, eq=False)
class Figure:
    """One picture with its words.

    Parameters
    ----------
    title : above it.
    make : makes the picture; it is shown pixel-true.
    caption : below it.
    badge : where its pixels come from, and the colour that says so.
    label : burned-in words on a strip that adjoins the picture.
    scale : the colour scale of a map.
    """

    title: str
    make: Callable[[], Image.Image]
    caption: str = ""
    badge: tuple[str, Colour] | None = None
    label: str = ""
    scale: Scale | None = None


@dataclass(frozen=True, eq=False)
class Gallery:
    """Figures side by side at equal width; ``columns`` a row."""

    figures: tuple[Figure, ...]
    columns: int


@dataclass(frozen=True)
class SignaturePlace:
    """Room for people to sign: who, in which role."""

    signers: Rows


@dataclass(frozen=True)
class End:
    """The clear end of the report."""

    text: str


Block: TypeAlias = Heading | Paragraph | Facts | Grid | Gallery | SignaturePlace | End
