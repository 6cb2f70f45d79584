"""Grow the regression trees that see landmarks on tiny faces.

The labels are those of a set that ``fhgui dataset build --template`` made: found by dlib's
68-point model in the sharp pictures. Each look shows one of the faces turned, reduced and
degraded, and put upright with the errors that are left at run time.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import torch
from torch import nn

from fhgui.core.arrays import AnyArray, Floats, Matrix, Pixels, Points
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet
from fhgui.imaging import shape_trees
from fhgui.imaging.shape_trees import ShapeTrees, landmarks_on, look
from fhgui.training import shape_growing
from fhgui.training.checkpoint import RunFolder
from fhgui.training.data import parts, take
from fhgui.training.degradation.counter import Random
from fhgui.training.degradation.steps import Cctv, Step, Turned, apply
from fhgui.training.dlib_trees import read_predictor
from fhgui.training.export import write_arrays
from fhgui.training.loop import Trained
from fhgui.training.progress import (
    Command,
    Control,
    Finished,
    Note,
    Progress,
    Reason,
    Report,
    Started,
    Validated,
    always_go,
    silent,
)
from fhgui.training.recipe import Recipe
from fhgui.training.samples import to_pixels

CHUNK = 64
"""Faces of one size that are degraded together."""

REPORT_S = 15.0
"""Between two reports of how far it is."""

_FIVE = np.zeros((5, 68))
_FIVE[0, 36:42] = _FIVE[1, 42:48] = 1 / 6
_FIVE[[2, 3, 4], [30, 48, 54]] = 1
"""Eye centres, nose tip and mouth corners of the 68 points."""


@dataclass(frozen=True, kw_only=True)
class TaskRecipe(Recipe):
    """Recipe of a cascade: a step is a tree, the batch are the looks that every tree sees."""

    points: Literal[5, 68] = 68
    """Landmarks: eye centres, nose tip, mouth corners; or the 68 of iBUG 300-W."""
    stages: int = 10
    """Stages of the cascade; the steps are shared among them."""
    depth: int = 4
    """Splits on the way to a leaf."""
    shrinkage: float = 0.1
    """Share of what a leaf says that is added (ν)."""
    pixels: int = 400
    """Compared in a stage."""
    trials: int = 20
    """Random pairs of pixels, of which a split takes the best."""
    nearness: float = 0.1
    """Of the two pixels of a pair, λ of the paper's exponential prior."""
    box: tuple[float, ...] = (18.87, 27.27, 90.92, 90.32)
    """Left, top, width and height of the detector's box on the faces of the set."""
    face_px: tuple[float, ...] = (12.0, 64.0)
    """Widths of the box on the degraded faces, the narrowest and the widest."""
    sizes: int = 12
    """Different widths, each as often as the others and a fixed factor from the next."""
    degradation: tuple[Step, ...] = (Turned(turn_deg=20.0, shift=0.03), Cctv())
    """Steps from the sharp face to the degraded one; the first is ``turned``."""
    upright: bool = True
    """The faces are put upright first, as by five points; else they stand as in the frame."""
    turn_error_deg: float = 4.0
    """Standard deviation of what is left of a face's turn, where it is put upright."""
    size_error: float = 0.05
    """Standard deviation of the logarithm of the box's size."""
    place_error: float = 0.03
    """Standard deviation of the box's place along each axis, as a share of its width."""


Indices: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


class Cascade(nn.Module):
    """The arrays of a cascade as a module that nothing optimises."""

    def __init__(self, arrays: Mapping[str, AnyArray]) -> None:
        super().__init__()
        self.arrays = dict(arrays)


