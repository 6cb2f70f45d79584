"""Renders the report in a process of its own, so that nothing that goes wrong there matters here.

The process gets the dossier in a file, makes PDF and page beside it and ends. A crash, a hang or
used-up memory there becomes one sentence here; case, records and log are out of its reach, since
it knows none of their places.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from threading import Thread

from fhgui import paths
from fhgui.core.dossier import Dossier
from fhgui.core.errors import FhguiError, OutputError
from fhgui.provenance.durable import writing
from fhgui.provenance.report.passing import read_dossier, write_dossier

DOSSIER, ERROR = "dossier.safetensors", "error.txt"
PDF, HTML = "report.pdf", "report.html"
LIMIT_S, LIMIT_PER_EXHIBIT_S = 120.0, 15.0
"""How long rendering may take before it counts as hung: some ten times what it takes."""
MEMORY_BYTES = 4 << 30
"""Address space of the process, where the system can limit it."""
LOOK_S = 0.1
"""How often one looks whether it was cancelled."""
WATCHES = "FHGUI_REPORT_WATCHES"
"""Environment variable of the process: its maker holds the other end of its standard input."""
FEWER = "free some memory, or export fewer results at a time"


def render(
    dossier: Dossier, out_dir: Path, checkpoint: Callable[[], None] = lambda: None
) -> list[Path]:
    """Write ``report.pdf`` and ``report.html`` into a folder; both or neither.

    Parameters
    ----------
    out_dir : made when needed.
    checkpoint : called ten times a second; what it raises ends the process, too.

    Raises
    ------
    OutputError
        If the report cannot be made or written, whatever the reason.
    """
    with writing(out_dir):
        out_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".report-", dir=out_dir) as scratch:
            folder = Path(scratch)
            write_dossier(dossier, folder / DOSSIER)
            _run(folder, LIMIT_S + LIMIT_PER_EXHIBIT_S * len(dossier.exhibits), checkpoint)
            return [(folder / name).replace(out_dir / name) for name in (PDF, HTML)]


def serve(folder: Path) -> int:
    """Render the dossier in a folder: what the process of its own does.

    Returns
    -------
    int
        0, or 1 with one sentence in the folder's ``error.txt``.
    """
    try:
        # imported first: on some systems libraries look at the standard input when they are loaded
        import_module("fhgui.provenance.report.pdf")
        if os.environ.get(WATCHES) and os.name == "posix":
            Thread(target=_end_with_the_maker, name="fhgui-watches", daemon=True).start()
        _limit_memory()
        _render(folder)
    except MemoryError:
        return _say(folder, OutputError("the memory does not suffice for the report", hint=FEWER))
    except FhguiError as error:
        return _say(folder, error)
    except Exception as error:  # the border of the process: everything becomes a sentence
        kind = type(error).__name__
        what = f"the report cannot be made ({kind}: {error})"
        return _say(folder, OutputError(what, hint="please report it"))
    return 0


def command(folder: Path) -> list[str]:
    """Return the command line of the process."""
    return [*paths.program(), paths.RENDER_REPORT, str(folder)]


def _run(folder: Path, limit_s: float, checkpoint: Callable[[], None]) -> None:
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", WATCHES: "1"}
    with subprocess.Popen(
        command(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **one},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    ) as child:
        try:
            code = _waited_for(child, limit_s, checkpoint)
        except BaseException:
            child.kill()
            raise
    said = _said(folder)
    if said:
        raise OutputError(said)
    complete = all((folder / name).exists() for name in (PDF, HTML))
    if code != 0 or not complete:
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        how = how if code else "no report was there at its end"
        raise OutputError(f"the process that makes the report broke off ({how})", hint=FEWER)


def _waited_for(
    child: subprocess.Popen[bytes], limit_s: float, checkpoint: Callable[[], None]
) -> int:
    ends_s = time.monotonic() + limit_s
    while True:
        try:
            return child.wait(LOOK_S)
        except subprocess.TimeoutExpired as error:
            checkpoint()
            if time.monotonic() >= ends_s:
                raise OutputError(
                    f"the report was not ready after {limit_s:.0f} s and was stopped",
                    hint="export fewer results at a time",
                ) from error


def _end_with_the_maker() -> None:
    """End this process when the one that made it is gone: nobody waits for the report then."""
    if sys.stdin is not None:
        os.read(sys.stdin.fileno(), 1)  # nothing is ever sent; it ends with the other side
        os._exit(1)


def _said(folder: Path) -> str:
    file = folder / ERROR
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _say(folder: Path, error: FhguiError) -> int:
    (folder / ERROR).write_text(error.sentence(), encoding="utf-8")
    return 1


def _render(folder: Path) -> None:
    from fhgui.provenance.report.html import html_bytes
    from fhgui.provenance.report.pdf import pdf_bytes

    dossier = read_dossier(folder / DOSSIER)
    (folder / PDF).write_bytes(pdf_bytes(dossier))
    (folder / HTML).write_bytes(html_bytes(dossier))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY_BYTES if most == resource.RLIM_INFINITY else min(MEMORY_BYTES, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
