"""Which exemplars a result is from, as far as the worker has told."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.core.contributions import Source, Traced
from fhgui.core.glimpse import Glimpse


@dataclass(frozen=True, eq=False)
class Place:
    """What is known of one pixel of a result.

    Parameters
    ----------
    at_xy : the pixel. sources : largest share first.
    glimpses : the windows of the first of them; empty until they have been read.
    unread : why they cannot be read, in one sentence.
    """

    at_xy: tuple[int, int]
    sources: tuple[Source, ...]
    glimpses: tuple[Glimpse, ...] = ()
    unread: str = ""


@dataclass(frozen=True, eq=False)
class Origins:
    """What was asked about a result, and what came of it.

    Parameters
    ----------
    asked : whether the worker was asked to trace it.
    traced : what it found; None before, and where it cannot.
    why_not : why it cannot, in one sentence; empty if nothing stands in the way.
    place : the pixel that is looked at.
    """

    asked: bool = False
    traced: Traced | None = None
    why_not: str = ""
    place: Place | None = None
