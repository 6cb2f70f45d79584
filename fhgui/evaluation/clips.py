"""How many of the faces that a person sees are found in pictures and clips, and what else is.

The faces were listed by hand (`listed_faces`). Clips are searched as the window and ``fhgui faces
--all-frames`` search them: a face counts as found in a listed frame when a track is on it there.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fhgui.alignment.detection import find_faces
from fhgui.alignment.following import Followed, follow
from fhgui.core.errors import InputError
from fhgui.core.face import Box
from fhgui.core.track import FaceTrack
from fhgui.evaluation.listed_faces import ListedFile, Seen, listed_faces
from fhgui.evaluation.surveys import Cell, Survey, Tell
from fhgui.evidence.source import Source, open_source

OVERLAP = 0.3
"""Intersection over union from which a box is on a face: the listed boxes are drawn by hand, and
a detector's reaches out beyond the cheek of a face that is turned."""

OFF_CENTRE = 0.25
"""Or its centre is nearer than that to the face's, in widths of the face."""

SIZES = 2.0
"""But never so many times larger or smaller."""

JUDGED_PLACES = 9
"""A track is judged in so many frames along it at most."""

COLUMNS = (
    "file",
    "clear faces",
    "found",
    "partly seen",
    "found partly",
    "people clearly seen",
    "people found",
    "tracks or boxes",
    "false alarms",
    "seconds",
)


@dataclass(frozen=True)
class Tally:
    """What came out for one file; counts of faces are over its listed frames."""

    clear: int
    clear_found: int
    partly: int
    partly_found: int
    people: int
    people_found: int
    boxes: int
    false_alarms: int
    seconds: float

    def cells(self, name: str) -> tuple[Cell, ...]:
        """Return the row of a table."""
        return (
            name,
            self.clear,
            self.clear_found,
            self.partly,
            self.partly_found,
            self.people,
            self.people_found,
            self.boxes,
            self.false_alarms,
            round(self.seconds, 1),
        )


def survey(data: Path, limit: int | None, tell: Tell) -> Survey:
    """Search every listed file of a folder.

    Parameters
    ----------
    data : folder with the pictures and clips.
    limit : the first so many files.

    Raises
    ------
    InputError
        If none of the listed files is there.
    """
    listed = [file for file in listed_faces() if (data / file.name).is_file()][:limit]
    if not listed:
        raise InputError(
            "none of the listed pictures and clips is here",
            path=data,
            hint="give the folder with " + ", ".join(file.name for file in listed_faces()[:3]),
        )
    tallies = {}
    for file in listed:
        tell(f"{file.name}: {len(file.frames)} listed frames")
        tallies[file.name] = tally(file, data / file.name)
    return Survey(
        title=f"Faces that a person sees, found in {len(listed)} pictures and clips",
        columns=COLUMNS,
        rows=(*(t.cells(name) for name, t in tallies.items()), _sum(tallies.values())),
        notes=_notes(tuple(tallies.values())),
    )


def tally(file: ListedFile, path: Path) -> Tally:
    """Search one file and hold what is found against the list."""
    before_s = time.perf_counter()
    with open_source(path) as source:
        if source.count() > 1:
            tracks = _followed(source)
            boxes = {i: [b for t in tracks if (b := t.box_at(i))] for i in file.frames}
            count, false = len(tracks), sum(not _is_face(t, file) for t in tracks)
        else:
            found = [face.box for face in find_faces(source.frame(0).pixels)]
            boxes, count = {0: found}, len(found)
            false = sum(not any(is_on(b, f) for f in file.boxes_at(0)) for b in found)
    return _counted(file, boxes, count, false, time.perf_counter() - before_s)


def is_on(box: Box, face: Box) -> bool:
    """Return whether a box that was found is on a face that was listed."""
    sizes = max(box.w, face.w) / min(box.w, face.w)
    off = math.dist(box.centre_xy, face.centre_xy) / face.w
    return sizes <= SIZES and (off <= OFF_CENTRE or _overlap(box, face) >= OVERLAP)


def _followed(source: Source) -> tuple[FaceTrack, ...]:
    frames = source.count()
    for step in follow(lambda i: source.frame(i).pixels, 0, frames - 1, source.info.rate_fps):
        if isinstance(step, Followed):
            return step.tracks
    return ()


def _is_face(track: FaceTrack, file: ListedFile) -> bool:
    """Return whether a track is on faces, listed or between two listed frames, mostly."""
    step = max(1, math.ceil((track.last - track.first + 1) / JUDGED_PLACES))
    places = range(track.first, track.last + 1, step)
    on = [
        any(is_on(box, face) for face in file.boxes_at(index))
        for index in places
        if (box := track.box_at(index)) is not None
    ]
    return 2 * sum(on) >= len(on)


def _counted(
    file: ListedFile, boxes: dict[int, list[Box]], count: int, false: int, seconds: float
) -> Tally:
    listed: Counter[Seen] = Counter()
    found: Counter[Seen] = Counter()
    people: dict[str, bool] = {}
    for index, faces in file.frames.items():
        for face in faces:
            hit = any(is_on(box, face.box) for box in boxes[index])
            listed[face.seen] += 1
            found[face.seen] += hit
            if face.seen is Seen.CLEAR:
                people[face.person] = people.get(face.person, False) or hit
    return Tally(
        listed[Seen.CLEAR],
        found[Seen.CLEAR],
        listed[Seen.PARTLY],
        found[Seen.PARTLY],
        len(people),
        sum(people.values()),
        count,
        false,
        seconds,
    )


def _sum(tallies: Iterable[Tally]) -> tuple[Cell, ...]:
    columns = zip(*(t.cells("")[1:] for t in tallies), strict=True)
    sums = [sum(c for c in column if isinstance(c, int | float)) for column in columns]
    return ("all", *sums[:-1], round(sums[-1], 1))


def _notes(tallies: Sequence[Tally]) -> tuple[str, ...]:
    clear, partly = sum(t.clear for t in tallies), sum(t.partly for t in tallies)
    clear_found = sum(t.clear_found for t in tallies)
    found = clear_found + sum(t.partly_found for t in tallies)
    return (
        f"recall {clear_found / max(1, clear):.1%} of the clear faces, "
        f"{found / max(1, clear + partly):.1%} with those partly seen (in profile, bent, half "
        "covered, blurred or very dark)",
        f"a face is found when a box overlaps it by {OVERLAP:g} (intersection over union) or lies "
        f"within {OFF_CENTRE:g} of its width of the centre",
        "a track is a false alarm when it is on no face in half of the frames along it; faces "
        "under 16 px and those nobody could tell count neither way",
        "seconds as measured on this machine with what else ran on it",
    )


def _overlap(a: Box, b: Box) -> float:
    """Return intersection over union."""
    w = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    h = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    common = max(0, w) * max(0, h)
    return common / (a.w * a.h + b.w * b.h - common)
