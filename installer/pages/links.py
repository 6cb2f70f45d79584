"""Looks for dead ends in what was built: links to nowhere, and whatever would be fetched."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
"""Tags whose address the browser opens by itself, and the attribute that holds it."""
HARMLESS = ("canonical", "next", "prev", "alternate")
"""Links that say something of the page and are not opened."""


@dataclass
class _Seen(HTMLParser):
    """Collects the addresses and names of a page."""

    targets: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self.names.update(values[key] for key in ("id", "name") if key in values)
        if tag in FETCHED and values.get("rel") not in HARMLESS and FETCHED[tag] in values:
            self.fetched.append(values[FETCHED[tag]])
        elif tag == "a" and "href" in values:
            self.targets.append(values["href"])


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Parameters
    ----------
    pages, links : how many were looked at.
    problems : a sentence each.
    outside : addresses on the network that a reader may follow, never opened by themselves.
    """

    pages: int
    links: int
    problems: tuple[str, ...]
    outside: tuple[str, ...]


def check(site: Path) -> Checked:
    """Return what is wrong with the links of every page below a folder."""
    problems: list[str] = []
    outside: set[str] = set()
    links = 0
    pages = sorted(site.rglob("*.html"))
    for page in pages:
        seen = _seen(page)
        where = page.relative_to(site)
        problems += [f"{where} fetches {a}" for a in seen.fetched if _on_network(a)]
        for address in (*seen.targets, *(a for a in seen.fetched if not _on_network(a))):
            links += 1
            if _on_network(address):
                outside.add(address)
            elif not _leads_somewhere(page, address):
                problems.append(f"{where}: {address} leads nowhere")
    return Checked(len(pages), links, tuple(problems), tuple(sorted(outside)))


def _on_network(address: str) -> bool:
    return urlsplit(address).scheme in ("http", "https") or address.startswith("//")


def _leads_somewhere(page: Path, address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme:  # mailto:, data:, javascript:
        return True
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
    target = target / "index.html" if target.is_dir() else target
    if not target.is_file():
        return False
    named = unquote(parts.fragment)
    return not named or target.suffix != ".html" or named in _seen(target).names


@cache
def _seen(page: Path) -> _Seen:
    seen = _Seen()
    seen.feed(page.read_text(encoding="utf-8"))
    return seen
