"""The priors of step 1: which denoiser, and the RED schedule that suits it."""

from __future__ import annotations

from dataclasses import dataclass

from fhgui.core.errors import MethodError
from fhgui.methods.dcnn_mnce.red import RedSchedule


@dataclass(frozen=True)
class Prior:
    """A denoiser and how RED uses it.

    Parameters
    ----------
    file : path of its weights under the model folders.
    network : ``face`` (whole aligned faces) or ``plain`` (any picture, the paper's).
    schedules : scale → noise levels and weights of the iterations.
    """

    file: str
    network: str
    schedules: dict[int, RedSchedule]


PRIORS: dict[str, Prior] = {
    "faces": Prior(
        "dcnn_mnce/denoiser-faces.safetensors",
        "face",
        # One iteration, at the level that the training told it: it has learned the step from H⁺y
        # to the face whole, and further iterations cost .02 dB each on training faces held out.
        {8: RedSchedule(1, 18.0, 18.0, 1e-3, 1e-3), 4: RedSchedule(1, 11.0, 11.0, 1e-3, 1e-3)},
    ),
    "natural": Prior(
        "dcnn_mnce/denoiser-natural.safetensors",
        "plain",
        {
            8: RedSchedule(12, 49.0, 8.0, 3.5e-5, 1.3e-3),
            4: RedSchedule(12, 49.0, 8.0, 3.5e-5, 1.3e-3),
        },
    ),
}
"""By the value of the setting ``prior``: trained on faces, or on natural pictures (the paper)."""


def prior_of(name: str) -> Prior:
    """Return a prior by its name.

    Raises
    ------
    MethodError
        If there is no such prior.
    """
    if name not in PRIORS:
        raise MethodError(f"there is no prior {name!r}", hint=f"choose one of {', '.join(PRIORS)}")
    return PRIORS[name]
