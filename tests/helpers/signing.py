"""Signers and PDFs made up for tests."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from fpdf import FPDF

from fhgui.provenance.keys import Signer
from fhgui.provenance.verification.findings import Finding, Verdict

PASSPHRASE = "correct horse"

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def a_pdf(text: str = "report") -> bytes:
    """Return a PDF of one page."""
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica")
    pdf.cell(text=text)
    return bytes(pdf.output())


def issued(
    key: Key,
    *,
    begins: timedelta = timedelta(0),
    lasts: timedelta = timedelta(days=1),
    signs: bool = True,
) -> x509.Certificate:
    """Return a certificate for a key, issued by an authority that is made up and forgotten."""
    authority = ec.generate_private_key(ec.SECP256R1())
    start = datetime.now(UTC).replace(microsecond=0) + begins
    return (
        x509.CertificateBuilder(issuer_name=_name("Authority"), subject_name=_name("Examiner"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + lasts)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(signs, signs, not signs, False, False, False, False, False, False), True
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), False
        )
        .sign(authority, hashes.SHA256())
    )


def written(folder: Path, certificate: x509.Certificate, key: Key) -> tuple[Path, Path]:
    """Write a certificate and its key, not encrypted, as DER."""
    paths = folder / "issued.der", folder / "issued.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def edited(data: bytes, places: Iterable[int], rng: random.Random) -> Iterator[bytes]:
    """Yield copies of ``data`` with one byte changed: one bit, or all of it, by turns."""
    for number, place in enumerate(places):
        mask = 1 << rng.randrange(8) if number % 2 else rng.randrange(1, 256)
        yield data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :]


def unnoticed(copies: Iterable[bytes], check: Callable[[bytes], Iterable[Finding]]) -> list[bytes]:
    """Return the copies that a check does not call tampered with."""
    return [c for c in copies if all(f.verdict is not Verdict.TAMPERED for f in check(c))]


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Laboratory"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def self_issued_without_organisation() -> Signer:
    """Return a signer whose certificate is good for documents, but not for C2PA."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody")])
    start = datetime.now(UTC).replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return Signer((certificate,), key)
