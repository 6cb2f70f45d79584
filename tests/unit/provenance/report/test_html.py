"""The report as a web page: whole, self-contained, and deaf to what foreign text tells it."""

import base64
import hashlib
import io
from html.parser import HTMLParser

import pytest
from PIL import Image

from fhgui.core.dossier import Dossier
from fhgui.provenance.report.blocks import Heading
from fhgui.provenance.report.content import content
from fhgui.provenance.report.html import html_bytes
from fhgui.provenance.report.words import LABEL, STATEMENTS
from tests.helpers.dossiers import CUSTODY, ID
from tests.helpers.hostile import NAMES, TAGS, hostile

VOID = {"meta", "img", "br", "hr", "link", "input"}
KNOWN = {"html", "head", "meta", "title", "style", "body", "header", "nav", "main", "footer", "h1"}
KNOWN |= {"h2", "h3", "h4", "p", "ul", "li", "a", "table", "thead", "tbody", "tr", "th", "td"}
KNOWN |= {"div", "figure", "figcaption", "img", "span"}
ATTRIBUTES = {"class", "id", "dir", "href", "src", "alt", "scope", "lang", "charset", "name"}
ATTRIBUTES |= {"content", "http-equiv"}


class Page(HTMLParser):
    """Takes a page apart as a browser would."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def of(self, *tags: str) -> list[str]:
        return [text for tag, text in self.texts if tag in tags]


@pytest.fixture(scope="module")
def page(dossier: Dossier) -> Page:
    return Page(html_bytes(dossier))


@pytest.fixture(scope="module")
def hostile_page(dossier: Dossier) -> Page:
    return Page(html_bytes(hostile(dossier)))


def check_harmless(page: Page) -> None:
    """Nothing runs, nothing is fetched, every element that was opened is closed."""
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= KNOWN
    for tag, attributes in page.tags:
        assert set(attributes) <= ATTRIBUTES
        assert attributes.get("href", "#").startswith("#")
        assert attributes.get("src", "data:image/png;base64,").startswith("data:image/png;base64,")
        assert (tag == "img") == ("src" in attributes)


def test_the_page_is_harmless(page: Page, hostile_page: Page) -> None:
    check_harmless(page)
    check_harmless(hostile_page)


def test_its_policy_allows_its_own_style_and_pictures_only(page: Page) -> None:
    (style,) = page.of("style")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = [a["content"] for _, a in page.tags if "http-equiv" in a]
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy
    assert "img-src data:" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert not any(word in style for word in ("url(", "@import", "expression"))


def test_it_says_what_the_printed_report_says(page: Page, dossier: Dossier) -> None:
    headings = [b.text for b in content(dossier) if isinstance(b, Heading)]
    assert page.of("h2", "h3", "h4")[1:] == headings  # the first is that of the contents
    text = "\n".join(text for _, text in page.texts)
    for fact in (ID, CUSTODY.head_sha256, "the disk is full", f"— End of report {ID} —", LABEL):
        assert fact in text
    for number, statement in enumerate(STATEMENTS, 1):
        assert f"{number}.  {statement}" in text


def test_contents_lead_to_their_sections(page: Page) -> None:
    targets = {a["href"].removeprefix("#") for tag, a in page.tags if tag == "a"}
    assert targets
    assert targets == {a["id"] for tag, a in page.tags if "id" in a}


def test_pictures_are_png_and_described(page: Page, dossier: Dossier) -> None:
    sources = [(a["src"], a["alt"]) for tag, a in page.tags if tag == "img"]
    assert all(alt for _, alt in sources)
    seen = set()
    for source, _ in sources:
        data = base64.b64decode(source.partition(",")[2])
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            seen.add(picture.convert("RGB").tobytes())
    for stage in dossier.exhibits[0].stages:
        assert stage.pixels.tobytes() in seen


def test_hostile_texts_stay_text(hostile_page: Page) -> None:
    cells = hostile_page.of("td", "th", "h1", "h3", "p")
    assert NAMES[0] in cells
    assert NAMES[1] in cells
    assert TAGS[0] in cells
    assert any(NAMES[3] in cell for cell in cells)
    assert any(NAMES[5] in cell for cell in cells)
    everything = "".join(cells)
    assert r"\u202egnp.exe" in everything
    assert not set(everything) & set("\u202e\u200b\x00\x1b\ud800")
