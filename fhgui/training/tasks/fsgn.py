"""Train FSGN (paper 003): a blurred, enlarged face and its component masks → the sharp face.

Like `restoration`, but that the network sees four masks beside the picture. They are drawn from
the landmarks that the packed set holds, each component moved at random: on evidence the masks
come from landmarks of a blurred face, and are as far off.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import nn

from fhgui.blocks.convolution import count_parameters
from fhgui.core.arrays import AnyArray
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet
from fhgui.imaging.component_masks import COMPONENTS, COUNT, component_masks
from fhgui.methods.fsgn.network import Fsgn, Spec, build
from fhgui.training.data import take
from fhgui.training.degradation.counter import Random
from fhgui.training.degradation.steps import apply
from fhgui.training.export import write_weights
from fhgui.training.recipe import fill
from fhgui.training.samples import crop, mirror
from fhgui.training.starting import begin_from
from fhgui.training.task import Batch, Draw, Networks, Validation
from fhgui.training.tasks import restoration
from fhgui.training.validation import CHUNK, held_out

HINT = "build it with: fhgui dataset build … --template face320 --size 320,240"


@dataclass(frozen=True, kw_only=True)
class TaskRecipe(restoration.TaskRecipe):
    """Recipe of FSGN; its input is always the enlarged picture, in colour."""

    mode: Literal["sr", "deblur"]
    """What the weights are for: faces that are small, or small and moved."""
    jitter_px: float = 6.0
    """Largest distance by which each component's mask is moved, in pixels of the sharp face."""


class FsgnTask(restoration.RestorationTask):
    """See the module."""

    recipe: TaskRecipe

    def __init__(self, recipe: TaskRecipe, network: Fsgn, spec: Spec, faces: FaceSet) -> None:
        super().__init__(recipe, network, spec, faces)
        self.landmarks = _landmarks(self.faces)
        self.seen = _seen(self.faces, recipe.scale)
        if recipe.input != "bicubic" or recipe.colour != "rgb" or not recipe.patch_px:
            raise FhguiError(
                "fsgn is trained on parts of the enlarged colour picture",
                hint="set input to bicubic, colour to rgb and patch_px",
            )

    def batch(self, draw: Draw) -> Batch:
        """Return ``input`` (B×7×p×p) and ``target`` (B×3×p×p), 0–1."""
        random = draw.random()
        sharp = take(self.faces, draw.indices, draw.device)
        low = apply(self.recipe.degradation, sharp, random, self.lr_hw)
        masks = self._masks(draw.indices, random).to(draw.device)
        patch = self.recipe.patch_px
        whole = torch.cat([self.as_input(low), masks.float(), self._colours(sharp)], 1)
        within = self.seen[torch.from_numpy(draw.indices)]
        _, part = crop((low, whole), (patch // self.recipe.scale, patch), random, within)
        if self.recipe.augment == "mirror":
            part = mirror(part, random)
        return {"input": part[:, :-3], "target": part[:, -3:]}

    def validate(self, networks: Networks) -> Validation:
        """Return the held-out faces' PSNR with masks where their landmarks are."""
        if not len(self.held_out):
            return Validation()
        network = networks["network"]
        device = next(network.parameters()).device
        drawn = [component_masks(points, self.hr_hw) for points in _landmarks(self.held_out)]
        masks = torch.from_numpy(np.stack(drawn)).permute(0, 3, 1, 2).to(device)
        # `held_out` takes the faces in order, CHUNK at a time
        parts = iter(torch.split(masks, CHUNK))
        recipe = self.recipe
        return held_out(
            lambda low: self.with_masks(network, low, next(parts)),
            self.held_out,
            recipe.degradation,
            recipe.scale,
            device,
        )

    def with_masks(
        self, network: nn.Module, low: torch.Tensor, masks: torch.Tensor
    ) -> torch.Tensor:
        """Return B×3×H×W float64, 0–255, of B×3×h×w uint8 faces and their B×4×H×W masks."""
        output: torch.Tensor = network(torch.cat([self.as_input(low), masks.float()], 1))
        return 255 * output.double()

    def _masks(self, indices: AnyArray, random: Random) -> torch.Tensor:
        """Return B×4×H×W uint8 masks of training faces, their components moved at random."""
        parts = len(COMPONENTS)
        far = random.uniform("mask shift", 0, self.recipe.jitter_px, (parts,)).numpy()
        angle = random.uniform("mask direction", 0, 2 * math.pi, (parts,)).numpy()
        shifts = far[..., None] * np.stack([np.cos(angle), np.sin(angle)], -1)
        drawn = [
            component_masks(_moved(points, by), self.hr_hw)
            for points, by in zip(self.landmarks[indices], shifts, strict=True)
        ]
        return torch.from_numpy(np.stack(drawn)).permute(0, 3, 1, 2)


def make_task(recipe: TaskRecipe, faces: FaceSet) -> FsgnTask:
    """Return the task with freshly drawn weights.

    Raises
    ------
    FhguiError
        If the set holds no landmarks, or the recipe does not fit it.
    """
    spec = fill(Spec, recipe.network)
    network = build(spec, recipe.seed)
    notes = begin_from(network, recipe.start)
    return FsgnTask(recipe, network, spec, faces).noted(notes)


def export(task: FsgnTask, network: nn.Module, path: Path) -> dict[str, object]:
    """Write the weights and return what the card says about the network."""
    identity = {"method": task.recipe.method, "part": task.recipe.mode}
    write_weights(network, path, identity, task.spec)
    return {"network": asdict(task.spec), "parameters": count_parameters(network)}


def _landmarks(faces: FaceSet) -> AnyArray:
    """Return N×68×2 float64 (x, y)."""
    rows = [face.landmarks for face in faces.faces]
    if any(row is None or len(row) != 2 * COUNT for row in rows):
        raise FhguiError("the set holds no landmarks, and fsgn's masks need them", hint=HINT)
    return np.array(rows, dtype=np.float64).reshape(-1, COUNT, 2)


def _seen(faces: FaceSet, scale: int) -> torch.Tensor:
    """Return N×4 whole pixels of the low-resolution grid that hold nothing but the picture."""
    height, width = faces.pixels.shape[1:3]
    whole = (0, 0, width, height)
    edges = torch.tensor([face.seen or whole for face in faces.faces], dtype=torch.int64)
    begins, ends = edges[:, :2], edges[:, 2:]
    return torch.cat([(begins + scale - 1) // scale, ends // scale], 1)


def _moved(landmarks: AnyArray, shifts: AnyArray) -> AnyArray:
    """Return 68×2 landmarks with every component moved by its own (x, y) of 4×2."""
    moved = landmarks.copy()
    for parts, by in zip(COMPONENTS.values(), shifts, strict=True):
        for part in parts:
            moved[part] += by
    return moved
