"""Train the error head of a method beside its finished, frozen network, and calibrate it.

Of the faces that were kept from training every fourth judges the head; the others say how wide its
intervals must be (`training.coverage`). They are kept from the trunk's training too as long as its
recipe keeps at least as many: both take them from the end of the set. What is calibrated is the
method's final result as users get it, rounded, with every stage after the network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.stats import spearmanr
from torch import nn

from fhgui.blocks.convolution import count_parameters
from fhgui.blocks.error_head import ErrorHead, HeadSpec, laplace_loss
from fhgui.core.arrays import AnyArray, Floats, Pixels
from fhgui.core.face import FaceAlignment, FaceImage, PlacedBy
from fhgui.core.method import Asset, Method
from fhgui.datasets.packed import FaceSet
from fhgui.imaging.colour import luma, to_float
from fhgui.methods import registry
from fhgui.methods.error_scale import PART, load_trunk, predicted_scale
from fhgui.training.coverage import calibrate
from fhgui.training.data import parts, take
from fhgui.training.degradation.counter import Random
from fhgui.training.degradation.steps import Bicubic, Step, apply
from fhgui.training.export import halve, write_arrays
from fhgui.training.recipe import Recipe
from fhgui.training.samples import luma_of, mirror, to_pixels
from fhgui.training.task import Batch, Context, Draw, Metrics, Networks, Part, Task, Validation
from fhgui.training.validation import SEED

CHUNK = 16
IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
THINNED = 7
JUDGING = 4
"""One held-out face of so many judges the head."""


@dataclass(frozen=True, kw_only=True)
class TaskRecipe(Recipe):
    """Recipe of an error head."""

    method: str
    """Id of the installed method whose error is learned; its network has ``see``."""
    architecture: str = ""
    """Id of the method whose ``network`` module it is; empty for its own."""
    hidden: int = 96
    """Filters of the head's convolutions."""
    blocks: int = 2
    """Residual blocks of the head."""
    degradation: tuple[Step, ...] = (Bicubic(),)
    """Steps from the sharp face to the input: those that the trunk was trained with."""


