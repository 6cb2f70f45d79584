"""Words of reports: fixed statements, and values as text."""

from __future__ import annotations

import math

from fhgui.core.record import EvidenceRef, Json, Record
from fhgui.core.text import visible

STATEMENTS = (
    "The pictures of this report are presented as enhanced images. They are made to be looked at "
    "in an investigation, not to be compared.",
    "Detail added by a method whose stages are marked “synthesised” comes from other people's "
    "faces, on which the method was trained. It is not evidence of what this person looks like.",
    "Every comparison with a person or another picture must use the original recording.",
    "This report does not identify anyone, and no figure in it is a similarity to a person.",
    "The results relate only to the items examined.",
    "The original files were opened read-only and never written; all work was done on decoded "
    "copies in memory.",
    "Every result can be computed again from the original file, its record and the files of "
    "weights and galleries that the record names, with “fhgui verify record.json”.",
)
"""Fixed statements (design/forensics.md, requirement 8)."""

LABEL = "ENHANCED — not for comparison"
NOT_STATED = "not stated"
LONG = 120
"""Characters of a foreign text shown outside the section that gives it in full."""
FULL = 6000
"""Characters shown where it is given in full: longer than any name that a file system allows."""


def stated(text: str) -> str:
    """Return the text, or say that nobody stated it."""
    return text.strip() or NOT_STATED


def shortened(text: str, limit: int = LONG) -> str:
    """Return text of at most about ``limit`` characters; what is left out is said."""
    if len(text) <= limit:
        return text
    head = limit * 2 // 3
    tail = limit - head
    return f"{text[:head]} […{len(text) - limit} characters…] {text[-tail:]}"


def fact_name(name: str) -> str:
    """Return the name of a foreign fact as the other names are written."""
    words = name.replace("_", " ")
    return visible(shortened(words[:1].upper() + words[1:], 40))


def number(value: float | None, digits: int = 2, unit: str = "") -> str:
    """Return a measured value with its unit; unknown and infinite ones in words."""
    if value is None:
        return "unknown"
    if math.isinf(value):
        return "infinite (equal)"
    return f"{value:.{digits}f}{f' {unit}' if unit else ''}"


def computed_on(record: Record) -> str:
    """Return on what a run was computed."""
    threads = "1 thread" if record.threads == 1 else f"{record.threads} threads"
    return f"{visible(record.device, 40)}, {threads}"


def setting(value: Json) -> str:
    """Return a setting's value as text."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    return visible(str(value), LONG)


def frame_text(record: Record) -> str:
    """Return which frame a record is about."""
    frame = record.frame
    if frame is None:
        return "not reached"
    if frame.time_s is None:
        return f"index {frame.index} (still picture, no presentation time)"
    after = f"index {frame.index} (from 0), {frame.time_s:.3f} s after the first frame"
    if frame.pts is None:
        return f"{after} (by the mean rate; the file has no time stamp of it)"
    return f"{after} (time stamp {frame.pts})"


def name_of(evidence: EvidenceRef, limit: int = LONG) -> str:
    """Return a file's name, fit to be shown and shortened."""
    return visible(shortened(evidence.name, limit)).strip() or "(a name without letters)"


def method_and_source(record: Record) -> str:
    """Return an exhibit's name for headings: method, file and frame."""
    frame = f", frame {record.frame.index}" if record.frame else ""
    if record.fusion is not None:
        frame += f" with {len(record.fusion.frames) - 1} others fused"
    if record.reused is not None:
        frame += ", as computed before"
    return f"{record.method} on {name_of(record.evidence, 48)}{frame}"
