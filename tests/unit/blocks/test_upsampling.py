"""Phase-folded enlargement is the plain one."""

import pytest
import torch

from fhgui.blocks.upsampling import UpConv


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
