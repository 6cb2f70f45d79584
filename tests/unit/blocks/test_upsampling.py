"""Phase-folded enlargement is the plain one."""

import pytest
import torch

from fhgui.blocks.upsampling import UpConv, _phases


@pytest.mark.parametrize("kernel", [3, 5])
def test_folded_equals_plain_forwards_and_backwards(kernel):
    torch.manual_seed(0)
    layer = UpConv(3, 4, kernel).double()
    x = torch.randn(2, 3, 5, 7, dtype=torch.double)
    weight = torch.randn(2, 4, 10, 14, dtype=torch.double)
    gradients = []
    for output in (layer(x), layer.plain(x)):
        layer.zero_grad()
        (output * weight).sum().backward()
        gradients.append(layer.weight.grad.clone())
    assert output.shape == weight.shape
    assert torch.allclose(layer(x), layer.plain(x), atol=1e-12)
    assert torch.allclose(*gradients, atol=1e-12)


def test_a_layer_that_was_only_run_can_be_trained_afterwards():
    _phases.cache_clear()
    layer = UpConv(3, 4, 5)
    with torch.inference_mode():
        layer(torch.zeros(1, 3, 4, 4))
    layer(torch.zeros(1, 3, 4, 4)).sum().backward()
    assert layer.weight.grad is not None
