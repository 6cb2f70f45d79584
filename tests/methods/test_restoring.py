"""The methods whose network restores the enlargement: as trained, in colour and in luma."""

import numpy as np
import pytest
import torch

from fhgui.core.errors import MethodError
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.evaluation.metrics import psnr
from fhgui.imaging import colour
from fhgui.imaging.resize import imresize
from fhgui.methods import registry
from fhgui.methods.restoring import Restorer
from fhgui.training.samples import to_pixels
from fhgui.training.tasks import load_recipe
from fhgui.training.tasks.restoration import make_task
from tests.helpers.methods import bare

IDS = ("srcnn", "vdsr")
PARAMETERS = {"srcnn": 69_251, "vdsr": 668_227}
RELEASED_GAIN_DB = {"srcnn": 0.59, "vdsr": 0.0}
"""R-G-B PSNR of the authors' released results above bicubic, dev half of celeba128-x8."""


def face_of(pixels):
    return FaceImage(pixels, FaceAlignment(np.eye(2, 3), PlacedBy.ALIGNED, "celeba128"))


def low_face(seed=0):
    rng = np.random.default_rng(seed)
    return imresize(rng.integers(20, 236, (5, 5, 3)).astype(np.uint8), (16, 16))


@pytest.fixture(scope="module", params=IDS)
def method(request):
    return bare(request.param)


def test_the_network_is_the_papers(method):
    parameters = sum(p.numel() for p in method.network.parameters())
    assert parameters == PARAMETERS[method.info.id]
    layers = [m for m in method.network.modules() if isinstance(m, torch.nn.Conv2d)]
    sides = [layer.kernel_size[0] for layer in layers]
    assert sides == ([9, 5, 5] if method.info.id == "srcnn" else [3] * 20)


def test_the_method_restores_as_its_training_does(method):
    recipe = load_recipe(method.info.id)
    invented = np.zeros((70, 128, 128, 3), np.uint8)
    task = make_task(recipe, FaceSet(invented, tuple(map(PackedFace, map(str, range(70))))))
    low = low_face()
    with torch.no_grad():
        batch = torch.from_numpy(low.transpose(2, 0, 1).copy())[None]
        wanted = to_pixels(task.restore(method.network, batch))[0]
    result = list(method.stages(face_of(low), 0))[-1].pixels
    gap = np.abs(result.astype(int) - wanted)
    assert gap.max() <= 1  # another order of sums may round a few values the other way
    assert np.mean(gap > 0) < 1e-3


def test_a_fresh_network_is_the_identity(method):
    network = make_fresh(method.info.id)
    x = torch.rand(1, 3, 24, 24)
    with torch.no_grad():
        torch.testing.assert_close(network(x), x, atol=1e-6, rtol=0)


def test_in_luma_colour_differences_stay_bicubics():
    class Brighter(torch.nn.Module):
        def forward(self, x):
            assert x.shape == (1, 1, 128, 128)
            return x + 10 / 255

    info = registry.info("srcnn")
    luma = Restorer(info, None, (), Brighter(), 1, "cpu")
    enlarged = imresize(colour.to_float(low_face()), info.output_hw)
    np.testing.assert_allclose(luma.restore(enlarged), enlarged + 10, atol=1e-4)


def test_an_unknown_device_is_refused():
    with pytest.raises(MethodError, match="no device 'abacus'"):
        bare("vdsr", device="abacus")


@pytest.mark.data
def test_better_than_the_authors_released_results(method, real_faces):
    gains = []
    for truth in real_faces:
        start, result = method.stages(face_of(imresize(truth, (16, 16))), 0)
        gains.append(psnr(result.pixels, truth) - psnr(start.pixels, truth))
    assert np.mean(gains) > RELEASED_GAIN_DB[method.info.id]


def make_fresh(method_id):
    from importlib import import_module

    module = import_module(f"fhgui.methods.{method_id}.network")
    with torch.random.fork_rng(devices=[]):
        return module.build(module.Spec()).eval()
