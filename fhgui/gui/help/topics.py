"""The topics of the help, and the HTML that each is shown as."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from fhgui import paths
from fhgui.gui.keys import Place, rows_at

KEYS = "keys"
"""The topic that is made from the table of keys."""


@dataclass(frozen=True)
class Topic:
    """One page of the help.

    Attributes
    ----------
    name : of its file in ``resources/help`` and of its picture.
    title : its heading.
    place : where the keys hold that are listed below the text; None for no list.
    """

    name: str
    title: str
    place: tuple[Place, ...] = ()


TOPICS = (
    Topic("start", "From evidence to report"),
    Topic("case", "The case", (Place.CASE,)),
    Topic("frame", "Find the frame", (Place.FILM, Place.FRAME)),
    Topic("crop", "Mark the face"),
    Topic("align", "Align", (Place.ALIGN, Place.POINTS)),
    Topic("enhance", "Choose and run methods"),
    Topic("compare", "Compare", (Place.COMPARE, Place.ROWS, Place.PROFILE, Place.MARKS)),
    Topic("doubt", "How far can it be trusted?"),
    Topic("export", "Export and verify"),
    Topic("models", "Train, measure, manage models"),
    Topic("trouble", "When something goes wrong"),
    Topic(KEYS, "Keys"),
)


def topic(name: str) -> Topic:
    """Return the topic of a name."""
    return next(topic for topic in TOPICS if topic.name == name)


def html_of(topic: Topic) -> str:
    """Return a topic as HTML, its keys below."""
    if topic.name == KEYS:
        body = _keys(*Place)
    else:
        body = paths.resource(f"help/{topic.name}.html").read_text(encoding="utf-8")
        if topic.place:
            body += "<h2>Keys here</h2>" + _keys(*topic.place)
    return f"<h1>{escape(topic.title)}</h1>{body}"


def holds(topic: Topic, wanted: str) -> bool:
    """Return whether every word wanted stands in a topic, whatever its case."""
    plain = re.sub(r"<[^>]*>", " ", html_of(topic)).lower()
    return all(word in plain for word in wanted.lower().split())


def _keys(*places: Place) -> str:
    parts = []
    for place in places:
        rows = "".join(
            f"<tr><td class='key'>{escape(row.words)}</td><td>{escape(row.does)}</td></tr>"
            for row in rows_at(place)
        )
        parts.append(f"<h3>{escape(place.value)}</h3><table cellpadding='3'>{rows}</table>")
    return "".join(parts)
