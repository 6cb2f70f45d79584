"""The face denoiser's samples are iterates of its own RED loop, at the level that it is told."""

import dataclasses

import numpy as np
import pytest
import torch

from fhgui.blocks.convolution import seeded
from fhgui.imaging.operators import make_operator
from fhgui.methods.dcnn_mnce.face_network import FaceDenoiser, FaceDenoiserSpec, initialise
from fhgui.training.task import draw_samples
from fhgui.training.tasks import dcnn_face_denoiser
from fhgui.training.tasks.dcnn_face_denoiser import Reduction, TaskRecipe

SMALL = {"channels": 8, "groups": 1, "blocks": 1, "exchanged": 8}
RECIPE = TaskRecipe(task="dcnn_face_denoiser", steps=2, batch=12, precision="32", **SMALL)
RNG = np.random.default_rng(5)


def batch_of(recipe, faces):
    task = dcnn_face_denoiser.make_task(recipe, faces)
    return task, task.batch(draw_samples(recipe, task.samples, 0, torch.device("cpu")))


def planes(pixels):
    return torch.from_numpy(np.moveaxis(pixels, -1, 0).astype(np.float32))[None]


@pytest.mark.parametrize("scale", [4, 8])
def test_reduction_is_the_operator_of_the_method(scale):
    x = RNG.uniform(0, 255, (32, 32, 3))
    z = RNG.uniform(0, 255, (32, 32, 3))
    operator = make_operator("bicubic", (32, 32), scale)
    reduction = Reduction(32, scale)
    y = reduction.reduce(planes(x))
    exact = planes_back(y)
    np.testing.assert_allclose(exact, operator.forward(x), atol=0.51)
    found = reduction.start(y)
    np.testing.assert_allclose(planes_back(found), operator.pseudo_inverse(exact), atol=0.01)
    found = reduction.proximal(y, planes(z), 1e-3)
    np.testing.assert_allclose(planes_back(found), operator.proximal(exact, z, 1e-3), atol=0.01)


def planes_back(tensor):
    array = tensor[0] if tensor.ndim == 4 else tensor
    return np.moveaxis(array.double().numpy(), 0, -1)


def test_samples_are_first_iterates_or_noisy(faces):
    recipe = dataclasses.replace(RECIPE, x4_share=0.4, gaussian_share=0.3)
    _, batch = batch_of(recipe, faces)
    kinds = batch["kind"]
    assert set(kinds.tolist()) == {0, 4, 8}
    for scale, sigmas in ((8, recipe.sigmas), (4, recipe.sigmas_x4)):
        reduction = Reduction(32, scale)
        expected = reduction.start(reduction.reduce(batch["clean"][kinds == scale]))
        torch.testing.assert_close(batch["corrupt"][kinds == scale], expected)
        assert (batch["level"][kinds == scale] == sigmas[0]).all()
    noise = (batch["corrupt"] - batch["clean"])[kinds == 0]
    torch.testing.assert_close(
        noise.std(dim=(1, 2, 3)), batch["level"][kinds == 0], rtol=0.06, atol=0
    )


def test_later_samples_are_what_red_makes_of_them(faces):
    recipe = dataclasses.replace(RECIPE, later_share=1.0, gaussian_share=0.0, x4_share=0.5)
    task, batch = batch_of(recipe, faces)
    corrupt, level = batch["corrupt"].clone(), batch["level"].clone()
    task._iterate(task.network, batch, 8, corrupt, level)
    eights = batch["kind"] == 8
    torch.testing.assert_close(corrupt[~eights], batch["corrupt"][~eights])
    # the network starts as the identity, and the start already agrees with the evidence
    y = task.reductions[8].reduce(batch["clean"][eights])
    torch.testing.assert_close(
        task.reductions[8].down @ corrupt[eights] @ task.reductions[8].down.T, y, atol=0.5, rtol=0
    )
    assert (level[eights] == recipe.sigmas[1]).all()


def test_it_starts_as_the_identity_and_knows_places():
    network = FaceDenoiser(FaceDenoiserSpec(**SMALL, places=2))
    initialise(network, seeded(0))
    x = torch.rand(2, 3, 128, 128)
    level = torch.tensor([0.1, 0.0])
    torch.testing.assert_close(network(x, level), x)
    torch.nn.init.normal_(network.tail.weight)
    flat = torch.full((1, 3, 128, 128), 0.5)
    cells = network(flat, level[:1])[0, 0].unfold(0, 8, 8).unfold(1, 8, 8).mean(dim=(2, 3))
    assert cells[1:-1, 1:-1].std() > 1e-3
    torch.testing.assert_close(network(x, torch.zeros(2)), x)


def test_validation_names_both_scales(faces):
    task = dcnn_face_denoiser.make_task(dataclasses.replace(RECIPE, validation_faces=4), faces)
    scores = task.validate({"denoiser": task.network}).scores
    assert set(scores) == {"psnr_rgb", "psnr_rgb_x4"}
    assert scores["psnr_rgb_x4"] > scores["psnr_rgb"] > 5
