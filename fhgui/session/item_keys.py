"""Keys of the items of a case: they hold for a copy of it and when it is opened again."""

from __future__ import annotations

from pathlib import Path

from fhgui.session.results import FaceWork, Result


def source_key(path: Path) -> str:
    """Return the key of a source."""
    return f"source:{path}"


def frame_key(path: str, frame_index: int) -> str:
    """Return the key of a marked frame."""
    return f"frame:{frame_index}:{path}"


def result_key(result: Result) -> str:
    """Return the key of a result; empty before it has a record."""
    return "" if result.run is None else f"result:{result.run.record.id}"


def face_key(face: FaceWork) -> str:
    """Return the key of a face, its first record's; empty before there is one."""
    if face.first_record:
        return f"face:{face.first_record}"
    return next((f"face:{r.run.record.id}" for r in face.results if r.run is not None), "")


def export_key(manifest: str) -> str:
    """Return the key of an export by the name of its manifest in the case."""
    return f"export:{manifest}"
