"""What an export says: everything that report, JSON-LD and pictures show, gathered and inert.

``fhgui.provenance.dossier`` gathers it from records and cases; renderers read it and nothing else.
An empty text means "not stated" and is printed so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from fhgui.core.annotation import Annotation
from fhgui.core.arrays import Floats, Pixels
from fhgui.core.doubt import DoubtMaps
from fhgui.core.method import MethodInfo, Stage
from fhgui.core.record import Record
from fhgui.core.wear import ToldWear

Rows: TypeAlias = tuple[tuple[str, str], ...]
"""(name, text) of facts, in the order in which they are shown."""


class Paper(StrEnum):
    """Sizes of paper."""

    A4 = "A4"
    """210 × 297 mm."""
    LETTER = "Letter"
    """215.9 × 279.4 mm."""


@dataclass(frozen=True)
class Laboratory:
    """Who issues the report; ``logo_png`` is a PNG file's content."""

    name: str = ""
    address: str = ""
    accreditation: str = ""
    logo_png: bytes | None = None


@dataclass(frozen=True)
class Commission:
    """What was asked for, by whom, and who worked on it.

    Parameters
    ----------
    title : of the report.
    case_number : the laboratory's or the client's.
    request : what was asked for, in the client's words.
    authoriser : who allowed the report's issue.
    examiner : who worked on it.
    received_on : date on which the item came in.
    issued_utc : when the report was issued, ISO 8601.
    """

    title: str = ""
    case_number: str = ""
    request: str = ""
    authoriser: str = ""
    examiner: str = ""
    received_on: str = ""
    issued_utc: str = ""


@dataclass(frozen=True)
class CardFacts:
    """What the card says about a file of weights or a gallery.

    Parameters
    ----------
    name : path under ``models/``.
    sha256 : digest in the record.
    matches : whether the installed file and its card still have that digest.
    text : (name, text): data, terms, recipe, figures, limits.
    """

    name: str
    sha256: str
    matches: bool
    text: Rows


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The face in its frame.

    Parameters
    ----------
    pixels : h×w×3 uint8, cut out of the frame as it was decoded.
    left_px, top_px : where it begins in the frame: column and row of its first pixel.
    frame_hw : size of the whole frame in pixels.
    reduced_by : frame pixels to one of ``pixels``, more than 1 where the face is very large.
    """

    pixels: Pixels
    left_px: int
    top_px: int
    frame_hw: tuple[int, int]
    reduced_by: float = 1.0


@dataclass(frozen=True)
class Region:
    """A facial component that a method treats by itself, on its *output* grid.

    It spans columns left … right−1 and rows top … bottom−1.
    """

    name: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, eq=False)
class Exhibit:
    """One completed run with its pictures.

    Parameters
    ----------
    number : its place in the report, from 1.
    record : the sealed record.
    context : the face in its frame; None if the source is gone or changed.
    face : h×w×3 uint8, the method's input.
    stages : input and every stage of the method; the last is the result.
    doubt : the doubt maps of the result.
    info : the method.
    cards : one for every file of weights or gallery.
    source_sha256_now : digest of the source at export; None if it is gone.
    source_facts : container, codec, sizes, time base, time zone, metadata of the source.
    method_text : the method in words, with its deviations from its paper.
    regions : facial components that the method treats by themselves, if it has any.
    annotations : what the examiner points out on its stages; in no picture but the report's.
    wear : what is told of the frame's wear; None if the source is gone or changed.
    """

    number: int
    record: Record
    context: Surroundings | None
    face: Pixels
    stages: tuple[Stage, ...]
    doubt: DoubtMaps
    info: MethodInfo
    cards: tuple[CardFacts, ...] = ()
    source_sha256_now: str | None = None
    source_facts: Rows = ()
    method_text: str = ""
    regions: tuple[Region, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    wear: ToldWear | None = None

    @property
    def result(self) -> Stage:
        """The last stage."""
        return self.stages[-1]


@dataclass(frozen=True)
class DriftRow:
    """How far two results lie apart for a face recogniser; never a similarity to a person.

    Parameters
    ----------
    method, against : what was compared.
    distance : Euclidean distance of the embeddings; None if a face was not detected.
    note : why there is no distance, or what it means.
    """

    method: str
    against: str
    distance: float | None
    note: str = ""


@dataclass(frozen=True, eq=False)
class FaceComparison:
    """Results on the same face, held against each other.

    Parameters
    ----------
    exhibits : their numbers.
    disagreement : H×W float64, 0–255: range of grey across methods at each pixel, on the grid of
        the first result of the most pixels; None for a face with one result.
    jitter : H×W float64: range when the landmarks are moved; None if not computed.
    seeds : H×W float64: range across seeds; None if not computed.
    drift : distances between the results' embeddings.
    notes : how the maps were made (method, number of runs), or why one is missing.
    repeated : number of the exhibit that was repeated for ``jitter`` and ``seeds``.
    disagreements : ``disagreement`` on the grid of each exhibit, in their order; empty for a face
        with one result.
    """

    exhibits: tuple[int, ...]
    disagreement: Floats | None
    jitter: Floats | None
    seeds: Floats | None
    drift: tuple[DriftRow, ...]
    notes: tuple[str, ...] = ()
    repeated: int | None = None
    disagreements: tuple[Floats, ...] = ()


@dataclass(frozen=True)
class CustodySummary:
    """The custody log when the dossier was made.

    Parameters
    ----------
    entries : number of its lines.
    first_utc, last_utc : times of the first and last line.
    head_sha256 : digest of the last line, which vouches for all before it.
    verdict : outcome of its check, in words.
    """

    entries: int
    first_utc: str
    last_utc: str
    head_sha256: str
    verdict: str


@dataclass(frozen=True, eq=False)
class Dossier:
    """Everything that one export says.

    Parameters
    ----------
    id : unique; printed on every page.
    exhibits : completed runs.
    other_records : failed and cancelled runs.
    comparisons : one for every face.
    custody : None for a record outside a case.
    labelled : whether exported pictures carry the burned-in label.
    made_utc : when it was gathered, ISO 8601.
    software : the program that gathers: name and version, as in `Record`.
    warnings : what could not be shown, and why, one sentence each.
    """

    id: str
    laboratory: Laboratory
    commission: Commission
    exhibits: tuple[Exhibit, ...]
    other_records: tuple[Record, ...]
    comparisons: tuple[FaceComparison, ...]
    custody: CustodySummary | None
    paper: Paper
    labelled: bool
    made_utc: str
    software: dict[str, str]
    warnings: tuple[str, ...] = ()
