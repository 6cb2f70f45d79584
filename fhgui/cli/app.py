"""The command line's table of contents: one thin module a command, imported when it is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from fhgui import __version__
from fhgui.cli import (
    batch,
    benchmark,
    compare,
    console,
    dataset,
    demo,
    doctor,
    enhance,
    export,
    faces,
    gallery,
    methods,
    models,
    probe,
    train,
    verify,
)

COMMANDS: dict[str, Callable[..., None] | typer.Typer] = {
    "methods": methods.methods,
    "probe": probe.probe,
    "faces": faces.faces,
    "enhance": enhance.enhance,
    "compare": compare.compare,
    "export": export.export,
    "verify": verify.verify,
    "doctor": doctor.doctor,
    "demo": demo.demo,
    "dataset": dataset.app,
    "train": train.train,
    "gallery": gallery.app,
    "benchmark": benchmark.benchmark,
    "batch": batch.batch,
    "models": models.app,
}

app = typer.Typer(
    name="fhgui",
    help="Face hallucination for forensic image analysts. Without a command, FILE is opened in "
    "the window. Every command also takes --debug.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _name, _command in COMMANDS.items():
    if isinstance(_command, typer.Typer):
        app.add_typer(_command, name=_name)
    else:
        app.command(_name)(_command)


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


def run_command(arguments: list[str], open_window: console.OpenWindow) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    open_window : opens the window on files, for the command that does; the command line itself
        knows no window.
    """
    try:
        app(arguments, obj=open_window)
    except SystemExit as finished:
        return finished.code if isinstance(finished.code, int) else int(finished.code is not None)
    return 0
