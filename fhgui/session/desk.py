"""What was open and marked in the window, as a case keeps it, so that it can be laid out again."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fhgui.core.annotation import Annotation
from fhgui.core.record import Json
from fhgui.provenance.decoding import FormError, decode
from fhgui.session.aids import Aids
from fhgui.session.marking import Marking
from fhgui.session.notes import Notes

if TYPE_CHECKING:  # it imports what imports this module
    from fhgui.session.work import Work


@dataclass(frozen=True)
class DeskSource:
    """One open source: its path, the frame that was looked at, what was marked and noted."""

    path: str
    frame_index: int
    marking: Marking
    aids: Aids = field(default_factory=Aids)


@dataclass(frozen=True)
class Desk:
    """All open sources, the path of the one that was looked at, and what the analyst wrote."""

    sources: tuple[DeskSource, ...] = ()
    current: str = ""
    annotations: tuple[Annotation, ...] = ()
    notes: Notes = field(default_factory=Notes)


def desk_of(works: list[Work], current: Work | None) -> Desk:
    """Return what lies on the desk now."""
    sources = (
        DeskSource(str(w.path), w.frame_index, w.markings.value, w.aids.value) for w in works
    )
    return Desk(tuple(sources), "" if current is None else str(current.path))


def desk_json(desk: Desk) -> dict[str, Json]:
    """Return a desk as plain JSON."""
    value: dict[str, Json] = json.loads(json.dumps(dataclasses.asdict(desk)))
    return value


def read_desk(value: dict[str, Json] | None) -> Desk:
    """Return a desk from plain JSON; an empty one if it is none that this version knows."""
    try:
        return Desk() if value is None else decode(Desk, value)
    except FormError:
        return Desk()


def may_be_opened(path: str) -> bool:
    """Tell whether a source that a case names is opened by itself: a local file that is there.

    A case may come from anybody; a path to another machine would tell that machine of us.
    """
    if path.startswith(("\\\\", "//")):
        return False
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False
