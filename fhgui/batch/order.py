"""What is asked of a batch: the methods, and where faces are looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fhgui import __version__
from fhgui.core.errors import FhguiError, InputError
from fhgui.methods import registry


@dataclass(frozen=True)
class Order:
    """One batch, the same for every file of it.

    Parameters
    ----------
    methods : ids, each once.
    settings : method → config fields that differ from its defaults.
    aligned : every file already is the input of the methods.
    frame : look at this frame of every video, animation or file of several pages; None for the
        best frame of each track, or all pages, or ``every``.
    every : look at every so-many-th frame of them.
    degradation : operator assumed to have made the inputs; None for each method's own.
    seed : feeds all randomness.
    device : ``auto``, ``cpu`` or ``cuda``.
    reason : why faces below the class Perceive are enhanced all the same.
    software : version of the program; a worker of another one refuses.
    """

    methods: tuple[str, ...]
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    aligned: bool = False
    frame: int | None = None
    every: int | None = None
    degradation: str | None = None
    seed: int = 0
    device: str = "auto"
    reason: str = ""
    software: str = __version__


def check(order: Order) -> None:
    """Refuse what would fail for every face, before any work is done.

    Raises
    ------
    InputError
        No method, one named twice, or ways of choosing frames that exclude each other.
    MethodError
        A method or a setting is unknown.
    """
    if not order.methods or len(set(order.methods)) != len(order.methods):
        raise InputError("name each method once", hint="for example --methods bicubic,dcnn_mnce")
    if sum((order.aligned, order.frame is not None, order.every is not None)) > 1:
        raise InputError(
            "--aligned, --frame and --every exclude each other",
            hint="without them every video gives the best frame of each track",
        )
    for method in order.methods:
        registry.make_config(method, order.settings.get(method, {}))


def refuse_other_software(order: Order) -> None:
    """Raise in a worker that runs another version of the program than whoever asks.

    Raises
    ------
    FhguiError
        The versions differ.
    """
    if order.software != __version__:
        raise FhguiError(
            f"a worker runs fhgui {__version__}, this is {order.software}",
            hint="install the same version on every machine",
        )
