"""Checks a picture with content credentials: who signed, not a byte changed, and the record in it.

The C2PA library checks what the signature covers; `container` checks what carries it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from fhgui.core.arrays import Pixels
from fhgui.core.errors import RecordError
from fhgui.core.record import Record
from fhgui.provenance.canonical import pixels_digest
from fhgui.provenance.credentials import RECORD_LABEL, SETTINGS, picture_format
from fhgui.provenance.keys import words_of
from fhgui.provenance.labelling import recorded_pixels
from fhgui.provenance.records import is_sealed, parse_record
from fhgui.provenance.signing import PROGRAM
from fhgui.provenance.verification import container
from fhgui.provenance.verification.findings import Finding, Verdict

TRACES = (b"caBX", b"jumb", b"c2pa")
"""What is left of credentials that cannot be read any more; one edit hits only one of them."""

UNTRUSTED = "signingCredential.untrusted"
"""Said of every certificate here: which authorities to trust is for who receives the picture."""

OUT_OF_DATE = ("signingCredential.expired", "claimSignature.outsideValidity")

CHANGED = {
    "assertion.dataHash.mismatch": "changed after signing: the picture's bytes are others",
    "assertion.hashedURI.mismatch": "changed after signing: what its credentials say",
    "claimSignature.mismatch": "changed after signing: its credentials or their signature",
}


def verify_picture(path: Path) -> Iterator[Finding]:
    """Check the credentials of a PNG or JPEG file.

    Raises
    ------
    RecordError
        If it holds none.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise RecordError("is no regular file", path=path)
        picture = path.read_bytes()
    except OSError as error:
        raise RecordError(f"cannot be read ({error.strerror})", path=path) from error
    if not has_credentials(picture):
        raise RecordError(
            "holds no content credentials",
            path=path,
            hint="verify the folder that it lies in, with its record or manifest",
        )
    yield from check_picture(picture, str(path))


def has_credentials(picture: bytes) -> bool:
    """Tell whether a picture holds, or once held, content credentials."""
    return any(trace in picture for trace in TRACES)


def check_picture(picture: bytes, subject: str) -> Iterator[Finding]:
    """Check the credentials of a picture that should hold some."""
    kind = picture_format(picture) or ""
    try:
        store = read_credentials(picture) or {}
        failures = store["validation_results"]["activeManifest"]["failure"]
        manifest = store["manifests"][store["active_manifest"]]
        ours = manifest["claim_generator_info"][0]["name"] == PROGRAM
    except (KeyError, IndexError, TypeError):  # the library reads on after damage, but not all
        text = "changed after signing: its content credentials can no longer be read"
        yield Finding(subject, text, Verdict.TAMPERED)
        return
    findings = [_failure(f, subject) for f in failures if f["code"] != UNTRUSTED]
    if ours and not findings and not container.is_as_written(picture, kind):
        text = "changed after signing, in what carries its credentials"
        findings = [Finding(subject, text, Verdict.TAMPERED)]
    if any(f.verdict is Verdict.TAMPERED for f in findings):
        yield from findings
        return
    yield Finding(subject, f"content credentials intact: {_signer(picture, kind, manifest)}")
    yield from findings
    yield from _check_record(manifest, picture, kind, subject)


def read_credentials(picture: bytes) -> dict[str, Any] | None:
    """Return what the C2PA library reads out of a picture, as it does; None if it cannot."""
    import c2pa  # type: ignore[import-untyped]  # ships no types

    try:
        with (
            c2pa.Context.from_dict(SETTINGS) as context,
            c2pa.Reader(picture_format(picture), io.BytesIO(picture), context=context) as reader,
        ):
            store: dict[str, Any] = json.loads(reader.json())
    except c2pa.C2paError:
        return None
    return store


def _failure(failure: dict[str, str], subject: str) -> Finding:
    code = failure["code"]
    field = failure.get("url", "").rpartition("/")[2]
    if code in OUT_OF_DATE:
        text = "its certificate is out of date today, and nothing proves when it signed"
        return Finding(subject, text, Verdict.DIFFERENT)
    told = CHANGED.get(code, f"changed after signing: {failure.get('explanation', '')}")
    return Finding(subject, f"{told} ({code})", Verdict.TAMPERED, field=field)


def _signer(picture: bytes, kind: str, manifest: dict[str, Any]) -> str:
    from cryptography import x509

    try:
        der = container.certificate_of(picture, kind)
        return words_of(x509.load_der_x509_certificate(der))
    except (ValueError, IndexError):  # signed by another program
        signature = manifest.get("signature_info", {})
        name, issuer = signature.get("common_name", "?"), signature.get("issuer", "?")
        return f"{name} of {issuer}, whose certificate is not checked here"


def _check_record(
    manifest: dict[str, Any], picture: bytes, kind: str, subject: str
) -> Iterator[Finding]:
    """Look at the record in the credentials, and compare the pixels where none was lost."""
    record = _record(manifest, subject)
    if record is None:
        yield Finding(subject, "its credentials hold no record of fhgui")
        return
    if not is_sealed(record):
        text = "the record in its credentials is not what was sealed"
        yield Finding(subject, text, Verdict.TAMPERED, field=RECORD_LABEL)
        return
    evidence, result = record.evidence, record.stages[-1]
    origin = f"record {record.id}: {record.method}, from {evidence.name}, SHA-256 {evidence.sha256}"
    yield Finding(subject, origin, field=RECORD_LABEL)
    if kind != "image/png":
        text = "its pixels are not compared: a JPEG's are not those that were recorded"
        yield Finding(subject, text)
        return
    pixels = _recorded(picture, result.h, result.w)
    if pixels is None or pixels_digest(pixels) != result.sha256:
        text = "its pixels are not those of the record's result"
        yield Finding(subject, text, Verdict.DIFFERENT)
    else:
        yield Finding(subject, "its pixels are those of the record's result")


def _record(manifest: dict[str, Any], subject: str) -> Record | None:
    for assertion in manifest.get("assertions", []):
        if assertion["label"] == RECORD_LABEL:
            return parse_record(assertion["data"]["canonical_json"].encode(), Path(subject))
    return None


def _recorded(picture: bytes, h: int, w: int) -> Pixels | None:
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            if opened.mode != "RGB" or getattr(opened, "is_animated", False):
                return None  # what it shows is not what it holds
            shown = np.asarray(opened.convert("RGB"))
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        return None
    return recorded_pixels(shown, h, w)
