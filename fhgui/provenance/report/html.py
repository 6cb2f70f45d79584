"""The report as one web page that needs nothing else: no script, no link to the outside.

The page is built as a tree, so that no text can become markup. Its policy forbids everything but
the pictures inside it and the one style sheet, which is named by its digest.
"""

from __future__ import annotations

import base64
import hashlib
import io
from functools import singledispatchmethod
from xml.etree import ElementTree as ET

from PIL import Image

from fhgui import paths
from fhgui.core.dossier import Dossier
from fhgui.core.text import visible
from fhgui.provenance.report.blocks import (
    Block,
    End,
    Facts,
    Figure,
    Gallery,
    Grid,
    Heading,
    Paragraph,
    Scale,
    SignaturePlace,
)
from fhgui.provenance.report.content import content
from fhgui.provenance.report.front import title_of
from fhgui.provenance.report.pictures import gradient, logo
from fhgui.provenance.report.sheet import BADGES
from fhgui.provenance.report.words import shortened

STYLE = "style/report.css"
FOOT = "Enhanced images. Comparison must use the original recording."


def html_bytes(dossier: Dossier) -> bytes:
    """Return the report as a web page, UTF-8.

    Raises
    ------
    OutputError
        If the laboratory's logo is no picture.
    """
    return _Writer(dossier).write()


class _Writer:
    """Appends the blocks to the page, one after the other."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.page = ET.Element("html", {"lang": "en"})
        self._sections = 0

    def write(self) -> bytes:
        """Write everything."""
        blocks = list(content(self.dossier))
        self._head()
        body = _add(self.page, "body")
        self._front(body)
        _contents(body, blocks)
        main = self.main = _add(body, "main")
        for block in blocks:
            self._show(block)
        _add(main, "footer", FOOT)
        page: bytes = ET.tostring(self.page, encoding="utf-8", method="html")
        return b"<!DOCTYPE html>\n" + page

    def _head(self) -> None:
        head = _add(self.page, "head")
        style = paths.resource(STYLE).read_text(encoding="utf-8")
        _add(head, "meta", charset="utf-8")
        policy = {"http-equiv": "Content-Security-Policy", "content": policy_for(style)}
        ET.SubElement(head, "meta", policy)
        _add(head, "meta", name="referrer", content="no-referrer")
        _add(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
        _add(head, "meta", name="report-id", content=visible(self.dossier.id, 200))
        _add(head, "title", title_of(self.dossier))
        _add(head, "style", style)

    def _front(self, body: ET.Element) -> None:
        laboratory = self.dossier.laboratory
        header = _add(body, "header")
        if laboratory.logo_png is not None:
            _picture(header, logo(laboratory.logo_png), "Logo of the laboratory", "logo")
        for text in (laboratory.name, laboratory.address, laboratory.accreditation):
            if text.strip():
                _foreign(_add(header, "p"), visible(shortened(text, 300)))
        _foreign(_add(header, "h1"), title_of(self.dossier))
        _add(header, "p", f"Report {visible(self.dossier.id, 200)}", **{"class": "id"})
        _add(
            header,
            "p",
            "The pictures in this report are enhanced images for investigation. They identify "
            "nobody, and comparison must use the original recording.",
            **{"class": "warning"},
        )

    @singledispatchmethod
    def _show(self, block: Block) -> None:
        raise TypeError(f"the page does not know how to show {type(block).__name__}")

    @_show.register
    def _heading(self, block: Heading) -> None:
        attributes = {}
        if block.level <= 2:
            self._sections += 1
            attributes = {"id": f"s{self._sections}"}
        _foreign(_add(self.main, f"h{block.level + 1}", **attributes), block.text)

    @_show.register
    def _paragraph(self, block: Paragraph) -> None:
        _foreign(_add(self.main, "p", **{"class": block.tone.value}), block.text)

    @_show.register
    def _facts(self, block: Facts) -> None:
        body = _add(_add(self.main, "table", **{"class": "facts"}), "tbody")
        for name, value in block.rows:
            row = _add(body, "tr")
            _foreign(_add(row, "th", scope="row"), name.strip())
            _foreign(_add(row, "td"), value)

    @_show.register
    def _grid(self, block: Grid) -> None:
        table = _add(self.main, "table", **{"class": "grid"})
        header = _add(_add(table, "thead"), "tr")
        for text in block.header:
            _add(header, "th", text, scope="col")
        body = _add(table, "tbody")
        for cells in block.rows:
            row = _add(body, "tr")
            for text in cells:
                _foreign(_add(row, "td"), text)

    @_show.register
    def _gallery(self, block: Gallery) -> None:
        gallery = _add(self.main, "div", **{"class": f"gallery of{block.columns}"})
        for figure in block.figures:
            _figure(gallery, figure)

    @_show.register
    def _signature(self, block: SignaturePlace) -> None:
        places = _add(self.main, "div", **{"class": "signatures"})
        for role, name in block.signers:
            place = _add(places, "div")
            _add(place, "p", role)
            _foreign(_add(place, "p"), name)
            _add(place, "p", "Place, date, signature", **{"class": "line"})

    @_show.register
    def _end(self, block: End) -> None:
        _add(self.main, "p", f"— {block.text} —", **{"class": "end"})


def policy_for(style: str) -> str:
    """Return the page's content security policy: its style sheet and its pictures, no more."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _contents(body: ET.Element, blocks: list[Block]) -> None:
    navigation = _add(body, "nav")
    _add(navigation, "h2", "Contents")
    headings = (b for b in blocks if isinstance(b, Heading) and b.level <= 2)
    entries = _add(navigation, "ul")
    for index, heading in enumerate(headings, 1):
        entry = _add(entries, "li", **{"class": f"level{heading.level}"})
        _foreign(_add(entry, "a", href=f"#s{index}"), heading.text)


def _figure(gallery: ET.Element, figure: Figure) -> None:
    element = _add(gallery, "figure")
    if figure.title:
        _foreign(_add(element, "figcaption", **{"class": "title"}), figure.title)
    words = (figure.title, figure.badge[0] if figure.badge else "", figure.label, figure.caption)
    _picture(element, figure.make(), ". ".join(text for text in words if text), "pixels")
    if figure.label:
        _add(element, "figcaption", figure.label, **{"class": "label"})
    if figure.badge:
        _add(element, "figcaption", figure.badge[0], **{"class": _badge_class(figure.badge[1])})
    if figure.scale:
        _scale(element, figure.scale)
    if figure.caption:
        _foreign(_add(element, "figcaption"), figure.caption)


def _scale(element: ET.Element, scale: Scale) -> None:
    _picture(element, gradient(), f"Colours from {scale.low} to {scale.high}", "gradient")
    ends = _add(element, "figcaption", **{"class": "scale"})
    _add(ends, "span", scale.low)
    _add(ends, "span", scale.high)


def _badge_class(colour: tuple[int, int, int]) -> str:
    return next((origin.value for origin, known in BADGES.items() if known == colour), "badge")


def _picture(parent: ET.Element, picture: Image.Image, words: str, kind: str) -> None:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    _add(parent, "img", src=f"data:image/png;base64,{data}", alt=words, **{"class": kind})


def _foreign(parent: ET.Element, text: str) -> None:
    """Set text that may come from a file: its direction of writing stays inside the element."""
    parent.set("dir", "auto")
    parent.text = text


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = text or None
    return element
