"""Reads what dlib's trainer of shape predictors writes, into the arrays that this program ships.

dlib serialises a shape predictor as a run of packed integers and nothing else: a byte with the
number's size and sign, then its bytes, lowest first; a float is mantissa and exponent, a vector
its length and its parts, a matrix its two sizes (negative) and its parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fhgui.core.arrays import AnyArray, Floats

VERSION = 1


@dataclass
class _Reader:
    """Takes numbers off a run of them."""

    numbers: AnyArray
    at: int = 0

    def whole(self) -> int:
        """Return one integer."""
        self.at += 1
        return int(self.numbers[self.at - 1])

    def floats(self, count: int) -> Floats:
        """Return as many floats."""
        taken = self.numbers[self.at : self.at + 2 * count]
        self.at += 2 * count
        return _floats(taken.reshape(count, 2))

    def run(self, count: int) -> AnyArray:
        """Return as many integers."""
        self.at += count
        return self.numbers[self.at - count : self.at]


def read_predictor(path: Path) -> dict[str, AnyArray]:
    """Return the arrays of `fhgui.imaging.shape_trees.ShapeTrees` that a trained file holds.

    Raises
    ------
    ValueError
        If it is no shape predictor of this version.
    """
    reader = _Reader(_numbers(path.read_bytes()))
    if (version := reader.whole()) != VERSION:
        raise ValueError(f"shape predictors of version {version} are not understood")
    size, _ = reader.whole(), reader.whole()
    initial = reader.floats(-size).reshape(-1, 2)
    forests = [_forest(reader, -size) for _ in range(reader.whole())]
    anchors = [reader.run(reader.whole()).copy() for _ in range(reader.whole())]
    deltas = [reader.floats(2 * reader.whole()).reshape(-1, 2) for _ in range(reader.whole())]
    pairs, thresholds, leaves = (np.stack(parts) for parts in zip(*forests, strict=True))
    scales = np.maximum(np.abs(leaves).max(axis=(2, 3)), 1e-12) / 127
    return {
        "initial": initial,
        "anchors": np.stack(anchors).astype(np.uint8),
        "deltas": np.stack(deltas),
        "pairs": pairs.astype(np.uint16),
        "thresholds": thresholds,
        "leaves": np.rint(leaves / scales[..., None, None]).astype(np.int8),
        "scales": scales.astype(np.float32),
    }


def _forest(reader: _Reader, values: int) -> tuple[AnyArray, Floats, Floats]:
    """Return the pairs, thresholds and leaves of one stage; all its trees are equally deep."""
    trees, start = reader.whole(), reader.at
    splits = reader.whole()
    leaf = 2 + 2 * values
    length = 1 + 4 * splits + 1 + (splits + 1) * leaf
    reader.at = start
    rows = reader.run(trees * length).reshape(trees, length)
    nodes = rows[:, 1 : 1 + 4 * splits].reshape(trees, splits, 4)
    told = rows[:, 2 + 4 * splits :].reshape(trees, splits + 1, leaf)[..., 2:]
    told = told.reshape(trees, splits + 1, values, 2)
    return nodes[..., :2], _floats(nodes[..., 2:]), _floats(told)


def _floats(parts: AnyArray) -> Floats:
    """Return float32 of (mantissa, exponent) on the last axis."""
    values: Floats = np.ldexp(parts[..., 0].astype(np.float64), parts[..., 1].astype(np.int32))
    return values.astype(np.float32)


def _numbers(content: bytes) -> AnyArray:
    """Return all packed integers."""
    starts = _starts(content)
    padded = np.frombuffer(content + bytes(8), np.uint8)
    sizes = padded[starts] & 15
    numbers = np.zeros(len(starts), np.int64)
    for place in range(8):
        byte = padded[starts + 1 + place].astype(np.int64) << (8 * place)
        numbers |= np.where(sizes > place, byte, 0)
    return np.where(padded[starts] & 128, -numbers, numbers)


def _starts(content: bytes) -> AnyArray:
    steps = [(byte & 15) + 1 for byte in range(256)]
    starts, at = [], 0
    while at < len(content):
        starts.append(at)
        at += steps[content[at]]
    return np.array(starts, np.int64)
