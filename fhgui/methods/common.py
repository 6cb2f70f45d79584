"""The settings that methods have in common: how the result answers to the evidence."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fhgui.core.method import MethodInfo
from fhgui.core.setting import Bounds
from fhgui.imaging.consistency import Nearness

CONSISTENT = ("consistent", "Consistent with the evidence")
"""Name and title of the stage that `Settings.consistent` adds."""

BEFORE: Mapping[str, object] = {"consistent": False, "nearness": "plain"}
"""What records mean that were made before a setting existed."""


@dataclass(frozen=True)
class Settings:
    """What every method's config begins with; its own settings follow.

    Methods whose result does not lie on the grid of their input (they straighten it) leave this
    base out, and so have no such stage.
    """

    consistent: bool = True
    """Whether a last stage moves the result onto the faces that degrade to the input: the nearest
    picture whose reduction by the assumed degradation is the evidence itself."""
    evidence_noise: Annotated[float, Bounds(0, 255)] = 0.0
    """How far, in grey levels of the input (root mean square), the last stage may stay from the
    evidence: noise up to this size is not written into the result. 0 fits the evidence exactly,
    which is best up to some 2 grey levels of noise; for very noisy pictures give half the noise's
    standard deviation."""
    nearness: Nearness = "natural"
    """What the last stage adds: what is likely in a natural picture, smooth; or, plain, as few
    grey levels as possible, whatever they look like. For the degradation ``motion`` both are the
    plain one."""


def with_stage(info: MethodInfo) -> MethodInfo:
    """Return what is known about a method whose last stage is `CONSISTENT`."""
    return dataclasses.replace(info, stages=(*info.stages, CONSISTENT))
