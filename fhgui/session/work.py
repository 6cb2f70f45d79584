"""One open source and everything done with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fhgui.core.face import DetectedFace
from fhgui.core.fields import Fields
from fhgui.core.frame import Frame
from fhgui.core.wear import ToldWear
from fhgui.session.aids import Aids
from fhgui.session.file_state import FileState
from fhgui.session.film_facts import FilmFacts
from fhgui.session.history import History
from fhgui.session.marking import Marking
from fhgui.session.results import FaceWork, Result, Status, settled

if TYPE_CHECKING:  # it imports the video library, which only the reader thread needs
    from fhgui.evidence.source_info import SourceInfo


@dataclass(eq=False)
class Work:
    """An open source: what it is, where the analyst is in it, what was marked and what came out.

    Only `Session` changes it.

    Parameters
    ----------
    path : the source.
    info : what it is; None until it has been opened.
    sha256 : its digest; empty until it has been read once.
    count : number of frames; ``counted`` says whether it is exact or only stated by the file.
    frame_index : the frame asked for.
    frame : the frame shown; may lag behind ``frame_index`` while it is decoded.
    faces : what the last search found, and in which frame.
    markings : crop and points with their past and future.
    aids : loop, ruler and scale with their past and future.
    before_search : crop and points as they were when a job that looks for faces was asked for.
    film : thumbnails, times and tracks, as far as the worker has told.
    worn : what was told of the wear of frames, by frame and fields.
    face_works : faces that were enhanced, oldest first.
    active : number of the face whose results are compared; None before the first.
    damaged : frames that could not be decoded.
    readable : whether its frames can be read; results of a case are shown all the same.
    trouble : what is wrong with the file since it was opened, e.g. that it is gone; empty if
        nothing is.
    file : state of the file when it was opened.
    hidden : jobs of results that were deleted from the desk.
    exported : whether any of its results was written to a folder.
    """

    path: Path
    info: SourceInfo | None = None
    sha256: str = ""
    count: int = 1
    counted: bool = False
    frame_index: int = 0
    frame: Frame | None = None
    faces: tuple[DetectedFace, ...] = ()
    faces_frame: int | None = None
    markings: History[Marking] = field(default_factory=lambda: History(Marking()))
    before_search: dict[int, Marking] = field(default_factory=dict)
    aids: History[Aids] = field(default_factory=lambda: History(Aids()))
    film: FilmFacts = field(default_factory=FilmFacts)
    worn: dict[tuple[int, Fields], ToldWear] = field(default_factory=dict)
    face_works: list[FaceWork] = field(default_factory=list)
    active: int | None = None
    exported: bool = False
    damaged: set[int] = field(default_factory=set)
    readable: bool = True
    trouble: str = ""
    file: FileState | None = None
    hidden: frozenset[int] = frozenset()

    @property
    def is_film(self) -> bool:
        """Whether there is more than one frame to look at."""
        return self.info is not None and (self.info.kind == "video" or self.count > 1)

    @property
    def shown_index(self) -> int:
        """The frame that is shown, or while the first one is decoded, asked for."""
        return self.frame_index if self.frame is None else self.frame.index

    @property
    def active_face(self) -> FaceWork | None:
        """The face whose results are compared, without those that were deleted."""
        return next((f for f in self.shown_faces if f.number == self.active), None)

    @property
    def shown_faces(self) -> list[FaceWork]:
        """The faces that were enhanced, without what was deleted from the desk."""
        if not self.hidden:
            return list(self.face_works)
        return [face for face in map(self._without_hidden, self.face_works) if face.results]

    def whole(self, face: FaceWork) -> FaceWork:
        """Return a face with the results that were deleted from the desk, too."""
        return next(f for f in self.face_works if f.number == face.number)

    def _without_hidden(self, face: FaceWork) -> FaceWork:
        left = tuple(r for r in face.results if r.job not in self.hidden)
        return face if len(left) == len(face.results) else replace(face, results=left)

    def result(self, job: int) -> Result | None:
        """Return one result of any face by its number."""
        found = (f.result(job) for f in self.face_works)
        return next((r for r in found if r is not None), None)

    def change_face(self, number: int, **changes: object) -> None:
        """Change fields of a face by name; results deleted from the desk stay with it."""
        for at, face in enumerate(self.face_works):
            if face.number == number:
                self.face_works[at] = replace(face, **changes)  # type: ignore[arg-type]  # by name

    def put(self, result: Result) -> None:
        """Replace one result; once it has completed, older ones like it give way."""
        for at, face in enumerate(self.face_works):
            old = face.result(result.job)
            if old is not None:
                results = tuple(result if r is old else r for r in face.results)
                put = replace(face, results=results)
                done = old.status is not Status.COMPLETED
                self.face_works[at] = settled(put, result.job) if done else put
