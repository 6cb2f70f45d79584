"""The last stage that every method has: its result made consistent with the evidence.

The registry puts it around a loaded method whose config asks for it (`common.Settings`); the
method itself knows nothing of it. What is invented stays invented: the stage has the origin of
the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fhgui.core.arrays import Pixels
from fhgui.core.doubt import INTERVAL
from fhgui.core.errors import MethodError
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, Batched, Method, MethodInfo, Stage, Uncertain
from fhgui.imaging.colour import to_float, to_uint8
from fhgui.imaging.consistency import Nearness, consistent, operator_between
from fhgui.methods.common import CONSISTENT, Settings, with_stage


@dataclass(frozen=True, eq=False)
class Consistent:
    """A method with one more stage.

    Parameters
    ----------
    method : the method itself.
    noise : grey levels that may remain (`Settings.evidence_noise`).
    nearness : what is added (`Settings.nearness`).
    """

    method: Method
    noise: float = 0.0
    nearness: Nearness = "natural"

    @property
    def info(self) -> MethodInfo:
        """What is known about the method, with the stage."""
        return with_stage(self.method.info)

    @property
    def assets(self) -> tuple[Asset, ...]:
        """The method's files."""
        return self.method.assets

    @property
    def config(self) -> object:
        """The method's settings."""
        return self.method.config

    @property
    def degradation(self) -> str:
        """The operator that is taken to have made the input."""
        return str(getattr(self.config, "degradation", self.method.info.degradation))

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:
        """Yield the method's stages, then its result moved onto the evidence."""
        last: Stage | None = None
        for last in self.method.stages(face, seed):
            yield last
        if last is None:
            raise MethodError(f"{self.method.info.title} gave no picture")
        yield Stage(*CONSISTENT, self._moved(last.pixels, face), last.origin)

    def restore_many(self, faces: Sequence[FaceImage]) -> list[Pixels]:
        """Return the moved results only: see `core.method.Batched`."""
        pairs = zip(restore_all(self.method, faces), faces, strict=True)
        return [self._moved(result, face) for result, face in pairs]

    def _moved(self, result: Pixels, face: FaceImage) -> Pixels:
        operator = operator_between(self.degradation, result, face.pixels)
        moved = consistent(
            to_float(result), to_float(face.pixels), operator, self.noise, self.nearness
        )
        return to_uint8(moved)

    def expected_error(
        self, face: FaceImage, coverage: float = INTERVAL
    ) -> NDArray[np.float32] | None:
        """Return the method's own estimate; the stage makes errors smaller on the whole."""
        if not isinstance(self.method, Uncertain):
            return None
        return self.method.expected_error(face, coverage)


def takes_many(method: Method) -> bool:
    """Tell whether a method can restore many faces in one go."""
    return isinstance(method.method if isinstance(method, Consistent) else method, Batched)


def restore_all(method: Method, faces: Sequence[FaceImage]) -> list[Pixels]:
    """Return the last stage's pixels of each face, in one go where the method can.

    Raises
    ------
    MethodError
        If a face has a wrong size.
    """
    if isinstance(method, Batched):  # one with the stage asks the method itself
        return method.restore_many(faces)
    return [last_stage(method, face) for face in faces]


def last_stage(method: Method, face: FaceImage) -> Pixels:
    """Return the pixels of a method's last stage, those that ``enhance`` writes."""
    pixels: Pixels | None = None
    for stage in method.stages(face, seed=0):
        pixels = stage.pixels
    if pixels is None:
        raise MethodError(f"{method.info.title} gave no picture")
    return pixels


def wrapped(method: Method) -> Method:
    """Return the method with the stage if its settings ask for it."""
    config = method.config
    if isinstance(config, Settings) and config.consistent:
        return Consistent(method, config.evidence_noise, config.nearness)
    return method
