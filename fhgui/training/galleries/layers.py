"""The layers of a ``dcnn_mnce`` gallery: entries from the faces so far, then the next faces.

Every face of the gallery is re-estimated from the others (leave-one-out). How much of a carried
residual to believe (`Entries.gain`) is chosen on faces outside the gallery: among those inside,
from layer 2 on, each neighbour's features already know the face that is left out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from fhgui.core.arrays import AnyArray
from fhgui.methods.dcnn_mnce import mnce
from fhgui.methods.dcnn_mnce.components import TEMPLATE_PX, cell_indices, cells
from fhgui.methods.dcnn_mnce.gallery import Area, Entries, Gallery, GallerySpec, Region, areas
from fhgui.training.galleries.bases import fit_basis, means
from fhgui.training.galleries.clustering import clusters
from fhgui.training.galleries.options import LEAST_MEMBERS

CHUNK = 256
FIT_FACES = 6000
"""PCA bases are fitted on the first faces; more change the axes that matter by little."""
ROUNDS = 8
"""Of k-means; more change next to nothing."""

Report = Callable[[str], None]


@dataclass(frozen=True)
class LayerSettings:
    """How entries are made, and used while building."""

    embedding: mnce.EmbeddingSettings
    """K and λ that re-estimate the faces."""
    prototypes: int
    """Clusters a region and layer to start from; 0 keeps every face (a full gallery)."""
    seed: int = 0
    """Feeds the clustering and the PCA."""
    threads: int = 1
    """Parts of the faces that are re-estimated at once."""


@dataclass(frozen=True, eq=False)
class Faces:
    """Training faces while the layers change them.

    Parameters
    ----------
    x, f : N×H×W luma of the ground truth and of the faces so far, 0–255; any float type.
    inside : how many of the first faces are in the gallery; the rest choose the gains.
    """

    x: AnyArray
    f: AnyArray
    inside: int

    def chunks(self) -> Iterator[slice]:
        """Yield runs of rows that are small enough for memory."""
        for start in range(0, len(self.f), CHUNK):
            yield slice(start, start + CHUNK)

    def detail(self, area: Area, rows: slice) -> AnyArray:
        """Return the n×P float32 residuals x − f of a region."""
        x, f = (planes[rows].reshape(-1, TEMPLATE_PX**2) for planes in (self.x, self.f))
        gap: AnyArray = x[:, area.pixel_index].astype(np.float32) - f[:, area.pixel_index]
        return gap

    def cell_means(self) -> AnyArray:
        """Return N×C means of f over the cells."""
        return np.concatenate([cells(self.f[rows]) for rows in self.chunks()])

    def psnr_outside(self) -> float:
        """Return the mean PSNR of the luma of the faces outside the gallery, dB."""
        gap = self.x[self.inside :].astype(np.float64) - self.f[self.inside :]
        return float(np.mean(10 * np.log10(255**2 / np.mean(gap**2, axis=(1, 2)))))


def build_layers(
    faces: Faces, spec: GallerySpec, settings: LayerSettings, report: Report = lambda _: None
) -> Gallery:
    """Return the gallery; ``faces.f`` is overwritten by what its layers make of the faces."""
    places = areas(spec)
    regions = tuple(_region(faces, area, spec, settings) for area, _ in places)
    rows: list[tuple[Entries, ...]] = []
    report(_story("before the layers", faces))
    for layer, context_px in enumerate(spec.contexts_px):
        cell_means = faces.cell_means()
        made, carried = [], []
        for j, (region, (_, mask)) in enumerate(zip(regions, places, strict=True)):
            index = cell_indices(mask, context_px)
            rng = np.random.default_rng((settings.seed, layer, j))
            sample = Sample(index, cell_means[:, index], _encoded(faces, region))
            entries, estimate = _learn(sample, faces.inside, spec, settings, rng)
            if layer < spec.layers - 1:
                entries = dataclasses.replace(entries, gain=spec.pace * entries.gain)
            made.append(entries)
            carried.append(entries.gain * estimate)
        rows.append(tuple(made))
        _add(faces, regions, carried)
        sizes = [len(e.members) for e in made]
        report(_story(f"layer {layer + 1}: {min(sizes)} to {max(sizes)} entries", faces))
    return Gallery(spec, regions, tuple(rows))


@dataclass(frozen=True, eq=False)
class Sample:
    """What is known of one region of all faces: its cells, N×C, and residuals, N×r."""

    cell_index: AnyArray
    cells: AnyArray
    residuals: AnyArray


def _region(faces: Faces, area: Area, spec: GallerySpec, settings: LayerSettings) -> Region:
    detail = faces.detail(area, slice(0, min(FIT_FACES, faces.inside)))
    # later layers leave little to add: nothing must stay nothing
    return Region(area, fit_basis(detail, spec.residual_dims, settings.seed, centre=False))


def _encoded(faces: Faces, region: Region) -> AnyArray:
    parts = [region.residuals.encode(faces.detail(region.area, rows)) for rows in faces.chunks()]
    return np.concatenate(parts)


def _learn(
    sample: Sample,
    inside: int,
    spec: GallerySpec,
    settings: LayerSettings,
    rng: np.random.Generator,
) -> tuple[Entries, AnyArray]:
    """Return the entries of a layer and region, and what they carry over to every face."""
    fit = min(FIT_FACES, inside)
    basis = fit_basis(sample.cells[:fit], spec.feature_dims, settings.seed)
    features = basis.encode(sample.cells)
    entry = np.arange(inside)
    if settings.prototypes:
        wanted = settings.prototypes
        entry = clusters(features[:inside], wanted, LEAST_MEMBERS, rng, ROUNDS)
    members = np.bincount(entry)
    grouped = [means(v[:inside], entry, len(members)) for v in (features, sample.residuals)]
    entries = Entries(sample.cell_index, basis, grouped[0], grouped[1], members)
    own = mnce.Membership(entry, sample.residuals[:inside])
    estimate = _carried(features, entries, own, settings)
    gain = _gain(estimate[inside:], sample.residuals[inside:])
    return dataclasses.replace(entries, gain=gain), estimate


def _carried(
    features: AnyArray, entries: Entries, own: mnce.Membership, settings: LayerSettings
) -> AnyArray:
    """Return N×r coefficients: of the faces inside from the others, of the rest from all."""
    inside = len(own.entry)
    bounds = [*range(0, inside, CHUNK), *range(inside, len(features), CHUNK), len(features)]

    def part(start: int, stop: int) -> AnyArray:
        rows = slice(start, min(stop, inside) if start < inside else stop)
        member = own.part(rows) if start < inside else None
        return mnce.embed(features[rows], entries, settings.embedding, member)

    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(settings.threads) as pool:
        return np.concatenate(list(pool.map(part, bounds[:-1], bounds[1:])))


def _gain(estimate: AnyArray, truth: AnyArray) -> float:
    """Return the factor on the estimate that comes closest to the truth, 0 to 1.

    It is the least-squares factor, held back by how uncertain it is from face to face
    (positive-part James–Stein): what may be chance adds nothing.
    """
    power = float(np.sum(estimate.astype(np.float64) ** 2))
    if power == 0 or len(truth) < 2:
        return 1.0
    agreement = np.sum(estimate.astype(np.float64) * truth, axis=1)
    chance = np.var(agreement, ddof=1) / len(agreement)
    certainty = max(0.0, 1 - chance / max(np.mean(agreement) ** 2, np.finfo(float).tiny))
    return float(np.clip(certainty * agreement.sum() / power, 0, 1))


def _add(faces: Faces, regions: tuple[Region, ...], carried: list[AnyArray]) -> None:
    """Add the composed residuals to the faces, in place."""
    for rows in faces.chunks():
        now = faces.f[rows].reshape(-1, TEMPLATE_PX**2).astype(np.float32)
        for region, coefficients in zip(regions, carried, strict=True):
            part = region.residuals.decode(coefficients[rows])
            now[:, region.area.pixel_index] += region.area.weight * part
        faces.f[rows] = np.clip(now, 0, 255).reshape(-1, TEMPLATE_PX, TEMPLATE_PX)


def _story(what: str, faces: Faces) -> str:
    if len(faces.f) == faces.inside:
        return what
    count = len(faces.f) - faces.inside
    return f"{what}; {count} faces outside the gallery: {faces.psnr_outside():.3f} dB of luma"
