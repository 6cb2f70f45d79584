"""The task of fsgn: masks beside the picture, parts that the picture covers, weights by mode."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from safetensors import safe_open

from fhgui.alignment.templates import template
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.imaging.component_masks import component_masks
from fhgui.imaging.resize import imresize
from fhgui.training.recipe import fill
from fhgui.training.start import run_recipe
from fhgui.training.task import draw_samples
from fhgui.training.tasks import fsgn, load_recipe, recipe_names

HW = 80, 64
CPU = torch.device("cpu")
SMALL = {"cells": 4, "channels": 8, "blocks": 1, "dilations": [2, 1]}

SHIPPED = [name for name in recipe_names() if load_recipe(name).task == "fsgn"]


def points():
    """Return a face's landmarks on the small grid."""
    return (template("celeba128").points + 0.5) / 2 - 0.5 + (0, 8)


@pytest.fixture
def faces():
    """Five faces whose left quarter is beyond the picture, grey there and noise elsewhere."""
    pixels = np.random.default_rng(0).integers(20, 236, (5, *HW, 3), np.uint8)
    pixels[:, :, :16] = 3
    rows = [
        PackedFace(f"{i}", landmarks=tuple(points().ravel()), seen=(16, 0, 64, 80))
        for i in range(5)
    ]
    return FaceSet(pixels, tuple(rows), "digest")


def make(faces, **settings):
    values = {"task": "fsgn", "method": "fsgn", "mode": "sr", "scale": 4, "steps": 3, "batch": 4}
    rest = {"patch_px": 32, "warmup_steps": 0, "network": SMALL, "augment": "none"}
    return fsgn.make_task(fill(fsgn.TaskRecipe, {**values, **rest, **settings}), faces)


def batch_of(task, step=0):
    return task.batch(draw_samples(task.recipe, task.samples, step, CPU))


def place_of(patch, whole):
    """Return top and left of a p×p part of a picture."""
    side = patch.shape[0]
    windows = np.lib.stride_tricks.sliding_window_view(whole, (side, side), (0, 1))
    found = np.argwhere((windows == patch.transpose(2, 0, 1)).all((2, 3, 4)))
    assert len(found) == 1
    return found[0]


def test_input_target_and_masks_are_of_one_place(faces):
    task = make(faces, jitter_px=0.0)
    draw = draw_samples(task.recipe, task.samples, 0, CPU)
    batch = task.batch(draw)
    assert batch["input"].shape == (4, 7, 32, 32)
    masks = component_masks(points(), HW)
    for k, index in enumerate(draw.indices):
        patch = np.rint(255 * batch["target"][k].permute(1, 2, 0).numpy()).astype(np.uint8)
        top, left = place_of(patch, faces.pixels[index])
        area = np.s_[top : top + 32, left : left + 32]
        seen = batch["input"][k].permute(1, 2, 0).numpy()
        np.testing.assert_array_equal(seen[..., 3:], masks[area])
        low = imresize(faces.pixels[index], (20, 16))
        large = imresize(low.astype(np.float64), HW)[area]
        np.testing.assert_allclose(255 * seen[..., :3], large, atol=1e-4)


def test_patches_keep_to_what_the_picture_covers(faces):
    task = make(faces, patch_px=48)
    for step in range(6):
        assert (255 * batch_of(task, step)["target"]).min() > 19


def test_masks_move_by_up_to_the_jitter(faces):
    still, moved = make(faces, jitter_px=0.0), make(faces, jitter_px=6.0)
    moved.seen = still.seen
    a, b = (batch_of(task)["input"][:, 3:] for task in (still, moved))
    assert set(np.unique(b)) <= {0.0, 1.0}
    assert (a != b).any()
    again = batch_of(make(faces, jitter_px=6.0))["input"][:, 3:]
    assert torch.equal(b, again)


def test_mirrored_faces_have_mirrored_masks(faces):
    plain, mirrored = make(faces, jitter_px=0.0), make(faces, jitter_px=0.0, augment="mirror")
    changed = 0
    for a, b in zip(*(batch_of(t)["input"] for t in (plain, mirrored)), strict=True):
        flipped = torch.equal(a.flip(-1), b)
        assert flipped or torch.equal(a, b)
        changed += flipped
    assert 0 < changed < 4


@pytest.mark.parametrize("masks", [True, False])
def test_it_trains_validates_and_exports(faces, tmp_path, masks):
    network = {**SMALL, "masks": masks, "residual": True}
    task = make(faces, network=network, validation_faces=1, validate_steps=3, mode="deblur")
    outcome = run_recipe(task.recipe, faces, tmp_path / "run", device="cpu")
    assert np.isfinite(outcome.trained.scores["psnr_rgb"])
    with safe_open(outcome.weights, "np") as file:
        header = file.metadata()
    assert (header["method"], header["part"]) == ("fsgn", "deblur")
    assert fill(fsgn.Spec, json.loads(header["spec"])) == task.spec


def test_a_set_without_landmarks_is_refused_with_the_way_out(faces):
    bare = FaceSet(faces.pixels, tuple(PackedFace(f"{i}") for i in range(5)))
    with pytest.raises(FhguiError, match=r"holds no landmarks.*--template face320"):
        make(bare)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_recipe_makes_two_steps(faces, tmp_path, name):
    shipped = load_recipe(name)
    shallow = {**shipped.network, "channels": 8, "blocks": 1}  # the paper's take seconds a step
    short = dataclasses.replace(
        shipped, steps=2, batch=2, validation_faces=1, patch_px=32, network=shallow
    )
    done = run_recipe(short, faces, tmp_path / "run", device="cpu")
    assert done.trained.step == 2
    assert done.weights.is_file()


def test_motion_larger_than_the_face_is_refused(faces):
    task = make(faces, degradation=[{"kind": "motion", "size_px": [11, 81]}, {"kind": "bicubic"}])
    with pytest.raises(FhguiError, match=r"up to 81 px are larger than faces of 64×80 px"):
        batch_of(task)


def test_masks_change_nothing_before_training():
    seen = torch.from_numpy(np.random.default_rng(0).random((1, 7, 16, 16), np.float32))
    with_masks, without = (
        fsgn.build(fill(fsgn.Spec, {**SMALL, "masks": masks}), seed=1).eval()
        for masks in (True, False)
    )
    with torch.inference_mode():
        expected = without(seen)
        torch.testing.assert_close(with_masks(seen), expected)
    with_masks(seen).square().sum().backward()
    gradient = with_masks.head.weight.grad[:, 3 * 16 :]
    assert (gradient.abs().amax((0, 2, 3)) > 0).all()


@pytest.mark.parametrize("setting", [{"input": "lr"}, {"colour": "luma"}, {"patch_px": 0}])
def test_recipes_that_fsgn_cannot_follow_are_refused(faces, setting):
    with pytest.raises(FhguiError, match="parts of the enlarged colour picture"):
        make(faces, **setting)


def test_the_papers_spec_is_the_default():
    assert dataclasses.asdict(fsgn.Spec()) == {
        "cells": 1,
        "channels": 64,
        "blocks": 5,
        "dilations": (5, 4, 3, 2, 1),
        "masks": True,
        "local_skip": True,
        "residual": False,
    }
    network = fsgn.build(fsgn.Spec())
    assert sum(m.__class__.__name__ == "Conv2d" for m in network.modules()) == 53
