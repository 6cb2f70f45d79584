"""``fhgui verify``: checks that files are what was recorded and replays the runs."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from fhgui.cli.console import JsonOption, emit
from fhgui.core.text import visible
from fhgui.provenance.verification.dispatch import verify as run_verify
from fhgui.provenance.verification.findings import Verdict, Verification


def verify(
    path: Annotated[
        Path,
        typer.Argument(
            help="A record, a run's folder, a case, its log, an export, a PDF or a picture."
        ),
    ],
    source: Annotated[
        Path | None,
        typer.Option("--source", help="The original, or a folder that holds it, if it has moved."),
    ] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="CPU threads of the replay.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check hashes and signatures, and replay: EXACT, EQUIVALENT, DIFFERENT or TAMPERED."""
    result = run_verify(path, source, threads)
    payload = {
        "verdict": result.verdict.value,
        "findings": [dataclasses.asdict(finding) for finding in result.findings],
    }
    emit(as_json, payload, lambda: _show(path, result))
    if result.verdict not in (Verdict.EXACT, Verdict.EQUIVALENT):
        raise typer.Exit(1)


def _show(path: Path, result: Verification) -> None:
    worst = [f for f in result.findings if f.verdict is result.verdict]
    exact = result.verdict is Verdict.EXACT
    print(
        visible(f"{result.verdict.value} {path if exact else f'{worst[0].place} {worst[0].text}'}")
    )
    for finding in result.findings:
        print(visible(f"  {finding.verdict.value:<10} {finding.place}: {finding.text}"))
