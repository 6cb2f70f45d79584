"""A packed set of faces on disk: what `fhgui.datasets.build` writes and training reads.

A folder of three files: ``faces.npy``, N×H×W×3 uint8, mapped and never read as a whole;
``index.json``, one fact list a column; ``manifest.json``, which holds the recipe, every picture
with its hash and fate, and the hashes of the two others. The manifest's own SHA-256 is the
*digest* of the set: model cards cite it. Needs numpy only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np

from fhgui.core.arrays import Pixels
from fhgui.core.errors import FhguiError
from fhgui.plain import json_file, json_value

SCHEMA = 1
FACES, INDEX, MANIFEST = "faces.npy", "index.json", "manifest.json"
JOURNAL = "journal.jsonl"
"""Beside them, or alone, while a set is being built."""
SPLITS = ("train", "val", "test")
"""In the order of the rows: every split is one run of faces, so that taking it copies nothing."""

KEPT = "kept"
HINT = "build the set again"
_LATER = ("landmarks", "seen")
"""Columns that older sets have not."""


@dataclass(frozen=True)
class PackedFace:
    """What is known of one face.

    Parameters
    ----------
    name : ``source/path/in/it``, with ``#frame`` for a video; unique in a set.
    sha256 : of the file that it came from.
    identity : who it is; None if nobody said.
    split : one of `SPLITS`.
    frame : frame of a video, from 0; None for pictures.
    matrix : 2×3 in row order, picture → face grid; None in sets packed without.
    score : detector margin; None if the picture was taken as aligned.
    sharpness : variance of the Laplacian of the face's gray, 8-bit scale; None as above.
    landmarks : x and y in turn of the 68 points (iBUG order) on the face grid, as they were found
        in the picture; None if nothing was looked for, or in older sets.
    seen : left, top, right, bottom of the part of the face grid that the picture covers, right
        and bottom excluded; the rest repeats the picture's edge. None in older sets.
    """

    name: str
    sha256: str = ""
    identity: str | None = None
    split: str = "train"
    frame: int | None = None
    matrix: tuple[float, ...] | None = None
    score: float | None = None
    sharpness: float | None = None
    landmarks: tuple[float, ...] | None = None
    seen: tuple[int, ...] | None = None


@dataclass(frozen=True)
class PackedSource:
    """A folder, archive or file that a set was built from; a folder has no hash of its own."""

    name: str
    kind: str
    sha256: str | None


@dataclass(frozen=True)
class PictureFate:
    """What became of a picture or frame: `KEPT`, or the reason why not; and details in words."""

    name: str
    sha256: str | None
    outcome: str
    detail: str = ""


@dataclass(frozen=True)
class Manifest:
    """How a set was built, of what, and the hashes that hold it together.

    Parameters
    ----------
    recipe : every setting of the build, by name.
    software : versions that the pixels depend on, by name.
    sources, pictures : everything that was looked at, in the order of names.
    shape : of ``faces.npy``: (N, H, W, 3).
    faces_sha256, index_sha256 : of the two other files.
    """

    recipe: Mapping[str, Any]
    software: Mapping[str, str]
    sources: tuple[PackedSource, ...]
    pictures: tuple[PictureFate, ...]
    shape: tuple[int, int, int, int]
    faces_sha256: str
    index_sha256: str
    schema: int = SCHEMA


@dataclass(frozen=True, eq=False)
class FaceSet:
    """Faces of one size, all of a set or one split of it.

    Parameters
    ----------
    pixels : N×H×W×3 uint8 sRGB, mapped read-only.
    faces : one entry a row.
    digest : SHA-256 of the manifest; None for an array packed without one.
    """

    pixels: Pixels
    faces: tuple[PackedFace, ...]
    digest: str | None = None

    def __len__(self) -> int:
        return len(self.faces)

    @property
    def names(self) -> tuple[str, ...]:
        """One unique name a face."""
        return tuple(face.name for face in self.faces)

    @property
    def identities(self) -> tuple[str | None, ...]:
        """Who each face is; None where nobody said."""
        return tuple(face.identity for face in self.faces)

    def split(self, name: str) -> FaceSet:
        """Return the faces of one of `SPLITS` as a view; it may be empty."""
        if name not in SPLITS:
            raise ValueError(f"{name!r} is none of {SPLITS}")
        rows = [i for i, face in enumerate(self.faces) if face.split == name]
        start, stop = (rows[0], rows[-1] + 1) if rows else (0, 0)
        return FaceSet(self.pixels[start:stop], self.faces[start:stop], self.digest)


def open_set(path: Path) -> FaceSet:
    """Open a set; the pixels are mapped, the two JSON files are checked against each other.

    Parameters
    ----------
    path : folder of a set; or an array ``NAME.npy`` with its list of names ``NAME.json``.

    Raises
    ------
    FhguiError
        If there is no set, or a file of it is missing, cut off or another one's.
    """
    if path.suffix == ".npy":
        return _open_array(path)
    manifest = read_manifest(path)
    faces = _read_index(path, manifest)
    pixels = _map(path / FACES)
    _check_order(path, faces)
    if pixels.shape != manifest.shape or len(faces) != len(pixels):
        raise FhguiError("does not match its manifest", path=path / FACES, hint=HINT)
    return FaceSet(pixels, faces, digest_of(path))


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a set's folder.

    Raises
    ------
    FhguiError
        If it is not there or damaged.
    """
    file = path / MANIFEST
    for part in (path / FACES, path / INDEX):
        if part.exists() and not part.is_file():  # a pipe would be waited for
            raise FhguiError("is no regular file", path=part, hint=HINT)
    if not file.is_file():
        unfinished = (path / JOURNAL).is_file()
        raise FhguiError(
            "is no finished set of faces" if unfinished else "there is no set of faces here",
            path=path,
            hint="run the command that builds it again, it goes on where it stopped"
            if unfinished
            else "make one with: fhgui dataset build",
        )
    try:
        data = json_file(file)
        data["sources"] = tuple(PackedSource(**source) for source in data["sources"])
        data["pictures"] = tuple(PictureFate(**picture) for picture in data["pictures"])
        data["shape"] = tuple(data["shape"])
        return Manifest(**data)
    except (OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise FhguiError("is damaged", path=file, hint=HINT) from error


def digest_of(path: Path) -> str:
    """Return the digest of a set's folder: the SHA-256 of its manifest."""
    return hashlib.sha256((path / MANIFEST).read_bytes()).hexdigest()


def verify_set(path: Path) -> FaceSet:
    """Open a set and read it to its last pixel.

    Raises
    ------
    FhguiError
        See `open_set`; also if a pixel is not as it was packed.
    """
    faces = open_set(path)
    with (path / FACES).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != read_manifest(path).faces_sha256:
        raise FhguiError("has changed since it was packed", path=path / FACES, hint=HINT)
    return faces


def index_bytes(faces: tuple[PackedFace, ...]) -> bytes:
    """Return the content of ``index.json``."""
    columns = {f.name: [getattr(face, f.name) for face in faces] for f in fields(PackedFace)}
    return to_json({"schema": SCHEMA, "columns": columns})


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return the content of ``manifest.json``; equal manifests give equal bytes."""
    return to_json(asdict(manifest))


def to_json(value: object) -> bytes:
    """Return UTF-8 JSON with sorted keys, no white space and no NaN."""
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.encode("utf-8", "surrogatepass")


def tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping read from JSON with tuples for its lists, as frozen records have them."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}


def _read_index(path: Path, manifest: Manifest) -> tuple[PackedFace, ...]:
    file = path / INDEX
    try:
        content = file.read_bytes()
        if hashlib.sha256(content).hexdigest() != manifest.index_sha256:
            raise FhguiError("does not match its manifest", path=file, hint=HINT)
        columns = json_value(content)["columns"]
        known = [f.name for f in fields(PackedFace) if f.name not in _LATER or f.name in columns]
        rows = zip(*(columns[name] for name in known), strict=True)
        return tuple(_packed_face(known, row) for row in rows)
    except (OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise FhguiError("is missing or damaged", path=file, hint=HINT) from error


def _packed_face(names: Sequence[str], values: Sequence[Any]) -> PackedFace:
    """Return a row of the index."""
    row: dict[str, Any] = dict(zip(names, values, strict=True))
    return PackedFace(**tuples(row))


def _check_order(path: Path, faces: tuple[PackedFace, ...]) -> None:
    places = [SPLITS.index(face.split) for face in faces]
    if places != sorted(places):
        raise FhguiError("does not keep its splits together", path=path / INDEX, hint=HINT)


def _map(file: Path) -> Pixels:
    try:
        pixels: Pixels = np.load(file, mmap_mode="r")
    except (OSError, ValueError, EOFError, SyntaxError, TokenError, ArithmeticError) as error:
        raise FhguiError("is missing, damaged or cut off", path=file, hint=HINT) from error
    if pixels.ndim != 4 or pixels.dtype != np.uint8 or pixels.shape[3] != 3:
        raise FhguiError("holds no pictures", path=file, hint=HINT)
    return pixels


def _open_array(path: Path) -> FaceSet:
    if path.exists() and not path.is_file():
        raise FhguiError("is no regular file", path=path, hint=HINT)
    pixels = _map(path)
    try:
        names = json_file(path.with_suffix(".json"))
        faces = tuple(PackedFace(str(name)) for name in names)
    except (OSError, ValueError, TypeError, OverflowError) as error:
        raise FhguiError("has no list of names beside it", path=path, hint="pack it again") from (
            error
        )
    if len(faces) != len(pixels):
        raise FhguiError("does not match its index", path=path, hint="pack it again")
    return FaceSet(pixels, faces)
