"""Verifies an exported folder: the manifest, every file by it, and what each file says itself.

The manifest vouches for the files; its own seal shows that it was changed, its signature who made
it. Reports, pictures, records and the log are then asked for their own signatures and seals, which
say more about what was changed than a digest can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from fhgui.core.errors import RecordError
from fhgui.evidence.hashing import sha256_file
from fhgui.provenance.canonical import canonical_json, digest, sealed
from fhgui.provenance.custody import read_log, split_lines, verify_log
from fhgui.provenance.decoding import strict_json
from fhgui.provenance.placing import KIND, MANIFEST, SIGNATURE
from fhgui.provenance.verification import pdf, picture
from fhgui.provenance.verification.findings import Finding, Verdict, worst
from fhgui.provenance.verification.record import (
    NOT_THERE,
    UNNAMED,
    Circumstances,
    verify_one_of,
)
from fhgui.provenance.verification.signatures import check_detached, signer_of

SCHEMA = 1
REPORT, ONTOLOGY, RECORD, LOG = "report.pdf", "case.jsonld", "record.json", "log.jsonl"

TRACES = (b'"fhgui export"', b'"files":{', b'"made_utc":"', b'"seal":"')
"""What one edit of a manifest leaves but one of."""

CREDENTIALED = ("-credentialed.png", "-credentialed.jpg")

MAX_BYTES = 64 * 1024 * 1024
"""A manifest of thousands of files is a few megabytes; anything larger is not one."""


@dataclass(frozen=True)
class Entry:
    """What the manifest says about a file."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """A manifest as far as verification needs it.

    Parameters
    ----------
    value : all of it.
    files : by path below the export, with forward slashes.
    signer : who signed, in words; None if nobody did.
    """

    value: dict[str, Any]
    files: dict[str, Entry]
    signer: str | None


def is_export(path: Path) -> bool:
    """Tell whether a folder is an export, even one that lost its manifest."""
    manifest = path / MANIFEST
    return (
        (manifest.is_file() and _is_ours(manifest))
        or (path / SIGNATURE).exists()
        or ((path / REPORT).exists() and any((path / n).exists() for n in (ONTOLOGY, RECORD)))
    )


def verify_export(path: Path, circumstances: Circumstances) -> Iterator[Finding]:
    """Yield what is found about an export; one damaged part does not hide the others.

    Raises
    ------
    RecordError
        If the manifest has a schema that this version does not know.
    """
    manifest = _manifest(path / MANIFEST)
    if isinstance(manifest, Finding):
        yield manifest
        yield from _check_signature(path, None)
        names = sorted(_present(path) - {MANIFEST, SIGNATURE})
    else:
        yield from _check_manifest(path, manifest)
        yield from _check_signature(path, manifest)
        names = sorted(manifest.files)
    for name in names:
        if _is_plain(path, name):
            yield from _own_word(path / name)
    yield from _replayed(path, names, circumstances)


def vouched(path: Path) -> Iterator[Finding]:
    """Hold one file of an export against the manifest beside or above it, if there is one."""
    for folder in path.absolute().parents[:4]:  # deepest: results/001-method/stages/
        if (folder / MANIFEST).is_file() and _is_ours(folder / MANIFEST):
            manifest = _manifest(folder / MANIFEST)
            name = path.absolute().relative_to(folder).as_posix()
            if isinstance(manifest, Finding):
                yield manifest
            elif name in manifest.files:
                yield from _check_seal(folder, manifest)
                yield from _check_signature(folder, manifest)
                yield _compared(folder, name, manifest.files[name])
                return


def _is_ours(manifest: Path) -> bool:
    """Tell an export's manifest, damaged or not, from those of other programs."""
    with manifest.open("rb") as file:
        data = file.read(MAX_BYTES)
    return sum(trace in data for trace in TRACES) >= len(TRACES) - 1