class ErrorScaleTask(Task):
    """Likelihood of the errors under the predicted scale; the trunk stays as it is."""

    def __init__(
        self, recipe: TaskRecipe, trunk: nn.Module, asset: Asset, head: ErrorHead, faces: FaceSet
    ) -> None:
        self.recipe: TaskRecipe = recipe
        self.trunk, self.asset, self.head = trunk.requires_grad_(requires_grad=False), asset, head
        self.faces, self.held_out = parts(faces, recipe.validation_faces)
        self.samples = len(self.faces)
        self.lr_hw = registry.info(recipe.method).input_hw

    def configure(self) -> dict[str, Part]:
        """Return the head."""
        optimiser = torch.optim.Adam(self.head.parameters(), self.recipe.learning_rate)
        return {"head": Part(self.head, optimiser)}

    def batch(self, draw: Draw) -> Batch:
        """Return ``input`` and ``target``, B×3×h×w and B×3×H×W on the 0–1 scale."""
        random = draw.random()
        sharp = mirror(take(self.faces, draw.indices, draw.device), random)
        low = apply(self.recipe.degradation, sharp, random, self.lr_hw)
        return {"input": low.float() / 255, "target": sharp.float() / 255}

    def step(self, batch: Batch, context: Context) -> Metrics:
        """Make one step down the negative log-likelihood."""
        with torch.no_grad():
            restored, features = self._see(batch["input"])
            error = luma_of(restored - batch["target"])
        logs = context.networks["head"](features, restored)
        loss = laplace_loss(logs, error)
        context.update("head", loss)
        return {"loss": loss.detach(), "error": 255 * error.abs().mean()}

    def validate(self, networks: Networks) -> Validation:
        """Return the mean log-likelihood of held-out errors, and how well their order is known.

        ``rank`` is the correlation of the ranks of predicted and true sizes of error.
        """
        judging = np.arange(0, len(self.held_out), JUDGING)
        if not judging.size:
            return Validation()
        losses: list[float] = []
        scales: list[Floats] = []
        errors: list[Floats] = []
        for low, sharp in self._chunks(judging, networks["head"]):
            restored, features = self._see(low)
            logs = networks["head"](features, restored)
            error = luma_of(restored - sharp)
            losses += [float(laplace_loss(logs, error))] * len(low)
            scales.append(logs.double().flatten().cpu().numpy())
            errors.append(error.abs().double().flatten().cpu().numpy())
        likelihood, rank = -float(np.mean(losses)), _rank_correlation(scales, errors)
        return Validation({"likelihood": likelihood, "rank": rank})

    @torch.no_grad()
    def errors(self, head: nn.Module, method: Method) -> tuple[Floats, Floats, int]:
        """Return predicted scales and sizes of error of the calibrating faces, and their number.

        Parameters
        ----------
        method : gives the final results whose luma is compared, in grey levels.
        """
        rows = np.arange(len(self.held_out))
        calibrating = rows[rows % JUDGING > 0]
        scales: list[Floats] = []
        errors: list[Floats] = []
        for low, sharp in self._chunks(calibrating, head):
            restored, features = self._see(low)
            scales += list(predicted_scale(head, features, restored))
            for given, truth in zip(to_pixels(255 * low), to_pixels(255 * sharp), strict=True):
                difference = to_float(_result(method, given)) - to_float(truth)
                errors.append(np.abs(luma(difference)))
        if not scales:
            return np.empty(0), np.empty(0), 0
        return np.stack(scales).ravel(), np.stack(errors).ravel(), len(calibrating)

    def _see(self, low: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what the trunk makes of faces, clipped to 0–1, and its features."""
        self.trunk.to(low.device)
        restored, features = self.trunk.see(low)  # type: ignore[operator]  # load_trunk checks it
        return restored.float().clamp(0, 1), features.float()

    def _chunks(
        self, rows: AnyArray, network: nn.Module
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield inputs and truths of held-out faces, 0–1, some at a time, where the network is."""
        device = next(network.parameters()).device
        for start in range(0, len(rows), CHUNK):
            picked = rows[start : start + CHUNK]
            sharp = take(self.held_out, picked, device)
            random = Random.of_samples(SEED, picked, np.zeros_like(picked))
            low = apply(self.recipe.degradation, sharp, random, self.lr_hw)
            yield low.float() / 255, sharp.float() / 255


def make_task(recipe: TaskRecipe, faces: FaceSet) -> ErrorScaleTask:
    """Return the task with a head that predicts the same everywhere."""
    trunk, asset = load_trunk(recipe.method, recipe.architecture)
    info = registry.info(recipe.method)
    with torch.no_grad():
        _, features = trunk.see(torch.zeros(1, 3, *info.input_hw))  # type: ignore[operator]
    spec = HeadSpec(features.shape[1], info.input_hw[0], info.scale, recipe.hidden, recipe.blocks)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        head = ErrorHead(spec)
    return ErrorScaleTask(recipe, trunk, asset, head, faces)


def export(task: ErrorScaleTask, network: nn.Module, path: Path) -> dict[str, object]:
    """Calibrate the head as it is stored, write both, and return what the card says.

    Raises
    ------
    FhguiError
        If the method is not installed, or too few faces were kept to calibrate on.
    """
    arrays = {k: halve(v.detach().cpu().numpy()) for k, v in network.state_dict().items()}
    stored = {k: torch.from_numpy(np.asarray(v, np.float32)) for k, v in arrays.items()}
    network.load_state_dict(stored)
    scale, error, faces = task.errors(network, registry.load(task.recipe.method))
    calibration = calibrate(scale, error, faces)
    spec = {
        "head": asdict(task.head.spec),
        "trunk": task.asset.sha256,
        "calibration": asdict(calibration),
    }
    write_arrays(arrays, path, {"method": task.recipe.method, "part": PART}, spec)
    return {
        "network": asdict(task.head.spec),
        "parameters": count_parameters(network),
        "trunk": {"name": task.asset.name, "sha256": task.asset.sha256},
        "calibrated_on_faces": faces,
        "levels": list(calibration.levels),
    }


def _result(method: Method, face: Pixels) -> Pixels:
    """Return the last stage of an aligned face."""
    placed = FaceAlignment(IDENTITY, PlacedBy.ALIGNED, method.info.template)
    *_, last = method.stages(FaceImage(face, placed), seed=0)
    return last.pixels


def _rank_correlation(scales: Sequence[Floats], errors: Sequence[Floats]) -> float:
    """Return Spearman's correlation over every `THINNED`-th pixel: enough of them, and quick."""
    scale, error = (np.concatenate(x)[::THINNED] for x in (scales, errors))
    return float(spearmanr(scale, error).statistic) if np.ptp(scale) > 0 else 0.0
