"""Train C-SRIP: a cascade supervised at three sizes, with recognisers that guard the identity.

The loss is Eq. 4 of paper 002; its ablation is `TaskRecipe`'s four switches. Networks take and
give pictures on the 0–1 scale, losses are on the 0–255 scale.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError, safe_open
from torch import nn
from torch.nn import functional

from fhgui import paths
from fhgui.blocks.convolution import count_parameters, fold_batch_norm
from fhgui.core.errors import FhguiError, WeightsError
from fhgui.datasets.packed import FaceSet
from fhgui.methods.csrip.network import MODULES, Csrip, Spec, build
from fhgui.methods.csrip.recogniser import Recogniser, RecogniserSpec
from fhgui.training.data import parts, take
from fhgui.training.degradation.steps import Gaussian, Step, apply
from fhgui.training.export import write_weights
from fhgui.training.people import People, people_of
from fhgui.training.recipe import Recipe, fill
from fhgui.training.samples import crop, mirror
from fhgui.training.starting import begin_from
from fhgui.training.structure import mean_ssim, reduced, residual
from fhgui.training.task import Batch, Context, Draw, Metrics, Networks, Part, Task, Validation
from fhgui.training.tasks.csrip_recogniser import PART, SCALE, detail_sigma_px
from fhgui.training.validation import held_out

REDUCTIONS = (4, 2, 1)
"""Full size over the size of each module's picture."""


@dataclass(frozen=True, kw_only=True)
class TaskRecipe(Recipe):
    """Recipe of C-SRIP; the switches' defaults are the paper's whole method."""

    network: Mapping[str, Any] = field(default_factory=dict)
    """``width``, ``blocks`` and ``kernel`` of the network's `Spec`."""
    degradation: tuple[Step, ...] = (Gaussian(),)
    """Steps from the sharp face to the low-resolution one."""
    loss: Literal["ssim", "mse"] = "ssim"
    """½(1 − SSIM) (Eq. 2), or the mean square on the 0–1 scale."""
    cascade: bool = True
    """Off: all residual blocks on the input's grid, the doublings last (the paper's baseline)."""
    multi_scale: bool = True
    """Whether the 2× and 4× pictures are supervised too; only a cascade has them."""
    identity: bool = True
    """Whether the recognisers judge the pictures."""
    identity_weight: float = 0.001
    """α of Eq. 4."""
    recognisers: tuple[str, ...] = ()
    """Their weights for the 2×, 4× and 8× pictures, files or names under ``models/``; trained by
    the task ``csrip_recogniser`` on a set of the same people."""
    start: str = ""
    """Weights to start from: a file, a name under ``models/``, or the folder of a run."""
    patch_px: int = 0
    """Side of the random square of the face that is trained on; 0 for whole faces, which the
    recognisers need."""

    @property
    def spec(self) -> Spec:
        """Shape of the network."""
        own = {"cascade": self.cascade, "branches": self.multi_scale}
        return fill(Spec, {**self.network, **own})


