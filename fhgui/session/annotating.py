"""What the examiner points out on results; it lives in the case and in its reports only.

Every change can be undone. An annotation belongs to one stage of one filed run, by the id of its
record, so that it is found again when the case is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from psygnal import Signal

from fhgui.core.annotation import LONGEST_TEXT, MOST_ON_A_RUN, XY, Annotation, AnnotationKind
from fhgui.session.history import History

if TYPE_CHECKING:  # they import what imports this module
    from fhgui.session.results import FaceWork, Result

Annotations = tuple[Annotation, ...]


class AnnotationBook:
    """The annotations of a case.

    Parameters
    ----------
    did : told of the history after every new step, for an undo that spans several histories.

    Notes
    -----
    Signals: ``changed``.
    """

    changed = Signal()

    def __init__(self, did: Callable[[History[Annotations]], None] = lambda history: None) -> None:
        self._did = did
        self.history: History[Annotations] = History(())

    @property
    def value(self) -> Annotations:
        """All annotations, oldest first."""
        return self.history.value

    def load(self, annotations: Annotations) -> None:
        """Begin anew with what a case keeps."""
        self.history = History(annotations)
        self.changed.emit()

    def add(self, annotation: Annotation) -> None:
        """Add an annotation; one too many on a run is not taken."""
        of_run = [a for a in self.value if a.record == annotation.record]
        if len(of_run) < MOST_ON_A_RUN:
            self._do(f"add {annotation.kind.value}", (*self.value, annotation))

    def say(self, index: int, text: str) -> None:
        """Give an annotation other words."""
        self._replace(index, replace(self.value[index], text=text.strip()[:LONGEST_TEXT]), "reword")

    def move(self, index: int, start: XY, end: XY, merge: str | None = None) -> None:
        """Put an annotation somewhere else; steps in a row with the same ``merge`` are one."""
        moved = replace(self.value[index], start=inside(start), end=inside(end))
        self._replace(index, moved, "move", merge)

    def remove(self, index: int) -> None:
        """Take an annotation away."""
        kind = self.value[index].kind.value
        self._do(f"delete {kind}", (*self.value[:index], *self.value[index + 1 :]))

    def _replace(
        self, index: int, annotation: Annotation, verb: str, merge: str | None = None
    ) -> None:
        changed = (*self.value[:index], annotation, *self.value[index + 1 :])
        self._do(f"{verb} {annotation.kind.value}", changed, merge)

    def _do(self, label: str, value: Annotations, merge: str | None = None) -> None:
        if self.history.do(label, value, merge):
            self._did(self.history)
            self.changed.emit()


def inside(at: XY) -> XY:
    """Return the nearest place on the picture."""
    return min(1.0, max(0.0, at[0])), min(1.0, max(0.0, at[1]))


def new_annotation(
    kind: AnnotationKind, result: Result, stage: str, start: XY, end: XY, text: str = ""
) -> Annotation | None:
    """Return an annotation on a stage of a result; None while its run has no record."""
    if result.run is None or not result.run.record.id:
        return None
    end = start if kind is AnnotationKind.TEXT else end
    words = text.strip()[:LONGEST_TEXT]
    return Annotation(result.run.record.id, stage, kind, inside(start), inside(end), words)


def on_face(annotations: Annotations, face: FaceWork) -> tuple[tuple[int, Annotation], ...]:
    """Return the annotations on any result of a face, each with its place in the book."""
    records = {r.run.record.id for r in face.results if r.run is not None}
    return tuple((n, a) for n, a in enumerate(annotations) if a.record in records)
