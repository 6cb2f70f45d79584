"""The PNG files that this program writes, read so strictly that any changed byte is noticed."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from fhgui.core.arrays import Pixels

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_PIXELS = 100_000_000


class PngError(ValueError):
    """Says what is wrong with a PNG, in a clause."""


def strict_pixels(data: bytes) -> Pixels:
    """Return H×W×3 uint8 pixels of a PNG as `provenance.folder.png` writes it.

    Every byte is accounted for: the signature, the check sums of all chunks and of the compressed
    samples, no chunk besides IHDR, IDAT and IEND, and nothing after the end.

    Raises
    ------
    PngError
        With the chunk and the byte that something is wrong at.
    """
    chunks = list(_chunks(data))
    if chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise PngError("does not begin with the chunk IHDR")
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[0][1])
    if kind != [8, 2, 0, 0, 0] or not 0 < width * height <= MAX_PIXELS:
        raise PngError("holds no 8-bit RGB picture as fhgui writes it")
    _check_samples(b"".join(body for name, body in chunks if name == b"IDAT"), width, height)
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(SIGNATURE):
        raise PngError("has no signature of a PNG")
    at, name = len(SIGNATURE), b""
    while name != b"IEND":
        head = data[at : at + 8]
        if len(head) < 8:
            raise PngError(f"ends without the chunk IEND at byte {at}")
        length, name = struct.unpack(">I4s", head)
        if name not in (b"IHDR", b"IDAT", b"IEND"):
            raise PngError(f"holds a chunk that fhgui does not write, at byte {at + 4}")
        body = data[at + 8 : at + 8 + length]
        check = data[at + 8 + length : at + 12 + length]
        if check != struct.pack(">I", zlib.crc32(name + body)):
            raise PngError(f"fails the check sum of its chunk {name.decode()} at byte {at}")
        yield name, body
        at += 12 + length
    if at != len(data):
        raise PngError(f"goes on after its end, at byte {at}")


def _check_samples(packed: bytes, width: int, height: int) -> None:
    size = height * (1 + 3 * width)
    reader = zlib.decompressobj()
    try:
        samples = reader.decompress(packed, size + 1)
    except zlib.error as error:
        raise PngError(f"holds samples that cannot be unpacked ({error})") from None
    if len(samples) != size or not reader.eof or reader.unused_data:
        raise PngError("holds more or fewer samples than its size says")