class CsripTask(Task):
    """See the module."""

    def __init__(
        self,
        recipe: TaskRecipe,
        network: Csrip,
        recognisers: Sequence[Recogniser],
        people: People | None,
        faces: FaceSet,
    ) -> None:
        self.recipe: TaskRecipe = recipe
        self.network, self.recognisers = network, tuple(recognisers)
        self.faces, self.held_out = parts(faces, recipe.validation_faces)
        self.samples = len(self.faces)
        self.labels = people.labels(self.faces) if people else None
        height, width = faces.pixels.shape[1:3]
        self.lr_hw: tuple[int, int] = (height // SCALE, width // SCALE)
        self.reductions = REDUCTIONS if recipe.multi_scale else REDUCTIONS[-1:]

    def configure(self) -> dict[str, Part]:
        """Return the network and its frozen judges."""
        optimiser = torch.optim.Adam(self.network.parameters(), self.recipe.learning_rate)
        judges = {_judge(r): Part(r, None) for r in self.recognisers}
        return {"network": Part(self.network, optimiser), **judges}

    def batch(self, draw: Draw) -> Batch:
        """Return ``input`` on the 0–1 scale, ``x1`` … on the 0–255 scale, perhaps ``label``."""
        random = draw.random()
        sharp = mirror(take(self.faces, draw.indices, draw.device), random)
        low = apply(self.recipe.degradation, sharp, random, self.lr_hw)
        targets = [reduced(sharp, reduction) for reduction in self.reductions]
        if patch := self.recipe.patch_px:
            sides = (patch // SCALE, *(patch // reduction for reduction in self.reductions))
            low, *targets = crop((low, *targets), sides, random)
        named = {f"x{r}": x for r, x in zip(self.reductions, targets, strict=True)}
        if self.labels is not None:
            named["label"] = torch.from_numpy(self.labels[draw.indices]).to(draw.device)
        return {"input": low.float() / 255, **named}

    def step(self, batch: Batch, context: Context) -> Metrics:
        """Make one step down Eq. 4."""
        pictures = [255 * x.float() for x in context.networks["network"](batch["input"])]
        pairs = zip(pictures, (batch[f"x{r}"] for r in self.reductions), strict=True)
        terms = [self._distance(picture, target) for picture, target in pairs]
        loss, metrics = torch.stack(terms).sum(), {"structure": terms[-1].detach()}
        if self.recognisers:
            doubts = self._doubts(pictures, batch["label"], context.networks)
            loss = loss + self.recipe.identity_weight * doubts.sum()
            metrics["identity"] = doubts.detach().mean()
        context.update("network", loss)
        return {"loss": loss.detach(), **metrics}

    def validate(self, networks: Networks) -> Validation:
        """Return PSNR and SSIM of the held-out faces' 8× pictures."""
        if not len(self.held_out):
            return Validation()
        network = networks["network"]
        device = next(network.parameters()).device

        def restore(low: torch.Tensor) -> torch.Tensor:
            picture: torch.Tensor = network(low.float() / 255)[-1]
            return 255 * picture.double()

        steps = self.recipe.degradation
        return held_out(restore, self.held_out, steps, SCALE, device, structure=True)

    def _distance(self, picture: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        if self.recipe.loss == "mse":
            return functional.mse_loss(picture / 255, target / 255)
        return (1 - mean_ssim(picture, target)) / 2  # Eq. 2

    def _doubts(
        self, pictures: Sequence[torch.Tensor], label: torch.Tensor, networks: Networks
    ) -> torch.Tensor:
        """Return the cross-entropy that each recogniser finds in its picture's detail."""
        judged = zip(pictures, self.reductions, self.recognisers, strict=True)
        return torch.stack(
            [
                functional.cross_entropy(
                    networks[_judge(judge)](residual(picture, detail_sigma_px(reduction))), label
                )
                for picture, reduction, judge in judged
            ]
        )


def make_task(recipe: TaskRecipe, faces: FaceSet) -> CsripTask:
    """Return the task with freshly drawn weights, or those to start from.

    Raises
    ------
    FhguiError
        If the settings exclude each other or do not fit the set.
    WeightsError
        If weights are missing, damaged, or recognisers know other people.
    """
    _check(recipe, faces)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        network = build(recipe.spec)
    notes = begin_from(network, recipe.start)
    if not recipe.identity:
        return CsripTask(recipe, network, (), None, faces).noted(notes)
    train, _ = parts(faces, recipe.validation_faces)
    people = people_of(train)
    judging = REDUCTIONS if recipe.multi_scale else REDUCTIONS[-1:]
    sides_px = [faces.pixels.shape[1] // reduction for reduction in judging]
    named = zip(recipe.recognisers[-len(judging) :], sides_px, strict=True)
    recognisers = [load_recogniser(name, side_px, people) for name, side_px in named]
    return CsripTask(recipe, network, recognisers, people, faces).noted(notes)


def export(task: CsripTask, network: nn.Module, path: Path) -> dict[str, object]:
    """Write the folded weights and return what the card says about the network."""
    folded = fold_batch_norm(network)
    write_weights(folded, path, {"method": "csrip", "part": "network"}, task.network.spec)
    return {"network": asdict(task.network.spec), "parameters": count_parameters(folded)}


def load_recogniser(named: str, side_px: int, people: People) -> Recogniser:
    """Return a recogniser that knows these people on faces of this size.

    Parameters
    ----------
    named : a file, or a name under ``models/``.

    Raises
    ------
    WeightsError
        If it is missing, damaged, or another one's.
    """
    path = Path(named) if Path(named).is_file() else paths.model_file(named)
    if path is None:
        raise WeightsError(
            "the recogniser is missing", path=named, hint="train it by csrip_recogniser_*"
        )
    try:
        with safe_open(path, "pt") as file:
            header = file.metadata() or {}
            state = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        spec = RecogniserSpec(**json.loads(header.get("spec", "{}")))
        recogniser = fold_batch_norm(Recogniser(spec))
        recogniser.load_state_dict(state)
    except (OSError, SafetensorError, TypeError, ValueError, RuntimeError) as error:
        raise WeightsError("holds no recogniser", path=path, hint="train it again") from error
    if header.get("part") != PART or spec.side_px != side_px:
        raise WeightsError(f"is no recogniser of {side_px}×{side_px} px", path=path)
    if header.get("people_sha256") != people.digest:
        raise WeightsError(
            f"knows other people than the {len(people)} of the set",
            path=path,
            hint="train the recognisers on the same set",
        )
    return recogniser.eval()


def _check(recipe: TaskRecipe, faces: FaceSet) -> None:
    height, width = faces.pixels.shape[1:3]
    if height % SCALE or width % SCALE:
        raise FhguiError(f"faces of {width}×{height} px cannot be reduced by {SCALE}")
    if recipe.patch_px % SCALE or recipe.patch_px > min(height, width):
        raise FhguiError(
            f"patch_px must be a multiple of {SCALE} up to {min(height, width)},"
            f" not {recipe.patch_px}"
        )
    if recipe.multi_scale and not recipe.cascade:
        raise FhguiError(
            "without a cascade there are no pictures on the way", hint="set multi_scale: false"
        )
    if recipe.identity and (recipe.patch_px or len(recipe.recognisers) != MODULES):
        raise FhguiError(
            "identity takes whole faces and three recognisers",
            hint="set patch_px: 0 and recognisers, or identity: false",
        )


def _judge(recogniser: Recogniser) -> str:
    return f"{PART}_{recogniser.spec.side_px}"
