"""Signs reports and manifests: PAdES in the PDF, detached CMS beside the manifest.

Both are baseline signatures (ETSI EN 319 142-1 and 319 122-1, level B-B): they hold the signer's
certificate and the time *as the signer's clock told it*; no service is asked, nothing leaves the
computer.
"""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING

from fhgui import __version__
from fhgui.core.errors import SigningError
from fhgui.provenance.keys import Signer, make_key

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

__all__ = ["PROGRAM", "Signer", "make_key", "sign_manifest", "sign_pdf"]

PROGRAM = "fhgui"
"""Name of the program in the PDF signature's build properties; the signature covers it."""

REASON = "Issued as the report on an enhancement; changes after this signature void it"

HASH = "sha256"


def sign_pdf(pdf: bytes, signer: Signer) -> bytes:
    """Return the PDF with a certifying PAdES signature that allows no change after it.

    Raises
    ------
    SigningError
        If the bytes are no PDF, or the certificate cannot sign it.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign import fields, signers
    from pyhanko.sign.general import SigningError as PdfSigningError
    from pyhanko.sign.signers.pdf_byterange import BuildProps

    description = signers.PdfSignatureMetadata(
        field_name="Signature",
        md_algorithm=HASH,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        name=signer.name,
        reason=REASON,
        app_build_props=BuildProps(name=PROGRAM, revision=__version__),
    )
    signed = io.BytesIO()
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        signers.sign_pdf(writer, description, signer=_simple_signer(signer), output=signed)
    except (PdfError, PdfSigningError) as error:
        raise SigningError(
            f"the PDF cannot be signed ({error})", hint="sign with another certificate"
        ) from error
    return signed.getvalue()


def sign_manifest(manifest: bytes, signer: Signer) -> bytes:
    """Return a detached CMS signature (DER) of the manifest: ``manifest.json.p7s``."""
    signing = _simple_signer(signer).async_sign_general_data(
        manifest, HASH, detached=True, use_cades=True
    )
    signature: bytes = asyncio.run(signing).dump()
    return signature


def _simple_signer(signer: Signer) -> SimpleSigner:
    from asn1crypto import keys, x509  # type: ignore[import-untyped]  # ships no types
    from cryptography.hazmat.primitives import serialization as s
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    own, *issuers = (
        x509.Certificate.load(c.public_bytes(s.Encoding.DER)) for c in signer.certificates
    )
    key = signer.key.private_bytes(s.Encoding.DER, s.PrivateFormat.PKCS8, s.NoEncryption())
    chain = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # it lacks its "-> None"
    for issuer in issuers:
        chain.register(issuer)
    return SimpleSigner(
        signing_cert=own, signing_key=keys.PrivateKeyInfo.load(key), cert_registry=chain
    )