def _manifest(path: Path) -> Manifest | Finding:
    if not path.is_file() or path.is_symlink():
        return Finding(str(path), "is missing: nothing vouches for the files", Verdict.TAMPERED)
    if path.stat().st_size > MAX_BYTES:
        return Finding(str(path), "is too large to be a manifest", Verdict.TAMPERED)
    data = path.read_bytes()
    try:
        value = strict_json(data)
        manifest = _understood(value, path)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        text = f"was changed: it can no longer be read as a manifest ({error})"
        return Finding(str(path), text, Verdict.TAMPERED)
    if canonical_json(value) + b"\n" != data:
        return Finding(str(path), "was changed: it is not as it was written", Verdict.TAMPERED)
    return manifest


def _understood(value: Any, path: Path) -> Manifest:
    if value["kind"] != KIND:
        raise ValueError(f"its kind is {value['kind']!r}")
    if value["schema"] != SCHEMA and sealed(value)["seal"] == value["seal"]:
        raise RecordError(
            f"has schema {value['schema']!r}, this version reads schema {SCHEMA}",
            path=path,
            hint="use the version of fhgui that wrote it",
        )
    files = {name: Entry(**entry) for name, entry in value["files"].items()}
    for name, entry in files.items():
        if not _is_inside(name) or not isinstance(entry.sha256, str):
            raise ValueError(f"it names the file {name[:80]!r}")
    signer = value["signer"]
    if not isinstance(value["seal"], str) or not isinstance(signer, str | None):
        raise TypeError("its seal or its signer is no text")
    return Manifest(value, files, signer)


