"""The reference for Python: a page for each room of the package, from its docstrings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOMS = {
    "core": "What everything is made of: frames, faces, methods, records, errors.",
    "imaging": "Arrays in, arrays out: colour, resampling, degradation operators, noise, fusion.",
    "evidence": "Read-only pictures and films, hashed, with exact frames.",
    "finding": "The network that finds small faces.",
    "alignment": "Detection, landmarks, templates, similarity transforms, tracks.",
    "methods": "The registry and what methods have in common; the methods are in *Methods*.",
    "datasets": "Sets of faces for training and tests.",
    "training": "Recipes, the one loop, checkpoints, export.",
    "evaluation": "Metrics, named protocols, tables, maps of doubt.",
    "provenance": "Runs, records, cases, custody, replay, reports.",
    "batch": "Many files at once, by processes or machines.",
    "session": "An open case, jobs and undo: observable, without Qt.",
}
"""Folder of the package → what it is, from low to high."""


def reference_pages(package: Path, *, headings_only: bool = False) -> dict[str, str]:
    """Return path → Markdown of a page for each room; mkdocstrings fills it in.

    Parameters
    ----------
    package : folder of ``fhgui``.
    headings_only : leave the docstrings out, which takes most of the time of a build.
    """
    mark = "##" if headings_only else ":::"
    return {f"reference/api-{room}.md": _page(package, room, mark) for room in ROOMS}


def _page(package: Path, room: str, mark: str) -> str:
    parts = [f"---\ntitle: fhgui.{room}\n---\n\n# fhgui.{room}\n\n{ROOMS[room]}\n\n"]
    parts.extend(f"{mark} fhgui.{room}.{name}\n\n" for name in _modules(package / room))
    return "".join(parts)


def _modules(room: Path) -> Iterator[str]:
    """Yield the modules of a room, and those of its folders unless they are methods or tasks."""
    for path in sorted(room.rglob("*.py")):
        inner = path.relative_to(room).with_suffix("").parts
        private = any(part.startswith("_") for part in inner)
        if private or (room.name == "methods" and len(inner) > 1) or not _has_public(path):
            continue
        yield ".".join(inner)


def _has_public(path: Path) -> bool:
    """Return whether a module has something that others may use."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = (ast.FunctionDef, ast.ClassDef)
    return any(isinstance(node, named) and not node.name.startswith("_") for node in tree.body)
