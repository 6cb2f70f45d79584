"""What a benchmark measures: methods with settings, and released result pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol as Interface
from typing import runtime_checkable

import numpy as np

from fhgui.core.arrays import AnyArray, Pixels
from fhgui.core.doubt import LEVELS
from fhgui.core.errors import InputError, MethodError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Asset, Method, Uncertain
from fhgui.datasets.listing import Item
from fhgui.datasets.reading import Reader, decode
from fhgui.datasets.recipe import DroppedError
from fhgui.evaluation.pictures import Pair, UnfitError, list_pictures
from fhgui.evaluation.pose import Pose, told_pose
from fhgui.evaluation.protocols import Protocol
from fhgui.imaging.resize import imresize
from fhgui.methods import registry

BICUBIC = "bicubic"
RAW = "bicubic_raw"
"""Bicubic on inputs that nobody put upright."""
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,59}")
_RESERVED = ("truth", "input")
_IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@dataclass(frozen=True)
class Candidate:
    """One row to measure.

    Parameters
    ----------
    label : names the row and its pictures; fit for file names.
    method : a method's id; None for released pictures.
    settings : that differ from the method's defaults.
    pictures : folder or zip of released results; None for methods.
    """

    label: str
    method: str | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    pictures: Path | None = None

    @property
    def kind(self) -> str:
        """``measured`` for methods, ``reference`` for released pictures."""
        return "measured" if self.pictures is None else "reference"


@dataclass(frozen=True, eq=False)
class Baseline:
    """Bicubic enlargement of any input to any size: every protocol has it."""

    hr_hw: tuple[int, int]
    config: Mapping[str, object] = field(default_factory=dict)
    assets: tuple[Asset, ...] = ()

    def restore(self, pair: Pair) -> Pixels:
        """Return the enlarged input."""
        return imresize(pair.input, self.hr_hw)


@dataclass(frozen=True, eq=False)
class Restoring:
    """A loaded method on the inputs of a protocol."""

    method: Method

    @property
    def assets(self) -> tuple[Asset, ...]:
        """The method's files."""
        return self.method.assets

    @property
    def config(self) -> object:
        """The method's settings, resolved."""
        return self.method.config

    def restore(self, pair: Pair) -> Pixels:
        """Return the method's last stage, the pixels that ``enhance`` writes."""
        pixels: Pixels | None = None
        for stage in self.method.stages(self._face(pair), seed=0):
            pixels = stage.pixels
        if pixels is None:
            raise MethodError(f"{self.method.info.id} gave no picture")
        return pixels

    def expected_errors(self, pair: Pair) -> tuple[AnyArray, ...] | None:
        """Return the half widths of each of `LEVELS`, H×W; None if it does not estimate them."""
        if not isinstance(self.method, Uncertain):
            return None
        face = self._face(pair)
        asked = (self.method.expected_error(face, level) for level in LEVELS)
        known = tuple(half for half in asked if half is not None)
        return known if len(known) == len(LEVELS) else None

    def found_pose(self, pair: Pair) -> Pose | None:
        """Return the pose that the method's stages tell; None if they tell none."""
        return told_pose(self.method.stages(self._face(pair), seed=0))

    def _face(self, pair: Pair) -> FaceImage:
        identity = FaceAlignment(_IDENTITY, PlacedBy.ALIGNED, self.method.info.template)
        return FaceImage(pair.input, identity)


@dataclass(frozen=True, eq=False)
class Released:
    """Released result pictures, found by the names of the pairs."""

    items: Mapping[str, Item]
    config: Mapping[str, object] = field(default_factory=dict)
    assets: tuple[Asset, ...] = ()

    def restore(self, pair: Pair) -> Pixels:
        """Return the picture of a pair; `UnfitError` if it is missing, damaged or misfit."""
        if pair.name not in self.items:
            raise UnfitError("is not there")
        item = self.items[pair.name]
        with Reader() as reader:
            try:
                pixels = decode(reader.stored(item), item)
            except DroppedError as error:
                raise UnfitError(f"{error.reason.value} {error.what}".strip()) from error
        if pixels.shape != pair.truth.shape:
            raise UnfitError(f"is {_size(pixels.shape[:2])} px, not {_size(pair.truth.shape[:2])}")
        return pixels


