"""What a build looks at: every picture and frame of folders, archives and videos, in one order.

The order is that of the names, which come from the sources and not from where they lie: a set
built of the same files on another machine is the same set.
"""

from __future__ import annotations

import os
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from fhgui.core.errors import EvidenceError, InputError
from fhgui.datasets.packed import PackedSource
from fhgui.evidence.hashing import sha256_file
from fhgui.evidence.source import open_source

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".heic", ".heif")
VIDEOS = (
    *(".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".ts", ".mts", ".mpg", ".mpeg"),
    *(".h264", ".264", ".hevc", ".h265", ".265", ".mjpeg", ".asf", ".wmv", ".flv", ".ogv"),
    *(".mxf", ".dv", ".3gp", ".vob"),
)
"""Videos are known by these endings; pictures by their content, whatever they are called."""


@dataclass(frozen=True)
class Item:
    """One picture or frame to look at.

    Parameters
    ----------
    name : unique among the items.
    file : picture, archive or video on disk.
    member : path inside the archive; None outside of one.
    frame : frame of a video, from 0; None for pictures.
    sha256 : of the video; None where the picture is yet to be read.
    folder : name of the folder that it lies in, inside its source; None at the top.
    size_bytes : of the picture as stored; tells a resumed build whether it is the same.
    failure : why a video cannot be read; empty if it can.
    place : of the member in the archive's list, from 0: its path may be there twice.
    """

    name: str
    file: Path
    member: str | None = None
    frame: int | None = None
    sha256: str | None = None
    folder: str | None = None
    size_bytes: int = 0
    failure: str = ""
    place: int = 0


def list_sources(
    paths: Sequence[Path], every_nth: int
) -> tuple[tuple[PackedSource, ...], tuple[Item, ...]]:
    """Return the sources and their items, both sorted by name.

    Raises
    ------
    FhguiError
        If a source is missing, unreadable or given twice, or there is nothing to look at.
    """
    sources: list[PackedSource] = []
    items: dict[str, Item] = {}
    for path, name in zip(paths, _names(paths), strict=True):
        found = list(_expand_source(path, name, every_nth))
        sources.append(_describe(path, name))
        items |= _distinct(found)
    if not items:
        raise EvidenceError(
            "holds no files", path=paths[0] if paths else None, hint="give folders, zips or videos"
        )
    ordered = tuple(items[name] for name in sorted(items))
    return tuple(sorted(sources, key=lambda source: source.name)), ordered


def _distinct(found: Sequence[Item]) -> dict[str, Item]:
    """Return items by name: an archive beside a folder of its name is called with its ending.

    What still has one name, twice in an archive, is numbered.
    """
    files: dict[str, set[Path]] = {}
    for item in found:
        files.setdefault(item.name, set()).add(item.file)
    items: dict[str, Item] = {}
    for item in found:
        name = item.name
        if item.member is not None and len(files[name]) > 1:
            name = f"{name.removesuffix(f'/{item.member}')}{item.file.suffix}/{item.member}"
        plain, number = PurePosixPath(name), 1
        while name in items:
            number += 1
            name = str(plain.with_stem(f"{plain.stem} ({number})"))
        items[name] = replace(item, name=name)
    return items


def _names(paths: Sequence[Path]) -> list[str]:
    """Return what the sources are called: their stem, with the folder above where two agree."""
    real = [path.resolve() for path in paths]
    twice = next((path for path, n in Counter(real).items() if n > 1), None)
    if twice is not None:
        raise InputError("is given twice", path=twice, hint="give every source once")
    stems = Counter(_stem(path) for path in real)
    names = [
        _stem(path) if stems[_stem(path)] == 1 else f"{path.parent.name}-{_stem(path)}"
        for path in real
    ]
    same = next((path for path, n in zip(real, names, strict=True) if names.count(n) > 1), None)
    if same is not None:
        raise InputError("is called like another source", path=same, hint="rename one of them")
    return names


def _stem(path: Path) -> str:
    return path.name if path.is_dir() else path.stem


def _describe(path: Path, name: str) -> PackedSource:
    if path.is_dir():
        return PackedSource(name, "folder", None)
    kind = "archive" if zipfile.is_zipfile(path) else "file"
    return PackedSource(name, kind, sha256_file(path))


def _expand_source(path: Path, name: str, every_nth: int) -> Iterator[Item]:
    if path.is_dir():
        for file in _files(path):
            inner = PurePosixPath(file.relative_to(path).as_posix())
            yield from _expand(file, name, inner, every_nth)
    elif not path.exists():
        raise EvidenceError(
            "there is no such folder or file", path=path, hint="check the name of the source"
        )
    elif not path.is_file():  # a pipe would be waited for
        raise EvidenceError("is no regular file", path=path, hint="give folders, zips or videos")
    elif path.suffix.lower() == ".zip" or zipfile.is_zipfile(path):
        yield from _members(path, name)
    else:
        yield from _expand(path, name, PurePosixPath(path.name), every_nth)


def _files(folder: Path) -> Iterator[Path]:
    """Yield every file under a folder; links to folders are not followed, they may be circles."""

    def refuse(error: OSError) -> None:
        raise EvidenceError(
            f"cannot be listed ({error.strerror})",
            path=error.filename,
            hint="check your rights, or leave it out",
        ) from error

    for where, _, files in os.walk(folder, onerror=refuse):
        yield from (Path(where) / file for file in files)


def _expand(file: Path, source: str, inner: PurePosixPath, every_nth: int) -> Iterator[Item]:
    """Yield the items of one file, at ``inner`` in its source."""
    name, folder = f"{source}/{inner}", inner.parent.name or None
    suffix = file.suffix.lower()
    if suffix == ".zip":
        yield from _members(file, f"{source}/{inner.with_suffix('')}")
    elif suffix in VIDEOS:
        digest = sha256_file(file)
        try:
            with open_source(file) as video:
                frames = range(0, video.count(), every_nth)
        except EvidenceError as error:
            yield Item(name, file, None, 0, digest, folder, failure=error.what)
            return
        for frame in frames:
            yield Item(f"{name}#{frame:06d}", file, None, frame, digest, folder)
    else:
        yield Item(name, file, folder=folder, size_bytes=_size(file))


def _members(archive: Path, source: str) -> Iterator[Item]:
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [(n, i) for n, i in enumerate(opened.infolist()) if not i.is_dir()]
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise EvidenceError(
            "is a damaged archive", path=archive, hint="copy it again from the original"
        ) from error
    for place, info in members:
        folder = PurePosixPath(info.filename).parent.name or None
        yield Item(
            f"{source}/{info.filename}",
            archive,
            info.filename,
            folder=folder,
            size_bytes=info.file_size,
            place=place,
        )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
