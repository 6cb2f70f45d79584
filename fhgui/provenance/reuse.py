"""Results by what went into them: the same run of the same case is not computed twice.

A result depends on the evidence, the frame, the alignment, the pixels cut out, the method with
its settings and files, the seed, and on what computes it. If all of that is equal, so are the
pixels; the record of the later run names the one whose pictures it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from fhgui.core.record import Json, Record
from fhgui.provenance.canonical import canonical_json, digest
from fhgui.provenance.records import to_json
from fhgui.provenance.run import Run

Recall: TypeAlias = "Callable[[str], Run | None]"
"""Returns the completed run with a content key; None if there is none whose pictures are whole."""

INPUTS = (
    "alignment",
    "config",
    "degradation",
    "device",
    "environment",
    "gallery",
    "method",
    "seed",
    "software",
    "threads",
    "weights",
)
"""Fields of a record that a result depends on, beside evidence, frame and input."""


def content_key(record: Record) -> str:
    """Return the digest of everything that the result of a run depends on.

    Parameters
    ----------
    record : with its first stage, the input, at least.
    """
    value = to_json(record)
    frame = record.frame
    inputs: dict[str, Json] = {
        **{name: value[name] for name in INPUTS},
        "evidence": record.evidence.sha256,
        "frame": None if frame is None else [frame.index, frame.pts],
        "input": record.stages[0].sha256,
    }
    if "fusion" in value:  # its stages show the frame alone and the support as well
        inputs["fusion"] = value["fusion"]
    return digest(canonical_json(inputs))


def reuse_words(record: Record) -> str:
    """Return the sentence in the record of a run whose pictures were taken from another."""
    return (
        "not computed again: the same input, settings and files gave the pictures of the record "
        f"{record.id[:12]} of {record.finished_utc}, which are shown here"
    )
