"""The shipped weights of the network, read once."""

from __future__ import annotations

from functools import lru_cache

import torch

from fhgui.assets import GET, load_file
from fhgui.building import BUILDING_ERRORS, no_larger_than
from fhgui.core.errors import WeightsError
from fhgui.finding import FILE
from fhgui.finding.network import Finder, FinderSpec


@lru_cache(maxsize=1)
def load_finder() -> Finder:
    """Return the network in evaluation mode.

    Raises
    ------
    WeightsError
        If its file is missing, damaged or another one's.
    """
    loaded = load_file("weights", FILE, {"method": "face_finder", "part": "network"})
    try:
        with no_larger_than(loaded.arrays):
            network = Finder(FinderSpec(**loaded.spec), normalised=False)
        network.load_state_dict({k: torch.from_numpy(v).float() for k, v in loaded.arrays.items()})
    except BUILDING_ERRORS as error:
        raise WeightsError(
            f"the weights do not fit the network ({error})", path=FILE, hint=GET
        ) from error
    network.requires_grad_(requires_grad=False)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs
    return network.eval()
