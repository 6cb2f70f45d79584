"""The bytes of content credentials that their signature does not cover.

C2PA signs the claim, and the claim vouches for the assertions and for the rest of the picture. What
carries them is vouched for by nobody: chunk and box headers, checksums, padding (JUMBF, ISO/IEC
19566-5; embedding, C2PA 2.x, appendix A). So the carrier is written afresh here, as the C2PA
library writes it, and compared with what was found.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

BOX = struct.Struct(">I4s")
"""Length and type of a box."""

UUID_TAIL = bytes.fromhex("00110010800000aa00389b71")

PLAIN, SALTED = 0x03, 0x13
"""Toggles of a box's description: requestable and labelled; with a private salt besides."""

SEGMENT = struct.Struct(">2sHI")
"""``JP``, box instance and packet number at the start of a JPEG APP11 segment."""

INSTANCE = 0x0211


def is_as_written(picture: bytes, kind: str) -> bool:
    """Tell whether the carrier of the credentials is, to the byte, what was written.

    Parameters
    ----------
    picture : a PNG or JPEG file whose signature holds.
    kind : ``image/png`` or ``image/jpeg``.
    """
    try:
        store = _from_png(picture) if kind == "image/png" else _from_jpeg(picture)
        return _written(store) == store
    except (ValueError, IndexError, struct.error):
        return False


def certificate_of(picture: bytes, kind: str) -> bytes:
    """Return the DER of the certificate that signed the credentials.

    Raises
    ------
    ValueError
        If there is none where this program's pictures have it.
    """
    store = _from_png(picture) if kind == "image/png" else _from_jpeg(picture)
    protected, _, _ = _cose(_signature(store))
    return _chain_start(protected)


def _from_png(picture: bytes) -> bytes:
    """Return the contents of the only ``caBX`` chunk."""
    found, start = [], 8
    while start < len(picture):
        length, kind = BOX.unpack_from(picture, start)
        content = picture[start + 8 : start + 8 + length]
        (checksum,) = struct.unpack_from(">I", picture, start + 8 + length)
        if kind == b"caBX":
            if checksum != zlib.crc32(kind + content):
                raise ValueError("its checksum is wrong")
            found.append(content)
        start += 12 + length
    (store,) = found
    return store


def _from_jpeg(picture: bytes) -> bytes:
    """Return the contents of the ``APP11`` segments, put together."""
    store = b""
    for number, segment in enumerate(_segments(picture), start=1):
        if SEGMENT.unpack_from(segment) != (b"JP", INSTANCE, number):
            raise ValueError("a segment is not the next one")
        # Each segment repeats the head of the box that it goes on with.
        head = segment[SEGMENT.size : SEGMENT.size + 8]
        if store and head != store[:8]:
            raise ValueError("a segment goes on with another box")
        store += segment[SEGMENT.size + (8 if store else 0) :]
    return store


def _segments(picture: bytes) -> Iterator[bytes]:
    """Yield the contents of the APP11 segments before the first scan."""
    start = 2
    while picture[start : start + 2] != b"\xff\xda":
        marker, length = struct.unpack_from(">HH", picture, start)
        if marker == 0xFFEB:
            yield picture[start + 4 : start + 2 + length]
        start += 2 + length


def _written(store: bytes) -> bytes:
    """Return the store written afresh from what is signed in it."""
    (manifest,) = _children(store, b"c2pa")
    label = _label(manifest)
    assertions, claim, signature = _children(manifest, b"c2ma")
    kept = b"".join(_assertion(box) for box in _children(assertions, b"c2as"))
    protected, padding, signed = _cose(_content(signature))
    cose = b"\xd2\x84" + _bstr(protected) + b"\xa1cpad" + _bstr(bytes(padding)) + b"\xf6"
    body = (
        _super(b"c2as", b"c2pa.assertions", kept)
        + _super(b"c2cl", b"c2pa.claim.v2", _box(b"cbor", _content(claim)))
        + _super(b"c2cs", b"c2pa.signature", _box(b"cbor", cose + _bstr(signed)))
    )
    return _super(b"c2pa", b"c2pa", _super(b"c2ma", label, body))


