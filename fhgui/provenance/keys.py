"""Keys and certificates that sign: the laboratory's own, or self-made ones.

One certificate serves PDF, manifest and content credentials: a leaf with digitalSignature and
contentCommitment, extended use emailProtection, an organisation in its subject, and subject and
authority key identifiers (the certificate profile of C2PA 2.x, clause "Certificate Profile"). A
self-made one shows that nothing was changed; who signed it shows only to those who were given
its fingerprint in another way.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from fhgui.core.errors import SigningError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

VALID_FOR = timedelta(days=5 * 365)
"""How long a self-made certificate is valid."""

PASSPHRASE_CHARACTERS = 8
"""A passphrase may not be shorter (NIST SP 800-63B)."""

NAME_CHARACTERS = 64
"""Upper bound of a common or organisation name in X.509 (RFC 5280, appendix A)."""

CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
"""Elliptic curves that are used, and the algorithm of each in content credentials."""

CERTIFICATE_FILE, KEY_FILE = "signing-certificate.pem", "signing-key.pem"

ON_THE_SPOT = "fhgui, key made on the spot"
"""Name in certificates that are made for one export and thrown away."""


@dataclass(frozen=True, eq=False)
class Signer:
    """A private key with its certificate, ready to sign; make one with `load` or `on_the_spot`.

    Parameters
    ----------
    certificates : the signer's own first, then those that issued it, as far as they were given.
    key : the private key of the first certificate.
    """

    certificates: tuple[x509.Certificate, ...]
    key: PrivateKey

    @classmethod
    def load(cls, certificate: Path, key: Path, passphrase: str | None) -> Signer:
        """Read a certificate (PEM, with its chain if there is one, or DER) and its private key.

        Raises
        ------
        SigningError
            If a file cannot be read, the passphrase is wrong, the certificate is out of date or
            not for signing, or the key belongs to another certificate.
        """
        certificates = _read_certificates(certificate)
        _check_dates(certificates[0], certificate)
        _check_use(certificates[0], certificate)
        private = _read_key(key, passphrase)
        if private.public_key() != _public_key(certificates[0], certificate):
            raise SigningError(
                f"does not belong to the certificate {certificate.name}",
                path=key,
                hint="give the key that the certificate was made for",
            )
        return cls(certificates, private)

    @classmethod
    def on_the_spot(cls) -> Signer:
        """Return a signer that nobody vouches for, whose key is never written anywhere."""
        key = _new_key()
        return cls((_self_made(key, ON_THE_SPOT, ON_THE_SPOT),), key)

    @property
    def name(self) -> str:
        """The common name in the certificate, or all of its subject."""
        return name_of(self.certificates[0])

    @property
    def words(self) -> str:
        """Who signs, on whose word, and the certificate's fingerprint, in one clause."""
        return words_of(self.certificates[0])


def make_key(
    folder: Path, common_name: str, passphrase: str, organisation: str = ""
) -> tuple[Path, Path]:
    """Make a key and its self-made certificate in a folder.

    Parameters
    ----------
    common_name : who signs, as it will be shown.
    passphrase : encrypts the key file; without it the key is lost.
    organisation : the laboratory; ``common_name`` if left out.

    Returns
    -------
    tuple[Path, Path]
        Certificate (PEM, may be given to anybody) and key (PEM, PKCS#8, encrypted, mode 0600).

    Raises
    ------
    SigningError
        If a name is empty or too long, the passphrase too short, the files exist already, or the
        folder cannot be written.
    """
    _check_names(common_name, organisation)
    if len(passphrase) < PASSPHRASE_CHARACTERS:
        raise SigningError(
            f"the passphrase is shorter than {PASSPHRASE_CHARACTERS} characters",
            hint="choose a longer one",
        )
    certificate_path, key_path = folder / CERTIFICATE_FILE, folder / KEY_FILE
    key = _new_key()
    certificate = _self_made(key, common_name, organisation or common_name)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_new(key_path, _encrypted(key, passphrase), 0o600)
        _write_new(certificate_path, _pem(certificate), 0o644)
    except FileExistsError as error:
        raise SigningError(
            "is there already", path=error.filename, hint="sign with it, or choose another folder"
        ) from error
    except OSError as error:
        raise SigningError(
            f"cannot be written ({error.strerror})", path=folder, hint="choose another folder"
        ) from error
    return certificate_path, key_path


def name_of(certificate: x509.Certificate) -> str:
    """Return the common name of a certificate's subject, or all of the subject."""
    return _name(certificate.subject)


def words_of(certificate: x509.Certificate) -> str:
    """Say who a certificate names, on whose word, and its fingerprint."""
    from cryptography.hazmat.primitives.hashes import SHA256

    fingerprint = certificate.fingerprint(SHA256()).hex()
    try:
        self_made = certificate.subject == certificate.issuer
    except ValueError:
        return f"somebody whose certificate holds no name that can be read (SHA-256 {fingerprint})"
    if self_made:
        word = "self-made certificate: no trusted authority vouches for the name"
    else:
        word = f"certificate issued by {_name(certificate.issuer)}, which is not checked here"
    return f"{name_of(certificate)} ({word}; SHA-256 {fingerprint})"


