"""Joins the viewers of the comparison to the session's annotations and its profile line."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fhgui.core.annotation import AnnotationKind
from fhgui.gui.viewers.marked_view import MarkedView
from fhgui.gui.viewers.picture_cell import Picture
from fhgui.gui.viewers.placing_over import place_outlines, traced_of
from fhgui.session.annotating import new_annotation, on_face
from fhgui.session.logbook import Level
from fhgui.session.results import FaceWork, Result
from fhgui.session.session import Session
from fhgui.session.viewing import Line, Tray

SHORTEST = 0.01
"""An arrow or a box shorter than this share of the picture was a slip of the hand."""


def show_marks(
    session: Session,
    face: FaceWork,
    views: Sequence[MarkedView],
    pictures: Sequence[Picture],
    among: Sequence[Picture],
) -> None:
    """Lay annotations, profile line and place over the pictures on show, and hand out the tools.

    Parameters
    ----------
    among : all pictures of the face, on show or not.
    """
    view = session.view
    book = on_face(session.annotations.value, face)
    for shown, picture in zip(views, pictures, strict=False):
        record = _record_of(face, picture)
        there = [
            (index, a)
            for index, a in book
            if a.stage == picture.stage and (record is None or a.record == record)
        ]
        shown.set_marks(there if picture.stage else (), view.mark)
        outlines = picture.outlines if view.outlines else ()
        shown.set_outlines((*outlines, *place_outlines(session, among, picture)))
        shown.set_line(view.profile if view.tray is Tray.PROFILE else None)
        kind = view.drawing if view.tray is Tray.MARKS and picture.stage else None
        shown.set_tool(kind, view.tray is Tray.PROFILE or traced_of(session) is not None)


def annotate(session: Session, picture: Picture, line: Line) -> bool:
    """Add what was drawn on a picture to the case; tell whether it was."""
    work, kind = session.current, session.view.drawing
    face = None if work is None else work.active_face
    result = None if face is None else _result_of(session, face, picture)
    if kind is None or result is None or not picture.stage:
        return False
    if kind is not AnnotationKind.TEXT and math.dist(*line) < SHORTEST:
        return False
    made = new_annotation(kind, result, picture.stage, *line)
    if made is None:
        session.note("an annotation belongs to a finished run: wait for its end", Level.WARNING)
        return False
    session.annotations.add(made)
    session.look(mark=session.annotations.value.index(made))
    return True


def _result_of(session: Session, face: FaceWork, picture: Picture) -> Result | None:
    """Return the run that a picture belongs to; the input belongs to the selected one."""
    if picture.job is not None:
        return face.result(picture.job)
    selected = session.selected
    finished = [r for r in (selected, *face.results) if r is not None and r.run is not None]
    return next((r for r in finished if face.result(r.job) is not None), None)


def _record_of(face: FaceWork, picture: Picture) -> str | None:
    """Return the record of a result's picture; None for the input, which all runs share."""
    if picture.job is None:
        return None
    result = face.result(picture.job)
    return "" if result is None or result.run is None else result.run.record.id
