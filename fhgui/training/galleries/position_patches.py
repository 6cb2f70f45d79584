"""Build the gallery that ``lle`` and ``lcr`` share from aligned training faces.

1. `_collect` reduces every face, and keeps the luma of both sizes.
2. At each position a regression of the patches on the windows says how windows are compared.
3. A full gallery is that and the faces; for prototypes, `_cluster` averages similar patches.

The first and third keep what they made beside the gallery, so that a build that was stopped goes
on; it is removed at the end.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap

from fhgui.core.arrays import AnyArray
from fhgui.core.errors import FhguiError
from fhgui.datasets.packed import FaceSet
from fhgui.imaging.colour import luma, to_uint8
from fhgui.imaging.operators import LinearOperator, make_operator
from fhgui.methods.position_patches.gallery import (
    FULL,
    IDENTITY,
    KINDS,
    PROTOTYPES,
    Features,
    GallerySpec,
    Prototypes,
    WholeFaces,
    header_of,
    to_arrays,
)
from fhgui.methods.position_patches.method import SUFFIX
from fhgui.training.export import register, write_arrays
from fhgui.training.galleries.clustering import clusters, means
from fhgui.training.galleries.options import LEAST_MEMBERS, GalleryOptions

PROTOTYPE_COUNT = 850
FEATURE_DIMS, PATCH_DIMS = 16, 24
RIDGE = 1e-4
"""Of the regression, in mean variances of the window's pixels."""
CHUNK = 100
TEMPLATES = {(128, 128): "celeba128"}
"""Landmark templates of the grids that have one."""
LARGEST_CODE = 127

Report = Callable[[str], None]


@dataclass(frozen=True)
class Reduction:
    """What ``options.settings`` may change: how low-resolution faces are made."""

    scale: int = 8
    """High-resolution over low-resolution size."""
    degradation: str = "bicubic"
    """Operator of ``imaging.operators``."""


@dataclass(frozen=True, eq=False)
class _Collected:
    """Luma of N faces: low (h·w)×N float32, a row a pixel; high N×H×W uint8."""

    spec: GallerySpec
    low: AnyArray
    high: AnyArray

    def windows(self, position: int) -> AnyArray:
        """Return N×w² low-resolution windows."""
        return np.ascontiguousarray(self.low[self.spec.grid.windows[position]].T)

    def patches(self, position: int) -> AnyArray:
        """Return N×p² high-resolution patches as float32."""
        return self.spec.grid.patch(self.high, position).astype(np.float32)


def build(
    faces: FaceSet, out: Path, options: GalleryOptions, report: Report = lambda _: None
) -> tuple[Path, ...]:
    """Write a gallery, and enter it into the card beside it.

    Parameters
    ----------
    out : the gallery's path, with or without its suffix.

    Raises
    ------
    FhguiError
        If an option makes no sense for this method, or the set holds too few faces.
    """
    path = out if out.suffix == SUFFIX else out.with_name(out.name + SUFFIX)
    chosen = _chosen(faces, options)
    spec = _spec(chosen, options)
    operator = make_operator(spec.degradation, spec.hr_hw, spec.scale)
    scratch = _scratch(path, spec, options, faces)
    collected = _collect(chosen, spec, operator, scratch, report)
    if spec.kind == FULL:
        gallery: Prototypes | WholeFaces = _whole(collected)
    else:
        gallery = _prototypes(collected, options, scratch, report)
    write_arrays(to_arrays(gallery), path, IDENTITY, header_of(spec))
    register(path, _facts(faces, options, spec, gallery))
    if options.work is None:
        shutil.rmtree(scratch)
    return (path,)


def _chosen(faces: FaceSet, options: GalleryOptions) -> FaceSet:
    if options.kind not in KINDS:
        raise FhguiError(
            f"this method has no gallery of kind {options.kind!r}",
            hint=f"choose {' or '.join(KINDS)}",
        )
    start, stop = options.held_out or 0, min(options.faces or len(faces), len(faces))
    least = LEAST_MEMBERS * (options.prototypes or 1) if options.kind == PROTOTYPES else 1
    if stop - start < least:
        raise FhguiError(
            f"{max(stop - start, 0)} faces are too few for this gallery",
            hint=f"give at least {least} beside those held out",
        )
    kept = slice(start, stop)
    return FaceSet(faces.pixels[kept], faces.faces[kept], faces.digest)


