"""The verification of a file by a process of its own: its command line, and what it answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fhgui import paths
from fhgui.plain import json_value
from fhgui.provenance.verification.findings import SEVERITY, Finding, Verdict, Verification

MEANS = {
    Verdict.EXACT: "Everything is as it was recorded; what could be made again is the same to the "
    "last bit.",
    Verdict.EQUIVALENT: "Made again, no sample is off by more than one grey level: the same, on "
    "another computer.",
    Verdict.DIFFERENT: "Something made again is not the same, or could not be made again here.",
    Verdict.TAMPERED: "A file is not what was recorded: do not rely on it.",
}


def verify_command(path: Path, source: Path | None) -> list[str]:
    """Return the command line that verifies a record, a run, a case, an export or a file of it.

    Parameters
    ----------
    path : absolute. source : the original, or a folder that holds it, if it has moved.
    """
    command = [*paths.program(), "verify", str(path), "--json"]
    return command if source is None else [*command, "--source", str(source)]


def verification_told(answer: str) -> Verification | None:
    """Return what was found, the worst first; None if the answer is none."""
    try:
        told: Any = json_value(answer)
        found = tuple(_finding(value) for value in told["findings"])
        verdict = Verdict(told["verdict"])
    except (ValueError, KeyError, TypeError):
        return None
    worst_first = sorted(found, key=lambda finding: -SEVERITY.index(finding.verdict))
    return Verification(verdict, tuple(worst_first))


def _finding(value: Any) -> Finding:
    line = value["line"]
    return Finding(
        subject=str(value["subject"]),
        text=str(value["text"]),
        verdict=Verdict(value["verdict"]),
        line=None if line is None else int(line),
        field=str(value["field"]),
    )
