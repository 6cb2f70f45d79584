"""Turns what the analyst says about the face into an alignment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from fhgui.alignment.checks import check_box, check_landmarks
from fhgui.alignment.detection import find_faces
from fhgui.alignment.placing import aligned, by_box, by_landmarks
from fhgui.alignment.templates import reduced
from fhgui.core.errors import InputError, NoFaceError
from fhgui.core.face import Box, DetectedFace, FaceAlignment, PlacedBy
from fhgui.core.frame import Frame
from fhgui.core.method import MethodInfo
from fhgui.methods import registry
from fhgui.provenance.request import Placement, PlacementKind

Tell = Callable[[str], None]
"""Called with a doubt that belongs into the record."""

BOX_ONLY = (
    "no landmarks were found in the box: the face was placed by the box alone, which is taken "
    "to be upright and to span it from brows to chin"
)

UNSURE = 0.03
"""Share of the eye distance from which the spread of landmarks is a doubt."""


def place(placement: Placement, frame: Frame, info: MethodInfo, tell: Tell) -> FaceAlignment:
    """Return the alignment of the face to the method's input grid.

    Parameters
    ----------
    placement : where the analyst says the face is.
    frame : the frame to look in.
    info : the method: its template and input size.
    tell : called with every doubt, in words.

    Raises
    ------
    NoFaceError
        If a face is to be found automatically and there is none.
    InputError
        If the box or the landmarks make no sense for this frame.
    WeightsError
        If STN0 is needed, and its weights are missing or damaged.
    """
    how = {
        PlacementKind.AUTO: _auto,
        PlacementKind.BOX: _box,
        PlacementKind.STRAIGHTEN: _box,
        PlacementKind.LANDMARKS: _landmarks,
        PlacementKind.ALIGNED: _aligned,
    }
    return how[placement.kind](placement, frame, info, tell)


def _auto(placement: Placement, frame: Frame, info: MethodInfo, tell: Tell) -> FaceAlignment:
    faces = find_faces(frame.pixels)
    if not faces:
        raise NoFaceError(
            f"no face was found in frame {frame.index}",
            hint="mark the eyes by hand (--landmarks X1,Y1,X2,Y2) or draw a box (--box X,Y,W,H; "
            "with --auto it is put upright without landmarks)",
        )
    if len(faces) > 1:
        tell(f"{len(faces)} faces were found; the one with the best score was taken")
    for doubt in doubts_of(faces[0]):
        tell(doubt)
    return by_detection(faces[0], info)


def _box(placement: Placement, frame: Frame, info: MethodInfo, tell: Tell) -> FaceAlignment:
    if placement.box is None:
        raise InputError("a placement by box needs a box", hint="give X,Y,W,H in frame pixels")
    check_box(placement.box, frame.size_hw)
    faces = find_faces(frame.pixels, within=placement.box)
    if faces:  # where the box came from does not matter any more
        for doubt in doubts_of(faces[0]):
            tell(doubt)
        return replace(by_detection(faces[0], info), box=placement.box)
    if placement.note:
        tell(placement.note)
    if placement.kind is PlacementKind.STRAIGHTEN and not registry.takes_turned_faces(info.id):
        return _straightened(placement.box, frame, info, tell)
    tell(BOX_ONLY)
    return by_box(placement.box, info.template, info.input_hw)


def doubts_of(face: DetectedFace) -> tuple[str, ...]:
    """Return what a record must say of a face that was found, in words; mostly nothing.

    It is said of landmarks on which single looks at a small face do not agree.
    """
    if face.spread_px is None:
        return ()
    left, right = reduced(face.landmarks, 2)
    share = face.spread_px / float(np.linalg.norm(right - left))
    if share > UNSURE:
        return (
            f"the landmarks of this small face are unsure: single looks lie {face.spread_px:.1f} "
            f"pixels apart, {share:.0%} of the distance of the eyes",
        )
    return ()


def _straightened(box: Box, frame: Frame, info: MethodInfo, tell: Tell) -> FaceAlignment:
    from fhgui.methods.tdn.aligner import eyes_in_box  # it imports torch

    eyes, words = eyes_in_box(frame.pixels, box)
    tell(words)
    return by_landmarks(eyes, info.template, info.input_hw, PlacedBy.NETWORK, box)


def _landmarks(placement: Placement, frame: Frame, info: MethodInfo, tell: Tell) -> FaceAlignment:
    points = np.asarray(placement.landmarks or (), dtype=np.float64).reshape(-1, 2)
    check_landmarks(points, frame.size_hw)
    if placement.note:
        tell(placement.note)
    return by_landmarks(points, info.template, info.input_hw, placement.placed_by, placement.box)


def _aligned(placement: Placement, frame: Frame, info: MethodInfo, tell: Tell) -> FaceAlignment:
    return aligned(info.input_hw, info.template)


def by_detection(face: DetectedFace, info: MethodInfo) -> FaceAlignment:
    """Return the alignment of a face that was found automatically."""
    return by_landmarks(
        face.landmarks, info.template, info.input_hw, PlacedBy.AUTO, face.box, face.score
    )
