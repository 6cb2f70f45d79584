"""A file's header cannot ask for a network that the file does not hold."""

from __future__ import annotations

import numpy as np
import pytest
from torch import nn

from fhgui.building import no_larger_than
from fhgui.methods.vdsr.network import Spec, Vdsr

SMALL = {k: v.numpy() for k, v in Vdsr(Spec(depth=3, channels=4)).state_dict().items()}


@pytest.mark.parametrize("spec", [Spec(depth=100_000), Spec(channels=3000), Spec(depth=2000)])
def test_a_larger_network_is_not_built(spec: Spec) -> None:
    with pytest.raises(ValueError, match="larger than the file"), no_larger_than(SMALL):
        Vdsr(spec)


def test_what_fits_is_built_and_the_watch_ends() -> None:
    with no_larger_than(SMALL):
        Vdsr(Spec(depth=3, channels=4))
    with no_larger_than({"w": np.zeros(1, np.float32)}):
        pass
    assert nn.Linear(2000, 2000).weight.numel() == 4_000_000
