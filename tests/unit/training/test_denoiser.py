"""The denoiser's samples: clean and corrupt differ by what the network is told."""

import pytest
import torch

from fhgui.training.task import draw_samples
from fhgui.training.tasks import dcnn_denoiser
from fhgui.training.tasks.dcnn_denoiser import TaskRecipe, denoising_psnr

RECIPE = TaskRecipe(task="dcnn_denoiser", steps=2, batch=6, patch_px=32, channels=4)


def batch_of(recipe, faces):
    task = dcnn_denoiser.make_task(recipe, faces)
    return task.batch(draw_samples(recipe, task.samples, 0, torch.device("cpu")))


def test_gaussian_noise_has_the_stated_level(faces):
    batch = batch_of(RECIPE, faces)
    noise = batch["corrupt"] - batch["clean"]
    measured = noise.std(dim=(1, 2, 3))
    torch.testing.assert_close(measured, batch["level"], rtol=0.06, atol=0)
    assert (batch["level"] <= 55 / 255).all()
    assert len(batch["level"].unique()) == 6


def test_measuring_needs_no_seed(faces):
    task = dcnn_denoiser.make_task(RECIPE, faces)
    noisy, denoised = denoising_psnr(task.network, faces, 25.0)
    assert noisy == pytest.approx(20.2, abs=0.2)
    assert denoised >= noisy  # the network starts at "no noise", and values are clipped