class LandmarksTask:
    """A cascade for the looks of a set's faces."""

    def __init__(self, recipe: TaskRecipe, faces: FaceSet) -> None:
        self.recipe = recipe
        turned = recipe.degradation[0]
        if not isinstance(turned, Turned):
            raise FhguiError("the first step of the degradation must turn the faces")
        self.turned = turned
        if any(face.landmarks is None for face in faces.faces):
            raise FhguiError(
                "the set holds faces without landmarks",
                hint="build it with --template celeba128, which finds them",
            )
        self.faces, self.held_out = parts(faces, recipe.validation_faces)

    def train(
        self,
        out: Path,
        *,
        minutes: float | None = None,
        resume: bool = False,
        report: Report = silent,
        control: Control = always_go,
    ) -> Trained:
        """Grow the trees; a run that was stopped begins anew.

        Raises
        ------
        FhguiError
            If dlib cannot train here, if a time budget is given, or if the trainer fails.
        """
        shape_growing.check_dlib()
        if minutes is not None:
            raise FhguiError(
                "growing trees takes no time budget", hint="give the recipe fewer steps, or looks"
            )
        begun = time.monotonic()
        RunFolder(out).begin(self.recipe, resume=resume)
        scratch = out / "growing"
        scratch.mkdir(parents=True, exist_ok=True)
        try:
            arrays = self._grown(scratch, report, control)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return self._finished(arrays, time.monotonic() - begun, report)

    def _grown(self, scratch: Path, report: Report, control: Control) -> dict[str, AnyArray] | None:
        """Return the arrays of the cascade; None if it was stopped."""
        recipe, begun = self.recipe, time.monotonic()
        report(Note(f"{recipe.batch} looks are made of {len(self.faces)} faces"))
        looks, points = self.looks(self.faces, recipe.batch, recipe.seed)
        np.save(scratch / shape_growing.LOOKS, looks)
        np.save(scratch / shape_growing.POINTS, points)
        trees = recipe.steps // recipe.stages
        learned = trees * recipe.stages * 2**recipe.depth * 2 * recipe.points
        report(
            Started(0, recipe.steps, len(looks), len(looks), "cpu", "32", 1, {"cascade": learned})
        )
        growth = shape_growing.Growth(
            recipe.stages,
            trees,
            recipe.depth,
            recipe.shrinkage,
            recipe.pixels,
            recipe.trials,
            recipe.nearness,
            recipe.seed,
            torch.get_num_threads(),
        )
        reported = begun
        for grown in shape_growing.growing(scratch, growth):
            if control() is Command.STOP:
                return None
            now = time.monotonic()
            if grown and now - reported > REPORT_S:
                reported = now
                report(_progress(recipe, grown, now - begun))
        return read_predictor(scratch / shape_growing.GROWN)

    def _finished(
        self, arrays: dict[str, AnyArray] | None, elapsed_s: float, report: Report
    ) -> Trained:
        if arrays is None:
            report(Finished(0, Reason.STOPPED, elapsed_s))
            return Trained(Cascade({}), 0, elapsed_s, Reason.STOPPED, {}, 0, "cpu")
        scores = self.validate(ShapeTrees.of_arrays(arrays))
        steps = self.recipe.steps
        report(Validated(steps, scores, best=True))
        report(Finished(steps, Reason.STEPS, elapsed_s, scores))
        return Trained(Cascade(arrays), steps, elapsed_s, Reason.STEPS, scores, steps, "cpu")

    def validate(self, trees: ShapeTrees) -> dict[str, float]:
        """Return the errors on looks of held-out faces, medians in % of the eye distance."""
        if not len(self.held_out):
            return {}
        looks, points = self.looks(self.held_out, 4 * len(self.held_out), self.recipe.seed + 1)
        eyes = points if self.recipe.points == 5 else np.einsum("fp,lpi->lfi", _FIVE, points)
        apart = np.linalg.norm(eyes[:, 1] - eyes[:, 0], axis=1)
        seen = np.concatenate([landmarks_on(trees, looks[i : i + 32]) for i in _starts(looks)])
        off = np.linalg.norm(seen - points, axis=2).mean(axis=1) / apart * 100
        usual = np.linalg.norm(points.mean(axis=0) - points, axis=2).mean(axis=1) / apart * 100
        return {
            "accuracy": -float(np.median(off)),
            "p90_percent": float(np.quantile(off, 0.9)),
            "mean_face_percent": float(np.median(usual)),
        }

    def looks(self, faces: FaceSet, count: int, seed: int) -> tuple[Pixels, Points]:
        """Return ``count`` looks and the N×P×2 points on them, in whole passes over the faces."""
        rng = np.random.default_rng(seed)
        labels = np.array([face.landmarks for face in faces.faces]).reshape(-1, 68, 2)
        made: list[tuple[Pixels, Points]] = []
        passes = -(-count // len(faces))
        rows = np.concatenate([rng.permutation(len(faces)) for _ in range(passes)])[:count]
        for start in range(0, count, CHUNK):
            picked = rows[start : start + CHUNK]
            rounds = np.arange(start, start + len(picked)) // len(faces)
            made.append(self._degraded(faces, labels, picked, rounds, rng))
        looks, points = zip(*made, strict=True)
        return np.concatenate(looks), np.concatenate(points)

    def _degraded(
        self,
        faces: FaceSet,
        labels: Points,
        rows: Indices,
        rounds: Indices,
        rng: np.random.Generator,
    ) -> tuple[Pixels, Points]:
        """Return the looks of a few faces at one size."""
        recipe = self.recipe
        order = np.argsort(rows)  # in the order of the file
        rows, rounds = rows[order], rounds[order]
        sharp, points = _mirrored(take(faces, rows, torch.device("cpu")), labels[rows], rng)
        grid_px = sharp.shape[-1]
        side_px = round(self._width_px(rng) * grid_px / recipe.box[2])
        random = Random.of_samples(recipe.seed, rows, rounds)
        low = to_pixels(apply(recipe.degradation, sharp, random, (side_px, side_px)).float())
        turned = self.turned.similarity(random.child(0), side_px).double().numpy()
        placed = [_onto_low(row, grid_px, side_px) for row in turned]
        wanted = [self._onto_look(matrix, rng) for matrix in placed]
        seen = np.stack([look(p, onto) for p, onto in zip(low, wanted, strict=True)])
        return seen, self._labels(points, placed, wanted)

    def _labels(self, points: Points, placed: list[Matrix], wanted: list[Matrix]) -> Points:
        """Return the points of the faces on their looks."""
        carried = np.stack(
            [
                _moved(onto, _moved(low, p))
                for p, low, onto in zip(points, placed, wanted, strict=True)
            ]
        )
        return carried if self.recipe.points == 68 else np.einsum("fp,lpi->lfi", _FIVE, carried)

    def _width_px(self, rng: np.random.Generator) -> float:
        low, high = self.recipe.face_px
        sizes: Floats = np.geomspace(low, high, self.recipe.sizes)
        return float(rng.choice(sizes))

    def _onto_look(self, placed: Matrix, rng: np.random.Generator) -> Matrix:
        """Return the matrix low-resolution picture → look of a face, with run time's errors.

        Parameters
        ----------
        placed : 2×3, sharp face → low-resolution picture.
        """
        recipe = self.recipe
        left, top, width, height = recipe.box
        middle = _moved(placed, np.array([[left + (width - 1) / 2, top + (height - 1) / 2]]))[0]
        scale = float(np.sqrt(abs(np.linalg.det(placed[:, :2]))))
        turn = 0.0
        if recipe.upright:
            exact = np.arctan2(placed[1, 0], placed[0, 0])
            turn = -exact + np.radians(rng.normal(0, recipe.turn_error_deg))
        onto_left, onto_top, onto_width, onto_height = shape_trees.BOX
        grown = onto_width / (scale * width) * np.exp(rng.normal(0, recipe.size_error))
        linear = grown * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        goal = np.array([onto_left + (onto_width - 1) / 2, onto_top + (onto_height - 1) / 2])
        goal += rng.normal(0, recipe.place_error * onto_width, 2)
        return np.column_stack([linear, goal - linear @ middle])


def _mirrored(
    sharp: torch.Tensor, points: Points, rng: np.random.Generator
) -> tuple[torch.Tensor, Points]:
    """Mirror half of the faces, with their points."""
    chosen = rng.random(len(points)) < 0.5
    swapped = points[:, shape_trees.MIRRORED[68]]
    swapped[..., 0] = sharp.shape[-1] - 1 - swapped[..., 0]
    flipped = torch.where(torch.from_numpy(chosen)[:, None, None, None], sharp.flip(-1), sharp)
    return flipped, np.where(chosen[:, None, None], swapped, points)


def _onto_low(turned: Floats, grid_px: int, side_px: int) -> Matrix:
    """Return the matrix sharp face → turned face on the low-resolution grid.

    Parameters
    ----------
    turned : angle, scale and shift about the middle, in pixels of that grid.
    """
    angle, scale, x, y = turned
    share = side_px / grid_px
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = (side_px - 1) / 2
    shift = linear @ np.full(2, share / 2 - 0.5 - middle) + middle + [x, y]
    return np.column_stack([share * linear, shift])


def _moved(matrix: Matrix, points: Points) -> Points:
    moved: Points = points @ matrix[:, :2].T + matrix[:, 2]
    return moved


def _starts(looks: Pixels) -> range:
    return range(0, len(looks), 32)


def _progress(recipe: TaskRecipe, grown: int, elapsed_s: float) -> Progress:
    left_s = elapsed_s * (recipe.steps - grown) / grown
    speed = grown * recipe.batch / elapsed_s
    return Progress(grown, recipe.steps, grown, {}, {}, speed, elapsed_s, left_s)


def make_task(recipe: TaskRecipe, faces: FaceSet) -> LandmarksTask:
    """Return the task; `FhguiError` if the set holds no landmarks."""
    return LandmarksTask(recipe, faces)


def export(task: LandmarksTask, network: nn.Module, path: Path) -> dict[str, object]:
    """Write the cascade and return what the card says about it."""
    recipe = task.recipe
    if not isinstance(network, Cascade):
        raise TypeError("the network of a cascade is its arrays")
    identity = {"method": "landmarks", "part": f"points{recipe.points}"}
    spec = {"points": recipe.points, "face_px": recipe.face_px, "upright": recipe.upright}
    write_arrays(network.arrays, path, identity, spec)
    return {"what": f"{recipe.points} landmarks of faces {_range(recipe.face_px)} pixels wide"}


def _range(face_px: tuple[float, ...]) -> str:
    return f"{face_px[0]:g}–{face_px[-1]:g}"
