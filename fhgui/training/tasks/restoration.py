"""Train a network that maps a degraded face to the sharp one: one recipe a method, no code.

The method's ``network`` module supplies the network: a frozen dataclass ``Spec`` of its shape,
and ``build(spec) -> nn.Module``. Networks take and give B×C×H×W on the 0–1 scale (not clipped),
C = 3 or, in luma, 1; an output smaller than the face (convolutions without padding) is compared
with the middle of the face.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import count_parameters, fold_batch_norm
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet
from fhgui.training.data import parts, take
from fhgui.training.degradation.linear import resize
from fhgui.training.degradation.steps import Bicubic, Step, apply
from fhgui.training.export import write_weights
from fhgui.training.recipe import Recipe, fill
from fhgui.training.samples import crop, luma_of, mirror, turn
from fhgui.training.starting import begin_from
from fhgui.training.task import Batch, Context, Draw, Metrics, Networks, Part, Task, Validation
from fhgui.training.validation import held_out

CHARBONNIER_EPS = 1e-3
"""ε of √(d² + ε²), on the 0–1 scale (Lai et al. 2017)."""

PSNR_EPS = 1e-6
"""Keeps the logarithm of a perfect face finite: 60 dB."""


@dataclass(frozen=True, kw_only=True)
class TaskRecipe(Recipe):
    """Recipe of a restoration network."""

    method: str
    """Id of the method that is trained."""
    architecture: str = ""
    """Id of the method whose ``network`` module it has; empty for its own."""
    network: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the network's ``Spec``; missing ones have its defaults."""
    scale: int = 8
    """Sharp size ÷ degraded size."""
    degradation: tuple[Step, ...] = (Bicubic(),)
    """Steps from the sharp face to the low-resolution one (`degradation.steps`)."""
    input: Literal["bicubic", "lr"] = "bicubic"
    """What the network sees: the low-resolution face enlarged bicubically, or as it is."""
    colour: Literal["rgb", "luma"] = "rgb"
    """What it restores; in luma the colour differences are bicubic's."""
    loss: Literal["l1", "l2", "charbonnier", "psnr"] = "l1"
    """Mean over all values, on the 0–1 scale; ``psnr``: mean over the faces of the logarithm of
    their mean square, what PSNR averages."""
    start: str = ""
    """Weights to start from, a file or a name under ``models/``: tensors that the network lacks
    or that have another shape there are passed over, the rest is drawn."""
    patch_px: int = 0
    """Side of the random square of the sharp face that is trained on; 0 for whole faces."""
    augment: Literal["none", "mirror", "dihedral"] = "mirror"
    """``dihedral``: all eight positions of a square face."""
    optimiser: Literal["adam", "sgd"] = "adam"
    """Adam, or gradient descent with momentum."""
    momentum: float = 0.9
    """Momentum of ``sgd``, first β of ``adam``."""
    weight_decay: float = 0.0
    """L2 penalty on the weights."""


