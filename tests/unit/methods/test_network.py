"""The denoiser: shape, receptive field, folding, weights that do not fit."""

import pytest
import torch

from fhgui.blocks.convolution import count_parameters, fold_batch_norm, seeded
from fhgui.core.errors import WeightsError
from fhgui.methods.dcnn_mnce.network import (
    Denoiser,
    DenoiserSpec,
    inference_network,
    initialise,
)

SPEC = DenoiserSpec(channels=8)


def make(spec=SPEC):
    network = Denoiser(spec)
    initialise(network, seeded(0))
    torch.nn.init.normal_(network.body[-1].weight, std=0.1, generator=seeded(1))
    return network


def test_the_paper_s_shape_has_188_thousand_parameters():
    # 7 convolutions 3×3 of 64 channels, batch norm folded, one more plane for the noise level
    network = fold_batch_norm(Denoiser(DenoiserSpec(unshuffle=1)))
    assert (
        count_parameters(network) == 3 * 64 * 9 + 64 * 9 + 64 + 5 * (64 * 64 * 9 + 64) + 64 * 27 + 3
    )


@pytest.mark.parametrize("hw", [(16, 16), (13, 9), (1, 1)])
@pytest.mark.parametrize("unshuffle", [1, 2])
def test_any_size_is_kept(hw, unshuffle):
    network = make(DenoiserSpec(channels=8, unshuffle=unshuffle)).eval()
    x = torch.rand(2, 3, *hw, generator=seeded(0))
    assert network(x, torch.tensor([0.1, 0.2])).shape == x.shape


def test_untrained_network_is_the_identity():
    network = Denoiser(SPEC)
    initialise(network, seeded(0))
    x = torch.rand(1, 3, 16, 16, generator=seeded(0))
    torch.testing.assert_close(network.eval()(x, torch.tensor([0.2])), x)


def test_folding_batch_norm_changes_nothing():
    network = make().train()
    for i in range(3):
        network(torch.rand(4, 3, 16, 16, generator=seeded(i)), torch.full((4,), 0.1))
    network.eval()
    x, sigma = torch.rand(1, 3, 20, 18, generator=seeded(9)), torch.tensor([0.1])
    folded = fold_batch_norm(network)
    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in folded.modules())
    torch.testing.assert_close(folded(x, sigma), network(x, sigma), atol=1e-5, rtol=1e-4)


def test_weights_of_another_shape_are_refused():
    arrays = {k: v.numpy() for k, v in fold_batch_norm(make()).state_dict().items()}
    with pytest.raises(WeightsError, match="do not fit"):
        inference_network({"channels": 16, "dilations": [1, 2, 3, 4, 3, 2, 1]}, arrays)
    with pytest.raises(WeightsError):
        inference_network({}, arrays)
