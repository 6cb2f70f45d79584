"""Checks signatures: whether the signed bytes are the same, who signed, and on whose word.

A signature vouches for the signed bytes; its own container (CMS, RFC 5652) has bytes that it does
not cover, such as version numbers and padding. What this program writes there is known, so that a
change to them is found too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fhgui.provenance.keys import words_of
from fhgui.provenance.verification.findings import Finding, Verdict

if TYPE_CHECKING:
    from cryptography import x509
    from pyhanko.sign.validation.status import SignatureStatus


for _library in ("pyhanko", "pyhanko_certvalidator"):  # what they log is in the findings
    logging.getLogger(_library).addHandler(logging.NullHandler())


def check_detached(content: bytes, signature: bytes, subject: str) -> Iterator[Finding]:
    """Check ``manifest.json.p7s`` against the manifest.

    Parameters
    ----------
    content : what was signed.
    signature : DER of the CMS.
    subject : name of the signature's file.
    """
    try:
        status, certificate = _detached_status(content, signature)
    except Exception as error:  # a damaged container fails in any way that its reader can
        text = f"the signature itself was changed or is damaged ({error})"
        yield Finding(subject, text, Verdict.TAMPERED)
        return
    yield from judged(status, certificate, subject)
    if not is_as_written(signature):
        yield outside(subject)


def judged(
    status: SignatureStatus, certificate: x509.Certificate, subject: str
) -> Iterator[Finding]:
    """Say whether a signature holds, who made it and when, by the signer's own clock."""
    if not status.intact:
        text = "changed after signing: the signed bytes are others than those that are here"
        yield Finding(subject, text, Verdict.TAMPERED)
    elif not status.valid:
        yield Finding(subject, "the signature itself was changed or is damaged", Verdict.TAMPERED)
    else:
        yield from signed_by(certificate, getattr(status, "signer_reported_dt", None), subject)


def signed_by(
    certificate: x509.Certificate, claimed: datetime | None, subject: str
) -> Iterator[Finding]:
    """Name the signer, and say if the certificate was out of date."""
    when = "at a time not stated"
    if claimed is not None:
        when = f"on {claimed.isoformat(timespec='seconds')} by the signer's own clock"
    yield Finding(subject, f"signature intact: {words_of(certificate)}, {when}")
    if claimed is None:
        return
    if not certificate.not_valid_before_utc <= claimed <= certificate.not_valid_after_utc:
        text = "the certificate was out of date when it signed"
        yield Finding(subject, text, Verdict.DIFFERENT)


def outside(subject: str) -> Finding:
    """Return what is said of bytes beside the signature that are not as they were written."""
    text = "changed after signing, in the signature's own container"
    return Finding(subject, text, Verdict.TAMPERED)


def trusting(certificate: Any) -> Any:
    """Return the context that judges a signature by its own certificate, and asks nobody."""
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=[certificate], allow_fetching=False)


def is_as_written(der: bytes) -> bool:
    """Tell whether a CMS is, to the byte, what this program makes around the signed part."""
    from asn1crypto import cms  # type: ignore[import-untyped]  # ships no types

    read = cms.ContentInfo.load(der, strict=True)["content"]
    signed = read["signer_infos"][0]
    return bool(_container(read, signed).dump() == der)


def _container(read: Any, signed: Any) -> Any:
    """Return the container around a signer's attributes and signature, made afresh."""
    from asn1crypto import algos, cms, x509

    certificates = [x509.Certificate.load(c.chosen.dump()) for c in read["certificates"]]
    own = next(c for c in certificates if c.serial_number == _serial(signed))
    algorithm = "sha256_ecdsa" if own.public_key.algorithm == "ec" else "sha256_rsa"
    digest = {"algorithm": "sha256"}
    name = {"issuer": own.issuer, "serial_number": own.serial_number}
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", name),
            "digest_algorithm": algos.DigestAlgorithm(digest),
            "signed_attrs": signed["signed_attrs"],
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": algorithm}),
            "signature": signed["signature"].native,
        }
    )
    data = {
        "version": "v1",
        "digest_algorithms": [algos.DigestAlgorithm(digest)],
        "encap_content_info": {"content_type": "data"},
        "certificates": [cms.CertificateChoices("certificate", c) for c in certificates],
        "signer_infos": [signer],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})


def _serial(signed: Any) -> int:
    return int(signed["sid"].chosen["serial_number"].native)


def signer_of(signature: bytes) -> str | None:
    """Return who made a detached signature, in words; None if it cannot be read."""
    from asn1crypto import cms
    from cryptography import x509
    from pyhanko.sign.general import extract_certificate_info

    try:
        signed = cms.ContentInfo.load(signature, strict=True)["content"]
        certificate = extract_certificate_info(signed).signer_cert
        return words_of(x509.load_der_x509_certificate(certificate.dump()))
    except Exception:  # a damaged container fails in any way; that is said where it is checked
        return None


def _detached_status(content: bytes, signature: bytes) -> tuple[Any, x509.Certificate]:
    from asn1crypto import cms
    from cryptography import x509
    from pyhanko.sign.general import extract_certificate_info
    from pyhanko.sign.validation import async_validate_detached_cms

    signed = cms.ContentInfo.load(signature, strict=True)["content"]
    certificate = extract_certificate_info(signed).signer_cert
    check = async_validate_detached_cms(
        content, signed, signer_validation_context=trusting(certificate)
    )
    return asyncio.run(check), x509.load_der_x509_certificate(certificate.dump())
