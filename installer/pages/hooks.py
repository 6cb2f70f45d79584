"""What MkDocs calls while it builds: generated pages come in, formulas and tables are filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from installer.pages import mathematics
from installer.pages.cards import about, card_page, settings_page
from installer.pages.commands import command_page
from installer.pages.measured import filled
from installer.pages.recipes import recipe_page
from installer.pages.reference import reference_pages
from installer.pages.topics import topic_pages

ROOT = Path(__file__).resolve().parents[2]
CONTRIBUTING = "contributing.md"
FAST = "fast"
"""Key of MkDocs' ``extra`` that leaves docstrings out of the reference for Python."""
ABOUT = "<!-- about: {} -->"
"""Stands in a page for what a method's package says of itself."""

_formulas: dict[str, tuple[str, ...]] = {}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made from the program, and the pictures of its help."""
    pages = {CONTRIBUTING: (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")}
    pages |= topic_pages() | card_page(ROOT / "models") | settings_page() | command_page()
    pages |= recipe_page() | reference_pages(ROOT / "fhgui", headings_only=FAST in config.extra)
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    for picture in sorted((ROOT / "resources/help/pictures").glob("*-light.png")):
        there = f"pictures/{picture.name}"
        files.append(File.generated(config, there, abs_src_path=str(picture)))
    icon = ROOT / "resources/icons/fhgui.svg"
    files.append(File.generated(config, "assets/fhgui.svg", abs_src_path=str(icon)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Fill in tables and what methods say of themselves; put formulas out of Markdown's way."""
    for method in _described(markdown):
        markdown = markdown.replace(ABOUT.format(method), about(method))
    hidden = mathematics.hidden(filled(markdown)) if _is_written(page) else None
    if hidden is None:
        return markdown
    _formulas[page.file.src_uri] = hidden.formulas
    return hidden.text


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Put the formulas back."""
    return mathematics.shown(html, _formulas.get(page.file.src_uri, ()))


def _is_written(page: Page) -> bool:
    """Return whether a page was written by hand: generated ones hold no formulas, but dollars."""
    return page.file.generated_by is None


def _described(markdown: str) -> list[str]:
    before, _, after = ABOUT.partition("{}")
    parts = markdown.split(before)[1:]
    return [part.partition(after)[0] for part in parts]
