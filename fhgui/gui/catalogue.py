"""Lists the words of the window for translators: ``python -m fhgui.gui.catalogue fhgui_de.ts``.

A file that exists keeps its translations. Qt Linguist edits it, and ``pyside6-lrelease`` makes the
``fhgui_de.qm`` of it that the window reads from ``resources/languages`` or the user's own folder.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

from fhgui.gui.language import CONTEXT

GUI = Path(__file__).parent
PLACES: Mapping[str, tuple[int, ...]] = {
    "tr": (0,),
    "section": (0,),
    "tool_button": (2, 3),
    "_action": (1,),
    "_menu": (0,),
    "small": (0,),
    "named": (2,),
    "narrow_combo": (1,),
    "ask_for_file": (1,),
    "ask_for_files": (1,),
    "ask_for_folder": (1,),
    "ask_for_new": (1,),
    "_ask_for_new": (0,),
}
"""Functions that translate what they are given, and which of their arguments those are."""

TABLES = (
    ("fhgui.session.viewing", "Step"),
    ("fhgui.session.model_jobs", "Verdict"),
    ("fhgui.session.model_card", "FILE_KEYS"),
    ("fhgui.session.model_card", "CARD_KEYS"),
    ("fhgui.gui.panels.model_table", "TITLES"),
    ("fhgui.gui.panels.step_bar", "TIPS"),
    ("fhgui.gui.panels.step_bar", "PAGES"),
    ("fhgui.gui.inspector.wear_page", "CHOICES"),
)
"""Tables whose words are translated where they are shown: module and name."""


def words() -> tuple[str, ...]:
    """Return every text that the window can show in another language, once, in order."""
    found = {text: None for path in sorted(GUI.rglob("*.py")) for text in _called_with(path)}
    found.update({text: None for module, name in TABLES for text in _held(module, name)})
    return tuple(text for text in found if any(letter.isalpha() for letter in text))


def write(path: Path) -> int:
    """Write a catalogue; return how many of its texts have no translation yet."""
    known = _translations(path) if path.is_file() else {}
    root = ElementTree.Element("TS", version="2.1", language=path.stem.rpartition("_")[2])
    context = ElementTree.SubElement(root, "context")
    ElementTree.SubElement(context, "name").text = CONTEXT
    missing = 0
    for text in words():
        message = ElementTree.SubElement(context, "message")
        ElementTree.SubElement(message, "source").text = text
        translation = ElementTree.SubElement(message, "translation")
        translation.text = known.get(text, "")
        if not translation.text:
            translation.set("type", "unfinished")
            missing += 1
    ElementTree.indent(root)
    content = ElementTree.tostring(root, encoding="unicode")
    path.write_text(f"<?xml version='1.0' encoding='utf-8'?>\n<!DOCTYPE TS>\n{content}\n", "utf-8")
    return missing


def _translations(path: Path) -> dict[str, str]:
    messages = ElementTree.parse(path).iter("message")
    pairs = ((m.findtext("source", ""), m.findtext("translation", "")) for m in messages)
    return {source: translation for source, translation in pairs if translation}


def _called_with(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        for place in PLACES.get(name, ()):
            given = node.args[place] if place < len(node.args) else None
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield given.value


def _held(module: str, name: str) -> Iterator[str]:
    table = getattr(import_module(module), name)
    values = table.values() if isinstance(table, Mapping) else table
    for value in values:
        yield from (value if isinstance(value, tuple) else (str(value),))


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(f"{argument}: {write(Path(argument))} texts without a translation")
