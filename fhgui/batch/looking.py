"""Looks into one file for the faces that a batch works on; runs in a worker process."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fhgui.alignment.detection import find_faces
from fhgui.alignment.following import tracks_in
from fhgui.batch.order import Order, refuse_other_software
from fhgui.core.errors import EvidenceError, FhguiError, InputError
from fhgui.core.face import DetectedFace
from fhgui.datasets.listing import PICTURES, VIDEOS
from fhgui.evidence.hashing import sha256_file
from fhgui.evidence.source import Source, open_source
from fhgui.provenance.canonical import digest
from fhgui.provenance.enhance import FileIdentity, file_identity, unexpected


@dataclass(frozen=True, eq=False)
class Subject:
    """What a method is to work on: a face of a frame.

    Parameters
    ----------
    frame : its index in the file, 0 in a picture.
    face : None if the frame already is the method's input.
    """

    frame: int
    face: DetectedFace | None


@dataclass(frozen=True, eq=False)
class Look:
    """What was seen in a file.

    Parameters
    ----------
    sha256 : of the file; empty if it could not be read.
    subjects : best face first, frames in their order.
    failure : why it could not be looked at, as a sentence; empty if it could.
    left_out : the file is not even called like a picture or video.
    cpu_s : what it took; None if it was remembered.
    """

    sha256: str
    subjects: tuple[Subject, ...]
    failure: str = ""
    left_out: bool = False
    cpu_s: float | None = None


def look_at(name: str, folder: Path, order: Order) -> Look:
    """Return what a file holds; whatever is wrong with it is said in the `Look`.

    Parameters
    ----------
    name : relative to ``folder``.
    """
    refuse_other_software(order)
    path, began_s = folder / name, time.thread_time()
    try:
        before = file_identity(path)
        with open_source(path) as source:
            digest = sha256_file(path)
            subjects = tuple(_subjects(source, order))
        _check_same(path, before)
    except FhguiError as error:
        known = path.suffix.lower() in (*PICTURES, *VIDEOS)
        return Look("", (), error.sentence(), not known and isinstance(error, EvidenceError))
    except Exception as caught:  # a library failed: one bad file is one sentence
        return Look("", (), unexpected(caught).sentence())
    return Look(digest, subjects, cpu_s=time.thread_time() - began_s)


def _check_same(path: Path, before: FileIdentity) -> None:
    if file_identity(path) != before:
        raise EvidenceError(
            "changed while it was looked at",
            path=path,
            hint="work on a copy that nothing else writes to",
        )


def _subjects(source: Source, order: Order) -> Iterator[Subject]:
    film = source.info.kind == "video"
    if order.aligned:
        if film:
            raise InputError("a video is no method's input", path=source.path, hint=_HOW_FILM)
        source.frame(0)  # a damaged picture is told now
        yield Subject(0, None)
    elif film and order.frame is None and order.every is None:
        yield from _best_of_tracks(source)
    else:
        for index in _indices(source, film, order):
            yield from (Subject(index, face) for face in find_faces(source.frame(index).pixels))


_HOW_FILM = "leave --aligned out, or take the video out of the folder"


def _indices(source: Source, film: bool, order: Order) -> range:
    if not film:
        return range(1)
    if order.frame is not None:
        return range(order.frame, order.frame + 1)
    return range(0, source.count(), order.every or 1)


def _best_of_tracks(source: Source) -> Iterator[Subject]:
    """Yield the best sighting of every track, the track that shows most first."""
    last = source.count() - 1
    for track in tracks_in(lambda i: source.frame(i).pixels, 0, last, source.info.rate_fps):
        yield Subject(track.best.frame_index, track.best.face)


def look_key(name: str, folder: Path, order: Order) -> str:
    """Return what tells a file's look from any other: the file as it lies there, and the order.

    A file that cannot be asked gives a key that is never found again.
    """
    try:
        identity = [str(part) for part in file_identity(folder / name)]
    except EvidenceError:
        identity = [os.urandom(8).hex()]
    asked = (order.aligned, order.frame, order.every, order.software)
    text = "\n".join([*identity, *map(str, asked), name])
    return digest(text.encode("utf-8", "surrogateescape"))
