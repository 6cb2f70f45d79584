"""Keys are encrypted at rest; whatever cannot sign is refused in one sentence."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fhgui.core.errors import SigningError
from fhgui.provenance.keys import Signer, make_key, words_of
from tests.helpers.signing import PASSPHRASE, issued, written


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path]:
    return make_key(tmp_path / "keys", "Jo Examiner", PASSPHRASE, "Laboratory Ü")


def test_a_key_is_encrypted_and_only_its_owner_reads_it(made: tuple[Path, Path]) -> None:
    certificate, key = made
    assert key.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    if os.name == "posix":
        assert key.stat().st_mode & 0o777 == 0o600
        assert key.parent.stat().st_mode & 0o777 == 0o700
    assert b"PRIVATE" not in certificate.read_bytes()


def test_a_made_certificate_serves_documents_and_pictures(made: tuple[Path, Path]) -> None:
    certificate = Signer.load(*made, PASSPHRASE).certificates[0]
    extensions = certificate.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.EMAIL_PROTECTION
    ]
    own = extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    issuer = extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert issuer.key_identifier == own
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    organisation = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert [a.value for a in organisation] == ["Laboratory Ü"]


def test_words_say_who_signs_and_that_nobody_vouches(made: tuple[Path, Path]) -> None:
    words = Signer.load(*made, PASSPHRASE).words
    assert words.startswith("Jo Examiner (self-made certificate: no trusted authority vouches")
    assert "no trusted authority" in Signer.on_the_spot().words


def test_words_name_the_issuer_and_that_it_is_not_checked(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    signer = Signer.load(*written(tmp_path, issued(key), key), None)
    assert "issued by Authority, which is not checked here" in signer.words


def test_a_key_is_never_written_over(made: tuple[Path, Path]) -> None:
    before = made[1].read_bytes()
    with pytest.raises(SigningError, match="is there already"):
        make_key(made[1].parent, "Another", PASSPHRASE)
    assert made[1].read_bytes() == before


@pytest.mark.parametrize(
    ("name", "passphrase", "message"),
    [
        ("Jo", "short", "shorter than 8 characters"),
        (" ", PASSPHRASE, "name for the certificate is empty"),
        ("J" * 65, PASSPHRASE, "has 65 characters, a certificate holds 64"),
    ],
)
def test_names_and_passphrases_that_cannot_be(
    tmp_path: Path, name: str, passphrase: str, message: str
) -> None:
    with pytest.raises(SigningError, match=message):
        make_key(tmp_path, name, passphrase)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SigningError, match="cannot be written"):
        make_key(tmp_path / "file" / "keys", "Jo", PASSPHRASE)


@pytest.mark.parametrize(
    ("passphrase", "message"),
    [("wrong horse", "cannot be opened with this passphrase"), (None, "is encrypted")],
)
def test_a_wrong_or_missing_passphrase(
    made: tuple[Path, Path], passphrase: str | None, message: str
) -> None:
    with pytest.raises(SigningError, match=message) as caught:
        Signer.load(*made, passphrase)
    assert caught.value.path == made[1]


def test_a_plain_key_needs_no_passphrase_and_ignores_one(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    paths = written(tmp_path, issued(key), key)
    assert Signer.load(*paths, None).name == "Examiner"


def test_a_certificate_out_of_date(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    expired = issued(key, begins=timedelta(days=-9))
    with pytest.raises(SigningError, match="has expired on"):
        Signer.load(*written(tmp_path, expired, key), None)
    early = issued(key, begins=timedelta(days=9))
    with pytest.raises(SigningError, match="is not valid before"):
        Signer.load(*written(tmp_path, early, key), None)


def test_a_certificate_for_something_else(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(SigningError, match="not for signing documents"):
        Signer.load(*written(tmp_path, issued(key, signs=False), key), None)


def test_a_key_of_another_certificate(tmp_path: Path, made: tuple[Path, Path]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate, _ = written(tmp_path, issued(key), key)
    with pytest.raises(SigningError, match=r"does not belong to the certificate issued\.der"):
        Signer.load(certificate, made[1], PASSPHRASE)


def test_a_certificate_whose_public_key_is_damaged(tmp_path: Path) -> None:
    """Found by fuzzing: the certificate is read, but its point lies on no curve."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate, private = written(tmp_path, issued(key), key)
    content = certificate.read_bytes()
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    certificate.write_bytes(content.replace(point, point[:-1] + bytes([point[-1] ^ 1])))
    with pytest.raises(SigningError, match="public key that is damaged"):
        Signer.load(certificate, private, None)


def test_a_certificate_with_a_damaged_extension(tmp_path: Path) -> None:
    """Found by fuzzing: the certificate is read, its authority key identifier is cut short."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate, private = written(tmp_path, issued(key), key)
    content = certificate.read_bytes()
    assert content.count(b"\x30\x16\x80\x14") == 1
    certificate.write_bytes(content.replace(b"\x30\x16\x80\x14", b"\x30\x16\x80\x2b"))
    with pytest.raises(SigningError, match="extension that is damaged"):
        Signer.load(certificate, private, None)


def test_a_certificate_whose_name_is_damaged(tmp_path: Path) -> None:
    """Found by fuzzing: the certificate is read, its subject only when somebody asks for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate, private = written(tmp_path, issued(key), key)
    content = certificate.read_bytes()
    damaged = content.replace(b"Examiner", b"Examin\xff\xfe")  # no UTF-8
    assert damaged != content
    certificate.write_bytes(damaged)
    with pytest.raises(SigningError, match="is not a certificate"):
        Signer.load(certificate, private, None)
    loose = x509.load_der_x509_certificate(damaged)
    assert words_of(loose).startswith("somebody whose certificate holds no name that can be read")


def test_files_that_are_neither(tmp_path: Path, made: tuple[Path, Path]) -> None:
    text = tmp_path / "text.pem"
    text.write_text("-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n")
    with pytest.raises(SigningError, match="is not a certificate"):
        Signer.load(text, made[1], PASSPHRASE)
    with pytest.raises(SigningError, match="is not a private key"):
        Signer.load(made[0], text, PASSPHRASE)
    with pytest.raises(SigningError, match="cannot be read"):
        Signer.load(made[0], tmp_path / "none", PASSPHRASE)


def test_a_kind_of_key_that_is_not_used(tmp_path: Path, made: tuple[Path, Path]) -> None:
    from cryptography.hazmat.primitives import serialization as s

    other = tmp_path / "ed.key"
    key = ed25519.Ed25519PrivateKey.generate()
    other.write_bytes(key.private_bytes(s.Encoding.DER, s.PrivateFormat.PKCS8, s.NoEncryption()))
    with pytest.raises(SigningError, match="kind of key that is not used"):
        Signer.load(made[0], other, None)
