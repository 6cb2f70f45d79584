"""Galleries of ``fsgn``: exemplars, sharp and as the network's base images, full or averaged.

1. Every face is degraded as the protocols of paper 003 do, and restored by the network (`_bases`),
   once for each mode whose weights are installed.
2. For prototypes, faces that are alike are averaged, eight at least (`regional_means`).
3. Some faces are enhanced from the others: how much of the detail helps is the gallery's gain
   (`_gain`), 0 where none does.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from fhgui import paths
from fhgui.core.arrays import AnyArray, Floats, Pixels
from fhgui.core.errors import FhguiError, MethodError
from fhgui.datasets.packed import FaceSet, PackedFace
from fhgui.evaluation.protocols import Degradation, Kind, protocol
from fhgui.imaging.colour import luma, to_float, to_uint8
from fhgui.imaging.component_masks import component_masks
from fhgui.imaging.motion import kernel_bank
from fhgui.imaging.operators import OperatorSpec, make_operator
from fhgui.imaging.resize import imresize
from fhgui.methods.devices import set_threads
from fhgui.methods.fsgn.base import BaseLayer, Mode, load_base
from fhgui.methods.fsgn.config import SCALE, WEIGHTS, Config
from fhgui.methods.fsgn.detail import DetailSettings, enhance_detail
from fhgui.methods.fsgn.exemplars import Regression
from fhgui.methods.fsgn.gallery import (
    FULL,
    IDENTITY,
    KINDS,
    PROTOTYPES,
    SHARP,
    SUFFIX,
    Exemplars,
    GallerySpec,
    Sharp,
    base_name,
    header_of,
)
from fhgui.training.export import register, write_arrays
from fhgui.training.galleries.options import LEAST_MEMBERS, GalleryOptions
from fhgui.training.galleries.regional_means import averaged

MODES: tuple[Mode, ...] = ("sr", "deblur")
PROBES = 16
"""Faces that the gain is measured on, at most."""
SEED = 1
"""Of the motion kernels, which are not those of the test, and added to the seed of the rest."""
MOST_GAIN = 8.0
"""Patches that disagree take detail back (`agreed`), and means show less than a face does: what is
left may count more than once. Also the most that the setting ``strength`` takes."""
CAUTION = 0.25
"""Share of the faces that are taken to gain less than is added (`_gain`)."""
PROTOTYPE_COUNT = 80

Report = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class _Faces:
    """N faces as they are, and how they are restored.

    Parameters
    ----------
    names : N. sharp : N×H×W×3 uint8. bases : mode → N×H×W uint8.
    """

    names: tuple[str, ...]
    sharp: Pixels
    bases: dict[str, AnyArray]


def build(
    faces: FaceSet, out: Path, options: GalleryOptions, report: Report = lambda _: None
) -> tuple[Path, ...]:
    """Write a gallery, and enter it into the card beside it.

    Parameters
    ----------
    faces : aligned to ``face320``, with landmarks.
    out : the gallery's path, with or without its suffix.

    Raises
    ------
    FhguiError
        If an option makes no sense for these faces, or they have no landmarks.
    WeightsError
        If the network's weights are missing or damaged.
    """
    modes = _modes(options)
    held_out, inside = _divided(faces, options)
    set_threads(options.threads)
    layers = [load_base(mode, "cpu", _weights(options, mode)) for mode in modes]
    there, probes = (_restored(part, layers, options.seed, report) for part in (inside, held_out))
    exemplars, members = there, 1
    if options.kind == PROTOTYPES:
        report("averaging faces that are alike, region by region")
        exemplars, members = _prototypes(there, inside, options)
    size_hw = (faces.pixels.shape[1], faces.pixels.shape[2])
    networks = tuple(layer.asset.sha256 for layer in layers)
    unknown = tuple(0.0 for _ in modes)
    spec = GallerySpec(options.kind, size_hw, exemplars.names, modes, unknown, networks, members)
    gains = [_gain(_in_memory(exemplars, spec, mode), there, probes) for mode in modes]
    for mode, gain in zip(modes, gains, strict=True):
        report(f"{mode}: detail is added {gain:.2f} times")
    spec = dataclasses.replace(spec, strengths=tuple(gains))
    return (_written(exemplars, spec, out, faces, options),)


def _modes(options: GalleryOptions) -> tuple[Mode, ...]:
    """Return the modes that were asked for, or all whose weights are installed."""
    asked = dict(options.settings)
    chosen = asked.pop("modes", None)
    weights = [_weights_key(mode) for mode in MODES]
    unknown = sorted(set(asked) - set(weights))
    if unknown:
        raise FhguiError(
            f"this gallery has no setting {', '.join(unknown)}",
            hint=f"its settings are modes, {', '.join(weights)}",
        )
    if chosen is None:
        there = tuple(mode for mode in MODES if paths.model_file(WEIGHTS[mode]) is not None)
        return there or MODES  # without any, loading says what is missing
    wanted = [chosen] if isinstance(chosen, str) else chosen
    known = tuple(mode for mode in MODES if isinstance(wanted, list | tuple) and mode in wanted)
    if not isinstance(wanted, list | tuple) or not known or len(known) != len(wanted):
        raise MethodError(f"modes cannot be {chosen!r}", hint=f"name some of {', '.join(MODES)}")
    return known


def _weights(options: GalleryOptions, mode: Mode) -> str | None:
    """Return the weights that a mode's bases are made with; None for the method's own."""
    chosen = options.settings.get(_weights_key(mode))
    return None if chosen is None else str(chosen)


def _weights_key(mode: Mode) -> str:
    return f"{mode}_weights"  # as the method's setting


def _divided(faces: FaceSet, options: GalleryOptions) -> tuple[FaceSet, FaceSet]:
    """Return the faces that the gain is measured on, and those of the gallery."""
    if options.kind not in KINDS:
        raise MethodError(
            f"fsgn has no gallery of the kind {options.kind!r}", hint=f"choose {' or '.join(KINDS)}"
        )
    stop = min(options.faces or len(faces), len(faces))
    spare = min(PROBES, stop // LEAST_MEMBERS) if options.kind == PROTOTYPES else 0
    start = spare if options.held_out is None else options.held_out
    least = LEAST_MEMBERS * (options.prototypes or 1) if options.kind == PROTOTYPES else 2
    if stop - start < least:
        raise FhguiError(
            f"{max(stop - start, 0)} faces are too few for this gallery",
            hint=f"give at least {least} beside those held out",
        )
    height, width = faces.pixels.shape[1:3]
    if height % SCALE or width % SCALE:
        raise FhguiError(
            f"faces of {width}×{height} px cannot be reduced by {SCALE}",
            hint="build the set with --template face320 --size 320,240",
        )
    if any(face.landmarks is None for face in faces.faces[:stop]):
        raise FhguiError(
            "the set holds no landmarks, from which the component masks are drawn",
            hint="build the set with --template face320 --size 320,240",
        )
    return _rows(faces, 0, start), _rows(faces, start, stop)


def _rows(faces: FaceSet, start: int, stop: int) -> FaceSet:
    return FaceSet(faces.pixels[start:stop], faces.faces[start:stop], faces.digest)


def _restored(faces: FaceSet, layers: list[BaseLayer], seed: int, report: Report) -> _Faces:
    bases: dict[str, AnyArray] = {}
    for layer in layers:
        planes = list(_bases(faces, layer, seed, report))
        empty = np.zeros((0, *faces.pixels.shape[1:3]), np.uint8)
        bases[layer.mode] = np.stack(planes) if planes else empty
    sharp = np.array(faces.pixels)
    for number, face in enumerate(faces.faces):
        _blank(sharp[number], [planes[number] for planes in bases.values()], face)
    return _Faces(faces.names, sharp, bases)


def _blank(sharp: Pixels, bases: list[AnyArray], face: PackedFace) -> None:
    """Make flat, in place, what lies beyond the picture that a face was cut from.

    Its edge goes on there in streaks, which are no detail of anybody.
    """
    if face.seen is None:
        return
    left, top, right, bottom = face.seen
    beyond = np.ones(sharp.shape[:2], bool)
    beyond[top:bottom, left:right] = False
    if beyond.all():
        return
    colour = to_uint8(sharp[~beyond].mean(axis=0))
    sharp[beyond] = colour
    for base in bases:
        base[beyond] = to_uint8(luma(colour))


def _bases(faces: FaceSet, layer: BaseLayer, seed: int, report: Report) -> Iterator[Pixels]:
    """Yield the H×W uint8 luma of each face's base image."""
    how = protocol(f"face320-x4-{layer.mode}").degradation
    for number, (pixels, face) in enumerate(zip(faces.pixels, faces.faces, strict=True)):
        low = _degraded(np.asarray(pixels), how, np.random.default_rng((SEED + seed, number)))
        masks = component_masks(_landmarks(face), (pixels.shape[0], pixels.shape[1]))
        # as the method makes the face's own base layer: like is compared with like
        base = layer.restore(low, masks, mirrored=Config.mirrored)
        yield to_uint8(luma(np.clip(base, 0, 255)))
        if number % 50 == 0:
            report(f"{layer.mode}: {number} of {len(faces)} faces restored")


