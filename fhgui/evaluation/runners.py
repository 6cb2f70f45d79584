"""What turns the input of a pair into a result: methods, released pictures, plain enlargement.

A protocol may turn its inputs. Methods that take upright faces only see them after a small network
has put them upright, as in paper 001 (section Implementation Details).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol as Interface
from typing import TypeGuard, runtime_checkable

import numpy as np

from fhgui.alignment.cutting import cut_face
from fhgui.alignment.similarity import invert
from fhgui.core.arrays import AnyArray, Pixels
from fhgui.core.doubt import LEVELS
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Asset, Method, Uncertain
from fhgui.datasets.listing import Item
from fhgui.datasets.reading import Reader, decode
from fhgui.datasets.recipe import DroppedError
from fhgui.evaluation.pictures import Pair, UnfitError
from fhgui.evaluation.pose import Pose, pose_of, told_pose
from fhgui.imaging.resize import imresize
from fhgui.methods.consistent import last_stage, restore_all, takes_many

_IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


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
        return last_stage(self.method, self._face(pair))

    @property
    def takes_many(self) -> bool:
        """Whether the method can restore many faces in one go."""
        return takes_many(self.method)

    def restore_many(self, pairs: Sequence[Pair]) -> list[Pixels]:
        """Return the results of inputs of one size, in one go where the method can."""
        return restore_all(self.method, [self._face(pair) for pair in pairs])

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
            raise UnfitError(
                f"is {size_words(pixels.shape[:2])} px, not {size_words(pair.truth.shape[:2])}"
            )
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
class Batching(Interface):
    """A runner that may take many inputs in one go: see `core.method.Batched`."""

    @property
    def takes_many(self) -> bool:
        """Whether it does."""

    def restore_many(self, pairs: Sequence[Pair]) -> list[Pixels]:
        """Return the results of inputs of one size."""


def takes_many_in(runner: Runner) -> TypeGuard[Batching]:
    """Tell whether a runner takes many inputs in one go."""
    return isinstance(runner, Batching) and runner.takes_many


def restored(runner: Runner, pairs: Sequence[Pair]) -> list[Pixels]:
    """Return the results of inputs of one size; `UnfitError` as of ``restore``."""
    if len(pairs) > 1 and takes_many_in(runner):
        return runner.restore_many(pairs)
    return [runner.restore(pair) for pair in pairs]


@runtime_checkable
class Straightening(Interface):
    """A runner that puts faces upright, and may tell how it found them."""

    def found_pose(self, pair: Pair) -> Pose | None:
        """Return the pose in which it found the face; None if it does not tell."""


@runtime_checkable
class Estimating(Interface):
    """A runner that may know how far its results are off."""

    def expected_errors(self, pair: Pair) -> tuple[AnyArray, ...] | None:
        """Return the half widths of each of `LEVELS`, H×W; None if it does not estimate them."""


class Aligner(Interface):
    """What finds out how a picture of a face is put upright."""

    @property
    def assets(self) -> tuple[Asset, ...]:
        """The files it was loaded from."""

    def alignment(self, pixels: Pixels) -> FaceAlignment:
        """Return the similarity from an n×n×3 uint8 input to the upright grid of its size."""


@dataclass(frozen=True, eq=False)
class Upright:
    """A runner behind an aligner: it sees every input put upright."""

    runner: Runner
    aligner: Aligner

    @property
    def assets(self) -> tuple[Asset, ...]:
        """The files of both."""
        return (*self.runner.assets, *self.aligner.assets)

    @property
    def config(self) -> object:
        """The runner's settings, resolved."""
        return self.runner.config

    def restore(self, pair: Pair) -> Pixels:
        """Return what the runner makes of the upright input."""
        return self.runner.restore(self._upright(pair))

    @property
    def takes_many(self) -> bool:
        """Whether the runner can take many inputs in one go."""
        return takes_many_in(self.runner)

    def restore_many(self, pairs: Sequence[Pair]) -> list[Pixels]:
        """Return what the runner makes of upright inputs, in one go where it can."""
        return restored(self.runner, [self._upright(pair) for pair in pairs])

    def expected_errors(self, pair: Pair) -> tuple[AnyArray, ...] | None:
        """Return what the runner expects on the upright input; see `Restoring`."""
        if not isinstance(self.runner, Estimating):
            return None
        return self.runner.expected_errors(self._upright(pair))

    def found_pose(self, pair: Pair) -> Pose | None:
        """Return the pose in which the aligner found the face."""
        matrix = self.aligner.alignment(pair.input).matrix
        return pose_of(invert(matrix), (pair.input.shape[0], pair.input.shape[1]))

    def _upright(self, pair: Pair) -> Pair:
        size_hw = (pair.input.shape[0], pair.input.shape[1])
        seen = cut_face(pair.input, self.aligner.alignment(pair.input), size_hw)
        return dataclasses.replace(pair, input=seen.pixels)


def size_words(hw: tuple[int, ...]) -> str:
    """Return a height and width as ``width×height``."""
    return f"{hw[1]}×{hw[0]}"
