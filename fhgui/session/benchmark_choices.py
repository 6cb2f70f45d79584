"""What can be measured: the protocols, and for each the methods that fit it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fhgui import paths
from fhgui.core.method import MethodInfo
from fhgui.evaluation.protocols import PROTOCOLS, Protocol
from fhgui.methods import registry
from fhgui.methods.tdn.config import STRAIGHTENER
from fhgui.session.models import missing_assets

BASELINE = "bicubic"
"""Fits every protocol: it enlarges anything to any size."""
RAW = "bicubic_raw"
"""The same where faces are turned: nothing puts them upright."""


@dataclass(frozen=True)
class MethodChoice:
    """A method as a list shows it.

    Parameters
    ----------
    why_not : why it cannot be measured by the protocol; empty if it can.
    """

    id: str
    title: str
    why_not: str


def protocols() -> tuple[Protocol, ...]:
    """Return every protocol in the order in which they are shown."""
    return tuple(PROTOCOLS.values())


def method_choices(protocol: Protocol) -> tuple[MethodChoice, ...]:
    """Return every method, those that fit the protocol first."""
    choices = list(_choices(protocol))
    return tuple(sorted(choices, key=lambda choice: bool(choice.why_not)))


def _choices(protocol: Protocol) -> Iterator[MethodChoice]:
    if not protocol.upright:
        yield MethodChoice(RAW, "Bicubic, nothing put upright", "")
    for method in registry.method_ids():
        info = registry.info(method)
        yield MethodChoice(info.id, info.title, _why_not(info, protocol))


def _why_not(info: MethodInfo, protocol: Protocol) -> str:
    straightens = registry.takes_turned_faces(info.id)
    helped = straightens or paths.model_file(STRAIGHTENER) is not None
    if not protocol.upright and not helped:
        return "takes upright faces, and the network that straightens them is not installed"
    if missing_assets(info):
        return "its weights are not installed"
    fits = info.takes(protocol.lr_hw) and info.scale == protocol.scale
    if info.id == BASELINE or fits:
        return ""
    return f"makes {_size(info.output_hw)} of {_size(info.input_hw)} px"


def _size(hw: tuple[int, int]) -> str:
    return f"{hw[1]}×{hw[0]}"
