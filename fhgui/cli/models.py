"""``fhgui models``: the model files on this machine, with their cards and hashes."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from fhgui.cli import console
from fhgui.methods import installed
from fhgui.methods.installed import InstalledModel

JSON = "fhgui.models.json"
"""Key of what was said before the name of a subcommand."""

app = typer.Typer(help="Installed weights with their cards and hashes.")


@app.callback(invoke_without_command=True)
def models(context: typer.Context, as_json: console.JsonOption = False) -> None:
    """List the installed weights; or add, verify, remove."""
    context.meta[JSON] = as_json
    if context.invoked_subcommand is None:
        rows = installed.installed()
        payload = {"models": [_entry(row) for row in rows]}
        console.emit(as_json, payload, lambda: _show(rows))


@app.command()
def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Trained weights, their card.yaml beside them.")],
    as_json: console.JsonOption = False,
) -> None:
    """Install trained weights in your own model folder, once they are known to load."""
    row = installed.add(file)
    text = f"{row.method}: added {row.path}"
    console.emit(as_json or context.meta[JSON], {"added": _entry(row)}, lambda: print(text))


@app.command()
def verify(context: typer.Context, as_json: console.JsonOption = False) -> None:
    """Read every file and compare it with its card."""
    rows = [(row, row.problem()) for row in installed.installed()]
    payload = {
        "ok": all(problem is None for _, problem in rows),
        "models": [{**_entry(row), "problem": problem} for row, problem in rows],
    }
    console.emit(as_json or context.meta[JSON], payload, lambda: _show_checks(rows))
    if not payload["ok"]:
        raise typer.Exit(1)


@app.command()
def remove(
    context: typer.Context,
    method: Annotated[str, typer.Argument(metavar="ID", help="Id of a method.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    as_json: console.JsonOption = False,
) -> None:
    """Remove a method's weights from your own folder; what came with the program stays."""
    files = installed.own_files(method)
    asks = sys.stdin is not None and sys.stdin.isatty()
    if files and not yes and asks:  # a person; a script has decided already
        typer.confirm("\n".join(["Remove", *map(str, files), "for good?"]), abort=True, err=True)
    removed = [str(path) for path in installed.remove(method)]
    show = partial(print, *(f"removed {path}" for path in removed), sep="\n")
    console.emit(as_json or context.meta[JSON], {"removed": removed}, show)


def _entry(row: InstalledModel) -> dict[str, Any]:
    card = row.facts()
    return {
        "method": row.method,
        "methods": list(row.methods),
        "role": row.role,
        "name": row.name,
        "path": None if row.path is None else str(row.path),
        "own": row.own,
        "used": row.used,
        "sha256": card.get("sha256"),
        "card": json.loads(json.dumps(card, default=str)) or None,  # YAML knows dates, JSON not
    }


def _show(rows: tuple[InstalledModel, ...]) -> None:
    for row in rows:
        card = row.facts()
        digest = str(card.get("sha256", "on no card"))[:12]
        print(f"{_whose(row):<12} {row.name:<44} {digest:<14} {_state(row)}")
        for key in ("what", "data", "terms"):
            if key in card:
                print(f"{'':<12} {key}: {_words(card[key])}")


def _show_checks(rows: list[tuple[InstalledModel, str | None]]) -> None:
    for row, problem in rows:
        print(f"{'ok  ' if problem is None else 'FAIL'} {row.name:<44} {problem or _state(row)}")


def _state(row: InstalledModel) -> str:
    if row.path is None:
        return "MISSING"
    where = "your own" if row.own else "came with the program"
    if not row.used:
        return f"{where}, not used: your own goes before it"
    if not row.methods:
        return f"{where}, not used: no method loads it"
    return where if row.needed else f"{where}, for some settings"


def _whose(row: InstalledModel) -> str:
    return ", ".join(row.methods) or row.method


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
