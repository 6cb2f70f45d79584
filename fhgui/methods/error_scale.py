"""What methods share that say how far their result may be off: a calibrated `ErrorHead`.

A network that is asked for its own error is too sure of itself: it knows the faces it was trained
on. So the predicted scale is only the order of pixels, from safe to doubtful; how wide an interval
must be at each scale was counted afterwards on faces that neither network had seen
(`training.tasks.error_scale`), and is stored with the weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from torch import nn

from fhgui.assets import Loaded, load_file
from fhgui.blocks.error_head import USUAL, ErrorHead, HeadSpec
from fhgui.building import BUILDING_ERRORS, no_larger_than
from fhgui.core.arrays import Floats
from fhgui.core.doubt import INTERVAL
from fhgui.core.errors import MethodError, WeightsError
from fhgui.core.method import Asset
from fhgui.methods import registry
from fhgui.methods.devices import resolve_device
from fhgui.methods.restoring import network_of

PART = "error-scale"
"""What the header of the head's file says that it is."""
SMOOTH_PX = 3.0
"""Standard deviation of the Gaussian that smooths the predicted scales, in output pixels."""


@dataclass(frozen=True)
class Calibration:
    """From predicted scales to half widths of intervals.

    Parameters
    ----------
    levels : coverages, ascending, 0–1.
    scales : predicted scales b, grey levels, ascending: the medians of equally large groups.
    half_widths : for each level one half width a scale, grey levels, never falling.
    faces : how many unseen faces it was counted on.
    """

    levels: tuple[float, ...]
    scales: tuple[float, ...]
    half_widths: tuple[tuple[float, ...], ...]
    faces: int

    def __post_init__(self) -> None:
        sizes = {len(widths) for widths in self.half_widths} | {len(self.scales)}
        if len(self.half_widths) != len(self.levels) or len(sizes) != 1 or 0 in sizes:
            raise ValueError("levels, scales and half widths do not belong together")
        if min(self.scales) <= 0 or any(np.diff(self.scales) < 0):
            raise ValueError("scales are not positive and ascending")

    def half_width(self, scale: Floats, coverage: float = INTERVAL) -> Floats:
        """Return half widths of H×W predicted scales, both in grey levels.

        Linear between the stored scales, in proportion to the scale beyond them.

        Raises
        ------
        MethodError
            If there is no such level.
        """
        if coverage not in self.levels:
            known = ", ".join(f"{level:.0%}" for level in self.levels)
            raise MethodError(
                f"the expected error is not calibrated for {coverage:.0%}",
                hint=f"ask for one of {known}",
            )
        widths = self.half_widths[self.levels.index(coverage)]
        first, last = self.scales[0], self.scales[-1]
        inside = np.interp(scale, self.scales, widths)
        outside = np.where(scale < first, widths[0] / first, widths[-1] / last) * scale
        within = (scale >= first) & (scale <= last)
        result: Floats = np.where(within, inside, outside)
        return result


@dataclass(frozen=True, eq=False)
class ErrorModel:
    """A head and its calibration, ready to be asked.

    Parameters
    ----------
    asset : its file.
    """

    asset: Asset
    head: ErrorHead
    calibration: Calibration

    @torch.inference_mode()
    def half_width(
        self, features: torch.Tensor, restored: torch.Tensor, coverage: float = INTERVAL
    ) -> NDArray[np.float32]:
        """Return H×W float32 half widths in grey levels of luma for one face.

        Parameters
        ----------
        features : 1×c×side×side of the trunk. restored : 1×3×H×W, its result, 0–1.
        """
        scale = predicted_scale(self.head, features, restored)[0]
        return self.calibration.half_width(scale, coverage).astype(np.float32)


@torch.inference_mode()
def predicted_scale(head: nn.Module, features: torch.Tensor, restored: torch.Tensor) -> Floats:
    """Return n×H×W float64 scales b in grey levels, not calibrated; see `ErrorHead`.

    Smoothed in the logarithm, so that the cells on which the head works do not show.
    """
    logs = head(features.float(), restored.float().clamp(0, 1)).double()[:, 0].cpu().numpy()
    smooth = gaussian_filter(logs, (0, SMOOTH_PX, SMOOTH_PX), mode="nearest")
    scale: Floats = 255 * USUAL * np.exp(smooth)
    return scale


def load_error_model(name: str, method: str, trunk: Asset, device: str) -> ErrorModel | None:
    """Load the head that was trained beside a trunk; None if it was trained beside another.

    Weights of one's own make a method as good as ever, only not able to tell its error.

    Parameters
    ----------
    name : of its file under ``models/``. method : the id that both belong to.
    trunk : the weights beside which it is to be used.

    Raises
    ------
    WeightsError
        If the file is missing or damaged, or belongs to another method.
    """
    loaded = load_file("weights", name, {"method": method, "part": PART})
    if loaded.spec.get("trunk") != trunk.sha256:
        return None
    head, calibration = _built(loaded)
    return ErrorModel(loaded.asset, head.to(resolve_device(device)), calibration)


def _built(loaded: Loaded) -> tuple[ErrorHead, Calibration]:
    try:
        with no_larger_than(loaded.arrays):
            head = ErrorHead(HeadSpec(**loaded.spec["head"]))
        arrays = {k: torch.from_numpy(v.astype(np.float32)) for k, v in loaded.arrays.items()}
        head.load_state_dict(arrays)
        calibration = calibration_of(loaded.spec["calibration"])
    except BUILDING_ERRORS as error:
        raise WeightsError(
            f"the weights do not fit the error head ({error})", path=loaded.asset.name
        ) from error
    return head.eval(), calibration


def calibration_of(values: Mapping[str, Any]) -> Calibration:
    """Return a calibration from plain values, as they stand in a header."""
    return Calibration(
        tuple(values["levels"]),
        tuple(values["scales"]),
        tuple(tuple(widths) for widths in values["half_widths"]),
        int(values["faces"]),
    )


def load_trunk(method: str, architecture: str = "") -> tuple[nn.Module, Asset]:
    """Return a method's network with its installed weights, and their file.

    Parameters
    ----------
    architecture : id of the method whose ``network`` module it is; empty for its own. The module
        has ``Spec`` and ``build``; the network has ``see(low) -> (restored, features)``:
        B×3×H×W and B×c×h×w of B×3×h×w on the 0–1 scale.

    Raises
    ------
    MethodError
        If there is no such method, or it has no such network.
    WeightsError
        If the weights are missing, damaged or of another method.
    """
    names = [name for role, name in registry.info(method).assets if role == "weights"]
    package = f"fhgui.methods.{architecture}" if architecture else registry.PACKAGES[method]
    try:
        module: Any = import_module(f"{package}.network")
        make, spec_kind = module.build, module.Spec
    except (ModuleNotFoundError, AttributeError) as error:
        raise _shows_nothing(method) from error
    if not names:
        raise _shows_nothing(method)
    loaded = load_file("weights", names[0], {"method": method, "part": "network"})
    network: nn.Module = network_of(loaded, make, spec_kind)[0]
    if not hasattr(network, "see"):
        raise _shows_nothing(method)
    return network, loaded.asset


def _shows_nothing(method: str) -> MethodError:
    return MethodError(
        f"{method} has no network that shows its features",
        hint="an error scale is trained beside a network that has see()",
    )
