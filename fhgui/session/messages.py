"""What the window and its worker process say to each other.

Small frozen messages with the number of their job; each job ends with exactly one `Done`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from fhgui.core.arrays import Pixels
from fhgui.core.dossier import FaceComparison
from fhgui.core.doubt import DoubtMaps, Repeats
from fhgui.core.face import Adequacy, Box, DetectedFace, FaceImage
from fhgui.core.fields import Fields
from fhgui.core.film import FilmTimes
from fhgui.core.method import Stage
from fhgui.core.record import Json
from fhgui.core.reference import Reference
from fhgui.core.track import FaceTrack
from fhgui.provenance.request import EnhanceRequest
from fhgui.session.exporting import ExportChoices

if TYPE_CHECKING:  # needed for types only: the worker imports nothing that it does not use
    from fhgui.provenance.run import Run


@dataclass(frozen=True)
class Command:
    """Base of what the window asks for."""

    job: int


@dataclass(frozen=True)
class Warm(Command):
    """Import the heavy libraries and load methods, so that the first run starts at once."""

    methods: tuple[str, ...]


class Lane(Enum):
    """Where a job beside others waits for its turn: none of one lane holds up another's."""

    READING = "reading"
    """Whole files, which may take minutes."""
    HAND = "hand"
    """What the person at the frame waits for."""
    KEEPING = "keeping"
    """What must reach the case soon, in its order."""


@dataclass(frozen=True)
class BesideCommand(Command):
    """A job on one file or case that runs beside others; no `Cancel` stops most of them."""

    lane: ClassVar[Lane] = Lane.READING

    path: Path


@dataclass(frozen=True)
class HashSource(BesideCommand):
    """Read a source once, give its SHA-256 and enter it in the log of the case."""

    case: Path | None = None


@dataclass(frozen=True)
class CountFrames(BesideCommand):
    """Give the exact number of frames of a video."""


@dataclass(frozen=True)
class LayOutFilm(BesideCommand):
    """Tell when each frame of a video is shown, and make small pictures along it."""

    thumbs: int


@dataclass(frozen=True)
class TrackFaces(Command):
    """Look for faces in frames ``first`` to ``last`` and follow each through them.

    Parameters
    ----------
    rate_fps : frames a second, which decides how many are searched; None if unknown.
    """

    path: Path
    first: int
    last: int
    rate_fps: float | None
    fields: Fields = Fields.WOVEN


@dataclass(frozen=True)
class FindFaces(Command):
    """Look for faces in one frame, inside a box if one is given."""

    path: Path
    frame_index: int
    within: Box | None
    fields: Fields = Fields.WOVEN


@dataclass(frozen=True)
class Enhance(Command):
    """Run one method on one face, or ``reuse`` an equal run; filed before anybody hears of it."""

    request: EnhanceRequest
    case: Path | None = None
    reuse: bool = True


@dataclass(frozen=True)
class FileRun(Command):
    """File a run whose process was ended; ``of`` is the job of its result."""

    case: Path
    of: int
    run: Run


@dataclass(frozen=True)
class JudgeRun(Command):
    """Make the maps of doubt of a run that was read from a case; the job is its result's."""

    run: Run


@dataclass(frozen=True)
class OpenCase(Command):
    """Open a case, or make it, and read its runs."""

    path: Path
    create: bool


@dataclass(frozen=True)
class SaveCaseAs(Command):
    """Copy a case and go on in the copy."""

    case: Path
    target: Path


@dataclass(frozen=True)
class LogEntry:
    """Something that the custody log is told: what was done, to what, and details."""

    what: str
    subject: str
    details: Mapping[str, Json]


@dataclass(frozen=True)
class KeepDesk(BesideCommand):
    """Keep in the case at ``path`` what is open and marked, and tell the log what was written."""

    lane: ClassVar[Lane] = Lane.KEEPING

    desk: dict[str, Json]
    entries: tuple[LogEntry, ...] = ()


@dataclass(frozen=True)
class RescueCase(Command):
    """Make a case anew from what the window holds, because its folder cannot be reached."""

    case: Path
    target: Path
    runs: tuple[Run, ...]
    desk: dict[str, Json]


@dataclass(frozen=True)
class Export(Command):
    """Export a case; ``desk`` is kept in it first, because the report shows parts of it."""

    case: Path
    choices: ExportChoices
    desk: dict[str, Json] | None = None


@dataclass(frozen=True)
class CompareFace(Command):
    """Hold the completed runs on one face against each other."""

    face: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class ScoreAgainst(Command):
    """Score the completed runs on one face against a reference; the case's log tells of it."""

    face: int
    runs: tuple[Run, ...]
    path: Path
    case: Path | None = None


@dataclass(frozen=True)
class RepeatRun(Command):
    """Repeat a run with moved landmarks and other seeds; ``of`` is its job."""

    of: int
    run: Run


@dataclass(frozen=True)
class Cancel(Command):
    """Stop a job at its next stage."""


