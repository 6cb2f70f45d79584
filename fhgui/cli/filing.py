"""Runs for commands; with ``--case`` each is filed in a case before anything else is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from fhgui.cli import console
from fhgui.core.errors import CancelledError, InputError
from fhgui.core.text import visible
from fhgui.provenance.case import Case
from fhgui.provenance.enhance import enhance
from fhgui.provenance.folder import run_files, write_files
from fhgui.provenance.request import EnhanceRequest
from fhgui.provenance.run import Run
from fhgui.provenance.shelf import Shelf

CaseOption = Annotated[
    Path | None, typer.Option("--case", help="Case folder to file the run in; made if missing.")
]

ReuseOption = Annotated[
    bool,
    typer.Option(
        "--reuse",
        help="Show the pictures of an equal run of the case instead of computing them again; "
        "the record says so.",
    ),
]

RunFiled: TypeAlias = Callable[[EnhanceRequest], Run]


@contextmanager
def filing(case: Path | None, reuse: bool = False) -> Iterator[RunFiled]:
    """Open (or make) a case and give a function that runs a request and files what came of it.

    Raises
    ------
    RecordError, OutputError
        If the case cannot be opened or written.
    InputError
        If results are to be reused, but there is no case to find them in.
    """
    if case is None and reuse:
        raise InputError("--reuse looks into a case, but none was named", hint="add --case")
    if case is None:
        yield lambda request: enhance(request, console.tell_event)
        return
    with Case.open_or_create(case) as opened:
        for finding in opened.damage:
            console.tell(visible(f"warning: {finding.place} {finding.text}"))

        recall = Shelf(opened).recall if reuse else None

        def run_filed(request: EnhanceRequest) -> Run:
            opened.start_run(request)
            return opened.add_run(enhance(request, console.tell_event, recall=recall))

        yield run_filed


def completed(run: Run, out: Path | None = None) -> Run:
    """Return the run if it completed, else raise its error.

    Parameters
    ----------
    out : an empty folder that gets the record of a run that failed or was stopped while the
        method worked; what is refused before leaves nothing.
    """
    if run.error is None:
        return run
    stopped = isinstance(run.error, CancelledError) or run.error.__cause__ is not None
    worked = len(run.stages) > 1 or (bool(run.stages) and stopped)  # else: the input was refused
    if out is not None and worked and not (out.is_dir() and any(out.iterdir())):
        write_files(run_files(run), out)
        console.tell(f"the record of the run is in {visible(str(out))}")
    raise run.error
