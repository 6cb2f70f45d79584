"""A laboratory's own validation: whether this installation computes what was delivered."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fhgui.core.dossier import Commission, Laboratory, Rows
from fhgui.core.errors import FhguiError, OutputError
from fhgui.methods.installed import installed
from fhgui.provenance.durable import write_atomic, writing
from fhgui.provenance.environment import environment, software
from fhgui.provenance.golden import GoldenSet, Outcome, compare_all, read_golden
from fhgui.provenance.laboratory import read_laboratory
from fhgui.provenance.report.certificate import Certificate, certificate_bytes
from fhgui.provenance.verification.findings import SEVERITY, Verdict


@dataclass(frozen=True)
class Validation:
    """What was compared, and about the machine it was compared on.

    Parameters
    ----------
    verdict : the worst of all.
    """

    verdict: Verdict
    outcomes: tuple[Outcome, ...]
    facts: Rows


def validate(tell: Callable[[str], None], golden_set: GoldenSet | None = None) -> Validation:
    """Check every file of models against its card and every method against the golden set.

    Parameters
    ----------
    tell : called with what is done next.
    golden_set : the one that came with the program unless given.

    Raises
    ------
    RecordError
        If the golden set is missing or damaged.
    """
    golden_set = golden_set or read_golden()
    outcomes = (*_files(), *compare_all(golden_set, tell))
    verdict = max((o.verdict for o in outcomes), key=SEVERITY.index, default=Verdict.DIFFERENT)
    return Validation(verdict, outcomes, tuple(_facts(golden_set)))


def written(validation: Validation, out: Path, laboratory: Path | None, force: bool) -> None:
    """Write the certificate.

    Parameters
    ----------
    laboratory : its YAML file; None for a certificate that names none.
    force : replace a file that is there.

    Raises
    ------
    FhguiError
        If the file is there already or cannot be written, or the laboratory's cannot be read.
    """
    if out.exists() and not force:
        raise OutputError("is there already", path=out, hint="give another --out, or --force")
    named = read_laboratory(laboratory) if laboratory else (Laboratory(), Commission())
    certificate = Certificate(
        id=str(uuid.uuid4()),
        verdict=validation.verdict.value,
        laboratory=named[0],
        examiner=named[1].examiner,
        facts=validation.facts,
        outcomes=[(o.picture, o.method, o.verdict.value, o.text) for o in validation.outcomes],
        made_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        software=software(),
    )
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(out, certificate_bytes(certificate))


def _files() -> Iterator[Outcome]:
    """Yield the files of models that differ from their cards."""
    for row in installed():
        try:
            problem = row.problem()
        except FhguiError as error:
            problem = error.sentence()
        if problem is not None:
            yield Outcome("", row.method, Verdict.TAMPERED, problem)


def _facts(golden_set: GoldenSet) -> Iterator[tuple[str, str]]:
    yield "program", " ".join(software().values())
    here = environment()
    yield from here.items()
    names = sorted({*here, *golden_set.made_with})
    other = [
        f"{name} {golden_set.made_with.get(name, 'absent')}"
        for name in names
        if here.get(name) != golden_set.made_with.get(name)
    ]
    yield "golden set", f"{len(golden_set.goldens)} results"
    yield "made elsewhere with", ", ".join(other) or "the same environment"
    yield "files of models", f"{len(list(installed()))}, each compared with its card"