@dataclass(frozen=True)
class Quit(Command):
    """End the process."""


@dataclass(frozen=True)
class Event:
    """Base of what the worker answers; ``job`` 0 is the worker itself."""

    job: int


@dataclass(frozen=True)
class WorkerReady(Event):
    """The process runs."""

    pid: int


@dataclass(frozen=True)
class WorkerLost(Event):
    """The process died and is being replaced; one sentence says so."""

    sentence: str


@dataclass(frozen=True)
class WorkerSilent(Event):
    """The process has work and says nothing; one sentence says so."""

    sentence: str


@dataclass(frozen=True)
class WorkerHeard(Event):
    """The process speaks again after its silence was told."""


@dataclass(frozen=True)
class Started(Event):
    """A job left the queue."""


@dataclass(frozen=True)
class Progress(Event):
    """How far a job is; ``total`` 0 when that is not known."""

    done: int
    total: int
    text: str = ""


@dataclass(frozen=True)
class FaceCut(Event):
    """The face that a method takes in was cut out."""

    face: FaceImage
    adequacy: Adequacy | None


@dataclass(frozen=True)
class StageDone(Event):
    """A method finished a stage."""

    stage: Stage
    index: int
    total: int


@dataclass(frozen=True)
class StartedOver(Event):
    """The stages of a run so far do not count: it begins again, for a reason in words."""

    text: str


@dataclass(frozen=True)
class RunDone(Event):
    """A run ended: completed, failed or cancelled, as its record says."""

    run: Run
    seconds: float


@dataclass(frozen=True)
class RunFiled(Event):
    """A run is in the case; its record is chained to the one before."""

    run: Run


@dataclass(frozen=True)
class Unfiled(Event):
    """A run ended, but its case cannot be written; one sentence says why."""

    run: Run
    sentence: str


@dataclass(frozen=True)
class LogGrown(Event):
    """The custody log of a case has so many lines now."""

    case: Path
    lines: int


@dataclass(frozen=True)
class ExportMade:
    """One export that a case knows of.

    Parameters
    ----------
    manifest : name of the copy of its manifest in the case.
    folder : where it was written to. there : whether it still was when this was told.
    results : number of results in the report.
    """

    manifest: str
    folder: str
    at_utc: str
    results: int
    signed: bool
    there: bool


@dataclass(frozen=True)
class ExportsTold(Event):
    """The exports of a case, oldest first."""

    exports: tuple[ExportMade, ...]


@dataclass(frozen=True)
class CaseOpened(Event):
    """A case is worked in from now on.

    Parameters
    ----------
    damage : sentences about what was found tampered with.
    runs : the runs in it; one whose pictures are damaged has none, and an error that says so.
        None for a copy of the case that was worked in: what is shown stays.
    desk : see `session.desk`.
    """

    path: Path
    title: str
    automatic: bool
    damage: tuple[str, ...]
    runs: tuple[Run, ...] | None
    desk: dict[str, Json] | None


@dataclass(frozen=True)
class DoubtDone(Event):
    """The doubt maps of a run."""

    doubt: DoubtMaps


@dataclass(frozen=True)
class FaceCompared(Event):
    """The doubts that come of several results on one face."""

    comparison: FaceComparison


@dataclass(frozen=True)
class Referenced(Event):
    """How near the results come to a reference."""

    reference: Reference


@dataclass(frozen=True)
class Repeated(Event):
    """The doubts that come of repeating a run."""

    repeats: Repeats


@dataclass(frozen=True)
class FacesFound(Event):
    """The faces of a frame, best first; may be empty."""

    faces: tuple[DetectedFace, ...]


@dataclass(frozen=True)
class FilmTimed(Event):
    """The time line of a video; None where its packets do not tell."""

    times: FilmTimes | None


@dataclass(frozen=True)
class ThumbMade(Event):
    """A small picture of one frame, H×W×3 uint8."""

    frame_index: int
    pixels: Pixels


@dataclass(frozen=True)
class FacesSeen(Event):
    """The faces in one frame of a search over time; may be empty."""

    frame_index: int
    faces: tuple[DetectedFace, ...]


@dataclass(frozen=True)
class FacesTracked(Event):
    """Everybody whose face was followed, best first."""

    tracks: tuple[FaceTrack, ...]


@dataclass(frozen=True)
class Hashed(Event):
    """The SHA-256 of a source, hex."""

    sha256: str


@dataclass(frozen=True)
class Counted(Event):
    """The exact number of frames of a source."""

    count: int


@dataclass(frozen=True)
class Exported(Event):
    """The files that an export wrote, and what it could not show or sign."""

    files: tuple[Path, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed(Event):
    """A job failed; one sentence says what, where, and what to do."""

    sentence: str


@dataclass(frozen=True)
class JobLost(Failed):
    """A job ended with the process that did it."""


@dataclass(frozen=True)
class Cancelled(Event):
    """A job was stopped by the user."""


@dataclass(frozen=True)
class Done(Event):
    """A job is over."""
