"""What methods share whose network restores the bicubic enlargement: one stage after bicubic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from torch import nn

from fhgui.assets import Loaded, load_file
from fhgui.building import BUILDING_ERRORS, no_larger_than
from fhgui.core.arrays import Floats
from fhgui.core.errors import WeightsError
from fhgui.core.face import FaceImage
from fhgui.core.method import Asset, MethodInfo, Origin, Stage
from fhgui.imaging import colour
from fhgui.imaging.resize import imresize
from fhgui.methods.checks import check_input
from fhgui.methods.devices import resolve_device

N = TypeVar("N", bound=nn.Module)


@dataclass(frozen=True, eq=False)
class Restorer:
    """A method of two stages: bicubic, and the network's restoration of it.

    Parameters
    ----------
    network : 1×c×H×W → 1×c×H×W float32 on the 0–1 scale; c = 3 R-G-B, or c = 1 luma, when the
        colour differences stay bicubic's.
    """

    info: MethodInfo
    config: object
    assets: tuple[Asset, ...]
    network: nn.Module
    colours: int
    device: str

    def stages(self, face: FaceImage, seed: int) -> Iterator[Stage]:  # no randomness
        """Yield bicubic and the result."""
        check_input(self.info, face)
        (first, first_title), (last, last_title) = self.info.stages
        start = imresize(face.pixels, self.info.output_hw)
        yield Stage(first, first_title, start, Origin.INTERPOLATED)
        # the network sees the enlargement before it is rounded, as in training
        restored = self.restore(imresize(colour.to_float(face.pixels), self.info.output_hw))
        yield Stage(last, last_title, colour.to_uint8(restored), Origin.SYNTHESISED)

    @torch.inference_mode()
    def restore(self, enlarged: Floats) -> Floats:
        """Return H×W×3 of H×W×3, 0–255, not rounded."""
        seen = enlarged if self.colours == 3 else colour.luma(enlarged)[..., None]
        # as it lies in memory, channels last: convolutions are a fifth faster on the CPU
        planes = torch.from_numpy(seen[None]).permute(0, 3, 1, 2) / 255
        output = self.network(planes.float().to(self.device))[0].cpu()
        values: Floats = 255 * output.double().permute(1, 2, 0).numpy()
        return values if self.colours == 3 else colour.with_luma(enlarged, values[..., 0])


def planes_of(low: Floats, device: str) -> torch.Tensor:
    """Return N×3×h×w float32 on the 0–1 scale of N×h×w×3, 0–255."""
    return torch.from_numpy(low).permute(0, 3, 1, 2).float().to(device) / 255


def with_mirrored(planes: torch.Tensor) -> torch.Tensor:
    """Return n×c×h×w and behind them their mirror pictures, 2n×c×h×w.

    Both in one call: small pictures keep the processor's units so little busy that two at a time
    take up to a third less than one after the other.
    """
    return torch.cat([planes, planes.flip(-1)])


def mean_of_both(outputs: torch.Tensor) -> torch.Tensor:
    """Return n×c×H×W, the mean of what became of pictures and of their mirror pictures."""
    own, other = outputs.chunk(2)
    return (own + other.flip(-1)) / 2


@torch.inference_mode()
def enlarged(network: nn.Module, planes: torch.Tensor, *, mirrored: bool) -> Floats:
    """Return N×sh×sw×3 on the 0–255 scale, not rounded, of what the network makes of `planes_of`.

    Parameters
    ----------
    mirrored : whether it is the mean with the restored mirror pictures.
    """
    output = mean_of_both(network(with_mirrored(planes))) if mirrored else network(planes)
    values: Floats = 255 * output.cpu().double().permute(0, 2, 3, 1).numpy()
    return values


def load_restorer(
    info: MethodInfo,
    config: object,
    device: str,
    make: Callable[[Any], nn.Module],  # the method's own Spec → its network
    spec_kind: type[Any],
) -> Restorer:
    """Load the one weights file of a method.

    Parameters
    ----------
    spec_kind : the frozen dataclass of the network's shape; it has a field ``colours``.

    Raises
    ------
    MethodError
        If the device is not there.
    WeightsError
        If the file is missing, damaged or of another method.
    """
    ((_, name),) = info.assets
    ready = load_network(info.id, name, device, make, spec_kind)
    network, colours = ready.network, ready.spec.colours
    return Restorer(info, config, (ready.asset,), network, colours, ready.device)


@dataclass(frozen=True, eq=False)
class ReadyNetwork(Generic[N]):
    """A network from a weights file.

    Parameters
    ----------
    network : in evaluation mode, on ``device``.
    spec : its shape, of the method's own kind.
    asset : the file.
    """

    network: N
    spec: Any
    asset: Asset
    device: str


def load_network(
    method: str,
    name: str,
    device: str,
    make: Callable[[Any], N],  # the method's own Spec → its network
    spec_kind: type[Any],
    part: str = "network",
) -> ReadyNetwork[N]:
    """Load a network from a file of weights.

    Parameters
    ----------
    method, part : whose weights the file has to hold.
    name : of the file under ``models/``.
    spec_kind : the frozen dataclass of the network's shape.

    Raises
    ------
    MethodError
        If the device is not there.
    WeightsError
        If the file is missing, damaged, or of another method or part.
    """
    resolved = resolve_device(device)
    loaded = load_file("weights", name, {"method": method, "part": part})
    network, spec = network_of(loaded, make, spec_kind)
    return ReadyNetwork(network.to(resolved), spec, loaded.asset, resolved)


def network_of(
    loaded: Loaded,
    make: Callable[[Any], N],  # the method's own Spec → its network
    spec_kind: type[Any],
) -> tuple[N, Any]:
    """Return the network that a file holds, ready to run, and its shape.

    Raises
    ------
    WeightsError
        If the weights do not fit the network.
    """
    try:
        listed = {k: tuple(v) if isinstance(v, list) else v for k, v in loaded.spec.items()}
        spec = spec_kind(**listed)
        with no_larger_than(loaded.arrays):
            network = make(spec)
        state = {k: torch.from_numpy(v.astype(np.float32)) for k, v in loaded.arrays.items()}
        network.load_state_dict(state)
    except BUILDING_ERRORS as error:
        raise WeightsError(
            f"the weights do not fit the network ({error})", path=loaded.asset.name
        ) from error
    return network.eval(), spec
