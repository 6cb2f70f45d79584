"""Composition root: ``fhgui [FILE]`` opens the window, ``fhgui COMMAND …`` is the command line."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TextIO

from fhgui import paths
from fhgui.core.errors import CancelledError, FhguiError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code: 0 done, 1 the work failed, 2 bad usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    given = [a for a in given if a != "--debug"]
    _take_any_name(sys.stdout)
    _take_any_name(sys.stderr)
    try:
        return _dispatch(given)
    except FhguiError as error:
        return _fail(error.sentence(), debug, 130 if isinstance(error, CancelledError) else 1)
    except KeyboardInterrupt:
        return _fail("stopped", debug, 130)
    except Exception as error:
        text = f"{type(error).__name__}: {error}".splitlines()[0]
        return _fail(f"internal error ({text}); run again with --debug for details", debug, 1)


def _dispatch(given: list[str]) -> int:
    if len(given) == 2 and given[0] == paths.RENDER_REPORT:
        from fhgui.provenance.report.process import serve

        return serve(Path(given[1]))
    from fhgui.cli.app import COMMANDS, run_command

    if given and (given[0] in COMMANDS or given[0].startswith("-")):
        return run_command(given, _open_window)
    missing = [name for name in given if not Path(name).exists()]
    if missing:
        like = get_close_matches(missing[0], COMMANDS, n=1)
        hint = f"did you mean fhgui {like[0]}?" if like else "see fhgui --help"
        return _fail(f"there is no file and no command {missing[0]!r}; {hint}", debug=False, code=2)
    return _open_window(given)


def _take_any_name(stream: TextIO) -> None:
    """Have a stream take names of files that are no text; what is no terminal becomes UTF-8.

    Whoever reads a pipe expects that; on Windows Python writes it in the local code page.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return
    encoding = None if stream.isatty() else "utf-8"
    stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _has_screen() -> bool:
    """Return False where Qt would end the process because it finds no screen."""
    told = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in told)


def _open_window(paths: Sequence[str]) -> int:
    if not _has_screen():
        what = "there is no screen to open the window on; see fhgui --help for what goes without"
        return _fail(what, debug=False, code=1)
    from fhgui.gui.app import run

    return run(paths)


def _fail(sentence: str, debug: bool, code: int) -> int:
    if debug:
        traceback.print_exc()
    print(f"fhgui: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    from multiprocessing import freeze_support

    freeze_support()
    sys.exit(main())
