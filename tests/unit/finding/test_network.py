"""The network's maps keep to its grid, and folding its batch norms changes nothing."""

import pytest
import torch

from fhgui.blocks.convolution import count_parameters, fold_batch_norm
from fhgui.finding.network import CENTRE, RARE, Finder, FinderSpec

SPEC = FinderSpec(stem=4, channels=8, blocks=2)


def trained() -> Finder:
    torch.manual_seed(0)
    network = Finder(SPEC).train()
    network(torch.rand(4, 3, 32, 32))  # batch norms that differ from the identity
    return network.eval()


@pytest.mark.parametrize("size_hw", [(32, 48), (33, 47), (4, 4)])
def test_a_cell_is_four_pixels(size_hw: tuple[int, int]) -> None:
    maps = trained()(torch.rand(1, 3, *size_hw))
    assert maps.shape == (1, 4, -(-size_hw[0] // 4), -(-size_hw[1] // 4))


def test_an_untrained_network_sees_few_faces() -> None:
    with torch.no_grad():
        maps = Finder(SPEC).eval()(torch.full((1, 3, 32, 32), 0.5))
    assert float(maps[0, CENTRE].mean()) == pytest.approx(RARE, abs=1.5)


def test_the_folded_network_is_the_same_function() -> None:
    network = trained()
    shipped = Finder(SPEC, normalised=False).eval()
    shipped.load_state_dict(fold_batch_norm(network).state_dict())
    pictures = torch.rand(2, 3, 40, 32)
    with torch.no_grad():
        assert torch.allclose(network(pictures), shipped(pictures), atol=1e-5)


def test_it_moves_with_the_picture() -> None:
    network, pictures = trained(), torch.rand(1, 3, 96, 96)
    with torch.no_grad():
        whole, part = network(pictures), network(pictures[..., 8:, 16:])
    assert torch.allclose(whole[..., 14:-12, 16:-12], part[..., 12:-12, 12:-12], atol=1e-5)


def test_the_usual_shape_is_small() -> None:
    assert 100_000 < count_parameters(Finder(FinderSpec())) < 300_000