def _name(name: x509.Name) -> str:
    from cryptography.x509.oid import NameOID

    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()


def _check_names(common_name: str, organisation: str) -> None:
    if not common_name.strip():
        raise SigningError("the name for the certificate is empty", hint="say who signs")
    for name in (common_name, organisation):
        if len(name) > NAME_CHARACTERS:
            raise SigningError(
                f"the name {name[:20]!r}… has {len(name)} characters, a certificate holds "
                f"{NAME_CHARACTERS}",
                hint="shorten it",
            )


def _new_key() -> ec.EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _self_made(
    key: ec.EllipticCurvePrivateKey, common_name: str, organisation: str
) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    own_identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    now = datetime.now(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder(issuer_name=subject, subject_name=subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(own_identifier, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own_identifier),
            critical=False,
        )
        .sign(key, SHA256())
    )


def _key_usage() -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _encrypted(key: PrivateKey, passphrase: str) -> bytes:
    from cryptography.hazmat.primitives import serialization

    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that must not exist yet; nobody else can read it at any moment."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> bytes:
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise SigningError("is no regular file", path=path, hint="give a copy on disk")
    try:
        return path.read_bytes()
    except OSError as error:
        raise SigningError(
            f"cannot be read ({error.strerror})", path=path, hint="check the path"
        ) from error


def _read_certificates(path: Path) -> tuple[x509.Certificate, ...]:
    from cryptography import x509

    content = _read(path)
    try:
        if b"-----BEGIN" in content:
            found = tuple(x509.load_pem_x509_certificates(content))
        else:
            found = (x509.load_der_x509_certificate(content),)
        for certificate in found:  # read here: the library puts it off
            _ = certificate.subject, certificate.issuer
        return found
    except ValueError as error:
        raise SigningError(
            "is not a certificate", path=path, hint="give a PEM or DER certificate (X.509)"
        ) from error


def _public_key(certificate: x509.Certificate, path: Path) -> object:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SigningError(
            "holds a public key that is damaged or of an unknown kind",
            path=path,
            hint="copy the certificate again, or give another one",
        ) from error


def _check_dates(certificate: x509.Certificate, path: Path) -> None:
    now = datetime.now(UTC)
    if now > certificate.not_valid_after_utc:
        raise SigningError(
            f"has expired on {certificate.not_valid_after_utc:%Y-%m-%d}",
            path=path,
            hint="sign with a certificate that is valid today",
        )
    if now < certificate.not_valid_before_utc:
        raise SigningError(
            f"is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}",
            path=path,
            hint="check the computer's clock, or sign with another certificate",
        )


def _check_use(certificate: x509.Certificate, path: Path) -> None:
    from cryptography import x509

    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return  # without the extension, any use is allowed (RFC 5280, 4.2.1.3)
    except ValueError as error:  # any of its extensions: all are read at once
        raise SigningError(
            "holds an extension that is damaged",
            path=path,
            hint="copy the certificate again, or give another one",
        ) from error
    if not (usage.digital_signature or usage.content_commitment):
        raise SigningError(
            "is not for signing documents", path=path, hint="ask its issuer for one that is"
        )


def _read_key(path: Path, passphrase: str | None) -> PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    content = _read(path)
    pem = b"-----BEGIN" in content
    load = serialization.load_pem_private_key if pem else serialization.load_der_private_key
    try:
        key = load(content, _secret(content, passphrase))
        key.public_key()  # a damaged one may be found out only here
    except TypeError as error:
        raise SigningError(
            "is encrypted", path=path, hint="give its passphrase with --passphrase-file"
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        encrypted = b"ENCRYPTED" in content and passphrase
        raise SigningError(
            "cannot be opened with this passphrase" if encrypted else "is not a private key",
            path=path,
            hint="check the passphrase" if encrypted else "give a PEM or DER key (PKCS#8)",
        ) from error
    return _usable(key, path)


def _secret(content: bytes, passphrase: str | None) -> bytes | None:
    """Return the passphrase for a key that needs one: it is an error to give it to another."""
    plain = b"-----BEGIN" in content and b"ENCRYPTED" not in content
    return passphrase.encode() if passphrase and not plain else None


def _usable(key: object, path: Path) -> PrivateKey:
    """Refuse the kinds of key that not both PDF and content credentials can be signed with."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if isinstance(key, rsa.RSAPrivateKey):
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in CURVES:
        return key
    raise SigningError(
        "is a kind of key that is not used here",
        path=path,
        hint="use RSA, or EC on the curve P-256, P-384 or P-521",
    )
