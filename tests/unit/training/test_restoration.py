"""The restoration task: what networks see, what they are compared with, what comes out."""

import dataclasses
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from torch import nn

from fhgui.core.errors import FhguiError
from fhgui.imaging.colour import luma
from fhgui.imaging.resize import imresize
from fhgui.training.degradation import steps
from fhgui.training.loop import train
from fhgui.training.progress import Command
from fhgui.training.recipe import fill
from fhgui.training.start import run_recipe
from fhgui.training.task import draw_samples
from fhgui.training.tasks import restoration


@dataclasses.dataclass(frozen=True)
class Spec:
    """A tiny network's shape."""

    channels: int = 3
    hidden: int = 4
    padding: int = 1
    scale: int = 1


def build(spec):
    return nn.Sequential(
        nn.Conv2d(spec.channels, spec.hidden, 3, padding=spec.padding),
        nn.ReLU(),
        nn.Conv2d(spec.hidden, spec.channels * spec.scale**2, 3, padding=spec.padding),
        nn.PixelShuffle(spec.scale),
    )


@pytest.fixture(autouse=True)
def _tiny_method(monkeypatch):
    module = SimpleNamespace(Spec=Spec, build=build)
    monkeypatch.setitem(sys.modules, "fhgui.methods.tiny.network", module)


def make(faces, **settings):
    values = {"task": "restoration", "method": "tiny", "steps": 4, "batch": 3, "scale": 4}
    recipe = fill(restoration.TaskRecipe, {**values, "warmup_steps": 0, **settings})
    return restoration.make_task(recipe, faces)


def batch_of(task, step=0):
    return task.batch(draw_samples(task.recipe, task.samples, step, torch.device("cpu")))


def test_the_network_sees_the_interpolated_face(faces):
    task = make(faces, augment="none")
    draw = draw_samples(task.recipe, 6, 0, torch.device("cpu"))
    batch = task.batch(draw)
    for k, index in enumerate(draw.indices):
        face = faces.pixels[index]
        seen = imresize(imresize(face, (8, 8)).astype(np.float64), (32, 32)) / 255
        np.testing.assert_allclose(batch["input"][k].permute(1, 2, 0), seen, atol=1e-6)
        np.testing.assert_allclose(batch["target"][k].permute(1, 2, 0), face / 255, atol=1e-6)


def test_luma_and_low_resolution_inputs(faces):
    task = make(faces, augment="none", colour="luma", input="lr", network={"channels": 1})
    draw = draw_samples(task.recipe, 6, 0, torch.device("cpu"))
    batch = task.batch(draw)
    assert batch["input"].shape == (3, 1, 8, 8)
    face = faces.pixels[draw.indices[0]]
    np.testing.assert_allclose(batch["target"][0, 0], luma(face) / 255, atol=1e-6)


@pytest.mark.parametrize("kind", ["bicubic", "lr"])
def test_patches_of_input_and_target_show_the_same_place(faces, kind):
    whole = make(faces, augment="none", input=kind)
    cut = make(faces, augment="none", input=kind, patch_px=16)
    large, small = batch_of(whole), batch_of(cut)
    ratio = 4 if kind == "lr" else 1
    assert small["target"].shape[-1] == 16
    assert small["input"].shape[-1] == 16 // ratio
    for k in range(3):
        places = [
            (y, x)
            for y in range(0, 17, 4)
            for x in range(0, 17, 4)
            if torch.equal(large["target"][k, :, y : y + 16, x : x + 16], small["target"][k])
        ]
        assert any(
            torch.equal(
                large["input"][
                    k, :, y // ratio : (y + 16) // ratio, x // ratio : (x + 16) // ratio
                ],
                small["input"][k],
            )
            for y, x in places
        )


def test_augmentation_moves_input_and_target_alike(faces):
    for augment, count in (("mirror", 2), ("dihedral", 8)):
        task = make(faces, augment=augment, batch=6)
        views = set()
        for step in range(60):
            draw = draw_samples(task.recipe, 6, step, torch.device("cpu"))
            batch = task.batch(draw)
            k = int(np.flatnonzero(draw.indices == 0)[0])
            views.add(batch["target"][k].numpy().tobytes())
            pixels = (batch["target"][k] * 255).round().byte().permute(1, 2, 0).numpy()
            seen = imresize(imresize(pixels, (8, 8)).astype(np.float64), (32, 32)) / 255
            np.testing.assert_allclose(batch["input"][k].permute(1, 2, 0), seen, atol=1e-6)
        assert len(views) == count


