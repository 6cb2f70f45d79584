"""Train the network that finds small faces, on scenes put together as they are needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fhgui.blocks.convolution import count_parameters, fold_batch_norm
from fhgui.core.arrays import AnyArray, Floats
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet
from fhgui.finding.network import (
    CELL_PX,
    CENTRE,
    SHIFT_X,
    SHIFT_Y,
    USUAL_PX,
    WIDTH,
    Finder,
    FinderSpec,
)
from fhgui.finding.peaks import Finds, overlaps, peaks, without_doubles
from fhgui.training.degradation.camera import record
from fhgui.training.export import write_weights
from fhgui.training.recipe import Recipe
from fhgui.training.scenes import Scene, Scenery, SceneSettings
from fhgui.training.starting import begin_from
from fhgui.training.task import Batch, Context, Draw, Metrics, Networks, Part, Task, Validation
from fhgui.training.validation import SEED

METHOD = "face_finder"
LEAST = 0.02
"""Probability of the least certain finds that validation counts."""
ALIKE = 0.4
"""Intersection over union from which a find is the face."""


@dataclass(frozen=True, kw_only=True)
class TaskRecipe(Recipe, SceneSettings):
    """Recipe of the finder of small faces."""

    stem: int = 16
    """Filters of the first convolution; the second has twice as many."""
    channels: int = 48
    """Filters of all others."""
    blocks: int = 4
    """Residual blocks."""
    known_px: tuple[float, ...] = (10.0, 25.0)
    """Widths of faces that must be found; somewhat smaller and larger ones are neither right nor
    wrong, a pyramid shows them at another size."""
    doubtful_px: tuple[float, ...] = (6.5, 38.0)
    """Widths from which and up to which that is so; parts of larger faces are no faces."""
    peak: float = 0.11
    """Standard deviation of the target's bell about a face's centre, as a share of its width."""
    shape_weight: float = 1.0
    """Weight of the errors of width and place beside that of the centres."""
    weight_decay: float = 1e-4
    """Of the optimiser AdamW."""
    validation_scenes: int = 200
    """Scenes of pictures that are kept from training."""
    start: str = ""
    """Weights or a run to start from."""


@dataclass(eq=False)
class FaceFinderTask(Task):
    """Centres by the focal loss of "Objects as points" (Eq. 1), widths and places by L1."""

    recipe: TaskRecipe
    network: Finder
    scenery: Scenery
    held_out: Scenery | None
    samples: int = field(default=0)

    def configure(self) -> dict[str, Part]:
        """Return the one network, its channels last in memory: half the time on a CPU."""
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimiser = torch.optim.AdamW(
            self.network.parameters(),
            self.recipe.learning_rate,
            weight_decay=self.recipe.weight_decay,
        )
        return {"network": Part(self.network, optimiser)}

    def batch(self, draw: Draw) -> Batch:
        """Return ``pictures`` B×3×S×S on the 0–1 scale and the targets."""
        seeds = zip(draw.indices.tolist(), draw.epochs.tolist(), strict=True)
        scenes = [self._scene(self.scenery, (draw.seed, *seed)) for seed in seeds]
        targets = [self._target(scene) for scene in scenes]
        stacked = {name: torch.stack([t[name] for t in targets]) for name in targets[0]}
        batch = {"pictures": _pictures(scenes), **stacked}
        return {name: value.to(draw.device, non_blocking=True) for name, value in batch.items()}

    def step(self, batch: Batch, context: Context) -> Metrics:
        """Make one step."""
        pictures = batch["pictures"].contiguous(memory_format=torch.channels_last)
        maps = context.networks["network"](pictures).float()
        faces, near = (batch["bells"] == 1) * batch["counted"], batch["near"] * batch["counted"]
        # of the faces of all processes: a batch that is shared out learns as one that is not
        means = context.mean([faces.sum(), near.sum()])
        each = [mean + 1 / context.processes for mean in means]
        centre = focal(maps[:, CENTRE], batch["bells"], batch["counted"]) / each[0]
        shape = self._shape_loss(maps, batch) / each[1]
        loss = centre + self.recipe.shape_weight * shape
        context.update("network", loss)
        return {"loss": loss.detach(), "centre": centre.detach(), "shape": shape.detach()}

    def validate(self, networks: Networks) -> Validation:
        """Return the average precision over scenes of held-out pictures."""
        if self.held_out is None:
            return Validation()
        network = networks["network"]
        device = next(network.parameters()).device
        judged: list[tuple[Finds, Floats]] = []
        for i in range(self.recipe.validation_scenes):
            scene = self._scene(self.held_out, (SEED, i))
            maps = network(_pictures([scene]).to(device))[0].cpu()
            judged.append((without_doubles(peaks(maps, LEAST)), scene.faces))
        return Validation(precision(judged, self.recipe.known_px, self.recipe.doubtful_px))

    def _scene(self, scenery: Scenery, seed: Sequence[int]) -> Scene:
        random = np.random.default_rng(seed)
        scene = scenery.draw(random)
        return Scene(record(scene.pixels, random), scene.faces)

    def _target(self, scene: Scene) -> dict[str, torch.Tensor]:
        """Return the maps that the network should tell, and where they count."""
        cells = -(-self.recipe.side_px // CELL_PX)
        maps = {name: np.zeros((cells, cells)) for name in ("bells", "near")}
        counted, shape = np.ones((cells, cells)), np.zeros((3, cells, cells))
        down, right = np.mgrid[:cells, :cells] * float(CELL_PX)
        for x, y, width in scene.faces:
            distance = np.hypot(right - x, down - y)
            if not self.recipe.known_px[0] <= width <= self.recipe.known_px[-1]:
                if self.recipe.doubtful_px[0] <= width <= self.recipe.doubtful_px[-1]:
                    counted[distance < 0.6 * width] = 0
                continue
            bell = np.exp(-(distance**2) / (2 * (self.recipe.peak * width + 0.8) ** 2))
            bell[distance == distance.min()] = 1  # its cell, wherever in it the centre lies
            own = (bell > maps["bells"]) & (distance < 1.5 * CELL_PX)
            maps["near"][own] = bell[own]
            told = (x - right) / CELL_PX, (y - down) / CELL_PX, np.log(width / USUAL_PX)
            shape[:, own] = np.stack(np.broadcast_arrays(*told))[:, own]
            maps["bells"] = np.maximum(maps["bells"], bell)
        arrays = {**maps, "counted": counted, "shape": shape}
        return {name: torch.from_numpy(a.astype(np.float32)) for name, a in arrays.items()}

    def _shape_loss(self, maps: torch.Tensor, batch: Batch) -> torch.Tensor:
        told = maps[:, [SHIFT_X, SHIFT_Y, WIDTH]]
        weight = batch["near"][:, None] * batch["counted"][:, None]
        apart = functional.smooth_l1_loss(told, batch["shape"], reduction="none", beta=0.1)
        return (apart * weight).sum()


def focal(logits: torch.Tensor, bells: torch.Tensor, counted: torch.Tensor) -> torch.Tensor:
    """Return the penalty-reduced focal loss, Eq. 1 with α = 2 and β = 4, of all faces together.

    Parameters
    ----------
    logits, bells, counted : B×h×w; bells are 1 at faces, less around them; counted is 0 or 1.
    """
    faces = (bells == 1).float() * counted
    told = torch.sigmoid(logits)
    missed = faces * (1 - told) ** 2 * functional.logsigmoid(logits)
    wrong = counted * (1 - faces) * (1 - bells) ** 4 * told**2 * functional.logsigmoid(-logits)
    return -(missed + wrong).sum()


def precision(
    judged: Iterable[tuple[Finds, Floats]], known_px: Sequence[float], doubtful_px: Sequence[float]
) -> dict[str, float]:
    """Return average precision, and the share found with at most one false find in ten scenes.

    Parameters
    ----------
    judged : finds and N×3 true faces of each scene; faces beyond ``known_px`` count neither way.
    """
    rows: list[tuple[float, bool]] = []
    faces = scenes = 0
    for found, truth in judged:
        known = (truth[:, 2] >= known_px[0]) & (truth[:, 2] <= known_px[-1])
        faces, scenes = faces + int(known.sum()), scenes + 1
        rows += _marked(found, truth, known, doubtful_px)
    rows.sort(key=lambda row: -row[0])
    right = np.cumsum([hit for _, hit in rows])
    wrong = np.arange(1, len(rows) + 1) - right
    hits = np.array([hit for _, hit in rows], dtype=bool)
    mean = float((right / (right + wrong))[hits].sum() / max(faces, 1)) if len(rows) else 0.0
    few = right[wrong <= 0.1 * scenes]
    recall = float(few[-1] / max(faces, 1)) if len(few) else 0.0
    return {"average_precision": mean, "recall": recall}


def _marked(
    found: Finds, truth: Floats, known: AnyArray, doubtful_px: Sequence[float]
) -> list[tuple[float, bool]]:
    """Return the probability of each find that counts, and whether it is a face."""
    edges = Finds(truth[:, 2], truth[:, :2], truth[:, 2]).edges
    free, rows = np.ones(len(truth), dtype=bool), list[tuple[float, bool]]()
    for i, own in enumerate(found.edges):
        shares = overlaps(own, edges) if len(truth) else np.zeros(0)
        best = int(shares.argmax()) if len(shares) else -1
        alike = best >= 0 and bool(shares[best] >= ALIKE)
        if alike and not known[best] and doubtful_px[0] <= truth[best, 2] <= doubtful_px[-1]:
            continue
        hit = alike and bool(known[best] and free[best])
        if hit:
            free[best] = False
        rows.append((float(found.probability[i]), hit))
    return rows


def _pictures(scenes: Sequence[Scene]) -> torch.Tensor:
    stacked = np.stack([scene.pixels for scene in scenes])
    return torch.from_numpy(stacked).permute(0, 3, 1, 2).float() / 255


def make_task(recipe: TaskRecipe, faces: FaceSet) -> FaceFinderTask:
    """Return the task with freshly drawn weights, or those to start from."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        network = Finder(FinderSpec(recipe.stem, recipe.channels, recipe.blocks))
    notes = begin_from(network, recipe.start)
    train, kept = shares(faces, recipe.validation_faces)
    held_out = Scenery(faces, recipe, kept) if len(kept) else None
    return FaceFinderTask(
        recipe, network, Scenery(faces, recipe, train), held_out, len(train)
    ).noted(notes)


def shares(faces: FaceSet, validation_faces: int) -> tuple[AnyArray, AnyArray]:
    """Return the rows to train on and those to validate on; "test" is never touched.

    The latter are spread evenly: joined sets have faces and backgrounds apart.

    Raises
    ------
    FhguiError
        If too few would be left to train on.
    """
    rows = np.array([i for i, face in enumerate(faces.faces) if face.split != "test"], dtype=int)
    if not validation_faces:
        return rows, rows[:0]
    every = len(rows) // validation_faces
    if every < 2:
        raise FhguiError(
            f"a set of {len(rows)} pictures cannot spare {validation_faces} for validation",
            hint="take fewer validation_faces, or more pictures",
        )
    kept = rows[::every]
    return np.setdiff1d(rows, kept), kept


def export(task: FaceFinderTask, network: nn.Module, path: Path) -> dict[str, object]:
    """Write the weights, batch norms folded, and return what the card says about the network."""
    folded = fold_batch_norm(network)
    write_weights(folded, path, {"method": METHOD, "part": "network"}, task.network.spec)
    return {"network": asdict(task.network.spec), "parameters": count_parameters(folded)}
