"""What the custody log is told of marks, names, notes, deletions: where two states differ."""

from __future__ import annotations

from collections.abc import Iterator

from fhgui.core.record import Json
from fhgui.session.messages import LogEntry
from fhgui.session.notes import Notes


def entries_between(old: Notes, new: Notes) -> tuple[LogEntry, ...]:
    """Return one entry for each item that changed, in a fixed order."""
    return (
        *_marks(old, new),
        *_texts("item named", "name", old.names, new.names),
        *_texts("note written", "text", old.texts, new.texts),
        *_deletions(old, new),
    )


def _marks(old: Notes, new: Notes) -> Iterator[LogEntry]:
    for mark in new.marks:
        if mark not in old.marks:
            details: dict[str, Json] = {"frame": mark.frame_index, "label": mark.label}
            yield LogEntry("frame marked", mark.path, details)
    here = {(m.path, m.frame_index) for m in new.marks}
    for mark in old.marks:
        if (mark.path, mark.frame_index) not in here:
            yield LogEntry("frame unmarked", mark.path, {"frame": mark.frame_index})


def _texts(what: str, field: str, old: dict[str, str], new: dict[str, str]) -> Iterator[LogEntry]:
    for key in sorted({*old, *new}):
        if old.get(key, "") != new.get(key, ""):
            yield LogEntry(what, key, {field: new.get(key, "")})


def _deletions(old: Notes, new: Notes) -> Iterator[LogEntry]:
    for key in sorted(set(new.deleted) - set(old.deleted)):
        yield LogEntry("item deleted from the desk", key, {"called": new.deleted[key]})
    for key in sorted(set(old.deleted) - set(new.deleted)):
        yield LogEntry("item restored", key, {"called": old.deleted[key]})
