"""Galleries of ``dcnn_mnce`` from aligned training faces: prototypes, full, or of patches.

1. Step 1 is run on every face, in chunks that survive being stopped (`global_luma`).
2. `build_layers` makes the entries of each layer and the faces that the next layer sees.
3. Two files, ``OUT-bases`` and ``OUT-entries``, and their entry in the card beside them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap

from fhgui.core.arrays import AnyArray, Floats, Pixels
from fhgui.core.errors import FhguiError, MethodError
from fhgui.core.method import Asset, MethodInfo
from fhgui.datasets.packed import FaceSet
from fhgui.imaging.colour import luma, to_float, to_uint8
from fhgui.imaging.operators import make_operator
from fhgui.imaging.resize import imresize
from fhgui.methods import registry
from fhgui.methods.dcnn_mnce import mnce
from fhgui.methods.dcnn_mnce.config import LAYERS, Config
from fhgui.methods.dcnn_mnce.gallery import PARTITIONS, Gallery, GallerySpec, to_arrays
from fhgui.methods.dcnn_mnce.gallery_files import PARTS, SUFFIX, file_name
from fhgui.methods.dcnn_mnce.patches import smallest_grid
from fhgui.methods.dcnn_mnce.priors import prior_of
from fhgui.methods.dcnn_mnce.starting import STARTS, GlobalFaces, load_global_faces
from fhgui.methods.dcnn_mnce.step_1 import Step1Settings
from fhgui.methods.devices import set_threads
from fhgui.training.export import register, write_arrays
from fhgui.training.galleries.layers import Faces, LayerSettings, build_layers
from fhgui.training.galleries.options import KINDS, LEAST_MEMBERS, GalleryOptions

CHUNK = 64
OWN_KINDS = (*KINDS, "patches")
FEWEST_FACES = 16
PROTOTYPES = {"components": 1100, "patches": 300}
HELD_OUT = 512
PATCHES = {"partition": "patches"}
"""What the kind ``patches`` sets, if nothing else is asked for."""
DERIVED = (
    *("kind", "start", "prior", "scale", "degradation"),
    *("layers", "faces", "least_members"),
)
"""Fields of `GallerySpec` that follow from the other options."""

Report = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """A build with every choice made."""

    info: MethodInfo
    config: Config
    spec: GallerySpec
    prototypes: int
    count: int
    held_out: int

    @property
    def embedding(self) -> mnce.EmbeddingSettings:
        """K and λ that re-estimate the faces."""
        config = self.config
        return mnce.EmbeddingSettings(config.neighbours, config.locality, config.ridge)


def build(
    faces: FaceSet,
    out: Path,
    options: GalleryOptions,
    report: Report = lambda _: None,
    method: str = "dcnn_mnce",
) -> tuple[Path, ...]:
    """Write a gallery's two files and their card; a build that was stopped goes on.

    Raises
    ------
    FhguiError
        If the options make no sense for these faces.
    WeightsError
        If the denoiser is missing or damaged.
    """
    plan = make_plan(faces, options, method)
    threads = set_threads(options.threads)
    stem = out.with_name(out.name.removesuffix(SUFFIX))
    work = options.work or stem.with_name(f"{stem.name}.work")
    work.mkdir(parents=True, exist_ok=True)
    global_faces, weights = load_global_faces(plan.info, plan.config, "cpu")
    f = global_luma(faces, work / _step_1_name(plan, faces, weights), plan, global_faces, report)
    scratch = [work / f"{stem.name}-{name}.npy" for name in ("truth", "faces")]
    chosen = _arranged(faces, f, plan, scratch)
    settings = LayerSettings(plan.embedding, plan.prototypes, options.seed, threads)
    gallery = build_layers(chosen, plan.spec, settings, report)
    facts = {**_facts(plan, faces, options), "weights": {a.name: a.sha256 for a in weights}}
    written = _write(gallery, stem, plan, facts)
    for file in scratch:
        file.unlink()
    if options.work is None:
        shutil.rmtree(work)
    return written


def make_plan(faces: FaceSet, options: GalleryOptions, method: str) -> Plan:
    """Return every choice of a build made, or refuse it; errors as of `build`."""
    info = registry.info(method)
    config, own = _split(options, method)
    make_operator(config.degradation, info.output_hw, info.scale)  # refuses what there is not
    if options.kind not in OWN_KINDS:
        raise MethodError(
            f"{method} has no gallery of the kind {options.kind!r}", hint=_any(OWN_KINDS)
        )
    if faces.pixels.shape[1:3] != info.output_hw:
        height, width = faces.pixels.shape[1:3]
        raise FhguiError(
            f"the faces of the set are {width}×{height} px, {method} needs "
            f"{info.output_hw[1]}×{info.output_hw[0]}",
            hint="build a set of that size",
        )
    count = min(options.faces or len(faces), len(faces))
    held_out = min(HELD_OUT, count // 8) if options.held_out is None else options.held_out
    inside = count - held_out
    partition = PATCHES if options.kind == "patches" else {}
    kind = "full" if options.kind == "full" else "prototypes"
    spec = dataclasses.replace(GallerySpec(), **{**partition, **own})
    spec = dataclasses.replace(
        spec,
        kind=kind,
        start=options.start,
        prior=config.prior if options.start == "denoiser" else "",
        scale=info.scale,
        degradation=config.degradation,
        layers=len(spec.contexts_px),
        faces=inside,
        least_members=1 if kind == "full" else LEAST_MEMBERS,
    )
    _check_spec(spec)
    prototypes = _prototypes(spec, options, inside)
    _check_count(count, inside, prototypes)
    return Plan(info, config, spec, prototypes, count, held_out)


def global_luma(
    faces: FaceSet, out: Path, plan: Plan, global_faces: GlobalFaces, report: Report
) -> AnyArray:
    """Run step 1 on the faces and return the luma of f, N×H×W float16 in [0, 255].

    ``out`` (.npy) is filled chunk by chunk; a further call goes on where the last one stopped.
    """
    shape = (plan.count, *plan.info.output_hw)
    reduced = _reducer(plan)
    store = open_memmap(out, "r+" if out.is_file() else "w+", np.float16, shape)
    for start in range(0, plan.count, CHUNK):
        if store[start].any():
            continue
        pixels = faces.pixels[start : min(start + CHUNK, plan.count)]
        y = np.stack([reduced(face) for face in pixels])
        store[start : start + len(y)] = luma(np.clip(global_faces(y), 0, 255))
        if start // CHUNK % 16 == 0:
            report(f"step 1: {start + len(y)} of {plan.count} faces")
    store.flush()
    return store


def _reducer(plan: Plan) -> Callable[[Pixels], Floats]:
    """Return what makes the low-resolution face, 0–255 in whole levels, of one of the set."""
    info, degradation = plan.info, plan.config.degradation
    if degradation == "bicubic":  # as pictures are reduced everywhere else, bit for bit
        return lambda face: to_float(imresize(face, info.input_hw))
    operator = make_operator(degradation, info.output_hw, info.scale)
    return lambda face: to_float(to_uint8(operator.forward(to_float(face))))


def _split(options: GalleryOptions, method: str) -> tuple[Config, dict[str, Any]]:
    """Return the method's config, and what the settings say about the gallery itself."""
    named = {f.name for f in fields(GallerySpec)} - set(DERIVED)
    own = {k: _tuple(v) for k, v in options.settings.items() if k in named}
    rest = {k: v for k, v in options.settings.items() if k not in named}
    config = registry.make_config(method, {**rest, "start": options.start})
    default = GallerySpec()
    for name, value in own.items():
        if type(value) is not type(getattr(default, name)):
            raise MethodError(
                f"{name} cannot be {value!r}", hint=f"give a value like {getattr(default, name)!r}"
            )
    return config, own


