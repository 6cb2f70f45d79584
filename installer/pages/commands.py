"""The reference of the command line, from the definitions that the program itself reads."""

from __future__ import annotations

from typing import Any

import typer.main
from typer.cli import get_docs_for_click

from fhgui.cli.app import app

MOST = 400
"""Characters of what the list says of a command: all of its first sentence."""
PAGE = "reference/commands.md"

HEAD = """# Commands

Made from the program's own definitions: `fhgui COMMAND --help` says the same.

Every command takes `--json`: one JSON object on stdout, progress on stderr. Exit code 0 means done,
1 that the work failed (one line says what, where and what to do), 2 a wrong command line, 130
stopped by Ctrl-C. With `--debug` a failure shows its traceback.

"""


def command_page() -> dict[str, str]:
    """Return path → Markdown of the one page of all commands."""
    command: Any = typer.main.get_command(app)
    context: Any = typer.Context(command, info_name="fhgui")
    told = get_docs_for_click(obj=command, ctx=context, name="fhgui")
    for name in command.list_commands(context):
        one = command.get_command(context, name)
        cut, whole = one.get_short_help_str(), one.get_short_help_str(limit=MOST)
        told = told.replace(f"* `{name}`: {cut}", f"* `{name}`: {whole}", 1)
    below = told.partition("\n")[2]  # its first line is the heading
    return {PAGE: HEAD + below}
