"""A model's card on a page: what it is, what it learned from, how well it does, its digest."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from PySide6.QtWidgets import QTextBrowser, QWidget

from fhgui.gui.language import tr
from fhgui.gui.panels.model_table import size_words, state_words
from fhgui.gui.theme import colour
from fhgui.session.model_card import Facts, ModelCard
from fhgui.session.model_jobs import ModelFile

DIGEST = re.compile("[0-9a-f]{64}")
SMALL_PRINT = ("Network", "Shape", "Recipe", "Settings", "Made with", "Digest of the data")
"""Facts that only those look for who make the model again; they come last."""


class ModelCardView(QTextBrowser):
    """Shows the card of one file as text that can be selected and scrolled by keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelCard")
        self.setAccessibleName(tr("Model card"))
        self.setTabChangesFocus(True)
        self.setOpenLinks(False)

    def show_file(self, row: ModelFile | None) -> None:
        """Show another file's card; None shows nothing."""
        self.setHtml("" if row is None else _page(row))


def _page(row: ModelFile) -> str:
    card = row.card
    first = tuple(fact for fact in card.about if fact[0] not in SMALL_PRINT)
    last = tuple(fact for fact in card.about if fact[0] in SMALL_PRINT)
    parts = [
        f"<h2>{_safe(row.name)}</h2>",
        _statement(row.problem) if row.problem else "",
        _facts((*_where(row), *first)),
        _heading(tr("Measured"), card.measured_by) + _figures(card) if card.figures else "",
        _heading(tr("The whole model"), "") + _facts(card.whole) if card.whole else "",
        _heading(tr("How it was made"), "") + _facts(last) if last else "",
    ]
    if not card.about and row.path is not None:
        parts.append(f"<p>{_safe(tr('No card tells what this file is.'))}</p>")
    return "".join(parts)


def _where(row: ModelFile) -> Facts:
    facts = (
        (tr("State"), state_words(row)),
        (tr("Used by"), ", ".join(row.methods)),
        (tr("Role"), row.role),
        (tr("Size"), "" if row.size_bytes is None else size_words(row.size_bytes)),
        (tr("File"), "" if row.path is None else str(row.path)),
        ("SHA-256", row.sha256),
    )
    return tuple(fact for fact in facts if fact[1])


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    grey = colour("muted")
    rows = (
        f"<tr><td style='color:{grey}; padding:2px 14px 2px 0' width='118'>{_safe(tr(title))}</td>"
        f"<td style='padding:2px 0'>{_breakable(words)}</td></tr>"
        for title, words in facts
    )
    return f"<table width='100%' cellspacing='0'>{''.join(rows)}</table>"


def _figures(card: ModelCard) -> str:
    most = max(len(values) for _, values in card.figures)
    titles = card.columns if len(card.columns) == most else ("",) * most
    head = _cells(titles, f"color:{colour('muted')};")
    body = "".join(
        f"<tr><td>{_safe(name.replace('_', ' '))}</td>{_cells(values)}</tr>"
        for name, values in card.figures
    )
    return f"<table cellspacing='0'><tr><td></td>{head}</tr>{body}</table>"


def _cells(words: Iterable[str], style: str = "") -> str:
    style = f"{style} padding:2px 0 2px 14px"
    return "".join(f"<td align='right' style='{style}'>{_safe(w)}</td>" for w in words)


def _heading(title: str, words: str) -> str:
    told = f" <span style='font-weight:normal; color:{colour('muted')}'>{_safe(words)}</span>"
    return f"<h4>{_safe(title)}{told if words else ''}</h4>"


def _statement(sentence: str) -> str:
    words = _safe(f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}.")
    return f"<p style='color:{colour('red')}'>{words}</p>"


def _breakable(words: str) -> str:
    """Return words in which a path may go on in the next line, and a digest does."""
    if DIGEST.fullmatch(words):
        return f"{words[:32]}<br>{words[32:]}"
    return _safe(words).replace("/", "/<wbr>").replace("\n", "<br>")


def _safe(words: str) -> str:
    return html.escape(words)
