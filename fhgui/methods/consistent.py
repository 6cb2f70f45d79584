"""The last stage that every method has: its result made consistent with the evidence.

The registry puts it around a loaded method whose config asks for it (`common.Settings`); the
method itself knows nothing of it. What is invented stays invented: the stage has the origin of
the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fhgui.core.doubt import INTERVAL
from fhgui.core.errors import MethodError
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, Method, MethodInfo, Stage, Uncertain
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
        operator = operator_between(self.degradation, last.pixels, face.pixels)
        moved = consistent(
            to_float(last.pixels), to_float(face.pixels), operator, self.noise, self.nearness
        )
        yield Stage(*CONSISTENT, to_uint8(moved), last.origin)

    def expected_error(
        self, face: FaceImage, coverage: float = INTERVAL
    ) -> NDArray[np.float32] | None:
        """Return the method's own estimate; the stage makes errors smaller on the whole."""
        if not isinstance(self.method, Uncertain):
            return None
        return self.method.expected_error(face, coverage)


def wrapped(method: Method) -> Method:
    """Return the method with the stage if its settings ask for it."""
    config = method.config
    if isinstance(config, Settings) and config.consistent:
        return Consistent(method, config.evidence_noise, config.nearness)
    return method