class RestorationTask(Task):
    """See the module."""

    def __init__(self, recipe: TaskRecipe, network: nn.Module, spec: Any, faces: FaceSet) -> None:
        # spec: the method's own dataclass
        self.recipe: TaskRecipe = recipe
        self.network, self.spec = network, spec
        self.faces, self.held_out = parts(faces, recipe.validation_faces)
        self.samples = len(self.faces)
        self.hr_hw: tuple[int, int] = (faces.pixels.shape[1], faces.pixels.shape[2])
        _check(recipe, self.hr_hw)
        self.lr_hw = self.hr_hw[0] // recipe.scale, self.hr_hw[1] // recipe.scale

    def configure(self) -> dict[str, Part]:
        """Return the one network."""
        recipe = self.recipe
        rate, decay = recipe.learning_rate, recipe.weight_decay
        if recipe.optimiser == "sgd":
            optimiser: torch.optim.Optimizer = torch.optim.SGD(
                self.network.parameters(), rate, recipe.momentum, weight_decay=decay
            )
        else:
            optimiser = torch.optim.Adam(
                self.network.parameters(), rate, (recipe.momentum, 0.999), weight_decay=decay
            )
        return {"network": Part(self.network, optimiser)}

    def batch(self, draw: Draw) -> Batch:
        """Return ``input`` and ``target``."""
        random = draw.random()
        augment = {"none": _unchanged, "mirror": mirror, "dihedral": turn}[self.recipe.augment]
        sharp = augment(take(self.faces, draw.indices, draw.device), random)
        low = apply(self.recipe.degradation, sharp, random, self.lr_hw)
        if patch := self.recipe.patch_px:
            low_px = patch // self.recipe.scale
            if self.recipe.input == "bicubic":  # enlarged whole: patches have no edges of their own
                large = self.as_input(low)
                _, sharp, large = crop((low, sharp, large), (low_px, patch, patch), random)
                return {"input": large, "target": self._colours(sharp)}
            low, sharp = crop((low, sharp), (low_px, patch), random)
        return {"input": self.as_input(low), "target": self._colours(sharp)}

    def step(self, batch: Batch, context: Context) -> Metrics:
        """Make one step down the loss."""
        output = context.networks["network"](batch["input"])
        loss = _LOSSES[self.recipe.loss](output, middle(batch["target"], output))
        context.update("network", loss)
        return {"loss": loss.detach()}

    def validate(self, networks: Networks) -> Validation:
        """Return the held-out faces' PSNR."""
        if not len(self.held_out):
            return Validation()
        network = networks["network"]
        device = next(network.parameters()).device
        recipe = self.recipe
        return held_out(
            lambda low: self.restore(network, low),
            self.held_out,
            recipe.degradation,
            recipe.scale,
            device,
        )

    def as_input(self, low: torch.Tensor) -> torch.Tensor:
        """Return what the network sees of B×3×h×w uint8 faces."""
        return self._colours(self._enlarged(low) if self.recipe.input == "bicubic" else low)

    def restore(self, network: nn.Module, low: torch.Tensor) -> torch.Tensor:
        """Return B×3×H×W float64 on the 0–255 scale of B×3×h×w uint8 faces."""
        output = 255 * network(self.as_input(low)).double()
        large = self._enlarged(low)
        known = middle(large, output)
        if self.recipe.colour == "luma":
            output = known + (output - luma_of(known))
        known.copy_(output)  # a view: borders that the network does not reach stay bicubic
        return large

    def _enlarged(self, low: torch.Tensor) -> torch.Tensor:
        size = low.shape[-2] * self.recipe.scale, low.shape[-1] * self.recipe.scale
        return resize(low.double(), size)

    def _colours(self, x: torch.Tensor) -> torch.Tensor:
        """Return float32 on the 0–1 scale, R-G-B or luma."""
        return ((luma_of(x.double()) if self.recipe.colour == "luma" else x) / 255).float()


def make_task(recipe: TaskRecipe, faces: FaceSet) -> RestorationTask:
    """Return the task with freshly drawn weights."""
    module = network_module(recipe.architecture or recipe.method)
    spec = fill(module.Spec, recipe.network)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        network = module.build(spec)
    notes = begin_from(network, recipe.start)
    return RestorationTask(recipe, network, spec, faces).noted(notes)


def network_module(method: str) -> Any:  # a module: its attributes are not typed
    """Return a method's ``network`` module.

    Raises
    ------
    FhguiError
        If there is none, or it lacks ``Spec`` or ``build``.
    """
    try:
        module = import_module(f"fhgui.methods.{method}.network")
    except ModuleNotFoundError as error:
        raise FhguiError(f"there is no method {method!r} with a network") from error
    if not (hasattr(module, "Spec") and hasattr(module, "build")):
        raise FhguiError(f"the network of {method!r} cannot be trained by the restoration task")
    return module


def export(task: RestorationTask, network: nn.Module, path: Path) -> dict[str, object]:
    """Write the folded weights and return what the card says about the network."""
    folded = fold_batch_norm(network)
    write_weights(folded, path, {"method": task.recipe.method, "part": "network"}, task.spec)
    return {"network": asdict(task.spec), "parameters": count_parameters(folded)}


def middle(x: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """Return a view of the middle of ``x``, as high and wide as ``like``."""
    top = (x.shape[-2] - like.shape[-2]) // 2
    left = (x.shape[-1] - like.shape[-1]) // 2
    return x[..., top : top + like.shape[-2], left : left + like.shape[-1]]


def _check(recipe: TaskRecipe, hr_hw: tuple[int, int]) -> None:
    height, width = hr_hw
    if height % recipe.scale or width % recipe.scale:
        raise FhguiError(f"faces of {width}×{height} px cannot be reduced by {recipe.scale}")
    if recipe.patch_px % recipe.scale or recipe.patch_px > min(hr_hw):
        raise FhguiError(
            f"patch_px must be a multiple of {recipe.scale} up to {min(hr_hw)},"
            f" not {recipe.patch_px}"
        )
    if recipe.augment == "dihedral" and height != width:
        raise FhguiError("only square faces can be augmented dihedrally", hint="mirror them")


def _unchanged(batch: torch.Tensor, random: object) -> torch.Tensor:
    return batch


def _charbonnier(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return torch.sqrt((output - target) ** 2 + CHARBONNIER_EPS**2).mean()


def _psnr(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return torch.log((output - target).square().mean(dim=(1, 2, 3)) + PSNR_EPS).mean()


_LOSSES: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "l1": functional.l1_loss,
    "l2": functional.mse_loss,
    "charbonnier": _charbonnier,
    "psnr": _psnr,
}
