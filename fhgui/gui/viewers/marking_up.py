"""Joins the viewers of the comparison to the session's annotations and its profile line."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fhgui.core.annotation import AnnotationKind
from fhgui.gui.viewers.marked_view import MarkedView
from fhgui.gui.viewers.picture_cell import Picture
from fhgui.gui.viewers.pictures import took_in
from fhgui.gui.viewers.placing_over import carried_line, place_outlines, traced_of
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
        runs = (r.run for r in _runs_of(face, picture))
        records = {run.record.id for run in runs if run is not None}
        there = [(n, a) for n, a in book if a.stage == picture.stage and a.record in records]
        shown.set_marks(there if picture.stage else (), view.mark)
        outlines = picture.outlines if view.outlines else ()
        shown.set_outlines((*outlines, *place_outlines(session, among, picture)))
        shown.set_line(_profile_on(session, among, picture))
        kind = view.drawing if view.tray is Tray.MARKS and picture.stage else None
        shown.set_tool(kind, view.tray is Tray.PROFILE or traced_of(session) is not None)


def _profile_on(session: Session, among: Sequence[Picture], picture: Picture) -> Line | None:
    """Return where the line of the profile lies on a picture; it belongs to the first."""
    line = session.view.profile
    if line is None or session.view.tray is not Tray.PROFILE or not among:
        return None
    return carried_line(line, among[0], picture)


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
    """Return the run that a picture belongs to; the input belongs to the selected one if it can."""
    runs = [r for r in _runs_of(face, picture) if r.run is not None]
    own = [r for r in runs if r is session.selected]
    return next(iter((*own, *runs)), None)


def _runs_of(face: FaceWork, picture: Picture) -> list[Result]:
    """Return the runs that a picture is a stage of: of an input, all that took in this very cut.

    Another method may take in another crop, where the same shares of the picture are another place.
    """
    if picture.job is not None:
        result = face.result(picture.job)
        return [] if result is None else [result]
    return [r for r in face.results if took_in(r, picture.grid)]
