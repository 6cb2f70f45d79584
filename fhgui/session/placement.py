"""What a marking means geometrically: its alignment and its size."""

from __future__ import annotations

import numpy as np

from fhgui.alignment import placing, templates
from fhgui.alignment.adequacy import assess
from fhgui.alignment.checks import check_box
from fhgui.alignment.cutting import cut_face
from fhgui.alignment.similarity import apply, invert
from fhgui.core.arrays import Pixels, Points
from fhgui.core.errors import FhguiError, InputError
from fhgui.core.face import (
    Adequacy,
    AdequacyClass,
    FaceAlignment,
    PlacedBy,
    density_words,
)
from fhgui.core.method import MethodInfo
from fhgui.provenance.request import PlacementKind
from fhgui.session.marking import Marking, PointList


def alignment_of(marking: Marking, info: MethodInfo) -> FaceAlignment | None:
    """Return how a marking places the face on a method's input grid; None if it does not yet.

    A box alone is taken to be upright; the run itself also looks for points inside it.
    """
    if marking.points is None and marking.box is None:
        return None
    try:
        if marking.points is not None:
            return placing.by_landmarks(
                np.array(marking.points, dtype=np.float64),
                info.template,
                info.input_hw,
                marking.placed_by,
                box=marking.box,
                score=marking.score,
            )
        assert marking.box is not None  # one of the two is there, see above
        return placing.by_box(marking.box, info.template, info.input_hw)
    except FhguiError:  # coinciding or mirrored points: no similarity, the editor shows none
        return None


def unfit_crop(marking: Marking, frame_hw: tuple[int, int]) -> str:
    """Return why the crop alone, H×W the frame, cannot place a face; empty when it can.

    A slip of the hand draws a crop of a few pixels, which no method takes.
    """
    place = marking.placement()
    if place is None or place.kind is not PlacementKind.BOX or place.box is None:
        return ""
    try:
        check_box(place.box, frame_hw)
    except InputError as error:
        return str(error)
    return ""


def fewer_points(points: PointList, count: int) -> PointList:
    """Return 5 or 2 points computed from more; the points themselves if there are not more."""
    if len(points) <= count:
        return points
    return as_points(templates.reduced(np.array(points, dtype=np.float64), count))


def overlay(alignment: FaceAlignment, info: MethodInfo, count: int = 68) -> Points:
    """Return the template's points where an alignment puts them in the frame, ``count``×2."""
    to_frame = invert(placing.output_matrix(alignment, info.scale))
    points: Points = apply(to_frame, templates.template(info.template).reduced(count))
    return points


def method_input(pixels: Pixels, alignment: FaceAlignment, info: MethodInfo) -> Pixels:
    """Return what a method would take in, h×w×3 uint8 on its input grid."""
    if alignment.placed_by is PlacedBy.ALIGNED and info.takes(pixels.shape[:2]):
        return pixels
    return cut_face(pixels, alignment, info.input_hw).pixels


def adequacy_of(marking: Marking, info: MethodInfo) -> Adequacy | None:
    """Return how much face a marking holds; None if it places none."""
    alignment = alignment_of(marking, info)
    return None if alignment is None else assess(alignment)


def too_small(marking: Marking, info: MethodInfo) -> str:
    """Return how far a face is below the class Perceive, in words; empty when it is not."""
    adequacy = adequacy_of(marking, info)
    if adequacy is None or adequacy.adequacy is not AdequacyClass.BELOW:
        return ""
    density = density_words(adequacy.density_px_per_m)
    return (
        f"The face is {adequacy.face_px:.0f} px wide, about {density}: below the class Perceive "
        "(125 px/m) of IEC 62676-4."
    )


def as_points(points: Points) -> PointList:
    """Return N×2 numbers as a hashable list of pairs."""
    return tuple((float(x), float(y)) for x, y in points)
