"""Looks into one file for the faces that a batch works on; runs in a worker process."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fhgui.alignment.detection import find_faces
from fhgui.alignment.following import tracks_in
from fhgui.alignment.tracks import SEARCHES_PER_S
from fhgui.batch.limits import given_up_after, watched
from fhgui.batch.order import Order, refuse_other_software
from fhgui.core.arrays import Pixels
from fhgui.core.errors import EvidenceError, FhguiError, InputError
from fhgui.core.face import DetectedFace
from fhgui.datasets.listing import PICTURES, VIDEOS
from fhgui.evidence.hashing import sha256_file
from fhgui.evidence.source import Source, open_source
from fhgui.provenance.canonical import digest
from fhgui.provenance.enhance import FileIdentity, file_identity, unexpected

STEP_S = 1800.0
"""A frame, or a block of a file, that takes longer will take for ever: its process is ended."""

COUNT_S = 6 * 3600.0
"""The same for counting the frames of a film: some must be decoded for that from end to end."""

STRETCH_S = 55.0
"""Films are searched in stretches of at most so long: in a longer one, fewer frames a second would
be searched (`fhgui.alignment.tracks.MOST_SEARCHES`), and who walks through would be missed."""

USUAL_FPS = 25.0
"""Of films that tell no rate."""

WAY = "films in stretches, all pages, without damaged frames"
"""Part of every `look_key`: what was seen by a program that looked in another way is not believed.
It has to change with the way."""

NAMED = 8
"""So many damaged frames of a file are told by their numbers."""


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
    subjects : in the order of frames, or of stretches of film; of each the best face first.
    failure : why it could not be looked at, as a sentence; empty if it could.
    left_out : the file is not even called like a picture or video.
    cpu_s : what it took; None if it was remembered.
    damaged : frames that cannot be decoded and were left out, in their order.
    """

    sha256: str
    subjects: tuple[Subject, ...]
    failure: str = ""
    left_out: bool = False
    cpu_s: float | None = None
    damaged: tuple[int, ...] = ()

    @property
    def note(self) -> str:
        """What must be told of a file that could be looked at; mostly empty."""
        if len(self.damaged) <= 1:
            return "".join(f"frame {n} is damaged and was left out" for n in self.damaged)
        named = ", ".join(map(str, self.damaged[:NAMED]))
        more = f" and {len(self.damaged) - NAMED} more" if len(self.damaged) > NAMED else ""
        return f"frames {named}{more} are damaged and were left out"


def look_at(name: str, folder: Path, order: Order) -> Look:
    """Return what a file holds; whatever is wrong with it is said in the `Look`.

    A file of which a step takes `STEP_S` ends this process.

    Parameters
    ----------
    name : relative to ``folder``.
    """
    refuse_other_software(order)
    path, began_s = folder / name, time.thread_time()
    try:
        with watched(STEP_S) as alive:
            before = file_identity(path)
            with open_source(path) as source:
                sha256 = sha256_file(path, lambda done, total: alive())
                frames = _Frames(source, alive)
                subjects = tuple(_subjects(frames, order))
                frames.check()
            _check_same(path, before)
    except FhguiError as error:
        known = path.suffix.lower() in (*PICTURES, *VIDEOS)
        return Look("", (), error.sentence(), not known and isinstance(error, EvidenceError))
    except Exception as caught:  # a library failed: one bad file is one sentence
        return Look("", (), unexpected(caught).sentence())
    cpu_s = time.thread_time() - began_s
    return Look(sha256, subjects, cpu_s=cpu_s, damaged=tuple(sorted(frames.damaged)))


def _check_same(path: Path, before: FileIdentity) -> None:
    if file_identity(path) != before:
        raise EvidenceError(
            "changed while it was looked at",
            path=path,
            hint="work on a copy that nothing else writes to",
        )


