"""The doubts about one run: what its result shows by itself, and what its method says of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fhgui.core.arrays import Pixels
from fhgui.core.doubt import DoubtMaps
from fhgui.core.errors import CancelledError, FhguiError
from fhgui.core.face import FaceImage
from fhgui.core.method import Method, Uncertain
from fhgui.core.record import Record
from fhgui.evaluation.doubt import doubt_maps
from fhgui.evaluation.pose import told_pose
from fhgui.evaluation.turned_doubt import turned_doubt_maps
from fhgui.imaging.blur import READING, BlurKind
from fhgui.methods import registry
from fhgui.provenance.enhance import loaded
from fhgui.provenance.run import Run
from fhgui.provenance.stored import alignment_of
from fhgui.provenance.verification.replaying import replay_request

NO_ESTIMATE = "{} does not estimate its error"
NO_SCALE = "{} has no error scale that was trained beside these weights"
OTHER_FILES = "the files of {} are no longer those of the run"
BLURRED = (
    "The method took the face for blurred ({}). Invented, fixed and re-degraded reckon with "
    "{} alone: what they call fixed may be smeared, and a gap may be the blur."
)


def doubt_of(run: Run) -> DoubtMaps:
    """Return the doubt maps of a completed run."""
    return recorded_doubt(run.record, run.result.pixels, run.stages[0].pixels)


def recorded_doubt(record: Record, result: Pixels, face: Pixels) -> DoubtMaps:
    """Return the doubt maps of a completed run by its record.

    Parameters
    ----------
    result : H×W×3 uint8, its last stage. face : h×w×3 uint8, its input.

    Notes
    -----
    The expected error is asked of the method as it ran: same settings, same files, same device.
    What stands in the way of it is told in ``expected_note``; the other maps do not depend on it.
    """
    pose = told_pose(record.stages)
    if pose is None:
        maps = doubt_maps(result, face, record.degradation)
    else:
        maps = turned_doubt_maps(result, face, record.degradation, pose)
    told = " ".join(filter(None, (maps.note, _blur_note(record))))
    try:
        values, note = _expected(record, face)
    except CancelledError:
        raise
    except FhguiError as error:
        values, note = None, error.what
    agreement = record.redegradation or maps.agreement
    return dataclasses.replace(
        maps, note=told, expected=values, expected_note=note, agreement=agreement
    )


def _blur_note(record: Record) -> str:
    """Return what the blur that the method found means for the maps; empty if it found none."""
    found = [r for stage in record.stages for r in stage.readings if r.name.startswith(READING)]
    if not found or found[0].value == BlurKind.NONE.value:
        return ""
    return BLURRED.format(", ".join(r.words for r in found), record.degradation)


def _expected(record: Record, face: Pixels) -> tuple[NDArray[np.float32] | None, str]:
    """Return the method's own estimate of its error, or why there is none."""
    if not registry.info(record.method).estimates_error:  # spares loading it to find that out
        return None, NO_ESTIMATE.format(record.method)
    method = loaded(replay_request(record, Path(record.evidence.path)))
    if _digests(method) != {file.sha256 for file in (*record.weights, *record.gallery)}:
        return None, OTHER_FILES.format(record.method)
    values = None
    if isinstance(method, Uncertain):
        values = method.expected_error(FaceImage(face, alignment_of(record)))
    return values, "" if values is not None else NO_SCALE.format(record.method)


def _digests(method: Method) -> set[str]:
    return {asset.sha256 for asset in method.assets}
