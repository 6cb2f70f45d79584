"""The place whose exemplars are looked at: found by a click, outlined on every picture it is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fhgui.alignment.laying import Grid
from fhgui.alignment.similarity import apply, chained, invert
from fhgui.core.annotation import XY
from fhgui.core.arrays import AnyArray, Points
from fhgui.core.contributions import Traced
from fhgui.core.method import Outline
from fhgui.gui.viewers.painting import heat
from fhgui.gui.viewers.picture_cell import Picture
from fhgui.gui.viewers.picture_view import Sample
from fhgui.imaging.exemplar_maps import leading_tint
from fhgui.session.results import Result
from fhgui.session.session import Session
from fhgui.session.viewing import ExemplarMap, Line, Tray, ViewState

OPACITY = 0.8


def traced_of(session: Session) -> Traced | None:
    """Return what the selected result was traced to, while its exemplars are looked at."""
    selected = session.selected
    shown = session.view.tray is Tray.EXEMPLARS and selected is not None
    return selected.origins.traced if shown and selected is not None else None


def pick_place(session: Session, pictures: Sequence[Picture], at: Picture, share: XY) -> None:
    """Look at the exemplars of the place that was clicked on a picture, if the result has it."""
    place = _place(session, pictures, at, share)
    if place is not None:
        session.look(place=place)


def place_outlines(
    session: Session, pictures: Sequence[Picture], on: Picture
) -> tuple[Outline, ...]:
    """Return the outline, on a picture, of a patch about the place; nothing without a place."""
    traced, own, place = traced_of(session), _own(session, pictures), session.view.place
    if traced is None or own is None or place is None or on.pixels is None:
        return ()
    found = traced.contributions
    half, (height, width) = found.patch_px / 2, found.size_hw
    (x, y), signs = place, np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    corners = (np.array([x + 0.5, y + 0.5]) + half * signs) / (width, height)
    shares = _carried(corners, own, on)
    size_wh = on.pixels.shape[1], on.pixels.shape[0]
    return (Outline("", shares * size_wh - 0.5),)


def with_exemplars(
    pictures: list[Picture], selected: Result | None, view: ViewState
) -> list[Picture]:
    """Return pictures with the map of exemplars over the selected result, if it is wanted."""
    if selected is None or view.tray is not Tray.EXEMPLARS or selected.origins.traced is None:
        return pictures
    over = _over(selected.origins.traced, view)
    if over is None:
        return pictures
    laid = {"over": over, "over_top": None, "values": None}
    return [
        replace(p, **laid) if p.job == selected.job and p.pixels is not None else p  # type: ignore[arg-type]  # by name
        for p in pictures
    ]


def sample_words(session: Session, pictures: Sequence[Picture], on: Picture, sample: Sample) -> str:
    """Return who counts most at a pixel of a picture, and as how many count there.

    Empty where no exemplars are looked at, and beyond the result.
    """
    place = None
    if on.pixels is not None:
        rows, columns = on.pixels.shape[:2]
        share = (sample.x + 0.5) / columns, (sample.y + 0.5) / rows
        place = _place(session, pictures, on, share)
    traced = traced_of(session)
    if traced is None or place is None:
        return ""
    found, at = traced.contributions, (place[1], place[0])
    spread = found.spread
    name = found.names[int(spread.leading[at])]
    return f"{name} {spread.largest[at]:.1%}, as {spread.count[at]:.0f} equal ones"


def _over(traced: Traced, view: ViewState) -> AnyArray | None:
    found = traced.contributions
    if view.exemplars is ExemplarMap.LEADING:
        return leading_tint(found)
    if view.exemplars is ExemplarMap.COUNT:
        return heat(found.spread.count, float(found.spread.count.max()), OPACITY)
    if view.exemplars is ExemplarMap.CHOSEN and view.exemplar is not None:
        shares = found.share_of(view.exemplar)
        return heat(shares, max(float(shares.max()), 1e-6), OPACITY)
    return None


def carried_line(line: Line, here: Picture, there: Picture) -> Line:
    """Return a line, as shares of one picture, as shares of another: it may lie beyond its edges.

    Methods take in other crops of a face, where the same shares are another place of it.
    """
    if here.grid is None or there.grid is None or here.grid.covers(there.grid):
        return line
    (x0, y0), (x1, y1) = _carried(np.array(line), here, there).tolist()
    return (x0, y0), (x1, y1)


def _own(session: Session, pictures: Sequence[Picture]) -> Picture | None:
    """Return the picture of the selected result."""
    job = session.selected_job
    own = (p for p in pictures if p.job is not None and p.job == job and p.pixels is not None)
    return next(own, None)


def _place(
    session: Session, pictures: Sequence[Picture], on: Picture, share: XY
) -> tuple[int, int] | None:
    """Return the pixel (x, y) of the traced result at a place on a picture; None beyond it."""
    traced, own = traced_of(session), _own(session, pictures)
    if traced is None or own is None:
        return None
    height, width = traced.contributions.size_hw
    points = _carried(np.array([share]), on, own)
    x, y = (int(np.floor(v * n)) for v, n in zip(points[0], (width, height), strict=True))
    return (x, y) if 0 <= x < width and 0 <= y < height else None


def _carried(shares: Points, here: Picture, there: Picture) -> Points:
    """Return places, as shares of one picture, as shares of another: where they lie in the frame.

    Where nobody knows how pictures lie, they are taken to show the same part of it.
    """
    if here.grid is None or there.grid is None or here is there:
        return shares
    points = shares * _wh(here.grid) - 0.5
    moved = apply(chained(invert(here.grid.matrix), there.grid.matrix), points)
    return (moved + 0.5) / _wh(there.grid)


def _wh(grid: Grid) -> Points:
    return np.array([grid.size_hw[1], grid.size_hw[0]], np.float64)
