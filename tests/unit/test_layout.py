"""The house rules that no linter knows: rooms, and the size of modules and functions."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"fhgui", "installer", "models", "resources", "tests"}
LONGEST_MODULE = 500
LONGEST_FUNCTION = 60


def sources() -> Iterator[Path]:
    for room in ("fhgui", "installer"):
        yield from (ROOT / room).rglob("*.py")


def test_top_level_has_the_fixed_rooms_only() -> None:
    ignored = {line.strip("/\n") for line in (ROOT / ".gitignore").read_text().splitlines()}
    folders = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".")}
    assert {name for name in folders - ignored if not name.endswith(".egg-info")} == ROOMS


def test_modules_and_functions_stay_short() -> None:
    too_long = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > LONGEST_MODULE:
            too_long.append(f"{path.relative_to(ROOT)}")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.body[0].lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert too_long == []


def test_every_package_says_its_place_in_the_story() -> None:
    silent = [str(p) for p in sources() if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert silent == []