class Runner(Interface):
    """What turns the input of a pair into a result."""

    @property
    def assets(self) -> tuple[Asset, ...]:
        """The files it was loaded from."""

    @property
    def config(self) -> object:
        """Its settings, resolved."""

    def restore(self, pair: Pair) -> Pixels:
        """Return the result, H×W×3 uint8 of the truth's size."""


@runtime_checkable
class Straightening(Interface):
    """A runner that puts faces upright, and may tell how it found them."""

    def found_pose(self, pair: Pair) -> Pose | None:
        """Return the pose in which it found the face; None if it does not tell."""


def every_method(protocol: Protocol) -> tuple[str, ...]:
    """Return the ids that ``all`` stands for; not all of them fit every protocol."""
    return registry.method_ids() if protocol.upright else (*registry.method_ids(), RAW)


def check_labels(candidates: Iterable[Candidate]) -> None:
    """Refuse labels that are no file names, or that two rows share.

    Raises
    ------
    InputError
        Naming the label.
    """
    seen: set[str] = set()
    for candidate in candidates:
        label = candidate.label
        if not _LABEL.fullmatch(label) or label.lower() in _RESERVED:
            raise InputError(
                f"{label!r} cannot name a row: it names a folder of pictures too",
                hint="use letters, digits and . _ + = -, and neither truth nor input",
            )
        if label.lower() in seen:
            raise InputError(f"two rows are called {label!r}", hint="name each row once")
        seen.add(label.lower())


def takes_turned_faces(config: object) -> bool:
    """Tell by its settings whether a method straightens faces itself."""
    return bool(getattr(config, "takes_turned_faces", False))


def load(candidate: Candidate, protocol: Protocol, device: str) -> Runner:
    """Load a method for the protocol's inputs.

    Raises
    ------
    MethodError
        If it is unknown, its settings are wrong, or it takes inputs of another size or kind.
    WeightsError
        If its files are missing or damaged.
    """
    if candidate.pictures is not None:
        return Released(dict(list_pictures(candidate.pictures, [])))
    method_id = candidate.method or ""
    plain = method_id == BICUBIC and not candidate.settings  # else the method, of one size only
    if method_id == RAW or (plain and protocol.upright):
        if candidate.settings:
            raise MethodError(f"{method_id} has no settings")
        _refuse_raw(method_id, protocol)
        return Baseline(protocol.hr_hw)
    registry.info(method_id)  # refuses unknown methods
    config = registry.make_config(method_id, candidate.settings)  # refuses unknown settings
    if not protocol.upright and not takes_turned_faces(config):
        raise MethodError(
            f"{method_id} takes upright faces, and those of {protocol.id} are turned",
            hint=f"measure {RAW} or a method that straightens faces",
        )
    method = registry.load(method_id, candidate.settings, device)
    _check_sizes(method, protocol)
    return Restoring(method)


def _refuse_raw(method_id: str, protocol: Protocol) -> None:
    if method_id == RAW and protocol.upright:
        raise MethodError(f"the faces of {protocol.id} are upright", hint=f"measure {BICUBIC}")


def _check_sizes(method: Method, protocol: Protocol) -> None:
    info = method.info
    if not info.takes(protocol.lr_hw) or info.scale != protocol.scale:
        raise MethodError(
            f"{info.id} makes {_size(info.output_hw)} of {_size(info.input_hw)} px, "
            f"{protocol.id} needs {_size(protocol.hr_hw)} of {_size(protocol.lr_hw)}",
            hint="leave it out or choose another protocol",
        )


def _size(hw: tuple[int, int]) -> str:
    return f"{hw[1]}×{hw[0]}"