def _is_inside(name: str) -> bool:
    """Tell whether a name stays below the export on every system."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not (
        {"..", "/"} & set(parts) or "\\" in name or ":" in name or "\0" in name
    )


def _check_manifest(path: Path, manifest: Manifest) -> Iterator[Finding]:
    """Hold every file against the manifest, and the manifest against its seal."""
    seal = list(_check_seal(path, manifest))
    yield from seal
    if any(f.field for f in seal):
        return  # the manifest was changed there, not the files
    if worst(seal) is Verdict.EXACT:
        yield from _check_custody(path, manifest)
    for name, expected in manifest.files.items():
        finding = _compared(path, name, expected)
        if finding.verdict is not Verdict.EXACT:
            yield finding
    for name in sorted(_present(path) - set(manifest.files) - {MANIFEST, SIGNATURE}):
        text = "is not in the manifest: nothing vouches for it"
        yield Finding(str(path / name), text, Verdict.DIFFERENT)


def _check_custody(path: Path, manifest: Manifest) -> Iterator[Finding]:
    """Hold the log against what the manifest says of it, and the report with it."""
    said, file = manifest.value.get("custody"), path / LOG
    if not isinstance(said, dict):
        return
    if LOG not in manifest.files:
        text = "is not among the files, but the manifest tells of it"
        yield Finding(str(file), text, Verdict.TAMPERED)
    elif _is_plain(path, LOG):
        lines, _ = split_lines(read_log(file))
        entries, head = said.get("entries"), said.get("head_sha256")
        # version 0.1 read the log anew after it had told of it: there may be more lines
        known = isinstance(entries, int) and 0 < entries <= len(lines)
        if not known or digest(lines[: entries or 0][-1]) != head:
            text = "is not the log that the manifest tells of: its number of lines or its last"
            yield Finding(str(file), text, Verdict.TAMPERED)


def _check_seal(path: Path, manifest: Manifest) -> Iterator[Finding]:
    """Say whether the manifest is what was sealed; if not, where, if the files can tell."""
    subject = str(path / MANIFEST)
    seal = manifest.value["seal"]
    if sealed(manifest.value)["seal"] == seal:
        count = len(manifest.files)
        yield Finding(subject, f"seal intact, {count} files, made {manifest.value['made_utc']}")
        return
    text = "was changed: it is not what was sealed"
    found = {name: _entry(path, name) for name in _present(path) - {MANIFEST, SIGNATURE}}
    field = ", ".join(_edited(manifest, {n: e for n, e in found.items() if e is not None}))
    yield Finding(subject, text, Verdict.TAMPERED, field=field)


def _edited(manifest: Manifest, actual: dict[str, Entry]) -> list[str]:
    """Return the entries that must be put right for the seal to hold, if that makes it hold."""
    repaired = {**manifest.value, "files": {name: vars(entry) for name, entry in actual.items()}}
    if sealed(repaired)["seal"] != manifest.value["seal"]:
        return []
    listed = manifest.files
    return [f"files.{name}" for name in sorted(set(actual) ^ set(listed))] + [
        f"files.{name}.{part}"
        for name in sorted(set(actual) & set(listed))
        for part in ("sha256", "size")
        if getattr(actual[name], part) != getattr(listed[name], part)
    ]


def _entry(path: Path, name: str) -> Entry | None:
    if not _is_plain(path, name):
        return None
    file = path / name
    return Entry(sha256_file(file), file.stat().st_size)


def _compared(path: Path, name: str, expected: Entry) -> Finding:
    subject = str(path / name)
    found = _entry(path, name)
    if found is None:
        return Finding(subject, "is missing, or is no plain file", Verdict.TAMPERED)
    if found.size != expected.size:
        text = f"was changed: {found.size} bytes, {expected.size} in the manifest"
        return Finding(subject, text, Verdict.TAMPERED)
    if found.sha256 != expected.sha256:
        text = f"was changed: its SHA-256 is not {expected.sha256}"
        return Finding(subject, text, Verdict.TAMPERED)
    return Finding(subject, "as in the manifest")


def _check_signature(path: Path, manifest: Manifest | None) -> Iterator[Finding]:
    subject, file = str(path / SIGNATURE), path / SIGNATURE
    if file.is_file():
        content = (path / MANIFEST).read_bytes() if (path / MANIFEST).is_file() else b""
        yield from check_detached(content, file.read_bytes(), subject)
        yield from _check_signer(file.read_bytes(), manifest, subject)
    elif manifest is not None and manifest.signer is not None:
        yield Finding(subject, f"is missing: {manifest.signer} signed", Verdict.TAMPERED)
    elif manifest is not None:
        text = "is not signed: whoever exchanged the whole folder would not be noticed"
        yield Finding(str(path / MANIFEST), text)
        report = path / REPORT
        if _is_plain(path, REPORT) and pdf.is_signed(report.read_bytes()):
            text = "is signed, and the manifest is not: the manifest is not the one made with it"
            yield Finding(str(report), text, Verdict.TAMPERED)


def _check_signer(signature: bytes, manifest: Manifest | None, subject: str) -> Iterator[Finding]:
    """Hold who signed against who is said to have signed."""
    signer = signer_of(signature)
    if manifest is not None and signer is not None and signer != manifest.signer:
        said = manifest.signer or "that nobody signed"
        yield Finding(subject, f"is by {signer}; the manifest says {said}", Verdict.TAMPERED)


def _own_word(file: Path) -> Iterator[Finding]:
    """Ask a file for its own signature, credentials or chain, where it has one."""
    if file.suffix == ".pdf" and pdf.is_signed(file.read_bytes()):
        yield from pdf.verify_pdf(file)
    elif file.name.endswith(CREDENTIALED):
        yield from picture.check_picture(file.read_bytes(), str(file))
    elif file.name == LOG:
        yield from verify_log(file, None)


def _replayed(path: Path, names: list[str], circumstances: Circumstances) -> Iterator[Finding]:
    """Verify every record once: the newest result's lies in two places."""
    seen: set[str] = set()
    for name in names:
        if PurePosixPath(name).name != RECORD or not _is_plain(path, name):
            continue
        content = digest((path / name).read_bytes())
        if content not in seen:
            seen.add(content)
            yield from _replay(path / name, circumstances)


def _replay(record: Path, circumstances: Circumstances) -> Iterator[Finding]:
    for finding in verify_one_of(record, circumstances):
        if finding.text not in (NOT_THERE, UNNAMED):  # the manifest says what belongs there
            yield finding


def _present(path: Path) -> set[str]:
    """Return every file and link below a folder; links are not followed."""
    found = (p for p in path.rglob("*") if p.is_symlink() or not p.is_dir())
    return {p.relative_to(path).as_posix() for p in found}


def _is_plain(path: Path, name: str) -> bool:
    """Tell whether a name is a file below the export that no link leads to."""
    below = (name, *(str(p) for p in PurePosixPath(name).parents if p.name))
    links = any((path / step).is_symlink() for step in below)
    return (path / name).is_file() and not links
