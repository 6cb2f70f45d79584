"""Methods, their settings and the cards of their models, as the program itself shows them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from html import escape
from importlib import import_module
from pathlib import Path

from fhgui.methods import registry
from fhgui.methods.settings import Setting
from fhgui.session.model_card import Facts, ModelCard, card_of

CARDS_PAGE = "methods/cards.md"
SETTINGS_PAGE = "methods/settings.md"
LIST = "methods"
"""Word that stands for the table of methods in a page: ``<!-- generated: methods -->``."""

CARDS_HEAD = """# Model cards

What every file of weights under `models/` is, what it was trained on and under which terms, how
well it does and where it fails. Made from the cards that lie beside the files; the window shows
them under *Models*, and they are part of every report. Before a file is used its SHA-256 is
compared with its card's.

"""
SETTINGS_HEAD = """# Settings of the methods

Made from the config of each method: what the window's form and `--set` of the command line take.

"""
LONG = 240
"""Facts of more characters are folded away."""


def card_page(models: Path) -> dict[str, str]:
    """Return path → Markdown of the one page of all cards."""
    parts = [CARDS_HEAD]
    for folder in sorted(path.parent for path in models.glob("*/card.yaml")):
        parts.append(f"## {folder.name}\n\n")
        files = sorted(folder.glob("*.safetensors"))
        for file in files:
            card = card_of(file)
            if file == files[0]:
                parts.extend(_whole(card))
            parts.append(f"### `{folder.name}/{file.name}` {{: #{folder.name}-{file.stem} }}\n\n")
            parts.append(_facts((*card.about, ("Size", f"{file.stat().st_size / 1e6:.1f} MB"))))
    return {CARDS_PAGE: "".join(parts)}


def settings_page() -> dict[str, str]:
    """Return path → Markdown of the settings of every method."""
    parts = [SETTINGS_HEAD]
    for method_id in registry.method_ids():
        parts.append(f"## `{method_id}`\n\n{registry.info(method_id).purpose}\n\n")
        rows = [_setting(setting) for setting in registry.settings_of(method_id)]
        parts.append(table(("setting", "default", "what it does"), rows))
        presets = registry.info(method_id).presets
        parts.extend(f"- Preset *{preset.name}*: {preset.purpose}\n" for preset in presets)
        parts.append("\n")
    return {SETTINGS_PAGE: "".join(parts)}


def method_list() -> str:
    """Return the table of all methods: id, title, sizes, stages, where its detail comes from."""
    rows = []
    for method_id in registry.method_ids():
        info = registry.info(method_id)
        sizes = "{1}×{0}".format(*info.input_hw) + " → " + "{1}×{0}".format(*info.output_hw)
        stages = ", ".join(title for _, title in info.stages)
        origin = "other people's faces" if info.generative else "the input alone"
        rows.append((f"`{method_id}`", info.title, sizes, stages, origin))
    head = ("id", "method", "width × height, px", "stages, in order", "detail comes from")
    return table(head, rows)


def about(method_id: str) -> str:
    """Return what a method's package says of itself: paper, design, deviations."""
    text = inspect.getdoc(import_module(registry.PACKAGES[method_id])) or ""
    return underlined_as_headings(text)


def underlined_as_headings(text: str) -> str:
    """Return numpydoc text as Markdown: its underlined words become small headings."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and len(line) > 3 and set(line) == {"-"}:
            lines[-1] = f"\n**{lines[-1]}**\n"
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table and an empty line."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cells(line)) + " |\n" for line in lines) + "\n"


def cells(line: Sequence[str]) -> Iterator[str]:
    """Yield texts as they may stand in a cell of a table."""
    return (" ".join(text.replace("|", "\\|").split()) for text in line)


def _setting(setting: Setting) -> tuple[str, str, str]:
    choices = f" One of {', '.join(f'`{c}`' for c in setting.choices)}." if setting.choices else ""
    default = "none" if setting.default in (None, "") else str(setting.default)
    return f"`{setting.name}`", f"`{default}`", escape(setting.help) + choices


def _whole(card: ModelCard) -> Iterator[str]:
    """Yield what a card says of the model: limits first, then figures."""
    for title, words in card.whole:
        yield f"**{title}.** {escape(words)}\n\n"
    if card.figures:
        yield f"Measured by `{card.measured_by}`:\n\n"
        columns = card.columns[: max(len(values) for _, values in card.figures)]
        rows = [(name, *values[: len(columns)]) for name, values in card.figures]
        yield table(("", *columns), rows)


def _facts(facts: Facts) -> str:
    short = [(title, escape(words)) for title, words in facts if len(words) <= LONG]
    folded = [(title, words) for title, words in facts if len(words) > LONG]
    more = "".join(f'??? note "{title}"\n    {escape(words)}\n\n' for title, words in folded)
    return table(("", ""), short) + more
