"""Spoils bytes without knowing what they mean."""

from __future__ import annotations

import struct
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]

LARGEST = 4 << 20
"""A mutant is never longer: what is to be found is what few bytes can do."""

_HEADER = 256
"""Where most of what a reader believes stands."""

_EXTREMES = {
    1: (0, 1, 0x7F, 0x80, 0xFF),
    2: (0, 1, 0x7FFF, 0x8000, 0xFFFF),
    4: (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x10000000, 65536),
    8: (0, 1, 2**63 - 1, 2**63, 2**64 - 1, 2**32, 2**40),
}


def flip_bits(data: bytes, rng: Random) -> bytes:
    """Turn one to sixteen bits, anywhere."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 16)):
        out[_place(out, rng)] ^= 1 << rng.randrange(8)
    return bytes(out)


def set_bytes(data: bytes, rng: Random) -> bytes:
    """Set one to eight bytes to anything."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        out[_place(out, rng)] = rng.randrange(256)
    return bytes(out)


def set_number(data: bytes, rng: Random) -> bytes:
    """Write an extreme or nearby number of one to eight bytes where some length may stand."""
    size = rng.choice((1, 2, 4, 8))
    if len(data) < size:
        return data
    out = bytearray(data)
    start = min(_place(out, rng), len(out) - size)
    order = rng.choice("<>")
    sign = {1: "B", 2: "H", 4: "I", 8: "Q"}[size]
    (before,) = struct.unpack_from(order + sign, out, start)
    near = before + rng.choice((-1, 1, -before, before, rng.randint(-256, 256)))
    value = rng.choice((*_EXTREMES[size], near % 256**size))
    struct.pack_into(order + sign, out, start, value)
    return bytes(out)


def cut_end(data: bytes, rng: Random) -> bytes:
    """Keep the beginning only."""
    return data[: rng.randrange(len(data) + 1)]


def cut_out(data: bytes, rng: Random) -> bytes:
    """Take a piece out."""
    start, end = _span(data, rng)
    return data[:start] + data[end:]


def repeat(data: bytes, rng: Random) -> bytes:
    """Put a piece in again, up to a thousand times."""
    start, end = _span(data, rng)
    times = rng.choice((1, 1, 2, 5, 40, 1000))
    return data[:end] + data[start:end] * times + data[end:]


def move(data: bytes, rng: Random) -> bytes:
    """Copy a piece over another place."""
    start, end = _span(data, rng)
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[start:end] + data[at + end - start :]


def fill(data: bytes, rng: Random) -> bytes:
    """Overwrite a piece with one byte."""
    start, end = _span(data, rng)
    return data[:start] + bytes([rng.choice((0, 0xFF, 0x20, 0x41))]) * (end - start) + data[end:]


def scatter(data: bytes, rng: Random) -> bytes:
    """Overwrite a piece with noise."""
    start, end = _span(data, rng)
    return data[:start] + rng.randbytes(end - start) + data[end:]


ANY: tuple[Mutation, ...] = (
    *(flip_bits, set_bytes, set_number, set_number, set_number),
    *(cut_end, cut_out, repeat, move, fill, scatter),
)


def spliced(data: bytes, other: bytes, rng: Random) -> bytes:
    """Return the beginning of one file with the end of another."""
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def anyhow(data: bytes, rng: Random) -> bytes:
    """Return data spoilt in one to three of these ways."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        if data:
            data = rng.choice(ANY)(data, rng)[:LARGEST]
    return data


def _place(data: bytes | bytearray, rng: Random) -> int:
    """Return a place, every other time in the header."""
    return rng.randrange(min(len(data), _HEADER) if rng.random() < 0.5 else len(data))


def _span(data: bytes, rng: Random) -> tuple[int, int]:
    start = _place(data, rng)
    length = rng.choice((1, 4, 16, 64, 1024, len(data)))
    return start, min(len(data), start + rng.randint(1, length))
