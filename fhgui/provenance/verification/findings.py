"""What a verification says: one finding for each thing that was checked, and the worst of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """From best to worst."""

    EXACT = "EXACT"
    """Bit-identical, or as recorded."""
    EQUIVALENT = "EQUIVALENT"
    """No sample differs by more than one grey level."""
    DIFFERENT = "DIFFERENT"
    """Some sample differs by more, or the run cannot be repeated here."""
    TAMPERED = "TAMPERED"
    """A file is not what was recorded."""


SEVERITY = tuple(Verdict)


@dataclass(frozen=True)
class Finding:
    """One thing that was checked.

    Parameters
    ----------
    subject : the file, stage or part.
    text : what was seen.
    line : the line of a log, from 1.
    field : the field of a record or of a log's line.
    """

    subject: str
    text: str
    verdict: Verdict = Verdict.EXACT
    line: int | None = None
    field: str = ""

    @property
    def place(self) -> str:
        """The subject with line and field, for people."""
        line = "" if self.line is None else f" line {self.line}"
        field = f" field {self.field}" if self.field else ""
        return f"{self.subject}{line}{field}"


@dataclass(frozen=True)
class Verification:
    """The worst verdict of all findings, and the findings."""

    verdict: Verdict
    findings: tuple[Finding, ...]


def worst(findings: Iterable[Finding]) -> Verdict:
    """Return the worst verdict; EXACT when there is nothing to complain of."""
    return max((f.verdict for f in findings), key=SEVERITY.index, default=Verdict.EXACT)


def verification(findings: Iterable[Finding]) -> Verification:
    """Return findings with their verdict."""
    found = tuple(findings)
    return Verification(worst(found), found)
