"""Grows a cascade of regression trees with dlib, in a process of its own.

dlib's trainer returns after many minutes and hears nothing meanwhile: only a process can be
stopped, and what it prints says how long it will take.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from fhgui.core.errors import FhguiError
from fhgui.imaging.shape_trees import BOX

LOOKS, POINTS, PRINTED, GROWN = "looks.npy", "points.npy", "printed.txt", "grown.dat"
"""Files of a folder in which trees are grown."""

WAIT_S = 2.0
"""Between two looks at what the process prints."""


@dataclass(frozen=True)
class Growth:
    """What dlib's trainer is told; the names are ours, dlib's in brackets.

    Parameters
    ----------
    stages : of the cascade (cascade_depth).
    trees : a stage (num_trees_per_cascade_level).
    depth : splits on the way to a leaf (tree_depth).
    shrinkage : share of what a leaf says that is added (nu).
    pixels : compared in a stage (feature_pool_size).
    trials : random pairs of pixels, of which a split takes the best (num_test_splits).
    nearness : of the two pixels of a pair; smaller is nearer (lambda_param).
    seed : of its random numbers (random_seed).
    threads : 1 and more; the trees do not depend on them.
    """

    stages: int
    trees: int
    depth: int
    shrinkage: float
    pixels: int
    trials: int
    nearness: float
    seed: int
    threads: int


def check_dlib() -> None:
    """Raise `FhguiError` unless dlib is here and was built with its trainer."""
    if find_spec("dlib") is None or not hasattr(import_module("dlib"), "train_shape_predictor"):
        raise FhguiError(
            "landmark models are trained by dlib, which is not installed here with its trainer",
            hint="install dlib-bin 20 or newer",
        )


def growing(folder: Path, growth: Growth) -> Iterator[int]:
    """Grow trees on the looks and points of a folder; closing the generator stops it.

    Yields
    ------
    Every `WAIT_S` how many trees have been grown.

    Raises
    ------
    FhguiError
        If the process ends without a result, e.g. killed for want of memory.
    """
    child = get_context("spawn").Process(target=_grow, args=(folder, growth), daemon=True)
    child.start()
    try:
        while child.is_alive():
            child.join(WAIT_S)
            yield _grown(folder / PRINTED)
    finally:
        child.kill()
        child.join()
    if child.exitcode != 0 or not (folder / GROWN).is_file():
        raise FhguiError(
            f"dlib's trainer ended without a result (exit code {child.exitcode})",
            path=folder,
            hint="give it fewer looks, or more memory",
        )


def _grow(folder: Path, growth: Growth) -> None:
    """Train and write; what dlib prints goes to a file."""
    printed = os.open(folder / PRINTED, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(printed, 1)
    os.dup2(printed, 2)  # where it says how far it is
    dlib = import_module("dlib")
    looks = np.load(folder / LOOKS)
    left, top, width, height = map(int, BOX)
    box = dlib.rectangle(left, top, left + width - 1, top + height - 1)
    shapes = [
        [dlib.full_object_detection(box, [dlib.point(x, y) for x, y in rows])]
        for rows in np.rint(np.load(folder / POINTS)).astype(int).tolist()
    ]
    trained = dlib.train_shape_predictor(list(looks), shapes, _options(dlib, growth))
    trained.save(str(folder / GROWN))


def _options(dlib: Any, growth: Growth) -> Any:  # dlib has no type hints
    options = dlib.shape_predictor_training_options()
    options.cascade_depth = growth.stages
    options.num_trees_per_cascade_level = growth.trees
    options.tree_depth = growth.depth
    options.nu = growth.shrinkage
    options.feature_pool_size = growth.pixels
    options.num_test_splits = growth.trials
    options.lambda_param = growth.nearness
    options.random_seed = str(growth.seed)
    options.num_threads = growth.threads
    options.oversampling_amount = 1  # every look is one already
    options.be_verbose = True
    return options


def _grown(printed: Path) -> int:
    """Return the trees of all stages that dlib last said to have grown."""
    try:
        text = printed.read_text(errors="replace")[-400:]
    except OSError:  # it has not begun
        return 0
    said = re.findall(r"Progress: (\d+)/", text)
    return int(said[-1]) if said else 0
