"""Networks are built by the shape that a file states: never larger than the file can fill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from torch import nn
from torch.nn.modules import module as modules

from fhgui.core.arrays import AnyArray

BUILDING_ERRORS = (
    *(TypeError, ValueError, RuntimeError, KeyError, IndexError, AttributeError),
    *(ArithmeticError, MemoryError, AssertionError),
)
"""What is raised where a stated shape makes no sense, or its weights do not fit."""

_FOLDED = 4
"""Parameters of a layer that are one once batch norm is folded, and further ones beside it."""
_MORE_VALUES = 1 << 20


@contextmanager
def no_larger_than(arrays: Mapping[str, AnyArray]) -> Iterator[None]:
    """Stop the building of a network as soon as a file's arrays cannot be its parameters.

    A header of a few bytes could else ask for any memory and any time.

    Raises
    ------
    ValueError
        Inside, if there are many more parameters, or values in them, than in the arrays.
    """
    count, values = _FOLDED * len(arrays) + 64, sum(a.size for a in arrays.values())
    left = [count, _FOLDED * values + _MORE_VALUES]

    def take(_: nn.Module, name: str, parameter: nn.Parameter | None) -> None:
        left[0] -= 1
        left[1] -= 0 if parameter is None else parameter.numel()
        if min(left) < 0:
            raise ValueError(f"the network is larger than the file ({name})")

    handle = modules.register_module_parameter_registration_hook(take)
    try:
        yield
    finally:
        handle.remove()
