"""Bicubic interpolation as a method of one stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Stage
from fhgui.imaging.resize import imresize
from fhgui.methods.bicubic.config import INFO, Config
from fhgui.methods.checks import check_input


@dataclass(frozen=True)
class Bicubic:
    """The method; it has nothing to load."""

    config: Config
    info: MethodInfo = INFO
    assets: tuple[Asset, ...] = ()

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:  # no randomness
        """Yield the enlarged face."""
        check_input(INFO, face)
        ((name, title),) = INFO.stages
        yield Stage(name, title, imresize(face.pixels, INFO.output_hw), Origin.INTERPOLATED)


def load(config: Config, device: str) -> Bicubic:  # interpolation runs on the CPU
    """Return the method."""
    return Bicubic(config)
