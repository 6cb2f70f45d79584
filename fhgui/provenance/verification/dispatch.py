"""``verify``: looks at what a path is and asks the module that knows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fhgui.core.errors import RecordError
from fhgui.provenance.case_file import LOG_FILE, is_case, read_case_file
from fhgui.provenance.custody import verify_log
from fhgui.provenance.placing import MANIFEST, SIGNATURE
from fhgui.provenance.verification.case import verify_case
from fhgui.provenance.verification.export_folder import is_export, verify_export, vouched
from fhgui.provenance.verification.findings import Finding, Verification, verification
from fhgui.provenance.verification.pdf import verify_pdf
from fhgui.provenance.verification.picture import verify_picture
from fhgui.provenance.verification.record import Circumstances, verify_one_of, verify_record

SIGNED = (".pdf", ".png", ".jpg", ".jpeg")
"""Endings rather than first bytes: a damaged file must still be known for what it was."""

VOUCHED_FOR = (".html", ".jsonld")
"""Endings of what nothing but the manifest of an export vouches for."""


def verify(path: Path, source: Path | None = None, threads: int | None = None) -> Verification:
    """Verify a record, a folder of runs, a case, a custody log, an export, a PDF or a picture.

    Parameters
    ----------
    path : what to verify.
    source : the original file, or a folder that holds it, if it has moved.
    threads : CPU threads of the replay instead of those recorded.

    Raises
    ------
    RecordError
        If there is nothing to verify, or the original file of a single record cannot be found.
    """
    try:
        path.stat()
    except OSError as error:  # it is not there, or no disk takes such a name
        reason = error.strerror or str(error)
        hint = "give a record, a run's folder, a case, a log or an export"
        raise RecordError(f"cannot be read ({reason})", path=path, hint=hint) from error
    return verification(_findings(path, Circumstances(source, threads)))


def _findings(path: Path, circumstances: Circumstances) -> Iterator[Finding]:
    if is_case(path):
        yield from verify_case(path, circumstances)
        if is_export(path):  # no honest folder is both
            yield from verify_export(path, circumstances)
    elif path.is_dir() and is_export(path):
        yield from verify_export(path, circumstances)
    elif path.is_dir():
        yield from _verify_folder(_records(path), circumstances)
    elif path.name == LOG_FILE:
        whole = is_case(path.parent)
        yield from vouched(path)
        yield from verify_log(path, read_case_file(path.parent).log if whole else None)
    elif path.name in (MANIFEST, SIGNATURE):
        yield from verify_export(path.parent, circumstances)
    elif path.suffix.lower() in SIGNED:
        yield from _signed_file(path)
    elif path.suffix.lower() in VOUCHED_FOR and (by_manifest := list(vouched(path))):
        yield from by_manifest
    else:
        yield from vouched(path)
        yield from verify_record(path, circumstances)


def _verify_folder(records: list[Path], circumstances: Circumstances) -> Iterator[Finding]:
    """Verify each of several records, whatever stops another; a single one may raise."""
    if len(records) == 1:
        yield from verify_record(records[0], circumstances)
        return
    for record in records:
        yield from verify_one_of(record, circumstances)


def _signed_file(path: Path) -> Iterator[Finding]:
    """Ask a PDF or picture for its own signature, and the manifest of its export, if it has one."""
    by_manifest = list(vouched(path))
    yield from by_manifest
    own = verify_pdf(path) if path.suffix.lower() == ".pdf" else verify_picture(path)
    try:
        yield from own
    except RecordError:
        if not by_manifest:
            raise


def _records(path: Path) -> list[Path]:
    found = sorted(path.rglob("record.json"))
    if not found:
        raise RecordError("holds no record.json", path=path, hint="give a result folder")
    return found