def _signature(store: bytes) -> bytes:
    (manifest,) = _children(store, b"c2pa")
    return _content(_children(manifest, b"c2ma")[2])


def _assertion(box: bytes) -> bytes:
    """Return an assertion's box with the toggles that it must have; its hash covers the rest."""
    description, *_ = _boxes(box[8:])
    toggles = BOX.size + 16
    salted = b"c2sh" in description[toggles:]
    whole = bytes([SALTED if salted else PLAIN])
    return box[: 8 + toggles] + whole + box[8 + toggles + 1 :]


def _super(kind: bytes, label: bytes, content: bytes) -> bytes:
    description = kind + UUID_TAIL + bytes([PLAIN]) + label + b"\0"
    return _box(b"jumb", _box(b"jumd", description) + content)


def _box(kind: bytes, content: bytes) -> bytes:
    return BOX.pack(BOX.size + len(content), kind) + content


def _boxes(data: bytes) -> list[bytes]:
    """Return the boxes that follow each other in ``data``."""
    boxes, start = [], 0
    while start < len(data):
        length, _ = BOX.unpack_from(data, start)
        if not BOX.size <= length <= len(data) - start:
            raise ValueError("a box is longer than what holds it")
        boxes.append(data[start : start + length])
        start += length
    return boxes


def _children(box: bytes, kind: bytes) -> list[bytes]:
    """Return the boxes below the description of a superbox, which must be of a kind."""
    (length,) = struct.unpack_from(">I", box)
    description, *below = _boxes(box[8:length])
    if description[8:12] != kind or length != len(box):
        raise ValueError("a box is of another kind")
    return below


def _content(box: bytes) -> bytes:
    """Return the content of the only box below the description of a superbox."""
    _, content = _boxes(box[8:])
    return content[8:]


def _label(box: bytes) -> bytes:
    description, *_ = _boxes(box[8:])
    return description[8 + 17 : -1]


def _cose(data: bytes) -> tuple[bytes, int, bytes]:
    """Return protected header, length of the padding and signature of a COSE_Sign1."""
    if not data.startswith(b"\xd2\x84"):
        raise ValueError("the signature is no COSE_Sign1")
    protected, rest = _read_bstr(data[2:])
    if not rest.startswith(b"\xa1cpad"):
        raise ValueError("the signature has another unprotected header")
    padding, rest = _read_bstr(rest[5:])
    signed, rest = _read_bstr(rest[1:])
    if rest:
        raise ValueError("something follows the signature")
    return protected, len(padding), signed


def _chain_start(protected: bytes) -> bytes:
    """Return the first certificate of ``x5chain`` (label 33) in a protected header."""
    _, label, rest = protected.partition(b"\x18\x21")
    if not label:
        raise ValueError("the signature names no certificate")
    many = 0x80 < rest[0] < 0x98
    return _read_bstr(rest[1:] if many else rest)[0]


def _read_bstr(data: bytes) -> tuple[bytes, bytes]:
    """Return the CBOR byte string at the start of ``data`` (RFC 8949) and what follows it."""
    more = {0x58: 1, 0x59: 2, 0x5A: 4}.get(data[0], 0)
    if not 0x40 <= data[0] < 0x58 and not more:
        raise ValueError("no byte string is where one should be")
    length = int.from_bytes(data[1 : 1 + more]) if more else data[0] - 0x40
    end = 1 + more + length
    if end > len(data):
        raise ValueError("a byte string is cut")
    return data[1 + more : end], data[end:]


def _bstr(content: bytes) -> bytes:
    """Return a CBOR byte string with the shortest head."""
    n = len(content)
    for limit, head in ((24, b""), (1 << 8, b"\x58"), (1 << 16, b"\x59"), (1 << 32, b"\x5a")):
        if n < limit:
            size = {b"": 0, b"\x58": 1, b"\x59": 2, b"\x5a": 4}[head]
            return (head + n.to_bytes(size) if head else bytes([0x40 + n])) + content
    raise ValueError("too long for a byte string")
