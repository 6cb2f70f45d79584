"""Signed PDFs and manifests: who signed is said, and no byte can change unnoticed."""

import io
import random
from pathlib import Path

import pypdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from fhgui.core.errors import RecordError, SigningError
from fhgui.provenance.signing import Signer, sign_manifest, sign_pdf
from fhgui.provenance.verification.findings import Finding, Verdict
from fhgui.provenance.verification.pdf import check_pdf, verify_pdf
from fhgui.provenance.verification.signatures import check_detached
from tests.helpers.signing import a_pdf, edited, issued, unnoticed

MANIFEST = b'{"files":{}}\n'


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.on_the_spot()


@pytest.fixture(scope="module")
def signed(signer: Signer) -> bytes:
    return sign_pdf(a_pdf(), signer)


def texts(findings: list[Finding]) -> str:
    return "; ".join(f.text for f in findings)


def test_a_signed_pdf_names_its_signer(signed: bytes, signer: Signer) -> None:
    (finding,) = check_pdf(signed, "report.pdf")
    assert finding.verdict is Verdict.EXACT
    assert finding.subject == "report.pdf"
    assert signer.words in finding.text
    assert "by the signer's own clock" in finding.text


def test_other_readers_see_the_signature(signed: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(signed), strict=True)
    fields = reader.get_fields() or {}
    assert [f["/FT"] for f in fields.values()] == ["/Sig"]
    assert fields["Signature"]["/V"]["/SubFilter"] == "/ETSI.CAdES.detached"
    assert reader.pages[0].extract_text() == "report"


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_certificates_of_an_authority(kind: str) -> None:
    key = ec.generate_private_key(ec.SECP384R1()) if kind == "ec" else rsa_key()
    signer = Signer((issued(key),), key)
    (finding,) = check_pdf(sign_pdf(a_pdf(), signer), "p")
    assert finding.verdict is Verdict.EXACT
    assert "Examiner (certificate issued by Authority, which is not checked here" in finding.text
    (finding,) = check_detached(MANIFEST, sign_manifest(MANIFEST, signer), "m")
    assert finding.verdict is Verdict.EXACT


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def test_no_byte_of_a_signed_pdf_changes_unnoticed(signed: bytes) -> None:
    rng = random.Random(10)
    gap = signed.index(b"/Contents <") + 10
    places = [*rng.sample(range(len(signed)), 100), *rng.sample(range(gap, gap + 2000), 40)]
    assert unnoticed(edited(signed, places, rng), lambda b: check_pdf(b, "p")) == []


def test_what_a_reader_forgives_is_noticed(signed: bytes) -> None:
    gap = signed.index(b"/Contents <") + 11
    end = signed.index(b">", gap)
    padding = signed[: end - 1] + b"1" + signed[end:]
    lower = signed[:gap] + signed[gap:end].lower() + signed[end:]
    for copy in (padding, lower):
        assert "in the signature's own container" in texts(list(check_pdf(copy, "p")))


def test_what_was_added_is_counted(signed: bytes) -> None:
    findings = list(check_pdf(signed + b"\nmore\n", "p"))
    assert "changed after signing: 6 bytes were added at its end" in texts(findings)


def test_a_later_revision_is_a_change(signed: bytes) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root["/Lang"] = writer.root.raw_get("/Type")
    writer.update_root()
    later = io.BytesIO()
    writer.write(later)
    assert "changed after signing" in texts(list(check_pdf(later.getvalue(), "p")))


def test_a_signature_that_was_taken_off_is_missed(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(signed.replace(b"/AcroForm", b"/AcroFork"))
    findings = list(verify_pdf(path))
    assert [f.verdict for f in findings] == [Verdict.TAMPERED]
    assert "its signature can no longer be read" in findings[0].text


def test_an_unsigned_pdf_is_left_to_its_manifest(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(a_pdf())
    with pytest.raises(RecordError, match=r"is not signed; verify its export folder"):
        list(verify_pdf(path))
    with pytest.raises(RecordError, match="cannot be read"):
        list(verify_pdf(tmp_path / "none.pdf"))


def test_what_is_no_pdf_cannot_be_signed(signer: Signer) -> None:
    with pytest.raises(SigningError, match="the PDF cannot be signed"):
        sign_pdf(b"%PDF-1.7\nnothing\n", signer)


def test_a_manifest_and_its_signature(signer: Signer) -> None:
    signature = sign_manifest(MANIFEST, signer)
    (finding,) = check_detached(MANIFEST, signature, "manifest.json.p7s")
    assert finding.verdict is Verdict.EXACT
    assert signer.words in finding.text
    (finding,) = check_detached(MANIFEST + b" ", signature, "manifest.json.p7s")
    assert finding.verdict is Verdict.TAMPERED
    assert "changed after signing" in finding.text


def test_no_byte_of_a_detached_signature_changes_unnoticed(signer: Signer) -> None:
    signature, rng = sign_manifest(MANIFEST, signer), random.Random(11)
    copies = edited(signature, range(0, len(signature), 3), rng)
    assert unnoticed(copies, lambda b: check_detached(MANIFEST, b, "s")) == []
    for damaged in (b"", b"0", signature[:-1], signature + b"\0"):
        assert unnoticed([damaged], lambda b: check_detached(MANIFEST, b, "s")) == []