def _tuple(value: Any) -> Any:  # whatever YAML holds
    return tuple(map(_tuple, value)) if isinstance(value, list | tuple) else value


def _check_spec(spec: GallerySpec) -> None:
    if spec.partition not in PARTITIONS:
        raise MethodError(f"there is no partition {spec.partition!r}", hint=_any(PARTITIONS))
    if spec.start not in STARTS:
        raise MethodError(f"there is no start {spec.start!r}", hint=_any(STARTS))
    if not 1 <= spec.layers <= LAYERS:
        raise MethodError(f"contexts_px names {spec.layers} layers", hint=f"name 1 to {LAYERS}")
    least = smallest_grid(spec.patch_px)
    if spec.partition == "patches" and spec.patches_per_side < least:
        raise MethodError(
            f"{spec.patches_per_side} patches of {spec.patch_px} px a side leave gaps",
            hint=f"take at least {least}",
        )
    if min(spec.feature_dims, spec.residual_dims, spec.rest_per_side) < 1:
        raise MethodError("feature_dims, residual_dims and rest_per_side must be at least 1")
    if not 0 < spec.pace <= 1:
        raise MethodError(f"pace must be above 0 and at most 1, not {spec.pace!r}")


def _prototypes(spec: GallerySpec, options: GalleryOptions, inside: int) -> int:
    if spec.kind == "full":
        return 0
    if options.prototypes is not None:
        return options.prototypes
    return max(1, min(PROTOTYPES[spec.partition], inside // (2 * LEAST_MEMBERS)))


def _check_count(count: int, inside: int, prototypes: int) -> None:
    least = max(FEWEST_FACES, prototypes * LEAST_MEMBERS)
    if inside < least:
        raise FhguiError(
            f"{count} faces, {count - inside} of them held out, are too few for this gallery",
            hint=f"it needs at least {least} that are not held out",
        )


def _arranged(faces: FaceSet, f: AnyArray, plan: Plan, files: list[Path]) -> Faces:
    """Return the faces, those that are held out last, in files that the layers may write to."""
    order = np.r_[plan.held_out : plan.count, : plan.held_out]
    truth, now = (open_memmap(file, "w+", np.float16, f.shape) for file in files)
    for start in range(0, plan.count, CHUNK):
        rows = order[start : start + CHUNK]
        truth[start : start + CHUNK] = luma(faces.pixels[rows])
        now[start : start + CHUNK] = f[rows]
    return Faces(truth, now, plan.spec.faces)


def _step_1_name(plan: Plan, faces: FaceSet, weights: tuple[Asset, ...]) -> str:
    """Return a name that only the same step 1 of the same faces has."""
    config = plan.config
    settings = {f.name: getattr(config, f.name) for f in fields(Step1Settings)}
    usual = str(prior_of(config.prior).schedules[plan.info.scale])
    told = (faces.digest or faces.names, plan.count, plan.info.id, config.start, settings, usual)
    text = json.dumps([*told, [a.sha256 for a in weights]], sort_keys=True)
    return f"step-1-{hashlib.sha256(text.encode()).hexdigest()[:16]}.npy"


def _facts(plan: Plan, faces: FaceSet, options: GalleryOptions) -> dict[str, Any]:
    averaged = f"every entry is the mean of at least {plan.spec.least_members} different pictures"
    alone = "every entry is one person's face: real people's data, never to be passed on"
    return {
        "what": f"{plan.spec.kind} gallery of {plan.spec.partition}, {plan.spec.layers} layers",
        "data": {"digest": faces.digest, "inside": plan.spec.faces, "held_out": plan.held_out},
        "terms": options.terms,
        "privacy": alone if plan.spec.kind == "full" else averaged,
        "spec": json.loads(json.dumps(asdict(plan.spec))),
        "settings": {
            **asdict(plan.embedding),
            "prototypes": plan.prototypes,
            "seed": options.seed,
        },
    }


def _write(gallery: Gallery, stem: Path, plan: Plan, facts: dict[str, Any]) -> tuple[Path, ...]:
    written = []
    for part, arrays in zip(PARTS, to_arrays(gallery), strict=True):
        path = stem.with_name(file_name(stem.name, part))
        write_arrays(arrays, path, {"method": plan.info.id, "part": part}, asdict(plan.spec))
        register(path, facts)
        written.append(path)
    return tuple(written)


def _any(names: tuple[str, ...]) -> str:
    return f"choose one of {', '.join(names)}"