@pytest.mark.parametrize("loss", ["l1", "l2", "charbonnier"])
@pytest.mark.parametrize("padding", [0, 1])
def test_it_trains_and_is_measured_on_held_out_faces(faces, tmp_path, loss, padding):
    task = make(
        faces,
        loss=loss,
        network={"padding": padding},
        validation_faces=2,
        validate_steps=2,
        optimiser="sgd" if padding else "adam",
    )
    trained = train(task, tmp_path)
    assert task.samples == 4
    assert trained.step == 4
    assert trained.scores["psnr_rgb"] > 5
    bicubic = [imresize(imresize(f, (8, 8)).astype(np.float64), (32, 32)) for f in faces.pixels[4:]]
    errors = [
        np.mean((np.floor(b.clip(0, 255) + 0.5) - t) ** 2)
        for b, t in zip(bicubic, faces.pixels[4:], strict=True)
    ]
    expected = np.mean([10 * np.log10(255**2 / e) for e in errors])
    assert trained.scores["psnr_bicubic"] == pytest.approx(expected, abs=0.01)
    assert list((tmp_path / "samples").glob("*.png"))


def test_what_the_network_leaves_alone_stays_bicubic(faces):
    task = make(faces, colour="luma", network={"channels": 1, "padding": 0})
    low = steps.apply(
        (steps.Bicubic(),), torch.from_numpy(faces.pixels[:2].transpose(0, 3, 1, 2).copy()),
        draw_samples(task.recipe, 6, 0, torch.device("cpu")).random(), (8, 8),
    )  # fmt: skip

    class Cut(nn.Module):
        def forward(self, x):
            return x[..., 2:-2, 2:-2]

    restored = task.restore(Cut(), low)
    bicubic = task._enlarged(low)
    torch.testing.assert_close(restored, bicubic, atol=1e-4, rtol=0)


def test_weights_and_facts_are_exported_at_the_end_only(faces, tmp_path):
    recipe = make(faces).recipe
    stopped = run_recipe(recipe, faces, tmp_path, control=lambda: Command.STOP)
    assert stopped.weights is None
    done = run_recipe(recipe, faces, tmp_path, resume=True)
    arrays = load_file(done.weights)
    assert arrays["0.weight"].dtype == np.float16
    assert "parameters: " in done.facts.read_text()
    for name, value in done.trained.network.state_dict().items():
        np.testing.assert_allclose(arrays[name], value, atol=1e-3)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"scale": 5}, "32×32 px cannot be reduced by 5"),
        ({"patch_px": 10}, "patch_px must be a multiple of 4 up to 32, not 10"),
        ({"method": "none"}, "no method 'none' with a network"),
        ({"method": "bicubic"}, "no method 'bicubic' with a network"),
        ({"network": {"depth": 3}}, "unknown setting depth"),
        ({"degradation": [{"kind": "fog"}]}, "must have a kind, one of turned, bicubic, gaussian"),
        ({"degradation": [{"kind": "jpeg", "quality": 3}]}, "quality must be tuple"),
        ({"loss": "l3"}, "loss must be one of l1, l2, charbonnier"),
        ({"validation_faces": 6}, "6 faces cannot spare 6 for validation"),
    ],
)
def test_mistakes_are_named(faces, settings, sentence):
    with pytest.raises(FhguiError, match=sentence):
        make(faces, **settings)


def test_degradations_come_from_the_recipe(faces):
    task = make(
        faces,
        degradation=[
            {"kind": "motion", "size_px": [5, 9]},
            {"kind": "gaussian", "sigma_px": [1.4, 1.7]},
            {"kind": "jpeg", "quality": [30, 60]},
        ],
    )
    assert task.recipe.degradation == (
        steps.MotionBlur(size_px=(5, 9)),
        steps.Gaussian(sigma_px=(1.4, 1.7)),
        steps.Jpeg(quality=(30, 60)),
    )
    assert batch_of(task)["input"].shape == (3, 3, 32, 32)


def test_a_deleted_data_set_is_named(faces, tmp_path):
    task = make(faces)
    (tmp_path / "faces.npy").unlink()
    with pytest.raises(FhguiError, match=r"faces\.npy: was deleted or cut short"):
        train(task, tmp_path / "run")
