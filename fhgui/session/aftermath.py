"""Seals the record of a run whose process was ended: cancelled and lost runs are recorded too."""

from __future__ import annotations

from dataclasses import replace

from fhgui.core.errors import CancelledError, FhguiError, MethodError
from fhgui.core.record import EvidenceRef
from fhgui.provenance import draft
from fhgui.session.results import Result, Status
from fhgui.session.work import Work


def sealed(result: Result, work: Work) -> Result:
    """Return the result with a record of as much as is known; unchanged if it has one.

    A run that never left the queue did nothing, and has no record.
    """
    if result.run is not None or not result.started_utc:
        return result
    begun = draft.begin(result.request)
    size = 0 if work.info is None else work.info.size_bytes
    begun.evidence = EvidenceRef(work.path.name, size, work.sha256, begun.evidence.path)
    begun.started_utc = result.started_utc
    if work.frame is not None and work.frame.index == result.request.frame_index:
        begun.frame = work.frame
    begun.face, begun.adequacy = result.face, result.adequacy
    begun.stages = list(result.stages)
    return replace(result, run=draft.finish(begun, _error(result)))


def _error(result: Result) -> FhguiError:
    if result.status is Status.CANCELLED:
        return CancelledError("stopped by the user in the middle of a stage")
    return MethodError(result.message or "the worker process ended", hint="run it again")
