"""The examiner's annotations as a case keeps them: a list in what it knows of the window's desk."""

from __future__ import annotations

from collections.abc import Mapping

from fhgui.core.annotation import MOST_ON_A_RUN, Annotation, placed_inside
from fhgui.core.record import Json
from fhgui.provenance.decoding import FormError, decode

FIELD = "annotations"
"""Of the desk in ``case.json``; the file's digest vouches for it as for all else there."""


def annotations_in(desk: Mapping[str, Json] | None) -> tuple[Annotation, ...]:
    """Return the annotations that a case keeps, in the order in which they were made.

    A case may come from anybody: what is no annotation, lies off the picture or goes on for ever
    is left out.
    """
    kept = None if desk is None else desk.get(FIELD)
    found: list[Annotation] = []
    counts: dict[str, int] = {}
    for value in kept if isinstance(kept, list) else ():
        try:
            annotation = decode(Annotation, value)
        except FormError:
            continue
        counts[annotation.record] = counts.get(annotation.record, 0) + 1
        if placed_inside(annotation) and counts[annotation.record] <= MOST_ON_A_RUN:
            found.append(annotation)
    return tuple(found)


def on_run(annotations: tuple[Annotation, ...], record: str) -> tuple[Annotation, ...]:
    """Return the annotations on one run, by the id of its record."""
    return tuple(a for a in annotations if a.record == record)
