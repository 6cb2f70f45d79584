"""``fhgui verify``: checks that files are what their record says and replays the run."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from fhgui.cli.console import JsonOption, emit
from fhgui.provenance.replay import Verdict, Verification
from fhgui.provenance.replay import verify as run_verify


def verify(
    path: Annotated[Path, typer.Argument(help="record.json, or a folder that holds some.")],
    source: Annotated[
        Path | None, typer.Option("--source", help="The original file, if it has moved.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check hashes and replay: EXACT, EQUIVALENT, DIFFERENT or TAMPERED."""
    result = run_verify(path, source)
    payload = {
        "verdict": result.verdict.value,
        "findings": [dataclasses.asdict(finding) for finding in result.findings],
    }
    emit(as_json, payload, lambda: _show(path, result))
    if result.verdict not in (Verdict.EXACT, Verdict.EQUIVALENT):
        raise typer.Exit(1)


def _show(path: Path, result: Verification) -> None:
    worst = [f for f in result.findings if f.verdict is result.verdict]
    first = f"{worst[0].subject} {worst[0].text}" if result.verdict is not Verdict.EXACT else path
    print(f"{result.verdict.value} {first}")
    for finding in result.findings:
        print(f"  {finding.verdict.value:<10} {finding.subject}: {finding.text}")
