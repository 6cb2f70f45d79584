"""Makes the set of what was found: without duplicates, split, in order, hashed, manifest last."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from fhgui.datasets.filters import first_alike
from fhgui.datasets.journal import Journal
from fhgui.datasets.listing import Item
from fhgui.datasets.looking import Finding
from fhgui.datasets.packed import (
    FACES,
    INDEX,
    KEPT,
    MANIFEST,
    SPLITS,
    Manifest,
    PackedFace,
    PackedSource,
    PictureFate,
    index_bytes,
    manifest_bytes,
)
from fhgui.datasets.recipe import BuildRecipe, Reason


def without_duplicates(
    items: Sequence[Item], findings: Sequence[Finding], recipe: BuildRecipe
) -> tuple[Finding, ...]:
    """Return the findings, those dropped that are the same file or face as an earlier one."""
    if recipe.duplicate_bits is None:
        return tuple(findings)
    result = list(findings)
    fresh = _without_same_files(items, result)
    alike = first_alike([bytes.fromhex(result[n].dhash) for n in fresh], recipe.duplicate_bits)
    for number, earlier in zip(fresh, alike, strict=True):
        if earlier is not None:
            said = f"looks like {items[fresh[earlier]].name}"
            result[number] = replace(result[number], reason=Reason.DUPLICATE, detail=said)
    return tuple(result)


def _without_same_files(items: Sequence[Item], findings: list[Finding]) -> list[int]:
    """Mark equal files as duplicates; return the numbers of the faces that are left."""
    first: dict[tuple[str | None, int | None], int] = {}
    for number, finding in enumerate(findings):
        if finding.reason is None:
            known = first.setdefault((finding.sha256, items[number].frame), number)
            if known != number:
                said = f"the same file as {items[known].name}"
                findings[number] = replace(finding, reason=Reason.DUPLICATE, detail=said)
    return list(first.values())


def finish(
    folder: Path,
    recipe: BuildRecipe,
    sources: Sequence[PackedSource],
    items: Sequence[Item],
    findings: Sequence[Finding],
    journal: Journal,
    software: dict[str, str],
) -> None:
    """Write the three files of the set into its folder; ``findings`` are those after sifting.

    Raises
    ------
    OSError
        If they cannot be written; a further call writes them anew.
    """
    kept = [f for f in findings if f.reason is None]
    rows = [(_packed(items[f.number], f, recipe), f.number) for f in kept]
    rows.sort(key=lambda row: SPLITS.index(row[0].split))  # stable: by name within a split
    faces = tuple(face for face, _ in rows)
    index = index_bytes(faces)
    _write(folder / INDEX, index)
    shape = (len(rows), *recipe.size_hw, 3)
    manifest = Manifest(
        recipe=asdict(recipe),
        software=software,
        sources=tuple(sources),
        pictures=tuple(_fate(items[f.number], f) for f in findings),
        shape=shape,
        faces_sha256=_write_faces(folder / FACES, shape, [n for _, n in rows], journal),
        index_sha256=hashlib.sha256(index).hexdigest(),
    )
    scratch = folder / f"{MANIFEST}.part"
    _write(scratch, manifest_bytes(manifest))
    scratch.replace(folder / MANIFEST)


def _packed(item: Item, finding: Finding, recipe: BuildRecipe) -> PackedFace:
    identity = item.folder if recipe.labels == "folder" else None
    digest = finding.sha256 or ""
    return PackedFace(
        name=item.name,
        sha256=digest,
        identity=identity,
        split=recipe.split_of(identity, digest),
        frame=item.frame,
        matrix=finding.matrix,
        score=finding.score,
        sharpness=finding.sharpness,
        landmarks=finding.landmarks,
        seen=finding.seen,
    )


def _fate(item: Item, finding: Finding) -> PictureFate:
    outcome = KEPT if finding.reason is None else finding.reason.value
    return PictureFate(item.name, finding.sha256, outcome, finding.detail)


def _write_faces(
    path: Path, shape: tuple[int, int, int, int], numbers: Sequence[int], journal: Journal
) -> str:
    """Write ``faces.npy`` face by face and return its SHA-256.

    Written, not mapped: a full disk is then an error that can be told, not a signal that kills.
    """
    digest = hashlib.sha256()
    with path.open("wb") as file:
        header = {"descr": np.dtype(np.uint8).str, "fortran_order": False, "shape": shape}
        npy.write_array_header_1_0(file, header)
        file.flush()
        digest.update(path.read_bytes())
        for number in numbers:
            samples = journal.face(number).tobytes()
            file.write(samples)
            digest.update(samples)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
