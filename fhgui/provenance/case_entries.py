"""The words in which a case's log tells of runs, and what can be told from them again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from fhgui.core.errors import MethodError
from fhgui.core.record import Json, Outcome, Record
from fhgui.provenance.canonical import digest
from fhgui.provenance.custody import Entry
from fhgui.provenance.draft import begin, finish
from fhgui.provenance.records import record_bytes
from fhgui.provenance.request import EnhanceRequest, Placement, PlacementKind
from fhgui.provenance.run import Run

STARTED = "run started"
ENDED = "run "
"""Followed by the outcome."""

OPENED = "case opened"
CLOSED = "case closed"
SAVED_AS = "case saved as"
EXPORTED = "exported"


def start_details(request: EnhanceRequest) -> dict[str, Json]:
    """Return what is entered before a run begins."""
    return {
        "source": str(request.source.absolute()),
        "frame": request.frame_index,
        "placement": request.placement.kind.value,
        "seed": request.seed,
    }


def is_end(entry: Entry) -> bool:
    """Tell whether an entry is the end of a run."""
    return entry.what in {f"{ENDED}{outcome.value}" for outcome in Outcome}


def end_of(record: Record) -> str:
    """Return how the end of a run is entered."""
    return f"{ENDED}{record.outcome.value}"


def open_start(entries: tuple[Entry, ...]) -> Entry | None:
    """Return the start of a run that no end came after."""
    for entry in reversed(entries):
        if is_end(entry):
            return None
        if entry.what == STARTED:
            return entry
    return None


def run_details(
    record: Record, pictures: Mapping[str, str], started: Entry | None
) -> dict[str, Json]:
    """Return what is entered with the end of a run: digests of its record and its pictures."""
    return {
        "record": record.id,
        "sha256": digest(record_bytes(record)),
        "files": dict(pictures),
        "source_sha256": record.evidence.sha256,
        "started": None if started is None else started.seq,
    }


def interrupted(started: Entry) -> Run:
    """Return the run that was going on when its process ended, as far as the log knows it."""
    known: Callable[[str], Json] = started.details.get
    frame, seed, kind = known("frame"), known("seed"), known("placement")
    kinds = [k for k in PlacementKind if k.value == kind]
    request = EnhanceRequest(
        source=Path(str(known("source"))),
        method=started.subject,
        placement=Placement(kinds[0] if kinds else PlacementKind.AUTO),
        frame_index=frame if isinstance(frame, int) else 0,
        seed=seed if isinstance(seed, int) else 0,
    )
    draft = begin(request)
    draft.started_utc = started.at_utc
    return finish(draft, MethodError("the program ended in the middle of it", hint="run it again"))


def slug(method: str) -> str:
    """Return what of a method's id can stand in the name of a file."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", method)[:100] or "unknown"