class _Frames:
    """The frames of a file as they are asked for, and which of them cannot be decoded.

    Parameters
    ----------
    alive : called before every frame.
    """

    def __init__(self, source: Source, alive: Callable[[], None]) -> None:
        self.source, self._alive = source, alive
        self.damaged: set[int] = set()
        self._any = False
        self._error: EvidenceError | None = None

    def pixels(self, index: int) -> Pixels:
        """Return a frame, H×W×3 uint8.

        Raises
        ------
        InputError
            There is no such frame.
        EvidenceError
            It cannot be decoded.
        """
        self._alive()
        try:
            pixels = self.source.frame(index).pixels
        except EvidenceError as error:
            self.damaged.add(index)
            self._error = error
            raise
        self._any = True
        return pixels

    def whole(self, index: int) -> Pixels | None:
        """Return a frame; None if it cannot be decoded."""
        try:
            return self.pixels(index)
        except EvidenceError:
            return None

    def count(self) -> int:
        """Return the number of frames."""
        with given_up_after(COUNT_S):
            count = self.source.count()
        self._alive()
        return count

    def check(self) -> None:
        """Refuse a file of which no frame that was asked for can be decoded.

        Raises
        ------
        EvidenceError
            What the last one said.
        """
        if not self._any:
            raise self._error or EvidenceError(
                "holds no frame that can be decoded",
                path=self.source.path,
                hint="copy it from its origin again",
            )


def _subjects(frames: _Frames, order: Order) -> Iterator[Subject]:
    film = frames.source.info.kind == "video"
    if film and order.aligned:
        raise InputError("a video is no method's input", path=frames.source.path, hint=_HOW_FILM)
    if film and order.frame is None and order.every is None:
        yield from _best_of_tracks(frames)
        return
    for index in _indices(frames, film, order):
        pixels = frames.whole(index)
        if pixels is None:
            continue
        if order.aligned:
            yield Subject(index, None)
        else:
            yield from (Subject(index, face) for face in find_faces(pixels))


_HOW_FILM = "leave --aligned out, or take the video out of the folder"


def _indices(frames: _Frames, film: bool, order: Order) -> range:
    """Return which frames are looked at; of a single picture always that."""
    if not film and frames.source.count() <= 1:
        return range(1)
    if order.frame is not None:
        return range(order.frame, order.frame + 1)
    return range(0, frames.count(), order.every or 1)


def _best_of_tracks(frames: _Frames) -> Iterator[Subject]:
    """Yield the best sighting of every track: stretch by stretch, first the one that shows most.

    Who is in the picture when one stretch ends and the next one begins gives a subject of each.
    """
    rate_fps = frames.source.info.rate_fps
    for first, last in stretches(frames.count(), rate_fps):
        for track in tracks_in(frames.pixels, first, last, rate_fps):
            yield Subject(track.best.frame_index, track.best.face)


def stretches(count: int, rate_fps: float | None) -> Iterator[tuple[int, int]]:
    """Yield the first and the last frame of the even stretches that a film is searched in.

    A film with fewer frames a second than are searched of others has stretches of as many frames.

    Parameters
    ----------
    count : of all frames.
    rate_fps : None if the film does not tell.
    """
    longest = round(STRETCH_S * max(rate_fps or USUAL_FPS, SEARCHES_PER_S))
    parts = math.ceil(count / longest)
    for part in range(parts):
        yield count * part // parts, count * (part + 1) // parts - 1


def look_key(name: str, folder: Path, order: Order) -> str:
    """Return what tells a file's look from any other: the file as it lies there, and the order.

    A file that cannot be asked gives a key that is never found again.
    """
    try:
        identity = [str(part) for part in file_identity(folder / name)]
    except EvidenceError:
        identity = [os.urandom(8).hex()]
    asked = (WAY, order.aligned, order.frame, order.every, order.software)
    text = "\n".join([*identity, *map(str, asked), name])
    return digest(text.encode("utf-8", "surrogateescape"))