def _spec(faces: FaceSet, options: GalleryOptions) -> GallerySpec:
    reduction = _reduction(options)
    height, width = faces.pixels.shape[1:3]
    spec = GallerySpec(
        options.kind,
        (height, width),
        reduction.scale,
        TEMPLATES.get((height, width), "aligned"),
        reduction.degradation,
        len(faces),
        1 if options.kind == FULL else LEAST_MEMBERS,
    )
    try:
        spec.grid  # noqa: B018  # refuses what cannot be cut into patches
    except ValueError as error:
        raise FhguiError(
            f"faces of {width}×{height} px cannot be reduced by {spec.scale} and cut into patches",
            hint="choose another scale, or a set of another size",
        ) from error
    return spec


def _reduction(options: GalleryOptions) -> Reduction:
    try:
        values: dict[str, Any] = dict(options.settings)
        reduction = replace(Reduction(), **values)
    except TypeError as error:
        raise FhguiError(
            f"this gallery has no setting {', '.join(options.settings)}",
            hint="its settings are scale and degradation",
        ) from error
    if type(reduction.scale) is not int:
        raise FhguiError(f"scale cannot be {reduction.scale!r}", hint="give a whole number")
    return reduction


def _scratch(path: Path, spec: GallerySpec, options: GalleryOptions, faces: FaceSet) -> Path:
    """Return the folder of an unfinished build of these faces and options."""
    names = [faces.names[0], faces.names[-1], len(faces)]
    what = [header_of(spec), _told(options), faces.digest, names]
    digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
    folder = (options.work or path.parent) / f".position-patches-{digest[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _told(options: GalleryOptions) -> dict[str, Any]:
    """Return the options that change what is built."""
    told = {
        k: v for k, v in asdict(options).items() if k in ("prototypes", "faces", "held_out", "seed")
    }
    return {**told, "settings": dict(options.settings)}


def _collect(
    faces: FaceSet, spec: GallerySpec, operator: LinearOperator, scratch: Path, report: Report
) -> _Collected:
    count, lr_hw = len(faces), spec.grid.lr_hw
    done = scratch / "collected"
    mode = "r+" if done.is_file() else "w+"
    low = open_memmap(scratch / "low.npy", mode, np.float32, (lr_hw[0] * lr_hw[1], count))
    high = open_memmap(scratch / "high.npy", mode, np.uint8, (count, *spec.hr_hw))
    if not done.is_file():
        for start in range(0, count, CHUNK):
            part = slice(start, start + CHUNK)
            pixels = faces.pixels[part].astype(np.float64)
            planes = np.moveaxis(pixels, 0, 2).reshape(*spec.hr_hw, -1)
            reduced = to_uint8(operator.forward(planes)).reshape(*lr_hw, -1, 3)
            low[:, part] = luma(reduced).reshape(lr_hw[0] * lr_hw[1], -1)
            high[part] = to_uint8(luma(pixels))
            report(f"faces: {min(start + CHUNK, count)} of {count}")
        low.flush()
        high.flush()
        done.touch()
    return _Collected(spec, low, high)