def _degraded(sharp: Pixels, how: Degradation, rng: np.random.Generator) -> Pixels:
    """Return the h×w×3 uint8 input of a sharp face, as the protocols of paper 003 make theirs."""
    height, width = sharp.shape[:2]
    if how.kind is Kind.GAUSSIAN:
        spec = OperatorSpec(gaussian_sigma_px=float(rng.uniform(*how.sigma_px)))
        operator = make_operator("gaussian", (height, width), SCALE, spec)
        return to_uint8(operator.forward(to_float(sharp)))
    bank = kernel_bank(how.kernels, *how.kernel_px, seed=SEED)
    kernel = bank[int(rng.integers(how.kernels))]
    # filter2D correlates, by Fourier transforms: fast where kernels are large
    turned = np.ascontiguousarray(kernel[::-1, ::-1])
    moved = cv2.filter2D(to_float(sharp), -1, turned, borderType=cv2.BORDER_REFLECT)
    return to_uint8(imresize(moved, (height // SCALE, width // SCALE)))


def _landmarks(face: PackedFace) -> Floats:
    return np.array(face.landmarks, dtype=np.float64).reshape(-1, 2)


def _prototypes(faces: _Faces, packed: FaceSet, options: GalleryOptions) -> tuple[_Faces, int]:
    """Return means of faces in their place, and how many each shows at least."""
    height, width = faces.sharp.shape[1:3]
    seen = [face.seen or (0, 0, width, height) for face in packed.faces]
    count = options.prototypes or max(1, min(PROTOTYPE_COUNT, len(seen) // LEAST_MEMBERS))
    rng = np.random.default_rng(options.seed)
    found = averaged(faces.sharp, faces.bases, seen, count, LEAST_MEMBERS, rng)
    names = tuple(f"prototype {i + 1}" for i in range(count))
    return _Faces(names, found.sharp, dict(found.bases)), found.least_members


def _in_memory(faces: _Faces, spec: GallerySpec, mode: Mode) -> Exemplars:
    return Exemplars(spec, mode, Sharp(faces.sharp), faces.bases[mode])


def _gain(gallery: Exemplars, inside: _Faces, held_out: _Faces) -> float:
    """Return how many times detail is added: for three of four faces more would be better still.

    Measured on the faces held out; without any on the gallery's own, each without itself. In
    least squares over all, a few faces that gain much would decide, and others would lose.
    """
    probes = held_out if held_out.names else inside
    alone = not held_out.names and gallery.spec.kind == FULL
    spare = len(gallery) - alone
    if spare < 1:
        return 0.0
    regression = Regression(neighbours=min(spare, Regression().neighbours))
    chosen = DetailSettings(regression, strength=1.0)
    best: list[float] = []
    for i in np.unique(np.linspace(0, len(probes.names) - 1, PROBES).round().astype(int)):
        base, truth = (to_float(x[i]) for x in (probes.bases[gallery.mode], probes.sharp))
        gray = np.repeat(base[..., None], 3, axis=2)
        found = enhance_detail(gray, gallery, chosen, int(i) if alone else None)
        detail = luma(found.detail)
        size = max(float((detail**2).sum()), 1e-12)
        best.append(float((detail * (luma(truth) - base)).sum()) / size)
    return float(np.clip(np.quantile(best, CAUTION), 0, MOST_GAIN))


def _written(
    exemplars: _Faces, spec: GallerySpec, out: Path, faces: FaceSet, options: GalleryOptions
) -> Path:
    path = out if out.suffix == SUFFIX else out.with_name(out.name + SUFFIX)
    bases = {base_name(mode): planes for mode, planes in exemplars.bases.items()}
    write_arrays({SHARP: exemplars.sharp, **bases}, path, IDENTITY, header_of(spec))
    register(path, _facts(spec, faces, options))
    return path


def _facts(spec: GallerySpec, faces: FaceSet, options: GalleryOptions) -> dict[str, Any]:
    mean = (
        f"every exemplar is, everywhere, a mean of at least {spec.least_members} different pictures"
    )
    alone = "every exemplar is a person's photograph: real people's data, never to be passed on"
    named = hashlib.sha256(json.dumps(faces.names).encode()).hexdigest()
    return {
        "what": f"{spec.kind} gallery of {len(spec.names)} exemplars",
        "data": {"digest": faces.digest or named, "faces": len(faces)},
        "terms": options.terms,
        "privacy": alone if spec.kind == FULL else mean,
        "gains": {
            mode: round(gain, 3) for mode, gain in zip(spec.modes, spec.strengths, strict=True)
        },
        "settings": {"seed": options.seed, "held_out": options.held_out or 0},
    }
