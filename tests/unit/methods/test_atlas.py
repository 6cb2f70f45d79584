"""Atlas: what the evidence fixes is handed through; the rest is the network's."""

import numpy as np
import pytest
import torch

from fhgui.imaging.operators import make_operator
from fhgui.methods.atlas.network import Atlas, Spec, build

SMALL = {"channels": 8, "groups": 1, "blocks": 1, "exchanged": 16}


def talking(spec: Spec) -> Atlas:
    """Return a network whose last layer is not zero any more."""
    torch.manual_seed(0)
    network = build(spec)
    torch.nn.init.normal_(network.tail.weight, std=0.5)
    return network.eval()


def low(count: int = 2) -> torch.Tensor:
    return torch.rand(count, 3, 16, 16, generator=torch.Generator().manual_seed(1))


def test_a_new_network_is_the_smallest_face_with_that_evidence():
    given = low(1)
    with torch.no_grad():
        result = build(Spec(**SMALL))(given)[0].double().permute(1, 2, 0).numpy()
    operator = make_operator("bicubic", (128, 128), 8)
    wanted = operator.pseudo_inverse(given[0].double().permute(1, 2, 0).numpy())
    assert np.abs(result - wanted).max() < 1e-5


def test_no_result_contradicts_its_evidence():
    given = low()
    with torch.no_grad():
        result = talking(Spec(**SMALL))(given)
        plain = build(Spec(**SMALL))(given)
    assert (result - plain).abs().max() > 0.05  # the network does say something
    operator = make_operator("bicubic", (128, 128), 8)
    for x, y in zip(result.double(), given.double(), strict=True):
        again = operator.forward(x.permute(1, 2, 0).numpy())
        assert np.abs(again - y.permute(1, 2, 0).numpy()).max() < 1e-5


def test_the_blind_one_starts_as_bicubic_and_may_contradict():
    given = low(1)
    with torch.no_grad():
        plain = build(Spec(exact=False, **SMALL))(given)
        result = talking(Spec(exact=False, **SMALL))(given)
    operator = make_operator("bicubic", (128, 128), 8)
    again = operator.forward(result[0].double().permute(1, 2, 0).numpy())
    assert plain.shape == (1, 3, 128, 128)
    assert np.abs(again - given[0].double().permute(1, 2, 0).numpy()).max() > 0.01


def test_pixels_keep_their_precision_under_bfloat16():
    given = low()
    network = build(Spec(**SMALL)).eval()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        coarse = network(given)
    with torch.no_grad():
        fine = network(given)
    assert coarse.dtype == torch.float32
    assert (coarse - fine).abs().max() < 1e-5


def test_place_tells_equal_pixels_apart():
    given = torch.full((1, 3, 16, 16), 0.5)
    spec = Spec(exact=False, **SMALL)
    silent = talking(spec)
    with torch.no_grad():
        placed = silent(given)
        silent.place.zero_()
        blank = silent(given)
    middle = (slice(None), slice(None), slice(32, 96), slice(32, 96))
    assert placed[middle].std() > 2 * blank[middle].std()


@pytest.mark.parametrize("exact", [True, False])
def test_gradients_reach_every_weight(exact):
    network = talking(Spec(exact=exact, **SMALL)).train()
    torch.nn.init.normal_(network.body[0].spread.weight, std=0.1)
    network(low()).square().mean().backward()
    silent = [n for n, p in network.named_parameters() if not p.grad.abs().sum() > 0]
    assert silent == []
