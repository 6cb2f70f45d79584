"""The command line's table of contents: one thin module a command, imported when it is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from fhgui import __version__

if TYPE_CHECKING:
    from fhgui.cli.console import OpenWindow

COMMANDS = {
    "methods": "List every method with its paper, sizes, stages and weights.",
    "probe": "Show a file's SHA-256, container, codec, frames, size, rate, time base and metadata.",
    "faces": "Find faces: box, score, landmarks, size in pixels, adequacy class, a guess at the "
    "blur.",
    "enhance": "Enhance a face: writes result.png, input.png, stages/ and record.json.",
    "compare": "Enhance a face by several methods: a folder for each, and comparison.png.",
    "export": "Export a case or a run: report, credentialed pictures, JSON-LD, records, manifest.",
    "verify": "Check hashes and signatures, and replay: EXACT, EQUIVALENT, DIFFERENT or TAMPERED.",
    "doctor": "Check environment, devices, libraries, model hashes, and a replayed self-test.",
    "demo": "Open the window on the demo frame, or do the whole job on it without a screen.",
    "dataset": "Sets of faces for training.",
    "train": "Train by a recipe on sets of faces; export weights and card. Ctrl-C saves, then "
    "stops.",
    "gallery": "Galleries of training faces: build one; tell which of its faces went where.",
    "benchmark": "Measure methods on a test set: tables, per-image scores, curves and a sample "
    "sheet.",
    "batch": "Enhance every face of every file below a folder; of a video, each track's best "
    "frame.",
    "models": "Installed weights with their cards and hashes.",
}
"""What each command does. The module of its name has either a function of its name or, for
commands with commands of their own, a ``typer.Typer`` named ``app``."""


INTERRUPTED = 130
"""What click ends with after Ctrl-C."""


class Contents(TyperGroup):
    """Imports a command when it is asked for; to list all of them none is needed.

    Contexts and formatters are click's, which some versions of typer bring along as their own.
    """

    _listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names; called by click."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | TyperGroup | None:
        """Return a command, None if there is none of that name; called by click."""
        if cmd_name not in COMMANDS:
            return None
        if self._listing:
            return TyperCommand(cmd_name, help=COMMANDS[cmd_name])
        return _command(cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the list; called by click."""
        with self._as_a_list():
            super().format_help(ctx, formatter)

    @contextmanager
    def _as_a_list(self) -> Iterator[None]:
        self._listing = True
        try:
            yield
        finally:
            self._listing = False


def _command(name: str) -> TyperCommand | TyperGroup:
    module = import_module(f"fhgui.cli.{name}")
    if hasattr(module, "app"):
        group = typer.main.get_group(module.app)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(getattr(module, name))
    return cast("TyperCommand", typer.main.get_command(alone))


app = typer.Typer(
    name="fhgui",
    cls=Contents,
    help="Face hallucination for forensic image analysts. Without a command, FILE is opened in "
    "the window. Every command also takes --debug.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"fhgui {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Enhance a tiny face, see every stage, measure the doubt, replay every pixel."""


def run_command(arguments: list[str], open_window: OpenWindow) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    open_window : opens the window on files, for the command that does; the command line itself
        knows no window.
    """
    try:
        app(arguments, obj=open_window)
    except SystemExit as finished:
        if finished.code == INTERRUPTED:  # click has swallowed the interrupt itself
            raise KeyboardInterrupt from finished
        return finished.code if isinstance(finished.code, int) else int(finished.code is not None)
    return 0
