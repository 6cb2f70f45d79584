"""Faces on disk for training: one ``.npy`` array that is mapped, not read, and a JSON index.

Mapping serves 50,000 random faces a second; pictures in archives serve a few hundred.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from PIL import Image, UnidentifiedImageError

from fhgui.core.arrays import Pixels
from fhgui.core.errors import FhguiError

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp")


@dataclass(frozen=True, eq=False)
class FaceSet:
    """Aligned faces of one size.

    Parameters
    ----------
    pixels : N×H×W×3 uint8 sRGB, mapped read-only.
    names : one name a face, ``archive/picture``.
    """

    pixels: Pixels
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)


def open_faces(path: Path) -> FaceSet:
    """Open a packed set ``NAME.npy`` with its ``NAME.json``.

    Raises
    ------
    FhguiError
        If either file is missing or they do not belong together.
    """
    try:
        pixels = np.load(path, mmap_mode="r")
        names = tuple(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise FhguiError("is no packed set of faces", path=path, hint="pack it again") from error
    if pixels.ndim != 4 or pixels.dtype != np.uint8 or len(pixels) != len(names):
        raise FhguiError("does not match its index", path=path, hint="pack it again")
    return FaceSet(pixels, names)


def pack_faces(archives: Sequence[Path], out: Path, size_hw: tuple[int, int]) -> FaceSet:
    """Decode the pictures of zip archives or folders into ``out`` (``.npy``), sorted by name.

    Raises
    ------
    FhguiError
        If there is no picture, or one has another size or cannot be decoded.
    """
    entries = sorted(name for archive in archives for name in _names(archive))
    if not entries:
        raise FhguiError("holds no pictures", path=archives[0] if archives else None)
    out.parent.mkdir(parents=True, exist_ok=True)
    packed = open_memmap(out, "w+", np.uint8, (len(entries), *size_hw, 3))
    position = {name: i for i, name in enumerate(entries)}
    for archive in archives:
        for name, data in _read(archive):
            packed[position[name]] = _decode(data, size_hw, archive / name)
    packed.flush()
    out.with_suffix(".json").write_text(json.dumps(entries), encoding="utf-8")
    return open_faces(out)


def _names(archive: Path) -> list[str]:
    return [f"{archive.stem}/{name}" for name in _listing(archive)]


def _listing(archive: Path) -> list[str]:
    try:
        if archive.is_dir():
            names = [p.name for p in archive.iterdir()]
        else:
            with zipfile.ZipFile(archive) as z:
                names = z.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise FhguiError("is no folder or zip archive of pictures", path=archive) from error
    return [n for n in names if n.lower().endswith(PICTURES)]


def _read(archive: Path) -> Iterator[tuple[str, bytes]]:
    names = _listing(archive)
    if archive.is_dir():
        for name in names:
            yield f"{archive.stem}/{name}", (archive / name).read_bytes()
        return
    with zipfile.ZipFile(archive) as z:
        for name in names:
            yield f"{archive.stem}/{name}", z.read(name)


def _decode(data: bytes, size_hw: tuple[int, int], where: Path) -> Pixels:
    try:
        pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    except (UnidentifiedImageError, OSError) as error:
        raise FhguiError("cannot be decoded", path=where) from error
    if pixels.shape[:2] != size_hw:
        h, w = size_hw
        raise FhguiError(f"is not {w}×{h} pixels", path=where, hint="align the faces first")
    return pixels
