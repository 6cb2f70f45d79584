"""What the examiner chose for an export; the worker carries it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from fhgui.core.dossier import Commission, Laboratory, Paper

REPEAT_FOR_S = 20.0
"""Seconds that an export may repeat runs for, to see what hangs on landmarks and seeds."""


@dataclass(frozen=True)
class ExportChoices:
    """What the examiner chose.

    Parameters
    ----------
    out : folder for the export.
    laboratory, commission : printed in the report; the laboratory's logo is read from ``logo``.
    logo : a PNG or JPEG picture; None for none.
    paper : of the PDF.
    labelled : whether exported pictures carry the burned-in label.
    certificate, key, passphrase : sign report, manifest and pictures; None signs nothing.
    repeat_for_s : seconds that runs may be repeated for; 0 leaves jitter and seeds out.
    force : replace what is in the folder.
    """

    out: Path
    laboratory: Laboratory = field(default_factory=Laboratory)
    commission: Commission = field(default_factory=Commission)
    logo: Path | None = None
    paper: Paper = Paper.A4
    labelled: bool = True
    certificate: Path | None = None
    key: Path | None = None
    passphrase: str = field(default="", repr=False)
    repeat_for_s: float = REPEAT_FOR_S
    force: bool = False
