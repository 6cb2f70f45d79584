"""Step 1 with its denoiser loaded: from low-resolution faces to f(y), every iterate on the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from fhgui.assets import Loaded, load_file
from fhgui.building import BUILDING_ERRORS, no_larger_than
from fhgui.core.arrays import Floats
from fhgui.core.errors import MethodError, WeightsError
from fhgui.core.method import Asset
from fhgui.imaging.operators import LinearOperator, make_operator
from fhgui.methods.dcnn_mnce import face_network, network, red
from fhgui.methods.dcnn_mnce.priors import prior_of

METHOD = "dcnn_mnce"


@dataclass(frozen=True, eq=False)
class Step1:
    """Regularisation by denoising, ready to run.

    Parameters
    ----------
    operator : the reduction H that is inverted.
    h : the denoiser.
    asset : the file that it came from.
    """

    operator: LinearOperator
    h: red.DenoiserFunction
    schedule: red.RedSchedule
    asset: Asset

    def iterates(self, y: Floats) -> Iterator[Floats]:
        """Yield N×H×W×3 float64 (not clipped) after every iteration.

        Parameters
        ----------
        y : N×h×w×3 float64 low-resolution faces, 0–255.
        """
        start = np.stack([self.operator.pseudo_inverse(face) for face in y])
        return red.iterate(y, start, self.operator, self.h, self.schedule)

    def global_faces(self, y: Floats) -> Floats:
        """Return f(y), the last iterate clipped to 0–255."""
        *_, last = self.iterates(y)
        clipped: Floats = np.clip(last, 0, 255)
        return clipped


@dataclass(frozen=True)
class Step1Settings:
    """What a config says about step 1; zeros stand for what suits the prior."""

    prior: str
    degradation: str
    mirrored: bool
    iterations: int = 0
    sigma_start: float = 0.0
    sigma_end: float = 0.0
    lambda_start: float = 0.0
    lambda_end: float = 0.0


def load_step_1(
    settings: Step1Settings, hr_hw: tuple[int, int], scale: int, device: str = "cpu"
) -> Step1:
    """Load the prior's denoiser.

    Raises
    ------
    MethodError
        If a setting makes no sense.
    WeightsError
        If its file is missing, damaged or of another method.
    """
    prior, schedule = prior_of(settings.prior), schedule_of(settings, scale)
    operator = make_operator(settings.degradation, hr_hw, scale)
    identity = {"method": METHOD, "part": "denoiser", "network": prior.network}
    loaded = load_file("weights", prior.file, identity)
    h = red.as_function(_NETWORKS[prior.network](loaded).to(device), device)
    return Step1(operator, mirrored(h) if settings.mirrored else h, schedule, loaded.asset)


def mirrored(h: red.DenoiserFunction) -> red.DenoiserFunction:
    """Return the mean of h(x) and of h of the mirrored x, mirrored back."""

    def both(x: Floats, sigma: float) -> Floats:
        mean: Floats = (h(x, sigma) + h(x[:, :, ::-1], sigma)[:, :, ::-1]) / 2
        return mean

    return both


def schedule_of(settings: Step1Settings, scale: int) -> red.RedSchedule:
    """Return the schedule of the settings, the prior's own where they say 0.

    Raises
    ------
    MethodError
        If there is no such prior, or a setting is negative or not finite.
    """
    usual = prior_of(settings.prior).schedules[scale]
    chosen = {}
    for field in dataclasses.fields(red.RedSchedule):
        value = getattr(settings, field.name)
        if not (np.isfinite(value) and value >= 0):
            raise MethodError(
                f"{field.name} must be a positive number, or 0 for the prior's own, not {value!r}"
            )
        if value:
            chosen[field.name] = value
    return dataclasses.replace(usual, **chosen)


def _face(loaded: Loaded) -> nn.Module:
    try:
        with no_larger_than(loaded.arrays):
            module = face_network.FaceDenoiser(face_network.FaceDenoiserSpec(**loaded.spec))
        state = {k: torch.from_numpy(v.astype("float32")) for k, v in loaded.arrays.items()}
        module.load_state_dict(state)
    except BUILDING_ERRORS as error:
        raise WeightsError(
            f"the denoiser's weights do not fit ({error})", path=loaded.asset.name
        ) from error
    return module.eval()


def _plain(loaded: Loaded) -> nn.Module:
    return network.inference_network(loaded.spec, loaded.arrays)


_NETWORKS: Mapping[str, Callable[[Loaded], nn.Module]] = {"face": _face, "plain": _plain}
