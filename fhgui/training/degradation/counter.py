"""Random numbers without a state: each is a hash of a sample's key, a name and a position.

After Salmon et al. 2011 (counter-based generators), with the 32-bit finaliser "lowbias32" of
C. Wellons as the hash: it needs integer arithmetic only, which every device does alike.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence

import numpy as np
import torch

from fhgui.core.arrays import AnyArray

MASK = 0xFFFFFFFF


class Random:
    """Random numbers of a batch of samples.

    Parameters
    ----------
    keys : B int64, 0 … 2³²−1, one a sample.
    """

    def __init__(self, keys: torch.Tensor) -> None:
        self.keys = keys

    @classmethod
    def of_samples(cls, seed: int, indices: AnyArray, rounds: AnyArray) -> Random:
        """Return the numbers of samples ``indices`` in their ``rounds`` (epochs) of a run."""
        keys = _mix(torch.full((len(indices),), seed & MASK, dtype=torch.int64) + 0x9E3779B9)
        for part in (indices, rounds):
            keys = _mix(keys ^ _mix(torch.from_numpy(part.astype(np.int64)) & MASK) + 0x85EBCA6B)
        return cls(keys & MASK)

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, picked: torch.Tensor) -> Random:
        """Return the numbers of some of the samples."""
        return Random(self.keys[picked])

    def child(self, number: int) -> Random:
        """Return other numbers for the same samples, for one of several like steps."""
        return Random(_mix(self.keys ^ _mix(torch.tensor(number + 1, dtype=torch.int64))))

    def uniform(
        self,
        name: str,
        low: float = 0.0,
        high: float = 1.0,
        shape: Sequence[int] = (),
        device: torch.device | str = "cpu",
    ) -> torch.Tensor:
        """Return B×shape float64, uniform between ``low`` and ``high``."""
        bits = self._bits(name, math.prod(shape), device)
        values = (bits.double() + 0.5) / 2.0**32
        return (low + (high - low) * values).view(len(self), *shape)

    def normal(
        self, name: str, shape: Sequence[int], device: torch.device | str = "cpu"
    ) -> torch.Tensor:
        """Return B×shape float64, normal with mean 0 and variance 1 (Box and Muller)."""
        radius = torch.sqrt(-2 * torch.log(self.uniform(f"{name} radius", 0, 1, shape, device)))
        angle = self.uniform(f"{name} angle", 0, 2 * math.pi, shape, device)
        return radius * torch.cos(angle)

    def integers(self, name: str, count: int) -> torch.Tensor:
        """Return B int64, uniform over 0 … count−1."""
        return (self.uniform(name) * count).long()

    def _bits(self, name: str, count: int, device: torch.device | str) -> torch.Tensor:
        positions = torch.arange(count, dtype=torch.int64, device=device)
        spread = _mix(positions + zlib.crc32(name.encode()) & MASK)
        return _mix(_mix(spread[None] ^ self.keys.to(device)[:, None]) + 0x9E3779B9 & MASK)


def _mix(x: torch.Tensor) -> torch.Tensor:
    """Hash 32-bit numbers (held in int64): every input bit changes half of the output bits."""
    x = x & MASK
    x = (x ^ (x >> 16)) * 0x7FEB352D & MASK
    x = (x ^ (x >> 15)) * 0x846CA68B & MASK
    return x ^ (x >> 16)
