"""Networks run as papers write them, for the figures from before all that was done for speed.

Batch norm is a layer of its own, pictures lie plane by plane, mirrored ones run by themselves,
enlargement and the convolution behind it are two steps, and the last stage goes the long way.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import Folded
from fhgui.blocks.upsampling import UpConv
from fhgui.core.arrays import Floats
from fhgui.imaging import consistency
from fhgui.imaging.operators import LinearOperator
from fhgui.methods.atlas.network import Atlas
from fhgui.methods.atlas.turned.network import TurnedAtlas
from fhgui.methods.csrip.network import Csrip
from fhgui.methods.fsgn.network import Fsgn
from fhgui.methods.sisn import network as sisn
from fhgui.methods.tdn import network as tdn
from fhgui.methods.urdgn import network as urdgn

MIRRORING = (
    (Atlas, "forward"),
    (TurnedAtlas, "see"),
    (sisn.Sisn, "forward"),
    (Csrip, "forward"),
    (Fsgn, "forward"),
    (tdn.Upsampler, "see"),
    (urdgn.Upsampler, "forward"),
)
"""Networks that see a face and its mirror picture, and what they are asked by."""


@contextmanager
def as_written() -> Iterator[None]:
    """Run every network so while it lasts; also those that are loaded already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Folded, "forward", normed)
        patch.setattr(nn.Conv2d, "forward", planar)
        patch.setattr(UpConv, "forward", UpConv.plain)
        patch.setattr(sisn, "doubled", sisn._in_steps)
        patch.setattr(consistency, "_exact", exact)
        for network, name in MIRRORING:
            patch.setattr(network, name, one_by_one(getattr(network, name)))
        yield


def normed(_: Any, x: torch.Tensor) -> torch.Tensor:
    """Do what a batch norm does, with means and variances that change nothing."""
    ones, zeros = x.new_ones(x.shape[1]), x.new_zeros(x.shape[1])
    return functional.batch_norm(x, zeros, ones, ones, zeros, eps=0.0)


def planar(self: nn.Conv2d, x: torch.Tensor) -> torch.Tensor:
    """Convolve a picture that lies plane by plane."""
    return self._conv_forward(x.contiguous(), self.weight, self.bias)


def one_by_one(run: Callable[..., Any]) -> Callable[..., Any]:
    """Return what runs a network on each picture by itself."""
    return lambda network, pictures, *more: joined([run(network, x[None], *more) for x in pictures])


def joined(results: list[Any]) -> Any:
    """Return what a network makes of some pictures, of what it makes of each: tensors, tuples."""
    first = results[0]
    if isinstance(first, torch.Tensor):
        return torch.cat(results)
    parts = [joined(list(part)) for part in zip(*results, strict=True)]
    return type(first)(*parts) if hasattr(first, "_fields") else tuple(parts)


def exact(x: Floats, y: Floats, operator: LinearOperator, change: Callable[..., Floats]) -> Floats:
    """Project by whole proximal steps; see `fhgui.imaging.consistency`."""
    natural = change == operator.natural_change
    for done in range(consistency.MOST_ROUNDS):
        first = natural and done < consistency.NATURAL_ROUNDS
        step = operator.natural_proximal if first else operator.proximal
        x = np.clip(step(y, x, consistency.EPSILON), 0, 255)
        if np.abs(operator.forward(x) - y).max() <= consistency.CLOSE:
            break
    return x
