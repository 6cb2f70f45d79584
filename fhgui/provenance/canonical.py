"""Canonical JSON and the digests built on it."""

from __future__ import annotations

import hashlib
import json

from fhgui.core.arrays import Pixels
from fhgui.core.record import Json


def canonical_json(value: Json) -> bytes:
    """Return UTF-8 JSON with sorted keys, no white space and no NaN; equal values, equal bytes.

    Names of files that are no UTF-8 keep their bytes as the escapes of lone surrogates.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.encode(errors="backslashreplace")


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hex."""
    return hashlib.sha256(data).hexdigest()


def pixels_digest(pixels: Pixels) -> str:
    """Return the SHA-256 of an H×W×3 uint8 picture, its samples in row order."""
    return digest(pixels.tobytes(order="C"))


def sealed(value: dict[str, Json]) -> dict[str, Json]:
    """Return an object with its ``seal``: the SHA-256 of the canonical JSON of all else in it."""
    rest = {name: part for name, part in value.items() if name != "seal"}
    return {**rest, "seal": digest(canonical_json(rest))}