def _regression(windows: AnyArray, patches: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Return the mean window (w²) and the matrix M (w²×d) of `Features` at one position.

    With A the ridge regression of patches on windows, AAᵀ = VEVᵀ and M = VE^½, so that
    ‖Mᵀ(a − b)‖ = ‖Aᵀ(a − b)‖.
    """
    mean = windows.mean(axis=0, dtype=np.float64)
    x = windows.astype(np.float64) - mean
    y = patches - patches.mean(axis=0)
    scatter = x.T @ x
    least = max(float(np.trace(scatter)) / len(scatter), 1.0)
    a = np.linalg.solve(scatter + RIDGE * least * np.eye(len(scatter)), x.T @ y)
    energy, v = np.linalg.eigh(a @ a.T)
    leading = np.sqrt(np.maximum(energy[::-1], 0)) * v[:, ::-1]
    return mean.astype(np.float32), leading[:, :FEATURE_DIMS].astype(np.float32)


def _whole(collected: _Collected) -> WholeFaces:
    positions = range(len(collected.spec.grid.corners_yx))
    pairs = [_regression(collected.windows(i), collected.patches(i)) for i in positions]
    means_, maps = (np.stack(part) for part in zip(*pairs, strict=True))
    return WholeFaces(collected.spec, Features(means_, maps), collected.low, collected.high)


def _prototypes(
    collected: _Collected, options: GalleryOptions, scratch: Path, report: Report
) -> Prototypes:
    positions = len(collected.spec.grid.corners_yx)
    for i in range(positions):
        file = scratch / f"{i:04}.npz"
        if not file.is_file():
            partial = file.with_suffix(".partial.npz")
            part: dict[str, Any] = dict(_position(collected, i, options))
            np.savez(partial, **part)
            partial.replace(file)
            report(f"prototypes: {i + 1} of {positions} positions")
    made: list[dict[str, AnyArray]] = []
    for i in range(positions):
        with np.load(scratch / f"{i:04}.npz") as stored:
            made.append(dict(stored))
    return _joined(collected.spec, made)


def _position(collected: _Collected, position: int, options: GalleryOptions) -> dict[str, AnyArray]:
    """Return one position's part of every array of `Prototypes`."""
    windows, patches = collected.windows(position), collected.patches(position)
    mean, matrix = _regression(windows, patches)
    features = (windows - mean) @ matrix
    rng = np.random.default_rng((options.seed, position))
    wanted = min(options.prototypes or PROTOTYPE_COUNT, len(features) // LEAST_MEMBERS)
    entry = clusters(features, wanted, LEAST_MEMBERS, rng)
    patch_mean = patches.mean(axis=0)
    averaged = means(patches, entry) - patch_mean
    axes = np.linalg.eigh(averaged.T @ averaged)[1][:, ::-1][:, :PATCH_DIMS]
    codes, steps = _coded(means(features, entry))
    patch_codes, patch_steps = _coded(averaged @ axes)
    return {
        "means": mean,
        "maps": matrix,
        "members": np.bincount(entry)[np.unique(entry)].astype(np.uint16),
        "codes": codes,
        "steps": steps,
        "patch_codes": patch_codes,
        "patch_steps": patch_steps,
        "patch_means": patch_mean,
        "patch_axes": axes.astype(np.float16),
    }


def _coded(rows: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Return N×d int8 codes and d steps whose product is the rows, to half a step."""
    steps = np.maximum(np.abs(rows).max(axis=0) / LARGEST_CODE, 1e-6)
    return np.rint(rows / steps).astype(np.int8), steps.astype(np.float32)


def _joined(spec: GallerySpec, made: list[dict[str, AnyArray]]) -> Prototypes:
    def stacked(name: str) -> AnyArray:
        return np.stack([part[name] for part in made])

    def chained(name: str) -> AnyArray:
        return np.concatenate([part[name] for part in made])

    sizes = [len(part["members"]) for part in made]
    return Prototypes(
        spec,
        Features(stacked("means"), stacked("maps")),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        chained("members"),
        chained("codes"),
        stacked("steps"),
        chained("patch_codes"),
        stacked("patch_steps"),
        stacked("patch_means"),
        stacked("patch_axes"),
    )


def _facts(
    faces: FaceSet, options: GalleryOptions, spec: GallerySpec, gallery: Prototypes | WholeFaces
) -> dict[str, Any]:
    """Return what the card says of the file."""
    facts: dict[str, Any] = {
        "what": f"position patches for lle and lcr, {spec.kind}",
        "digest": faces.digest,
        "terms": options.terms,
        "spec": {**header_of(spec), "hr_hw": list(spec.hr_hw)},
        "options": _told(options),
    }
    if isinstance(gallery, Prototypes):
        sizes = np.diff(gallery.first)
        return {
            **facts,
            "entries_a_position": [int(sizes.min()), int(sizes.max())],
            "privacy": f"every entry is the mean of at least {spec.least_members} different "
            "pictures; the data do not say who is who, so two of them may show one person",
        }
    return {
        **facts,
        "privacy": "holds the faces of real people as they were given: do not pass it on",
    }
