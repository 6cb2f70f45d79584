"""Checks a PDF: signed by whom, and not a byte changed or added since."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fhgui.core.errors import RecordError
from fhgui.provenance.signing import PROGRAM
from fhgui.provenance.verification.findings import Finding, Verdict
from fhgui.provenance.verification.signatures import is_as_written, judged, outside, trusting

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

TRACES = (b"/ByteRange", b"/ETSI.CAdES.detached", b"/DocMDP", b"/SigFlags")
"""What is left of a signature that cannot be found any more; one edit hits only one of them."""


def verify_pdf(path: Path) -> Iterator[Finding]:
    """Check the signatures of a PDF.

    Raises
    ------
    RecordError
        If it holds none: then only the manifest beside it vouches for it.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise RecordError("is no regular file", path=path)
        pdf = path.read_bytes()
    except OSError as error:
        raise RecordError(f"cannot be read ({error.strerror})", path=path) from error
    if not is_signed(pdf):
        raise RecordError(
            "is not signed", path=path, hint="verify its export folder: the manifest vouches for it"
        )
    yield from check_pdf(pdf, str(path))


def is_signed(pdf: bytes) -> bool:
    """Tell whether a PDF is, or once was, signed."""
    return any(trace in pdf for trace in TRACES)


def check_pdf(pdf: bytes, subject: str) -> Iterator[Finding]:
    """Check the signatures of a PDF that should hold some."""
    try:
        findings = list(_checked(pdf, subject))
    except Exception as error:  # a damaged PDF fails in any way that its reader can
        findings = [_unreadable(subject, str(error) or type(error).__name__)]
    yield from findings


def _checked(pdf: bytes, subject: str) -> Iterator[Finding]:
    from cryptography import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature

    signatures = PdfFileReader(io.BytesIO(pdf), strict=True).embedded_signatures
    if not signatures:
        yield _unreadable(subject, "its signature field is gone")
        return
    for signature in signatures:
        status = validate_pdf_signature(signature, trusting(signature.signer_cert))
        certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
        yield from judged(status, certificate, subject)
        if status.docmdp_ok is False:
            text = "changed after signing: the signature allows no change"
            yield Finding(subject, text, Verdict.TAMPERED)
        if _is_ours(signature) and not _is_as_written(pdf, signature):
            yield outside(subject)
    yield from _added(pdf, signatures[-1], subject)


def _added(pdf: bytes, last: EmbeddedPdfSignature, subject: str) -> Iterator[Finding]:
    """Name bytes after the end of what the last signature covers."""
    _, _, start, length = map(int, last.byte_range)
    more = len(pdf) - start - length
    if more:
        text = f"changed after signing: {more} bytes were added at its end"
        yield Finding(subject, text, Verdict.TAMPERED)


def _unreadable(subject: str, reason: str) -> Finding:
    text = f"changed after signing: its signature can no longer be read ({reason})"
    return Finding(subject, text, Verdict.TAMPERED)


def _is_ours(signature: EmbeddedPdfSignature) -> bool:
    """Tell whether this program signed: only its own padding is known."""
    properties = signature.sig_object.get("/Prop_Build", {})
    return bool(properties.get("/App", {}).get("/Name") == f"/{PROGRAM}")


def _is_as_written(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the gap in the signed bytes holds the signature in hex, zeros, and no more."""
    first, length, second, _ = map(int, signature.byte_range)
    gap = pdf[first + length : second]
    if first != 0 or not re.fullmatch(rb"<[0-9A-F]+>", gap):
        return False
    content = bytes.fromhex(gap[1:-1].decode())
    der = _der(content)
    return is_as_written(der) and not any(content[len(der) :])


def _der(padded: bytes) -> bytes:
    """Return the DER value at the start of padded bytes."""
    from asn1crypto import parser  # type: ignore[import-untyped]  # ships no types

    return bytes(padded[: parser.peek(padded)])
