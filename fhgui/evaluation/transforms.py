"""Do methods that straighten faces find how the protocol turned them? Counted face by face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from fhgui.evaluation.pose import Pose, turned_by

WANTED_DEG = 6.0
"""A transformer that finds the angle to within this in the median does its work."""
MOST_PERCENT = 90


@dataclass(frozen=True)
class Found:
    """One face: the pose that the protocol gave it, and the one that was found."""

    name: str
    applied: Pose
    found: Pose


@dataclass(frozen=True)
class Recovery:
    """What was counted for a row; errors are absolute.

    Parameters
    ----------
    median_deg, most_deg : of the angles' errors: median and `MOST_PERCENT`-th percentile.
    within : share of faces whose angle is found to within `WANTED_DEG`.
    upright_deg : median error of who takes every face as upright.
    median_scale : of the scales' errors. median_shift_px : of the shifts', pixels of the input.
    faces : each of them.
    """

    label: str
    median_deg: float
    most_deg: float
    within: float
    upright_deg: float
    median_scale: float
    median_shift_px: float
    faces: tuple[Found, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it for ``transforms.json``."""
        return asdict(self)

    def summary(self) -> dict[str, Any]:
        """Return it without the faces."""
        return {name: value for name, value in self.as_json().items() if name != "faces"}


@dataclass(eq=False)
class Tally:
    """Collects poses face by face."""

    _faces: list[Found] = field(default_factory=list)

    def see(self, name: str, applied: Pose, found: Pose) -> None:
        """Count a face."""
        self._faces.append(Found(name, applied, found))

    def found(self, label: str) -> Recovery | None:
        """Return what was counted; None without faces."""
        return recovery(label, self._faces) if self._faces else None


def recovery(label: str, faces: Sequence[Found]) -> Recovery:
    """Return the errors over faces, of which there is at least one."""
    angles = np.array([turned_by(face.found, face.applied) for face in faces])
    scales = np.array([abs(face.found.scale - face.applied.scale) for face in faces])
    return Recovery(
        label=label,
        median_deg=float(np.median(angles)),
        most_deg=float(np.percentile(angles, MOST_PERCENT)),
        within=float(np.mean(angles <= WANTED_DEG)),
        upright_deg=float(np.median([abs(face.applied.angle_deg) for face in faces])),
        median_scale=float(np.median(scales)),
        median_shift_px=float(np.median([_shift_error(face) for face in faces])),
        faces=tuple(faces),
    )


def _shift_error(face: Found) -> float:
    return float(np.hypot(*np.subtract(face.found.shift_xy_px, face.applied.shift_xy_px)))
